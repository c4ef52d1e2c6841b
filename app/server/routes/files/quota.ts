import { Type } from 'typebox';
import { type Queryable, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { Bytes } from '#shared/schemas/common.ts';
import { courseUnknown } from '../courses/problems.ts';
import { quotaExceeded } from './problems.ts';

/** The largest file, in bytes: an hour of lecture in good quality. */
export const FILE_BYTES_MAX = 4 * 2 ** 30;
/** What one person may keep in all, and what one course: twenty-five and five hours of lectures. */
export const PERSON_BYTES_MAX = 100 * 2 ** 30;
export const COURSE_BYTES_MAX = 20 * 2 ** 30;

const Used = Type.Object({ used: Bytes(), max: Bytes() });
/** How much is kept and how much may be, in bytes; what is on its way counts. */
export const Room = Type.Object({ fileMax: Bytes(), course: Used, person: Used });

interface Found {
  courseUsed: number;
  courseMax: number;
  personUsed: number;
  personMax: number;
}
const ROOM = sql`select coalesce(c.quota_bytes, $3)::int8 as "courseMax", coalesce(p.quota_bytes, $4)::int8 as "personMax",
  ((select coalesce(sum(f.size), 0) from files f where f.course_id = c.id)
    + (select coalesce(sum(u.size), 0) from uploads u where u.course_id = c.id))::int8 as "courseUsed",
  ((select coalesce(sum(f.size), 0) from files f where f.uploaded_by = p.id)
    + (select coalesce(sum(u.size), 0) from uploads u where u.person_id = p.id))::int8 as "personUsed"
  from courses c join course_authors a on a.course_id = c.id join people p on p.id = a.person_id
  where c.id = $1 and p.id = $2`;

/** The room that an author has in a course; nothing for one who is none. */
export async function roomOf(db: Queryable, courseId: string, personId: string) {
  const values = [courseId, personId, COURSE_BYTES_MAX, PERSON_BYTES_MAX];
  const [found] = await query<Found>(db, ROOM, values);
  if (!found) return undefined;
  const { courseUsed, courseMax, personUsed, personMax } = found;
  return {
    fileMax: FILE_BYTES_MAX,
    course: { used: courseUsed, max: courseMax },
    person: { used: personUsed, max: personMax },
  };
}

/** @throws a refusal where a file of that many bytes has no room; the person's row is held, so that two at once are counted one by one */
export async function claimRoom(
  db: Queryable,
  { courseId, personId, size }: { courseId: string; personId: string; size: number },
): Promise<void> {
  await query(db, sql`select 1 from people where id = $1 for update`, [personId]);
  const room = await roomOf(db, courseId, personId);
  if (!room) throw courseUnknown({ id: courseId });
  const { course, person } = room;
  if (course.used + size > course.max)
    throw quotaExceeded({ whose: 'course', bytesLeft: Math.max(0, course.max - course.used) });
  if (person.used + size > person.max)
    throw quotaExceeded({ whose: 'person', bytesLeft: Math.max(0, person.max - person.used) });
}
