-- The SQL users. A client certificate of that name signs in; nobody has a password.

-- Applied by root at every change of the tree; running it again changes nothing.

-- education: the app, through the pooler: reads and writes rows.
CREATE USER IF NOT EXISTS education;
ALTER USER education WITH LOGIN PASSWORD NULL;

-- migrations: the schema of the app: owns the database, and runs at each release.
CREATE USER IF NOT EXISTS migrations;
ALTER USER migrations WITH LOGIN PASSWORD NULL;

-- backup: checks and restores backups.
CREATE USER IF NOT EXISTS backup;
ALTER USER backup WITH LOGIN PASSWORD NULL;

-- monitoring: the exporters: sees state, not data.
CREATE USER IF NOT EXISTS monitoring;
ALTER USER monitoring WITH LOGIN PASSWORD NULL;

-- No statement of the app outlives the drain of its node.
ALTER USER education SET statement_timeout = '10s';
ALTER USER education SET idle_in_transaction_session_timeout = '10s';
