import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { audit } from '#server/audit.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { countAttempt } from '#server/security/attempts.ts';
import { Fields, Id, Moment, Nothing } from '#shared/schemas/common.ts';
import { CourseItem } from '#shared/schemas/course.ts';
import { KnownPassword } from '#shared/schemas/person.ts';
import { askErasure, coursesGoing, ERASURE_DAYS, eraseDue, tellOfErasure } from './erasure.ts';
import { exportOf } from './export.ts';
import { exportWithFiles } from './export-files.ts';
import { checkOwnPassword } from './own-password.ts';

const HOUR_SECONDS = 3600;
const EXPORTS = { max: 10, minutes: 60 };

/** What the law gives everyone: one's data to take along, and an end to them. */
export const privacy: FastifyPluginAsyncTypebox = async (app) => {
  app.every(HOUR_SECONDS, 'erasure', () => eraseDue(app));

  app.get(
    '/export',
    {
      config: { access: 'me.read' },
      schema: {
        tags: ['me'],
        summary: 'Everything that is kept of me, to take along',
        response: {
          200: Type.Unsafe<Readable>(Type.Object({}, { additionalProperties: true })),
          ...refuses(401, 429),
        },
      },
    },
    async (request, reply) => {
      const { id } = signedIn(request);
      await countAttempt(app.db, 'export', id, EXPORTS);
      reply.header('content-disposition', 'attachment; filename="fredu.json"');
      reply.type('application/json; charset=utf-8');
      return reply.send(Readable.from(exportOf(app.db, id)));
    },
  );

  app.get(
    '/export.zip',
    {
      config: { access: 'me.read' },
      schema: {
        tags: ['me'],
        summary: 'Everything that is kept of me, with the bytes of the files that I added, to take along',
        description:
          'An archive that is written while it is sent: a line that breaks begins again. Each file by itself is had at `/files/{id}`, in parts too.',
        response: {
          200: {
            description: 'A ZIP archive',
            content: {
              'application/zip': { schema: Type.Unsafe<Readable>({ type: 'string', format: 'binary' }) },
            },
          },
          ...refuses(401, 429),
        },
      },
    },
    async (request, reply) => {
      const { id, language } = signedIn(request);
      await countAttempt(app.db, 'export', id, EXPORTS);
      reply.header('content-disposition', 'attachment; filename="fredu.zip"');
      reply.type('application/zip');
      const parts = {
        db: app.db,
        files: app.files,
        onError: (error: unknown) => request.log.error(error, 'an export ended early'),
      };
      return reply.send(exportWithFiles(parts, { id, language }));
    },
  );

  app.post(
    '/erasure',
    {
      config: { access: 'me.change' },
      schema: {
        tags: ['me'],
        summary: `Have my account erased in ${ERASURE_DAYS} days; what I wrote in threads stays without my name`,
        body: Fields({ password: KnownPassword }, { examples: [{ password: 'trois chats verts 42' }] }),
        response: {
          202: Fields({
            eraseAt: Moment,
            courses: Type.Array(Fields({ id: Id, title: CourseItem.properties.title }), {
              description:
                'What nobody else writes and goes with me, unless I or an administrator hand it on by then; those who follow it are notified',
            }),
          }),
          ...refuses(400, 401, 403, 409, 413, 415, 429),
        },
      },
    },
    async (request, reply) => {
      const { id } = signedIn(request);
      await checkOwnPassword(app.db, id, request.body.password);
      const { at: eraseAt, wasAsked } = await transaction(app.db, async (db) => {
        const asked = await askErasure(db, id);
        await audit(request, { action: 'person.erasure-asked', subject: { kind: 'person', id } }, db);
        return asked;
      });
      if (!wasAsked) app.later('tell of an erasure', () => tellOfErasure(app, id, new Date(eraseAt)));
      return reply.code(202).send({ eraseAt, courses: await coursesGoing(app.db, id) });
    },
  );

  app.delete(
    '/erasure',
    {
      config: { access: 'me.change' },
      schema: {
        tags: ['me'],
        summary: 'Keep my account after all',
        response: { 204: Nothing, ...refuses(400, 401, 403, 429) },
      },
    },
    async (request, reply) => {
      const { id } = signedIn(request);
      await transaction(app.db, async (db) => {
        await query(db, sql`update people set erase_at = null where id = $1`, [id]);
        await audit(request, { action: 'person.erasure-withdrawn', subject: { kind: 'person', id } }, db);
      });
      return reply.code(204).send(null);
    },
  );
};
