import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { query, rows } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { asTyped } from '#server/plugins/app/texts.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { IdParams } from '#shared/schemas/common.ts';
import { Preview, TextToDraw } from '#shared/schemas/course.ts';
import { mustBeDrawable } from '../courses/markdown-limits.ts';
import { courseUnknown } from '../courses/problems.ts';

const OWN_COURSE = sql`select c.format,
  ${rows(
    sql`json_build_object('name', f.name, 'mediaType', f.media_type)`,
    sql`f.name`,
    sql`from files f where f.course_id = c.id`,
  )}::text as files
  from courses c join course_authors a on a.course_id = c.id
  where c.id = $1 and a.person_id = $2`;

/** What an author is writing, as its readers will see it: `/courses/:id/preview`. */
export const preview: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:id/preview',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: 'Draw a text of a course of mine without keeping it',
        params: IdParams,
        body: TextToDraw,
        response: { 200: Preview, ...refuses(400, 401, 403, 404, 413, 415, 429) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { title = '…', body } = request.body;
      const [course] = await query<{ format: string; files: string }>(app.db, OWN_COURSE, [
        id,
        signedIn(request).id,
      ]);
      if (!course) throw courseUnknown({ id });
      if (course.format === 'text') return { html: asTyped(body) };
      mustBeDrawable([{ field: 'body.body', title, body }]);
      const files = JSON.parse(course.files) as { name: string; mediaType: string }[];
      return { html: await app.drawn(body, { courseId: id, isAuthor: true, files }) };
    },
  );
};
