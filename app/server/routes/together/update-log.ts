import * as Y from 'yjs';
import type { Database } from '#server/database/database.ts';
import { type Queryable, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { DOCUMENT_BYTES_MAX } from '#shared/schemas/together.ts';
import { applyAll } from './update-check.ts';

/** Updates after which a document is written as one. */
export const COMPACT_AFTER = 200;

/** One statement, so one transaction: the number, and the update under it, or neither. */
const INSERT_UPDATE = sql`with numbered as (
    update together_documents set last_seq = last_seq + 1, bytes = bytes + length($2::bytea)
    where course_id = $1 and bytes + length($2::bytea) <= $3::int8 returning last_seq)
  insert into together_updates (course_id, seq, content) select $1, last_seq, $2 from numbered returning seq`;
/** The snapshot stands in a row of its own, once, whatever came after it; its number is below all that is still kept beside it. */
const UPDATES_SINCE = sql`with known as (select * from unnest($1::uuid[], $2::int8[]) as k (course_id, seq))
  select d.course_id as "courseId", d.snapshot_seq as seq, d.snapshot as content
  from known k join together_documents d on d.course_id = k.course_id where d.snapshot_seq > k.seq
  union all select u.course_id, u.seq, u.content
  from known k join together_updates u on u.course_id = k.course_id and u.seq > k.seq
  order by 1, 2`;

/** Keeps an update for good, and gives its number; undefined when the document would be too large with it. */
export async function append(
  db: Queryable,
  courseId: string,
  update: Uint8Array,
): Promise<number | undefined> {
  return (
    await query<{ seq: number }>(db, INSERT_UPDATE, [courseId, Buffer.from(update), DOCUMENT_BYTES_MAX])
  )[0]?.seq;
}

/** What a document gained. */
export interface Gain {
  /** The number of the last update in it. */
  seq: number;
  updates: Uint8Array[];
}

/** What documents gained since the numbers that are known of them, in one statement. -1 is for nothing known at all. */
export async function since(db: Queryable, known: Map<string, number>): Promise<Map<string, Gain>> {
  const found = await query<{ courseId: string; seq: number; content: Buffer | null }>(db, UPDATES_SINCE, [
    [...known.keys()],
    [...known.values()],
  ]);
  const gains = new Map<string, Gain>();
  for (const { courseId, seq, content } of found) {
    const gain = gains.get(courseId) ?? { seq, updates: [] };
    gains.set(courseId, gain);
    gain.seq = seq;
    // A document that was never written as one has no snapshot yet.
    if (content) gain.updates.push(content);
  }
  return gains;
}

/** A document as it is kept, with the number of its last update, and why updates had to be left out. */
export interface Loaded {
  doc: Y.Doc;
  seq: number;
  leftOut: unknown[];
}
/** Reads a document from the snapshot and the updates. What cannot be taken in locks nobody out of the rest. */
export async function load(db: Queryable, courseId: string): Promise<Loaded | undefined> {
  const gain = (await since(db, new Map([[courseId, -1]]))).get(courseId);
  if (!gain) return undefined;
  const doc = new Y.Doc();
  const leftOut: unknown[] = [];
  doc.transact(() => applyAll(doc, gain.updates, (error) => leftOut.push(error)));
  return { doc, seq: gain.seq, leftOut };
}

/** Writes a document as one snapshot in place of its updates. Servers that know less find the snapshot instead. */
export async function compact(database: Database, courseId: string): Promise<void> {
  await transaction(database, async (db) => {
    // Held, so that no update slips in between what is read and what is removed.
    await query(db, sql`select 1 from together_documents where course_id = $1 for update`, [courseId]);
    const loaded = await load(db, courseId);
    if (!loaded) return;
    const snapshot = Buffer.from(Y.encodeStateAsUpdate(loaded.doc));
    loaded.doc.destroy();
    await query(
      db,
      sql`update together_documents set snapshot = $2, snapshot_seq = $3, bytes = length($2::bytea) where course_id = $1`,
      [courseId, snapshot, loaded.seq],
    );
    await query(db, sql`delete from together_updates where course_id = $1 and seq <= $2`, [
      courseId,
      loaded.seq,
    ]);
  });
}
