-- Work in the background. A job is a row; the message on the broker is only a wake-up.

CREATE TABLE jobs (
    id text PRIMARY KEY,
    kind text NOT NULL,
    arguments jsonb NOT NULL DEFAULT '{}',
    due_at timestamptz NOT NULL,
    every interval,               -- set: due again this long after it was done
    leased_until timestamptz,     -- an expired lease is free for whoever finds it
    leased_by text,
    attempts int NOT NULL DEFAULT 0,
    error text
);
CREATE INDEX jobs_by_due ON jobs (due_at);

-- When each key was last used, written at most once a minute per key.
CREATE TABLE key_uses (
    key_id text PRIMARY KEY,
    last_used_at timestamptz NOT NULL
);
