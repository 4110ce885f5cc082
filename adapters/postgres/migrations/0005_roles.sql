-- The role of the running processes: it reads, appends through one function, and writes read models
-- and work tables. It cannot change or delete what the log holds (safety.md, roles).

DO $$
BEGIN
    CREATE ROLE forge_app LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- roles belong to the whole server; another database of it has made this one
END $$;

-- Where the processes connect as the owner, they give its rights up by `SET ROLE` (docs/adr/0005).
GRANT forge_app TO CURRENT_USER;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO forge_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO forge_app;
GRANT EXECUTE ON FUNCTION forge_append, forge_keep_snapshot, forge_position_at TO forge_app;
GRANT DELETE ON answers TO forge_app;
GRANT INSERT, UPDATE, DELETE ON projections, jobs, key_uses TO forge_app;
GRANT CREATE, USAGE ON SCHEMA models TO forge_app;
