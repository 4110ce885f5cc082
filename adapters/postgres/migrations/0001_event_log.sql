-- The event log. `forge_events` and `forge_snapshots` keep the layout of the eventsourcing library
-- (9.5), with columns of ours behind its own.

CREATE TABLE forge_events (
    originator_id text NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigint NOT NULL,
    -- Running maximum of recorded_at: a time resolves to a position by a search over positions.
    recorded_until timestamptz NOT NULL,
    -- Hash of the event before in the stream and of this row's own bytes; the chain fills it.
    chain_hash bytea,
    PRIMARY KEY (originator_id, originator_version)
) WITH (
    autovacuum_vacuum_threshold = 100000000,
    autovacuum_vacuum_scale_factor = 0.5,
    autovacuum_analyze_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.01
);
CREATE UNIQUE INDEX forge_events_notification_id_idx ON forge_events (notification_id);

CREATE TABLE forge_snapshots (
    originator_id text NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
);

-- Texts outside the log, so that they can be erased: one row per owning stream and salted digest.
CREATE TABLE contents (
    org_id text NOT NULL,
    owner text NOT NULL,
    digest text NOT NULL,
    salt bytea NOT NULL,
    encoding smallint NOT NULL,  -- 0 as it is, 1 zstd
    data bytea NOT NULL,
    PRIMARY KEY (owner, digest)
);
ALTER TABLE contents ALTER COLUMN data SET STORAGE EXTERNAL;  -- compressed before it comes here

-- Values that must be unique, each held by one stream.
CREATE TABLE claims (
    kind text NOT NULL,
    scope text NOT NULL,
    value text NOT NULL,
    holder text NOT NULL,
    PRIMARY KEY (kind, scope, value)
);

-- Answers to requests with an Idempotency-Key. A row without a body has been erased.
CREATE TABLE answers (
    caller text NOT NULL,
    key text NOT NULL,
    request bytea NOT NULL,
    owner text NOT NULL,
    body bytea,
    "position" bigint NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
);
CREATE INDEX answers_by_owner ON answers (owner);
CREATE INDEX answers_by_age ON answers (answered_at);
