-- How many events each generation has applied after `counted_from`, and the sum, modulo 2^64, of the
-- first eight bytes of their chain hashes: moved with its position, held against the log all the time.
-- `incomplete` says what was found. What a generation applied before this was not counted.
ALTER TABLE projections
    ADD COLUMN counted_from bigint NOT NULL DEFAULT 0,
    ADD COLUMN applied bigint NOT NULL DEFAULT 0,
    ADD COLUMN digest numeric(20) NOT NULL DEFAULT 0,
    ADD COLUMN incomplete text;
UPDATE projections SET counted_from = "position";
