-- Who carries out runs, and until when they may be taken to be doing so: a run whose node has no
-- lease any more is orphaned. Rows of nodes long gone are removed by those that renew theirs.
CREATE TABLE run_leases (
    node text PRIMARY KEY,
    until timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON run_leases TO forge_app;
