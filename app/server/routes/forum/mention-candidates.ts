import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { byName } from '#server/collation.ts';
import { query } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { Fields, IdParams, Line } from '#shared/schemas/common.ts';
import { Author } from '#shared/schemas/course.ts';
import { isAuthor, isEnrolled, visibleTo } from '../courses/visibility.ts';
import { inCourse } from './access.ts';
import { mayNotWrite } from './problems.ts';

/** People that one question finds at most: a reader who means another one types more of the name. */
const FOUND_MAX = 8;
/** Letters with an accent and what they are without, and what parts of a name stand between. Both databases have no more than this. */
const PLAIN = (text: Sql): Sql =>
  sql`translate(lower(${text}), 'àáâãäåçèéêëìíîïñòóôõöùúûüýÿ-’.''', 'aaaaaaceeeeiiiinooooouuuuyy    ')`;
/** Whose name stands before the readers of the course anyway: its authors, and who wrote in its forum. Its authors find all who follow it. */
const IS_KNOWN = sql`(${isAuthor(sql`$2`)}
  or exists (select 1 from course_authors k where k.course_id = $1 and k.person_id = p.id)
  or exists (select 1 from threads t where t.course_id = $1 and t.author_id = p.id and t.removed_at is null)
  or exists (select 1 from posts q join threads t on t.id = q.thread_id
    where q.author_id = p.id and t.course_id = $1 and q.removed_at is null and t.removed_at is null))`;
const PEOPLE_BY_NAME = sql`select p.id, p.name from courses c
  join (select course_id, person_id from enrolments where course_id = $1 union select course_id, person_id from course_authors where course_id = $1) m
    on m.course_id = c.id
  join people p on p.id = m.person_id
  where c.id = $1 and (${isAuthor(sql`$2`)} or ${isEnrolled(sql`$2`)}) and ${visibleTo(sql`$2`)} and p.suspended_at is null and ${IS_KNOWN}
  and ' ' || ${PLAIN(sql`p.name`)} like '% ' || ${PLAIN(sql`$3::text`)} || '%'
  order by p.name, p.id limit $4`;

/** Who can be named in a course's forum. */
export const mentionCandidates: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/courses/:id/people',
    {
      config: { access: 'forum.write' },
      schema: {
        tags: ['forum'],
        summary:
          'Those of a course of mine who write it or wrote in its forum, by the beginning of a part of their name',
        description: `${FOUND_MAX} at most; its authors find all who follow it. A text names one of them by \`@[Inès Benali](id)\`.`,
        params: IdParams,
        querystring: Type.Object(
          { name: Line(100, { examples: ['Ines'] }) },
          { additionalProperties: false },
        ),
        response: { 200: Fields({ items: Type.Array(Author) }), ...refuses(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const person = signedIn(request);
      // What stands for any letter in the question stands for nothing in a name.
      const name = request.query.name.replace(/[\\%_]/g, '');
      const items = await query<{ id: string; name: string }>(app.db, PEOPLE_BY_NAME, [
        id,
        person.id,
        name,
        FOUND_MAX,
      ]);
      if (items.length === 0 && !(await inCourse(app.db, id, person)).member) throw mayNotWrite({});
      return { items: items.sort(byName) };
    },
  );
};
