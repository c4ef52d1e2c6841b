import fp from 'fastify-plugin';
import { query } from '../../database/json.ts';

/** How long things are kept after they have served, in the words of the database; told to people in our privacy page. */
export const KEPT: { table: string; key: string; column: string; after: string }[] = [
  { table: 'sign_ups', key: 'token_hash', column: 'expires_at', after: '0 days' },
  { table: 'sessions', key: 'id', column: 'expires_at', after: '0 days' },
  { table: 'devices', key: 'secret_hash, person_id', column: 'used_at', after: '365 days' },
  { table: 'recoveries', key: 'token_hash', column: 'expires_at', after: '0 days' },
  { table: 'attempts', key: 'key', column: 'until_at', after: '0 days' },
  { table: 'idempotency_keys', key: 'person_id, key', column: 'created_at', after: '1 day' },
  { table: 'invitations', key: 'id', column: 'expires_at', after: '30 days' },
  { table: 'notifications', key: 'id', column: 'at', after: '180 days' },
  { table: 'forum_edits', key: 'subject_id, version', column: 'at', after: '365 days' },
  { table: 'threads', key: 'id', column: 'removed_at', after: '365 days' },
  { table: 'posts', key: 'id', column: 'removed_at', after: '365 days' },
  { table: 'unsubscriptions', key: 'token_hash', column: 'expires_at', after: '0 days' },
  { table: 'notices', key: 'id', column: 'ends_at', after: '30 days' },
  { table: 'audit_log', key: 'id', column: 'at', after: '365 days' },
  { table: 'together_presence', key: 'course_id, server_id', column: 'at', after: '1 hour' },
];
const HOUR_SECONDS = 3600;
/** Rows that go in one statement, so that none holds others up for long. */
const ROWS = 1000;

/** Removes what has been kept long enough, once an hour. */
export const retention = fp(
  async (app) => {
    app.every(HOUR_SECONDS, 'retention', async () => {
      for (const { table, key, column, after } of KEPT) {
        const old = `${column} < now() - interval '${after}'`;
        const remove = `delete from ${table} where (${key}) in (select ${key} from ${table} where ${old} limit ${ROWS}) returning 1`;
        let removed = ROWS;
        while (removed === ROWS) removed = (await query(app.db, remove)).length;
      }
    });
  },
  { name: 'retention', dependencies: ['jobs'] },
);
