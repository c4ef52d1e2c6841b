import type { FastifyInstance } from 'fastify';
import { type Queryable, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import type { Language } from '#shared/problem.ts';
import { readSettings } from '../admin/settings.ts';
import { teacherWaitsLetter } from './letters.ts';

/** Whether somebody who says that they teach has to wait until an administrator says so too. */
export async function waitsToTeach(
  db: Queryable,
  { email, role }: { email: string; role: string },
): Promise<boolean> {
  if (role !== 'teacher') return false;
  const { teachers, domains } = await readSettings(db);
  const host = email.slice(email.lastIndexOf('@') + 1);
  // `academie.fr` stands for all below it, and for nothing that only ends alike.
  return (
    teachers === 'confirmed' && !domains.some((domain) => host === domain || host.endsWith(`.${domain}`))
  );
}

const ADMINISTRATORS = sql`select email, language from people
  where role = 'administrator' and suspended_at is null and erase_at is null`;

/** Tells the administrators that somebody waits. */
export async function tellOfTeacher(app: FastifyInstance): Promise<void> {
  const url = app.pageUrl('/administration?partie=enseignants');
  for (const { email, language } of await query<{ email: string; language: Language }>(
    app.db,
    ADMINISTRATORS,
  ))
    app.later('tell of somebody who wants to teach', () =>
      app.mail.send(teacherWaitsLetter(email, language, { url })),
    );
}
