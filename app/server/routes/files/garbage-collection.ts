import type { FastifyInstance } from 'fastify';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';

/** How long an upload waits for its next piece: lessons come weekly, and anyone who was cut off at one goes on at the next. */
export const UPLOAD_DAYS = 7;
/** For how long something unnamed may lie there: an upload that is just being finished is no waste. */
const GRACE_HOURS = 24;
/** Keys that are asked for in one statement, as many as an object store lists at once. */
const KEYS = 1000;

const UPLOADS = sql`select id as name from uploads where id = any($1::text[])`;
const FILES = sql`select key as name from files where key = any($1::text[])`;
/** Where bytes lie, and which of some names are still named. */
const NAMED = { 'uploads/': UPLOADS, 'files/': FILES, 'resized/': FILES };

/** Gives back the room of what nothing names: uploads that never ended, files that were deleted, smaller pictures of them. */
export async function collectGarbage(
  app: FastifyInstance,
  { graceHours = GRACE_HOURS }: { graceHours?: number } = {},
): Promise<void> {
  const old = Date.now() - graceHours * 3_600_000;
  await query(app.db, sql`delete from uploads where last_piece_at < now() - $1::int8 * interval '24 hours'`, [
    UPLOAD_DAYS,
  ]);
  for (const [prefix, named] of Object.entries(NAMED)) {
    let keys: string[] = [];
    const removeUnnamed = async () => {
      const names = [...new Set(keys.map(nameOf))];
      const found = await query<{ name: string }>(app.db, named, [names]);
      const kept = new Set(found.map(({ name }) => name));
      for (const key of keys) if (!kept.has(nameOf(key))) await app.files.remove(key);
      keys = [];
    };
    for await (const { key, writtenAt } of app.files.list(prefix)) {
      if (app.draining) return;
      if (writtenAt.getTime() > old) continue;
      keys.push(key);
      if (keys.length === KEYS) await removeUnnamed();
    }
    if (keys.length > 0) await removeUnnamed();
  }
}

/** What names the bytes of a key: its upload, or the key of its file. */
function nameOf(key: string): string {
  const [folder, id] = key.split('/');
  return folder === 'uploads' ? id! : `files/${id}`;
}
