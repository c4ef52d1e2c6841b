import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { Id, Nothing } from '#shared/schemas/common.ts';
import { Note } from '#shared/schemas/home.ts';
import { sectionUnknown } from './problems.ts';
import { visibleTo } from './visibility.ts';

const SECTION = sql`from courses c join sections s on s.course_id = c.id where c.id = $2 and s.id = $3 and ${visibleTo(sql`$1`)}`;
const NOTE = sql`select coalesce((select n.body from notes n where n.person_id = $1 and n.course_id = c.id and n.section_id = s.id), '') as body ${SECTION}`;
const UPSERT_NOTE = sql`insert into notes (person_id, course_id, section_id, body) select $1::uuid, c.id, s.id, $4::text ${SECTION}
  on conflict (person_id, course_id, section_id) do update set body = excluded.body, updated_at = now() returning 1`;
const DELETE_EMPTY = sql`delete from notes where person_id = $1 and course_id = $2 and section_id = $3 and body = ''`;

const params = Type.Object({ id: Id, sectionId: Id });

/** What somebody notes for themselves beside a section that they may read. Nobody else is shown it. */
export const notes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:id/sections/:sectionId/note',
    {
      config: { access: 'courses.follow' },
      schema: {
        tags: ['courses'],
        summary: 'What I noted for myself beside a section; empty where I noted nothing',
        params,
        response: { 200: Note, ...refuses(400, 401, 404) },
      },
    },
    async (request) => {
      const { id, sectionId } = request.params;
      const [note] = await query<{ body: string }>(app.db, NOTE, [signedIn(request).id, id, sectionId]);
      if (!note) throw sectionUnknown({});
      return note;
    },
  );

  app.put(
    '/:id/sections/:sectionId/note',
    {
      config: { access: 'courses.follow' },
      schema: {
        tags: ['courses'],
        summary: 'Note something for myself beside a section, in the place of what I noted before',
        params,
        body: Note,
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const { id, sectionId } = request.params;
      const { body } = request.body;
      const key = [signedIn(request).id, id, sectionId];
      const kept = await query(app.db, UPSERT_NOTE, [...key, body]);
      if (kept.length === 0) throw sectionUnknown({});
      if (body === '') await query(app.db, DELETE_EMPTY, key);
      return reply.code(204).send(null);
    },
  );
};
