import { POOL } from '#constructs/drain.ts';
import { because, file, seconds } from './statement.ts';

/** The SQL users; each has a client certificate of its own name, and root, which every cluster has. */
const USERS = {
  education: 'the app, through the pooler: reads and writes rows',
  migrations: 'the schema of the app: owns the database, and runs at each release',
  backup: 'checks and restores backups',
  monitoring: 'the exporters: sees state, not data',
} as const;
export type User = keyof typeof USERS;
export const users = Object.keys(USERS) as User[];

/**
 * The SQL users, none with a password: `users.sql`.
 * @see https://www.cockroachlabs.com/docs/v26.2/create-user
 */
export function usersSql(): string {
  return file(
    'The SQL users. A client certificate of that name signs in; nobody has a password.',
    ...users.map((user) =>
      because(
        `${user}: ${USERS[user]}.`,
        `CREATE USER IF NOT EXISTS ${user}`,
        `ALTER USER ${user} WITH LOGIN PASSWORD NULL`,
      ),
    ),
    because(
      'No statement of the app outlives the drain of its node.',
      `ALTER USER education SET statement_timeout = ${seconds(POOL.statementSeconds)}`,
      `ALTER USER education SET idle_in_transaction_session_timeout = ${seconds(POOL.statementSeconds)}`,
    ),
  );
}
