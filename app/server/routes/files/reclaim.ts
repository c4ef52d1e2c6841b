import type { FastifyInstance } from 'fastify';
import { query } from '../../database/json.ts';

/** How long an upload waits for its next piece: lessons come weekly, and whoever was cut off at one goes on at the next. */
export const UPLOAD_DAYS = 7;
/** For how long something unnamed may lie there: an upload that is just being finished is no waste. */
const GRACE_HOURS = 24;

/** Gives back the room of what nothing names: uploads that never ended, files that were deleted, smaller pictures of them. */
export async function reclaim(
  app: FastifyInstance,
  { graceHours = GRACE_HOURS }: { graceHours?: number } = {},
): Promise<void> {
  const old = Date.now() - graceHours * 3_600_000;
  await query(app.db, `delete from uploads where last_piece_at < now() - $1::int8 * interval '24 hours'`, [
    UPLOAD_DAYS,
  ]);
  for (const prefix of ['uploads/', 'files/', 'resized/']) {
    for await (const { key, writtenAt } of app.files.list(prefix)) {
      if (writtenAt.getTime() > old) continue;
      const id = key.split('/')[1]!;
      const [named] = await query(
        app.db,
        prefix === 'uploads/' ? 'select 1 from uploads where id = $1' : 'select 1 from files where key = $1',
        [prefix === 'uploads/' ? id : `files/${id}`],
      );
      if (!named) await app.files.remove(key);
    }
  }
}
