-- What operators decide about generations. `decided` counts their decisions: a runner moves a
-- generation only while it knows of them all.
ALTER TABLE projections
    ADD COLUMN decided int NOT NULL DEFAULT 0,
    ADD COLUMN paused boolean NOT NULL DEFAULT false,
    ADD COLUMN held boolean NOT NULL DEFAULT false,  -- built and kept up to date, not switched to
    ADD COLUMN opened_at timestamptz NOT NULL DEFAULT now();
