-- What a superuser does once in every database of the portal, before the owner migrates it.
-- The owner migrates; the application role reads and writes rows, owns nothing and changes no table.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS unaccent;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO cse_app;
ALTER DEFAULT PRIVILEGES FOR ROLE cse_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cse_app;
ALTER DEFAULT PRIVILEGES FOR ROLE cse_owner GRANT USAGE ON SEQUENCES TO cse_app;
-- A statement that somebody managed to inject leaves nothing on its connection for the next person's request: no table of
-- its own that stands before the portal's, no other question under the name of one that was prepared, no lock for which
-- others wait while the connection waits for its next request. Nor does it read what other connections ask just now, whose
-- words hold what people write.
DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$;
REVOKE SELECT ON pg_stat_activity, pg_prepared_statements FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION pg_stat_get_activity, pg_stat_get_backend_activity, pg_prepared_statement FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION
    pg_advisory_lock(bigint), pg_advisory_lock(int, int), pg_advisory_lock_shared(bigint),
    pg_advisory_lock_shared(int, int), pg_try_advisory_lock(bigint), pg_try_advisory_lock(int, int),
    pg_try_advisory_lock_shared(bigint), pg_try_advisory_lock_shared(int, int) FROM PUBLIC;
GRANT SELECT ON pg_stat_activity TO pg_monitor;
GRANT EXECUTE ON FUNCTION pg_stat_get_activity, pg_stat_get_backend_activity TO pg_monitor;
