import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { problemKind } from '../../problems/problem.ts';
import { sendJson } from '../../reply.ts';
import { Id } from '../../schemas/common.ts';
import { Course, CoursePage } from '../../schemas/course.ts';
import { PageQuery } from '../../schemas/page.ts';
import { refuses } from '../../schemas/refuses.ts';
import { readCourse, readCourses } from './read.ts';

const courseUnknown = problemKind<{ id: string }>('course-unknown', 404, {
  fr: {
    title: 'Cours introuvable',
    detail: ({ id }) => `Aucun cours public n’a l’identifiant ${id}. Il a peut-être été retiré.`,
  },
  en: {
    title: 'Course not found',
    detail: ({ id }) => `No public course has the id ${id}. It may have been withdrawn.`,
  },
});

/** Courses as anyone reads them: `/courses`. */
export const courses: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      config: { access: 'courses.read' },
      schema: {
        tags: ['courses'],
        summary: 'The public courses, the newest first',
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: CoursePage, ...refuses(400) },
      },
    },
    async ({ query: { cursor, limit = 20 } }, reply) =>
      sendJson(reply, await readCourses(app.db, { cursor, limit })),
  );

  app.get(
    '/:id',
    {
      config: { access: 'courses.read' },
      schema: {
        tags: ['courses'],
        summary: 'A public course with its authors, sections and files',
        params: Type.Object({ id: Id }),
        response: { 200: Course, ...refuses(400, 404) },
      },
    },
    async ({ params: { id } }, reply) => {
      const course = await readCourse(app.db, id);
      if (!course) throw courseUnknown({ id });
      return sendJson(reply, course);
    },
  );
};
