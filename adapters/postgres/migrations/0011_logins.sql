-- Links that somebody has asked for, to log in with. A row lasts until it is used or 15 minutes are
-- over, and is all that is kept: digests of what the mail and the browser hold, not the things.
CREATE TABLE login_links (
    id text PRIMARY KEY,
    email text NOT NULL,
    browser text NOT NULL,           -- digest of the cookie of the browser that asked
    base text NOT NULL,              -- the service's address as that browser knows it
    token text UNIQUE,               -- digest; null until the mail is made
    expires_at timestamptz NOT NULL
);
CREATE INDEX login_links_by_expiry ON login_links (expires_at);

-- Login sessions. Each ends 31 days after it was last used.
CREATE TABLE login_sessions (
    id text PRIMARY KEY,
    token text NOT NULL UNIQUE,      -- digest of the cookie
    user_id text NOT NULL,
    org_id text NOT NULL,            -- the organisation it acts in
    agent text NOT NULL,             -- the browser by its own word, for people to tell them apart
    opened_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL     -- written at most once a minute
);
CREATE INDEX login_sessions_by_user ON login_sessions (user_id);
CREATE INDEX login_sessions_by_use ON login_sessions (seen_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON login_links, login_sessions TO forge_app;
