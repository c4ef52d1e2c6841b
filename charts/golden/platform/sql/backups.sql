-- Backups to the object store.

-- Applied by root at every change of the tree; running it again changes nothing.

-- Made once and kept up to date; the keys are in the environment of the nodes.
CREATE EXTERNAL CONNECTION IF NOT EXISTS backups AS 's3://fredu-backups/cockroachdb?AUTH=implicit&AWS_ENDPOINT=https%3A%2F%2Fs3.sxb.fredu.fr&AWS_REGION=fredu&AWS_USE_PATH_STYLE=true&AWS_SKIP_CHECKSUM=true';
ALTER EXTERNAL CONNECTION backups AS 's3://fredu-backups/cockroachdb?AUTH=implicit&AWS_ENDPOINT=https%3A%2F%2Fs3.sxb.fredu.fr&AWS_REGION=fredu&AWS_USE_PATH_STYLE=true&AWS_SKIP_CHECKSUM=true';

-- A schedule is named after its hour, so a changed hour makes a new one: the old one goes.
DROP SCHEDULES WITH schedules AS (SHOW SCHEDULES FOR BACKUP) SELECT id FROM schedules WHERE label LIKE 'fredu-backup-%' AND label != 'fredu-backup-0130';

-- Full at 01:30 UTC, incremental at the same minute of each hour. A failure is tried again at once and raises an
-- alert, for a schedule that stands still keeps garbage from being collected.
CREATE SCHEDULE IF NOT EXISTS 'fredu-backup-0130'
  FOR BACKUP INTO 'external://backups'
  RECURRING '30 * * * *'
  FULL BACKUP '30 1 * * *'
  WITH SCHEDULE OPTIONS first_run = 'now', on_execution_failure = 'retry', on_previous_running = 'wait', ignore_existing_backups, updates_cluster_last_backup_time_metric;
