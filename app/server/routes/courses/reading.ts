import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { sendJson } from '#server/reply.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { Id } from '#shared/schemas/common.ts';
import { CourseOutline, SectionText } from '#shared/schemas/course.ts';
import { courseUnknown, sectionUnknown } from './problems.ts';
import { courseReader } from './read.ts';
import { sectionReader } from './section.ts';

/** A course as it is read: what it has, and its sections one by one. */
export const reading: FastifyPluginAsyncTypebox = async (app) => {
  const readOutline = courseReader(app.db, 'outline');
  const readSection = sectionReader(app);

  app.get(
    '/:id/outline',
    {
      config: { access: 'courses.read' },
      schema: {
        tags: ['courses'],
        summary: 'A course that I may see, with what its sections are called instead of their texts',
        params: Type.Object({ id: Id }),
        response: { 200: CourseOutline, ...refuses(400, 404) },
      },
    },
    async ({ params: { id }, person, headers }, reply) => {
      const asWasJustRead = headers['if-none-match'] !== undefined;
      const course = await readOutline(id, person?.id, { asWasJustRead });
      if (!course) throw courseUnknown({ id });
      return sendJson(reply, course);
    },
  );

  app.get(
    '/:id/sections/:sectionId',
    {
      config: { access: 'courses.read' },
      schema: {
        tags: ['courses'],
        summary: 'A section of a course that I may see, its text as HTML',
        params: Type.Object({ id: Id, sectionId: Id }),
        response: { 200: SectionText, ...refuses(400, 404) },
      },
    },
    async ({ params: { id, sectionId }, person }, reply) => {
      const found = await readSection(id, sectionId, person?.id);
      if (!found) throw sectionUnknown({});
      return sendJson(reply, JSON.stringify(found.section));
    },
  );
};
