-- Read models live in a schema of their own. The running role owns it: projections make, switch and
-- drop their own table sets, and need no right on the log for it.

CREATE SCHEMA models;

-- One row per table set ever opened for a projection; exactly one of them is live.
CREATE TABLE projections (
    name text NOT NULL,
    generation int NOT NULL,
    shape int NOT NULL,        -- version of the projection's code: columns and fold
    live boolean NOT NULL,
    status text NOT NULL,      -- running, building, failed
    "position" bigint NOT NULL DEFAULT 0,
    error text,
    failed_position bigint,
    moved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, generation)
);
CREATE UNIQUE INDEX projections_live ON projections (name) WHERE live;

-- Read for every projection by every listener: lags in events and seconds, and the start of the
-- database, after which a position heard before may no longer be true.
CREATE VIEW positions AS
    SELECT 'forge_events' AS name, coalesce(max(notification_id), 0) AS "position",
           pg_postmaster_start_time() AS epoch
    FROM forge_events
    UNION ALL
    SELECT name, "position", pg_postmaster_start_time() FROM projections WHERE live;
