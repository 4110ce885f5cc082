-- Certificates of erasure by position: whoever keeps the ledger of erasures asks for those that follow
-- the last one in it (docs/adr/0022), without looking at all that lies between.
CREATE INDEX forge_events_certificates ON forge_events (notification_id)
    WHERE topic = 'erasure.certified';
