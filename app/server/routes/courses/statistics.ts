import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { moment, query, rows } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { sendJson } from '#server/reply.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { IdParams } from '#shared/schemas/common.ts';
import { CourseStatistics } from '#shared/schemas/course.ts';
import { csv } from './csv.ts';
import { mustBeAuthor } from './own-course.ts';
import { courseUnknown } from './problems.ts';

/** A term, as weeks from Monday to Sunday; the running one too. */
const WEEKS = 12;

const ENROLLED = sql`from enrolments e where e.course_id = c.id`;
const WEEK = sql`date_trunc('week', now()) - (w.back * interval '7 days')`;
const STATISTICS = sql`select json_build_object(
    'followers', (select count(*) ${ENROLLED}),
    'finished', (select count(*) from (select g.person_id from section_progress g where g.course_id = c.id
      group by g.person_id having count(*) >= (select greatest(count(*), 1) from sections s where s.course_id = c.id)) done),
    'weeks', ${rows(
      sql`json_build_object('from', to_char(${WEEK}, 'YYYY-MM-DD'),
        'enrolled', (select count(*) ${ENROLLED} and e.at >= ${WEEK} and e.at < ${WEEK} + interval '7 days'))`,
      sql`w.back desc`,
      sql`from generate_series(0, $3::int8 - 1) as w(back)`,
    )},
    'sections', ${rows(
      sql`json_build_object('id', s.id, 'title', s.title,
        'done', (select count(*) from section_progress g where g.section_id = s.id))`,
      sql`s.position`,
      sql`from sections s where s.course_id = c.id`,
    )},
    'unanswered', (select count(*) from threads t where t.course_id = c.id and t.removed_at is null
      and t.accepted_id is null and t.post_count = 0),
    -- Marks out of 100 in fifths; 100 itself is in the last one.
    'ratings', ${rows(
      sql`(select count(*) from ratings r where r.course_id = c.id and r.score >= 20 * f.fifth
        and (r.score < 20 * f.fifth + 20 or f.fifth = 4))`,
      sql`f.fifth`,
      sql`from generate_series(0, 4) as f(fifth)`,
    )})::text as json
  from courses c where c.id = $1 and (select true from course_authors a where a.course_id = $1 and a.person_id = $2) is true`;

/** More than any course has; what is beyond is left out rather than fill the memory. */
const FOLLOWERS_MAX = 20_000;
const FOLLOWERS = sql`select p.name, ${moment(sql`e.at`)} as at,
    (select count(*) from section_progress g where g.person_id = e.person_id and g.course_id = e.course_id) as done,
    (select r.score from ratings r where r.person_id = e.person_id and r.course_id = e.course_id) as score
  from enrolments e join people p on p.id = e.person_id where e.course_id = $1
  and (select true from course_authors a where a.course_id = $1 and a.person_id = $2) is true order by e.at, e.person_id limit $3`;

/** What authors want to know of those who follow a course. */
export const statistics: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:id/statistics',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary:
          'How a course of mine is followed: enrolments by week, sections worked through, ratings, open questions',
        params: IdParams,
        response: { 200: CourseStatistics, ...refuses(400, 401, 403, 404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const [found] = await query<{ json: string }>(app.db, STATISTICS, [id, signedIn(request).id, WEEKS]);
      if (!found) throw courseUnknown({ id });
      return sendJson(reply, found.json);
    },
  );

  app.get(
    '/:id/followers.csv',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: 'Who follows a course of mine and how far they are, for a spreadsheet',
        params: IdParams,
        response: {
          200: {
            description: 'Fields between semicolons, in UTF-8; no field is a formula',
            content: { 'text/csv': { schema: Type.String() } },
          },
          ...refuses(400, 401, 403, 404),
        },
      },
    },
    async (request, reply) => {
      const courseId = request.params.id;
      const personId = signedIn(request).id;
      const found = await query<{ name: string; at: string; done: number; score: number | null }>(
        app.db,
        FOLLOWERS,
        [courseId, personId, FOLLOWERS_MAX],
      );
      if (found.length === 0) await mustBeAuthor(app.db, { courseId, personId });
      const lines = found.map(({ name, at, done, score }) => [name, at, String(done), String(score ?? '')]);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="followers.csv"')
        .send(csv([['name', 'enrolled', 'sections done', 'mark'], ...lines]));
    },
  );
};
