import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Transaction } from '#server/database/database.ts';
import { latestFirst, pageOf, readItems } from '#server/database/pagination.ts';
import { moment, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { sendJson } from '#server/reply.ts';
import { pageQuery } from '#server/schemas/page.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { Id, IdParams, Nothing } from '#shared/schemas/common.ts';
import { FollowerPage, ProgressChange, ScoreChange } from '#shared/schemas/course.ts';
import { mustBeAuthor } from './own-course.ts';
import { courseUnknown, notEnrolled, ownCourse as ownCourseProblem, sectionUnknown } from './problems.ts';
import { rate } from './ratings.ts';
import { isAuthor, isEnrolled, visibleTo } from './visibility.ts';

const INSERT_ENROLMENT = sql`insert into enrolments (course_id, person_id)
  select c.id, $2 from courses c where c.id = $1 and c.state = 'published' and c.visibility = 'public'
  on conflict (person_id, course_id) do nothing`;
/** What somebody is to a course that they may see. */
const STANDING = sql`select ${isAuthor(sql`$2`)} as author, ${isEnrolled(sql`$2`)} as enrolled
  from courses c where c.id = $1 and ${visibleTo(sql`$2`)}`;
interface Standing {
  author: boolean;
  enrolled: boolean;
}

/** Who leaves meanwhile has marked nothing. */
const INSERT_PROGRESS = sql`insert into section_progress (person_id, course_id, section_id)
  select e.person_id, e.course_id, $3 from enrolments e where e.person_id = $1 and e.course_id = $2 for update of e
  on conflict (person_id, course_id, section_id) do nothing`;
const DELETE_PROGRESS = sql`delete from section_progress where person_id = $1 and course_id = $2 and section_id = $3`;
/** The section was removed while it was marked. @see https://www.postgresql.org/docs/18/errcodes-appendix.html: foreign_key_violation */
const NO_SUCH_ROW = '23503';

const FOLLOWERS = {
  ...latestFirst(sql`e.at`, sql`e.person_id`),
  item: sql`json_build_object('person', json_build_object('id', p.id, 'name', p.name), 'at', ${moment(sql`e.at`)},
    'doneCount', (select count(*) from section_progress g where g.person_id = p.id and g.course_id = e.course_id))`,
  from: sql`from enrolments e join people p on p.id = e.person_id
    where e.course_id = $1 and exists (select 1 from course_authors a where a.course_id = $1 and a.person_id = $2)`,
};

/** Takes somebody out of a course that they follow, or does nothing: their progress and their rating go with them. */
export async function leave(
  db: Transaction,
  { courseId, personId }: { courseId: string; personId: string },
): Promise<void> {
  await rate(db, { courseId, personId, score: null });
  // Who marks a section locks the enrolment: what they marked meanwhile is removed after it.
  for (const table of ['enrolments', 'section_progress', 'former_progress', 'places'] as const) {
    await db.deleteFrom(table).where('course_id', '=', courseId).where('person_id', '=', personId).execute();
  }
}

/** Courses as students follow them: enrolling, working through the sections, rating. */
export const following: FastifyPluginAsyncTypebox = async (app) => {
  const standing = async (id: string, personId: string): Promise<Standing> => {
    const [found] = await query<Standing>(app.db, STANDING, [id, personId]);
    if (!found) throw courseUnknown({ id });
    return found;
  };

  app.put(
    '/:id/enrolment',
    {
      config: { access: 'courses.follow' },
      schema: {
        tags: ['courses'],
        summary: 'Enrol in a public course; into others an invitation leads',
        params: IdParams,
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 409, 415, 413, 429) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = signedIn(request);
      if ((await standing(id, person.id)).author) throw ownCourseProblem({});
      await query(app.db, INSERT_ENROLMENT, [id, person.id]);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/:id/enrolment',
    {
      config: { access: 'courses.follow' },
      schema: {
        tags: ['courses'],
        summary: 'Leave a course; my progress and my rating go with me',
        params: IdParams,
        response: { 204: Nothing, ...refuses(400, 401, 403, 429) },
      },
    },
    async (request, reply) => {
      const courseId = request.params.id;
      const personId = signedIn(request).id;
      await transaction(app.db, (db) => leave(db, { courseId, personId }));
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/:id/sections/:sectionId/progress',
    {
      config: { access: 'courses.follow' },
      schema: {
        tags: ['courses'],
        summary: 'Mark a section as worked through, or not',
        params: Type.Object({ id: Id, sectionId: Id }),
        body: ProgressChange,
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 409, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const { id, sectionId } = request.params;
      const personId = signedIn(request).id;
      if (!(await standing(id, personId)).enrolled) throw notEnrolled({});
      const [section] = await query(app.db, sql`select 1 from sections where id = $1 and course_id = $2`, [
        sectionId,
        id,
      ]);
      if (!section) throw sectionUnknown({});
      const { done } = request.body;
      await query(app.db, done ? INSERT_PROGRESS : DELETE_PROGRESS, [personId, id, sectionId]).catch(
        (error) => {
          throw (error as { code?: string }).code === NO_SUCH_ROW ? sectionUnknown({}) : error;
        },
      );
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/:id/rating',
    {
      config: { access: 'courses.rate' },
      schema: {
        tags: ['courses'],
        summary: 'Rate a course that I follow, out of 100; rating again changes my rating',
        params: IdParams,
        body: ScoreChange,
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 409, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const courseId = request.params.id;
      const personId = signedIn(request).id;
      await standing(courseId, personId);
      await transaction(app.db, (db) => rate(db, { courseId, personId, score: request.body.score }));
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/:id/rating',
    {
      config: { access: 'courses.rate' },
      schema: {
        tags: ['courses'],
        summary: 'Take my rating back',
        params: IdParams,
        response: { 204: Nothing, ...refuses(400, 401, 403, 429) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await transaction(app.db, (db) =>
        rate(db, { courseId: id, personId: signedIn(request).id, score: null }),
      );
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/:id/followers',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: 'Who follows a course of mine, the latest first, and how far they are',
        params: IdParams,
        querystring: Type.Object(pageQuery('moment', 'id'), { additionalProperties: false }),
        response: { 200: FollowerPage, ...refuses(400, 401, 403, 404) },
      },
    },
    async (request, reply) => {
      const courseId = request.params.id;
      const personId = signedIn(request).id;
      const found = await readItems(app.db, FOLLOWERS, [courseId, personId], request.query);
      if (found.length === 0) await mustBeAuthor(app.db, { courseId, personId });
      return sendJson(reply, pageOf(found, request.query));
    },
  );
};
