-- What each SQL user may do.

-- Applied by root at every change of the tree; running it again changes nothing.

-- The database belongs to the migrations, and to nobody by default.
CREATE DATABASE IF NOT EXISTS fredu;
ALTER DATABASE fredu OWNER TO migrations;
REVOKE CONNECT ON DATABASE fredu FROM public;
USE fredu;
REVOKE CREATE ON SCHEMA public FROM public;
GRANT CREATE, USAGE ON SCHEMA public TO migrations;

-- The app uses what the migrations make, now and later; it cannot change the schema.
GRANT CONNECT ON DATABASE fredu TO education;
GRANT USAGE ON SCHEMA public TO education;
ALTER DEFAULT PRIVILEGES FOR ROLE migrations IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO education;

-- State without data: statement and contention statistics, jobs, ranges.
GRANT SYSTEM VIEWACTIVITYREDACTED, VIEWCLUSTERMETADATA TO monitoring;

-- A drill restores into a database of its own, then drops it.
GRANT SYSTEM BACKUP, RESTORE TO backup;
GRANT USAGE ON EXTERNAL CONNECTION backups TO backup;
