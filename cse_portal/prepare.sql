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
