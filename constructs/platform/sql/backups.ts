import { sqlString } from '#constructs/quote.ts';
import type { ObjectStores } from '#sites/model.ts';
import { because, file } from './statement.ts';

/** Name of the external connection, and what `BACKUP INTO 'external://backups'` and the restore drill say. */
export const BACKUPS = 'backups';
/** The bucket for backups of the database. Its lifecycle removes what is older than `backup.keepDays`. */
export const backupBucket = (realm: string): string => `${realm}-backups`;
/** What the names of our schedules start with. */
const PREFIX = 'fredu-backup-';

export interface BackupsProps {
  objects: ObjectStores;
  /** When the full one is made, `HH:MM` in UTC. */
  at: string;
}

/**
 * Backups to the object store: `backups.sql`. A full backup a day, an incremental one
 * each hour. The connection holds no key: `AUTH=implicit` takes the nodes' own credentials from their environment.
 *
 * It names the zone that takes writes; the other zones copy the bucket, so a backup survives the loss of any one site.
 * A promotion of another zone moves the connection by running this file of the changed tree.
 * @see https://www.cockroachlabs.com/docs/v26.2/create-schedule-for-backup
 * @see https://www.cockroachlabs.com/docs/v26.2/use-cloud-storage
 */
export function backups({ objects: { realm, primary }, at }: BackupsProps): string {
  const [hour, minute] = at.split(':').map(Number) as [number, number];
  const label = `${PREFIX}${at.replace(':', '')}`;
  const query = new URLSearchParams({
    AUTH: 'implicit',
    AWS_ENDPOINT: primary.objects.endpoint,
    // The zone group is the region of a Ceph object store.
    AWS_REGION: realm,
    // Buckets have no DNS names of their own below the gateway's.
    AWS_USE_PATH_STYLE: 'true',
    // Stores other than Amazon's may refuse the checksums that the client adds by itself.
    AWS_SKIP_CHECKSUM: 'true',
  });
  const uri = sqlString(`s3://${backupBucket(realm)}/cockroachdb?${query}`);
  return file(
    'Backups to the object store.',
    because(
      'Made once and kept up to date; the keys are in the environment of the nodes.',
      `CREATE EXTERNAL CONNECTION IF NOT EXISTS ${BACKUPS} AS ${uri}`,
      `ALTER EXTERNAL CONNECTION ${BACKUPS} AS ${uri}`,
    ),
    because(
      'A schedule is named after its hour, so a changed hour makes a new one: the old one goes.',
      `DROP SCHEDULES WITH schedules AS (SHOW SCHEDULES FOR BACKUP) SELECT id FROM schedules WHERE label LIKE ${sqlString(`${PREFIX}%`)} AND label != ${sqlString(label)}`,
    ),
    because(
      `Full at ${at} UTC, incremental at the same minute of each hour. A failure is tried again at once and raises an alert, for a schedule that stands still keeps garbage from being collected.`,
      [
        `CREATE SCHEDULE IF NOT EXISTS ${sqlString(label)}`,
        `FOR BACKUP INTO ${sqlString(`external://${BACKUPS}`)}`,
        `RECURRING ${sqlString(`${minute} * * * *`)}`,
        `FULL BACKUP ${sqlString(`${minute} ${hour} * * *`)}`,
        `WITH SCHEDULE OPTIONS first_run = 'now', on_execution_failure = 'retry', on_previous_running = 'wait', ignore_existing_backups, updates_cluster_last_backup_time_metric`,
      ].join('\n  '),
    ),
  );
}
