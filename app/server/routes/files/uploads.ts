import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Metadata, Server } from '@tus/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { audit } from '../../audit.ts';
import { query } from '../../database/json.ts';
import { transaction } from '../../database/retry.ts';
import { signedIn } from '../../plugins/app/access.ts';
import { badRequest } from '../../problems/general.ts';
import type { Refusal } from '../../problems/problem.ts';
import { IdParams, Nothing } from '../../schemas/common.ts';
import { refuses } from '../../schemas/refuses.ts';
import { ownCourse } from '../courses/write.ts';
import { checkedName } from './names.ts';
import {
  fileNameTaken,
  fileTooLarge,
  offsetWrong,
  protocolUnknown,
  quotaExceeded,
  uploadUnknown,
} from './problems.ts';
import { sniffed } from './types.ts';
import { UploadStore } from './upload-store.ts';

/** The largest file, and what one person may keep in all: an hour of lecture in good quality, and a hundred of them. */
export const FILE_BYTES_MAX = 4 * 2 ** 30;
export const PERSON_BYTES_MAX = 100 * 2 ** 30;
/** What stands in the body of one request at most: a client that knows better sends pieces. */
const REQUEST_BYTES_MAX = 64 * 2 ** 20;

const USED = `select ((select coalesce(sum(size), 0) from files where uploaded_by = $1)
  + (select coalesce(sum(size), 0) from uploads where person_id = $1))::int8 as used`;
const UploadParams = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{32}$' }) });
const TUS = { 'tus-resumable': Type.Optional(Type.String({ maxLength: 10, description: '1.0.0' })) };

/** Files on their way, by the tus protocol: what was received stays, whichever server goes on. @see https://tus.io/protocols/resumable-upload */
export const uploads: FastifyPluginAsyncTypebox = async (app) => {
  const store = new UploadStore(app.db, app.files, (bytes) => app.counts.uploaded.inc(bytes));
  const tus = new Server({
    path: '/api/v1/uploads',
    datastore: store,
    maxSize: FILE_BYTES_MAX,
    relativeLocation: true,
    namingFunction: (request) => request.headers.get('x-upload-id')!,
  });
  // Bytes are handed on as they come.
  app.addContentTypeParser('application/offset+octet-stream', (_request, payload, done) =>
    done(null, payload),
  );

  /** Hands a request to the protocol, and its answer back. */
  async function speak(request: FastifyRequest, reply: FastifyReply, more: Record<string, string> = {}) {
    const headers = new Headers();
    for (const [name, value] of Object.entries({ ...request.headers, ...more })) {
      // What the schema read as a number is one no longer.
      if (typeof value === 'string' || typeof value === 'number') headers.set(name, String(value));
    }
    const hasBody = request.method === 'PATCH';
    const path = request.url.replace(/\/courses\/[^/]+\/uploads$/, '/uploads');
    const answer = await tus.handleWeb(
      new Request(`http://localhost${path}`, {
        method: request.method,
        headers,
        ...(hasBody ? { body: Readable.toWeb(request.body as Readable) as never, duplex: 'half' } : {}),
      } as RequestInit),
    );
    if (answer.status >= 400) throw refusal(answer.status);
    reply.code(answer.status);
    for (const [name, value] of answer.headers)
      if (!/^(access-control|content-length)/.test(name)) reply.header(name, value);
    return answer;
  }

  app.post(
    '/courses/:id/uploads',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['files'],
        summary: 'Begin to send a file to a course of mine; Upload-Metadata has its `filename`',
        params: IdParams,
        headers: Type.Object({
          ...TUS,
          'upload-length': Type.Integer({ minimum: 1, description: 'Bytes of the whole file' }),
          'upload-metadata': Type.String({ maxLength: 2000, description: '`filename` and its Base64' }),
        }),
        response: { 201: Nothing, ...refuses(400, 401, 403, 404, 409, 412, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const courseId = request.params.id;
      const size = request.headers['upload-length'];
      const name = checkedName(filenameIn(request.headers['upload-metadata']));
      if (size > FILE_BYTES_MAX) throw fileTooLarge({ bytesMax: FILE_BYTES_MAX });
      const id = randomBytes(16).toString('hex');
      await transaction(app.db, async (db) => {
        await ownCourse(db, courseId, person.id);
        const [taken] = await query(db, 'select 1 from files where course_id = $1 and name = $2', [
          courseId,
          name,
        ]);
        if (taken) throw fileNameTaken({ name });
        const [{ used } = { used: 0 }] = await query<{ used: number }>(db, USED, [person.id]);
        if (used + size > PERSON_BYTES_MAX)
          throw quotaExceeded({ bytesLeft: Math.max(0, PERSON_BYTES_MAX - used) });
        await db
          .insertInto('uploads')
          .values({ id, course_id: courseId, person_id: person.id, name, size })
          .execute();
      });
      try {
        await speak(request, reply, { 'x-upload-id': id });
      } catch (error) {
        await store.remove(id);
        throw error;
      }
      return reply.send(null);
    },
  );

  /** An upload of one's own. @throws a refusal for those of others, as for what is not there */
  const own = async (request: FastifyRequest<{ Params: { id: string } }>) => {
    const { id } = request.params;
    const [row] = await query<{ course_id: string; name: string; size: number; received: number }>(
      app.db,
      'select course_id, name, size, received from uploads where id = $1 and person_id = $2',
      [id, signedIn(request).id],
    );
    if (!row) throw uploadUnknown({});
    return { id, courseId: row.course_id, name: row.name, size: row.size };
  };

  app.head(
    '/uploads/:id',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['files'],
        summary: 'How much of a file of mine has arrived: Upload-Offset',
        params: UploadParams,
        headers: Type.Object(TUS),
        response: { 200: Nothing, ...refuses(400, 401, 403, 404, 412) },
      },
    },
    async (request, reply) => {
      await own(request);
      await speak(request, reply);
      return reply.send(null);
    },
  );

  app.patch(
    '/uploads/:id',
    {
      bodyLimit: REQUEST_BYTES_MAX,
      config: { access: 'courses.write' },
      schema: {
        tags: ['files'],
        summary: 'Send a piece of a file of mine; with the last one it stands in the course',
        params: UploadParams,
        headers: Type.Object({ ...TUS, 'upload-offset': Type.Integer({ minimum: 0 }) }),
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 409, 412, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const upload = await own(request);
      await speak(request, reply);
      if (reply.statusCode === 204 && Number(reply.getHeader('upload-offset')) === upload.size)
        await finish(request, upload);
      return reply.send(null);
    },
  );

  app.delete(
    '/uploads/:id',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['files'],
        summary: 'Give up a file that I am sending',
        params: UploadParams,
        headers: Type.Object(TUS),
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 412, 429) },
      },
    },
    async (request, reply) => {
      await own(request);
      await speak(request, reply);
      return reply.send(null);
    },
  );

  /** Makes the pieces a file of the course. */
  async function finish(
    request: FastifyRequest,
    upload: { id: string; courseId: string; name: string; size: number },
  ) {
    const key = `files/${upload.id}`;
    const { head, sha256 } = await store.assemble(upload.id, key, upload.size);
    const media_type = await sniffed(head);
    await transaction(app.db, async (db) => {
      const made = await db
        .insertInto('files')
        .values({
          course_id: upload.courseId,
          name: upload.name,
          media_type,
          size: upload.size,
          sha256,
          key,
          uploaded_by: signedIn(request).id,
        })
        .onConflict((conflict) => conflict.columns(['course_id', 'name']).doNothing())
        .returning('id')
        .executeTakeFirst();
      if (!made) throw fileNameTaken({ name: upload.name });
      await audit(request, { action: 'file.added', subject: { kind: 'file', id: made.id } }, db);
    });
    await store.remove(upload.id);
  }
};

/** The protocol's refusals in our own words. */
function refusal(status: number): Refusal {
  switch (status) {
    case 404:
    case 410:
      return uploadUnknown({});
    case 409:
      return offsetWrong({});
    case 412:
      return protocolUnknown({});
    case 413:
      return fileTooLarge({ bytesMax: FILE_BYTES_MAX });
    default:
      return badRequest({});
  }
}

function filenameIn(metadata: string): string | null | undefined {
  try {
    return Metadata.parse(metadata).filename;
  } catch {
    return undefined;
  }
}
