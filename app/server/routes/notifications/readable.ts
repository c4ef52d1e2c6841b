import { type Sql, sql } from '#server/database/sql.ts';
import { visibleTo } from '../courses/visibility.ts';

/** Notifications `n`, all or some, with the threads and courses that they tell of. */
export const notified = (rows: Sql): Sql =>
  sql`${rows} n join threads t on t.id = n.thread_id join courses c on c.id = t.course_id`;

/** What a notification tells of is still there, and the person may still read it. */
export const readableBy = (person: Sql): Sql => sql`t.removed_at is null and ${visibleTo(person)}
  and not exists (select 1 from posts gone where gone.id = n.post_id and gone.removed_at is not null)`;
