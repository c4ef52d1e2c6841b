import type { FastifyInstance, FastifyRequest } from 'fastify';
import { audit } from '#server/audit.ts';
import { invalidate } from '#server/cache/cache.ts';
import type { Transaction } from '#server/database/database.ts';
import { now } from '#server/database/now.ts';
import { type Queryable, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { bytesOf } from '#server/store/store.ts';
import { shownAs } from '#shared/markdown/media.ts';
import { Refusal } from '#shared/problem.ts';
import { ownCourse } from '../courses/own-course.ts';
import { COURSE_LISTS } from '../courses/read.ts';
import { isPublic } from '../courses/visibility.ts';
import { freeName } from './names.ts';
import { checksumWrong, fileKindDiffers, subtitlesUnreadable, uploadUnknown } from './problems.ts';
import {
  isSubRip,
  SUBTITLES_BYTES_MAX,
  type SubtitleFault,
  subRipFault,
  subtitleFault,
} from './subtitles.ts';
import { sniffed } from './types.ts';
import type { UploadStore } from './upload-store.ts';

/** An upload of which every byte is here. */
export interface Arrived {
  id: string;
  courseId: string;
  name: string;
  size: number;
  sha256: string | null;
  /** The file that it takes the place of. */
  replaces: string | null;
}

/**
 * Makes a file of the course of an upload that has arrived, once, however often and from wherever it is asked for. Where the name was
 * taken meanwhile the file gets a free one: nobody sends four gibibytes twice.
 * @throws a refusal, and keeps nothing, for bytes that are not what their sender announced, and for subtitles that no browser shows
 */
export async function finish(
  { app, store, request }: { app: FastifyInstance; store: UploadStore; request: FastifyRequest },
  upload: Arrived,
): Promise<void> {
  const key = `files/${upload.id}`;
  let isShown: boolean;
  try {
    const { head, sha256 } = await store.assemble(upload.id, key, upload.size);
    if (upload.sha256 !== null && upload.sha256 !== sha256) throw checksumWrong({});
    const media_type = await sniffed(head);
    if (media_type === 'text/vtt' || /\.vtt$/i.test(upload.name))
      await checkSubtitles(app, key, { size: upload.size, faultOf: subtitleFault });
    else if (isSubRip(upload.name))
      await checkSubtitles(app, key, { size: upload.size, faultOf: subRipFault });
    isShown = await transaction(app.db, async (db) => {
      // Of two who ask at once one finds it.
      const [mine] = await query(db, sql`delete from uploads where id = $1 returning id`, [upload.id]);
      if (!mine) {
        if (!(await stands(db, key))) throw uploadUnknown({});
        // The server that made it may have died before it said so.
        return true;
      }
      // One who is no author any more adds nothing, however long ago they began.
      const course = await ownCourse(db, { courseId: upload.courseId, personId: signedIn(request).id });
      const bytes = { media_type, size: upload.size, sha256, key, uploaded_by: signedIn(request).id };
      const replaced = upload.replaces && (await replace(db, upload, bytes));
      if (replaced) {
        await audit(request, { action: 'file.replaced', subject: { kind: 'file', id: replaced } }, db);
        return isPublic(course);
      }
      const names = await query<{ name: string }>(db, sql`select name from files where course_id = $1`, [
        upload.courseId,
      ]);
      const name = freeName(upload.name, new Set(names.map((file) => file.name)));
      const { id } = await db
        .insertInto('files')
        .values({ ...bytes, course_id: upload.courseId, name })
        .returning('id')
        .executeTakeFirstOrThrow();
      await audit(request, { action: 'file.added', subject: { kind: 'file', id } }, db);
      return isPublic(course);
    });
  } catch (error) {
    // The server that finished it meanwhile took the pieces away that were still being read here.
    if (!(await stands(app.db, key))) {
      if (error instanceof Refusal) {
        await store.remove(upload.id);
        await app.files.remove(key);
      }
      throw error;
    }
    isShown = true;
  }
  if (isShown) await invalidate(app.cache, COURSE_LISTS);
  // The file stands; what is left of its pieces is found by the garbage collection.
  app.later('remove the pieces of a file', () => store.remove(upload.id));
}

/**
 * Gives a file other bytes, and says which; nothing where it is gone by now, and what came is a new one. The bytes before are given back
 * with the room of files. @throws a refusal where its texts show it as something else
 */
async function replace(
  db: Transaction,
  { replaces, courseId }: Arrived,
  bytes: { media_type: string; size: number; sha256: string; key: string; uploaded_by: string },
): Promise<string | undefined> {
  const [file] = await query<{ id: string; mediaType: string }>(
    db,
    sql`select id, media_type as "mediaType" from files where id = $1 and course_id = $2 for update`,
    [replaces, courseId],
  );
  if (!file) return undefined;
  const kindOf = (mediaType: string) => shownAs(mediaType) ?? mediaType;
  if (kindOf(file.mediaType) !== kindOf(bytes.media_type)) throw fileKindDiffers({});
  await db
    .updateTable('files')
    .set({ ...bytes, created_at: now })
    .where('id', '=', file.id)
    .execute();
  await db.updateTable('courses').set({ updated_at: now }).where('id', '=', courseId).execute();
  return file.id;
}

const stands = async (db: Queryable, key: string): Promise<boolean> =>
  (await query(db, sql`select 1 from files where key = $1`, [key])).length > 0;

async function checkSubtitles(
  app: FastifyInstance,
  key: string,
  { size, faultOf }: { size: number; faultOf(bytes: Uint8Array): SubtitleFault | undefined },
): Promise<void> {
  if (size > SUBTITLES_BYTES_MAX) throw subtitlesUnreadable({ line: 1, fault: 'header' });
  const fault = faultOf(await bytesOf(app.files, key));
  if (fault) throw subtitlesUnreadable(fault);
}
