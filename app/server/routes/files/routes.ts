import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { audit } from '#server/audit.ts';
import type { Transaction } from '#server/database/database.ts';
import { now } from '#server/database/now.ts';
import { query } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { bytesOf } from '#server/store/store.ts';
import { Refusal } from '#shared/problem.ts';
import { Fields, Id, IdParams, Line, Nothing, Text } from '#shared/schemas/common.ts';
import { editOwnCourse, ownCourse } from '../courses/own-course.ts';
import { visibleTo } from '../courses/visibility.ts';
import { collectGarbage } from './garbage-collection.ts';
import { checkedName, contentDisposition } from './names.ts';
import { PICTURE_BYTES_MAX, smaller, WIDTHS } from './pictures.ts';
import { fileNameTaken, fileUnknown } from './problems.ts';
import { rangeOf } from './ranges.ts';
import { References, referencesTo, renaming, rewriteReferences } from './references.ts';
import { isSubRip, SUBTITLES_BYTES_MAX, webVttOf } from './subtitles.ts';
import { isPicture, mayBeInline } from './types.ts';

const HOUR_SECONDS = 3600;
interface File {
  name: string;
  mediaType: string;
  size: number;
  sha256: string;
  key: string | null;
  createdAt: Date;
}
const fileWhere = (
  where: Sql,
) => sql`select f.name, f.media_type as "mediaType", f.size, f.sha256, f.key, f.created_at as "createdAt"
  from files f join courses c on c.id = f.course_id where ${where} and ${visibleTo(sql`$1`)}`;
const BY_ID = fileWhere(sql`f.id = $2`);
const BY_NAME = fileWhere(sql`f.course_id = $2 and f.name = $3`);
const COURSE_OF_FILE = sql`select f.course_id as "courseId" from files f where f.id = $1`;

/** Headers under which nothing of a file can run as a page of ours, whatever it is. */
const HARMLESS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; img-src 'self'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'private, no-cache',
} as const;
const Bytes = {
  description: 'The bytes of the file',
  content: {
    '*/*': { schema: Type.Unsafe<Readable | Uint8Array | string>({ type: 'string', format: 'binary' }) },
  },
};
const Query = Type.Object(
  {
    width: Type.Optional(
      Type.Unsafe<number>({ type: 'integer', enum: [...WIDTHS], description: 'A picture at most that wide' }),
    ),
    download: Type.Optional(Type.Boolean({ description: 'Save it, whatever it is' })),
    format: Type.Optional(
      Type.Unsafe<'vtt'>({
        type: 'string',
        enum: ['vtt'],
        description: 'Subtitles in SubRip as WebVTT, which browsers show',
      }),
    ),
  },
  { additionalProperties: false },
);
const Conditions = Type.Object({
  range: Type.Optional(Type.String({ maxLength: 200, examples: ['bytes=0-1023'] })),
  'if-range': Type.Optional(Type.String({ maxLength: 200, examples: ['"2jmj7l5rSw0yVb_vlWAYkK_YBwk"'] })),
  'if-modified-since': Type.Optional(
    Type.String({ maxLength: 100, examples: ['Tue, 01 Sep 2026 08:00:00 GMT'] }),
  ),
});

/** Whether the reader has the file already; a date counts only where no tag is named. @see https://www.rfc-editor.org/rfc/rfc9110 section 13.2.2 */
function isKnown(
  asked: { 'if-none-match'?: string | undefined; 'if-modified-since'?: string | undefined },
  { etag, lastModified }: { etag: string; lastModified: string },
): boolean {
  const tags = asked['if-none-match'];
  if (tags !== undefined)
    return tags.split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')));
  return Date.parse(asked['if-modified-since'] ?? '') >= Date.parse(lastModified);
}

/** What an address names a file by: its own id, or a course and its name there. */
interface Named {
  id: string;
  name?: string;
}

/** The files of courses: `/files`. Anyone who may read the course reads them. */
export const files: FastifyPluginAsyncTypebox = async (app) => {
  app.every(HOUR_SECONDS, 'room of files', () => collectGarbage(app));

  for (const [url, params, find] of [
    ['/files/:id', IdParams, ({ id }: Named): [Sql, string[]] => [BY_ID, [id]]],
    [
      '/courses/:id/files/:name',
      Type.Object({ id: Id, name: Text(200, { minLength: 1, examples: ['poly-chapitre-1.pdf'] }) }),
      ({ id, name = '' }: Named): [Sql, string[]] => [BY_NAME, [id, name.normalize('NFC')]],
    ],
  ] as const) {
    app.get(
      url,
      {
        config: { access: 'courses.read' },
        schema: {
          tags: ['files'],
          summary: url.includes(':name') ? 'A file of a course, by its name' : 'A file of a course',
          params,
          querystring: Query,
          headers: Conditions,
          response: {
            200: Bytes,
            206: Bytes,
            304: { type: 'null', description: 'What If-None-Match named is still what there is' },
            ...refuses(400, 404, 416),
          },
        },
      },
      async (request, reply) => {
        const [text, values] = find(request.params);
        const [file] = await query<File>(app.db, text, [request.person?.id ?? null, ...values]);
        if (!file?.key) throw fileUnknown({});
        const { width, download, format } = request.query;
        const isInline = !download && mayBeInline(file.mediaType);
        const isMadeWebVtt = format === 'vtt' && isSubRip(file.name) && file.size <= SUBTITLES_BYTES_MAX;
        const etag = `"${file.sha256}${width ? `-${width}` : ''}${isMadeWebVtt ? '-vtt' : ''}"`;
        const lastModified = file.createdAt.toUTCString();
        reply.headers({ ...HARMLESS, etag, 'last-modified': lastModified, 'accept-ranges': 'bytes' });
        if (isKnown(request.headers, { etag, lastModified })) return reply.code(304).send(null);
        if (width && isPicture(file.mediaType) && file.size <= PICTURE_BYTES_MAX) {
          const small = await smaller(app.files, file.key, width);
          if (small) {
            reply.headers({
              'content-type': 'image/webp',
              'content-length': small.size,
              'content-disposition': contentDisposition('inline', file.name),
            });
            return reply.send(small.bytes);
          }
        }
        if (isMadeWebVtt) {
          const made = webVttOf(await bytesOf(app.files, file.key));
          if (typeof made === 'string')
            return reply
              .headers({ 'content-type': 'text/vtt; charset=utf-8', 'accept-ranges': 'none' })
              .send(made);
        }
        const ifRange = request.headers['if-range'];
        // Ranges are of GET alone. @see https://www.rfc-editor.org/rfc/rfc9110#section-14.2
        const range =
          request.method === 'GET' && (ifRange === undefined || ifRange === etag || ifRange === lastModified)
            ? rangeOf(request.headers.range, file.size)
            : undefined;
        const found =
          request.method === 'HEAD' ? await unread(file.key) : await app.files.get(file.key, range);
        if (!found) throw fileUnknown({});
        reply.headers({
          'content-type': isInline
            ? file.mediaType.startsWith('text/')
              ? `${file.mediaType}; charset=utf-8`
              : file.mediaType
            : 'application/octet-stream',
          'content-disposition': contentDisposition(isInline ? 'inline' : 'attachment', file.name),
          'content-length': range ? range.end - range.start + 1 : file.size,
          // Of the whole file, whatever part is sent. @see https://www.rfc-editor.org/rfc/rfc9530
          'repr-digest': `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
          ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${file.size}` } : {}),
        });
        return reply.code(range ? 206 : 200).send(found.bytes);
      },
    );
  }

  app.patch(
    '/files/:id',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['files'],
        summary: 'Rename a file of a course of mine, and in its texts too where that is wanted',
        params: IdParams,
        body: Fields({
          name: Line(200, { examples: ['poly 2026.pdf'] }),
          rewrite: Type.Optional(
            Type.Boolean({
              description: 'Write the new name into the texts that have the old one, as a version',
            }),
          ),
        }),
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 409, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const name = checkedName(request.body.name);
      const { id: fileId } = request.params;
      const rewriting = request.body.rewrite
        ? await renaming(app.db, { id: fileId, to: name, personId: signedIn(request).id })
        : undefined;
      await editFile(request, async (db, { id, courseId }) => {
        const [taken] = await query(
          db,
          sql`select 1 from files where course_id = $1 and name = $2 and id <> $3`,
          [courseId, name, id],
        );
        if (taken) throw fileNameTaken({ name });
        if (rewriting) await rewriteReferences(db, rewriting);
        await db.updateTable('files').set({ name }).where('id', '=', id).execute();
      });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/files/:id/references',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['files'],
        summary: 'The sections that name a file of a course of mine',
        params: IdParams,
        response: { 200: References, ...refuses(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const found = await referencesTo(app.db, request.params.id, signedIn(request).id);
      if (!found) throw fileUnknown({});
      return { items: found.map(({ id, title, count }) => ({ id, title, count })) };
    },
  );

  app.delete(
    '/files/:id',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['files'],
        summary: 'Delete a file of a course of mine; its room is given back within a day',
        params: IdParams,
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 429) },
      },
    },
    async (request, reply) => {
      await editFile(request, async (db, { id }) => {
        await db.deleteFrom('files').where('id', '=', id).execute();
        await audit(request, { action: 'file.deleted', subject: { kind: 'file', id } }, db);
      });
      return reply.code(204).send(null);
    },
  );

  /** A file that is there, without its bytes: who asks for the head of a film must not have all of it read. */
  async function unread(key: string): Promise<{ bytes: Readable } | undefined> {
    return (await app.files.size(key)) === undefined ? undefined : { bytes: Readable.from([]) };
  }

  /** Edits a file of a course of one's own: the course has a new moment, and its version stays. */
  async function editFile(
    request: FastifyRequest<{ Params: { id: string } }>,
    edit: (db: Transaction, file: { id: string; courseId: string }) => Promise<void>,
  ) {
    const { id } = request.params;
    const personId = signedIn(request).id;
    await editOwnCourse(
      app,
      async (db) => {
        const [file] = await query<{ courseId: string }>(db, COURSE_OF_FILE, [id]);
        if (!file) throw fileUnknown({});
        return ownCourse(db, { courseId: file.courseId, personId }).catch((error: unknown) => {
          throw error instanceof Refusal ? fileUnknown({}) : error;
        });
      },
      async (db, course) => {
        await edit(db, { id, courseId: course.id });
        await db.updateTable('courses').set({ updated_at: now }).where('id', '=', course.id).execute();
        return course;
      },
    );
  }
};
