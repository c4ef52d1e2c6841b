import { sqlName } from '#constructs/quote.ts';
import { BACKUPS } from './backups.ts';
import { because, file } from './statement.ts';

export interface GrantsProps {
  /** The app's database. */
  name: string;
  /** Whether the connection of the backups exists: where some site has an object store. */
  hasBackups: boolean;
}

/**
 * What each SQL user may do: `grants.sql`.
 * @see https://www.cockroachlabs.com/docs/v26.2/security-reference/authorization
 */
export function grants({ name: called, hasBackups }: GrantsProps): string {
  const name = sqlName(called);
  return file(
    'What each SQL user may do.',
    because(
      'The database belongs to the migrations, and to nobody by default.',
      `CREATE DATABASE IF NOT EXISTS ${name}`,
      `ALTER DATABASE ${name} OWNER TO migrations`,
      `REVOKE CONNECT ON DATABASE ${name} FROM public`,
      `USE ${name}`,
      'REVOKE CREATE ON SCHEMA public FROM public',
      'GRANT CREATE, USAGE ON SCHEMA public TO migrations',
    ),
    because(
      'The app uses what the migrations make, now and later; it cannot change the schema.',
      `GRANT CONNECT ON DATABASE ${name} TO education`,
      'GRANT USAGE ON SCHEMA public TO education',
      'ALTER DEFAULT PRIVILEGES FOR ROLE migrations IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO education',
    ),
    because(
      'State without data: statement and contention statistics, jobs, ranges.',
      'GRANT SYSTEM VIEWACTIVITYREDACTED, VIEWCLUSTERMETADATA TO monitoring',
    ),
    hasBackups
      ? because(
          'A drill restores into a database of its own, then drops it.',
          'GRANT SYSTEM BACKUP, RESTORE TO backup',
          `GRANT USAGE ON EXTERNAL CONNECTION ${BACKUPS} TO backup`,
        )
      : undefined,
  );
}
