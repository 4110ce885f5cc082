-- Signed statements about ranges of the log (safety.md, chain). Each covers the positions after those
-- of the one before it, by the Merkle root of their chain hashes, and names the one before by its
-- hash. `signature` is Ed25519 over all else, as `application/checkpoints.py` lays it out.
CREATE TABLE checkpoints (
    number bigint PRIMARY KEY,
    first_position bigint NOT NULL,
    last_position bigint NOT NULL UNIQUE,
    root bytea NOT NULL,
    previous bytea NOT NULL,
    signed_at timestamptz NOT NULL,
    public_key bytea NOT NULL,
    signature bytea NOT NULL,
    CHECK (first_position <= last_position)
);
GRANT SELECT, INSERT ON checkpoints TO forge_app;
