import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { audit } from '#server/audit.ts';
import type { Transaction } from '#server/database/database.ts';
import { now } from '#server/database/now.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { versionRead } from '#server/plugins/app/etags.ts';
import { sendJson } from '#server/reply.ts';
import { pageQuery } from '#server/schemas/page.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { Id, IdParams, IfMatch } from '#shared/schemas/common.ts';
import {
  Course,
  CourseChange,
  NewCourse,
  Revision,
  RevisionPage,
  Sections,
  StateChange,
} from '#shared/schemas/course.ts';
import { changeCourse, createCourse, mustHaveContent, replaceSections, restoreContent } from './content.ts';
import { editOwnCourse, type OwnCourse, ownVersion } from './own-course.ts';
import { courseUnknown, revisionUnknown, stateForbids } from './problems.ts';
import { courseReader } from './read.ts';
import { readContent, readRevision, readRevisions } from './revisions.ts';
import { reindexCourses } from './search-index.ts';

type State = OwnCourse['state'];
/** What may become of a course: published and back, archived and back, deleted and, until its grace is over, a draft again. */
const NEXT: Record<State, State[]> = {
  draft: ['published', 'deleted'],
  published: ['draft', 'archived', 'deleted'],
  archived: ['published', 'deleted'],
  deleted: ['draft'],
};
/** For how long a deleted course can be taken back. */
const GRACE = '30 days';
const HOUR_SECONDS = 3600;
const MINUTE_SECONDS = 60;
const changing = [400, 401, 403, 404, 413, 415, 429];

/** Courses as their authors write them. */
export const authoring: FastifyPluginAsyncTypebox = async (app) => {
  const readCourse = courseReader(app.db);
  app.every(HOUR_SECONDS, 'deleted courses', () =>
    query(app.db, sql`delete from courses where state = 'deleted' and state_at < now() - $1::interval`, [
      GRACE,
    ]),
  );

  app.every(MINUTE_SECONDS, 'words of courses', () => reindexCourses(app));

  const answer = async (request: FastifyRequest, reply: FastifyReply, id: string) => {
    const course = await readCourse(id, signedIn(request).id);
    if (!course) throw courseUnknown({ id });
    return sendJson(reply, course);
  };
  /** Edits the version of a course of one's own that `If-Match` names, and answers with the course. */
  const edit = async (
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply,
    change: (db: Transaction, course: OwnCourse) => Promise<OwnCourse>,
  ) => {
    const courseId = request.params.id;
    const asked = { courseId, personId: signedIn(request).id, version: versionRead(request) };
    await editOwnCourse(app, (db) => ownVersion(db, asked), change);
    return answer(request, reply, courseId);
  };

  app.post(
    '',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: 'Begin a course; it is a draft that its authors alone see',
        body: NewCourse,
        response: { 201: Course, ...refuses(...changing) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const id = await transaction(app.db, (db) => createCourse(db, person.id, request.body));
      reply.code(201).header('location', `/api/v1/courses/${id}`);
      return answer(request, reply, id);
    },
  );

  app.patch(
    '/:id',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: 'Change what a course of mine says of itself',
        params: IdParams,
        headers: IfMatch,
        body: CourseChange,
        response: { 200: Course, ...refuses(...changing, 412, 428) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { visibility } = request.body;
      return edit(request, reply, async (db, course) => {
        const edited = await changeCourse(db, course, request.body);
        if (!visibility || visibility === course.visibility) return edited;
        const details = { visibility, former: course.visibility };
        await audit(
          request,
          { action: 'course.visibility-changed', subject: { kind: 'course', id }, details },
          db,
        );
        return edited;
      });
    },
  );

  app.put(
    '/:id/sections',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: 'Replace the sections of a course of mine, in their order',
        params: IdParams,
        headers: IfMatch,
        body: Sections,
        response: { 200: Course, ...refuses(...changing, 409, 412, 428) },
      },
    },
    (request, reply) => edit(request, reply, (db, course) => replaceSections(db, course, request.body)),
  );

  app.put(
    '/:id/state',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: `Publish, withdraw, archive or delete a course of mine; a deleted one can be taken back for ${GRACE}`,
        params: IdParams,
        headers: IfMatch,
        body: StateChange,
        response: { 200: Course, ...refuses(...changing, 409, 412, 428) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { state } = request.body;
      return edit(request, reply, async (db, course) => {
        if (!NEXT[course.state].includes(state)) throw stateForbids({ from: course.state, to: state });
        if (state === 'published') await mustHaveContent(db, id);
        await db
          .updateTable('courses')
          .set((eb) => ({
            state,
            state_at: now,
            version: course.version + 1,
            ...(state === 'published' ? { published_at: eb.fn.coalesce('published_at', now) } : {}),
          }))
          .where('id', '=', id)
          .execute();
        await audit(request, { action: `course.${state}`, subject: { kind: 'course', id } }, db);
        return { ...course, state, version: course.version + 1 };
      });
    },
  );

  app.get(
    '/:id/revisions',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: 'The versions of a course of mine, the latest first',
        params: IdParams,
        querystring: Type.Object(pageQuery('number'), { additionalProperties: false }),
        response: { 200: RevisionPage, ...refuses(400, 401, 403, 404) },
      },
    },
    async (request, reply) => {
      const authorship = { courseId: request.params.id, personId: signedIn(request).id };
      return sendJson(reply, await readRevisions(app.db, authorship, request.query));
    },
  );

  const VersionParams = Type.Object({
    id: Id,
    version: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1, examples: [2] }),
  });
  app.get(
    '/:id/revisions/:version',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: 'What a course of mine said at a version, and what differs from another one',
        params: VersionParams,
        querystring: Type.Object(
          {
            against: Type.Optional(
              Type.Integer({
                minimum: 1,
                maximum: 2 ** 31 - 1,
                examples: [1],
                description: 'Default: the one before it; changes of state have none',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: Revision, ...refuses(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const { id, version } = request.params;
      const { against } = request.query;
      const asked = { courseId: id, personId: signedIn(request).id, version, against };
      const found = await readRevision(app.db, asked);
      if (!found) throw revisionUnknown({ version });
      return found;
    },
  );

  app.post(
    '/:id/revisions/:version/restoration',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: 'Make a course of mine say again what it said at a version, as a new version',
        params: VersionParams,
        headers: IfMatch,
        response: { 200: Course, ...refuses(400, 401, 403, 404, 412, 413, 415, 428, 429) },
      },
    },
    async (request, reply) => {
      const { version } = request.params;
      return edit(request, reply, async (db, course) => {
        const asked = { courseId: course.id, personId: course.editorId, version };
        const content = await readContent(db, asked);
        if (!content) throw revisionUnknown({ version });
        return restoreContent(db, course, content);
      });
    },
  );
};
