import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Metadata, Server } from '@tus/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type Queryable, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { badRequest } from '#server/problems/general.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { filesOff } from '#server/store/problems.ts';
import type { Refusal } from '#shared/problem.ts';
import { IdParams, Nothing } from '#shared/schemas/common.ts';
import { ownCourse } from '../courses/own-course.ts';
import { courseUnknown } from '../courses/problems.ts';
import { type Arrived, finish } from './finish-upload.ts';
import { UPLOAD_DAYS } from './garbage-collection.ts';
import { checkedName } from './names.ts';
import {
  checksumUnreadable,
  fileNameTaken,
  fileTooLarge,
  fileUnknown,
  offsetWrong,
  pieceTypeWrong,
  protocolUnknown,
  uploadOverrun,
  uploadUnknown,
} from './problems.ts';
import { claimRoom, FILE_BYTES_MAX, Room, roomOf } from './quota.ts';
import { UploadStore } from './upload-store.ts';

/** What stands in the body of one request at most: a client that knows better sends pieces. */
const REQUEST_BYTES_MAX = 64 * 2 ** 20;

const UploadParams = Type.Object({
  id: Type.String({ pattern: '^[0-9a-f]{32}$', examples: ['9f2c1e0b7a6d4c3f8e5b1a0d9c8f7e6b'] }),
});
const PROTOCOL = '1.0.0';
/** What the protocol gets of a request: its library knows parts of it that we do not offer, and other methods under other names. */
const HEARD: Record<string, string[]> = {
  POST: ['tus-resumable', 'upload-length', 'upload-metadata'],
  HEAD: ['tus-resumable'],
  PATCH: ['tus-resumable', 'upload-offset', 'content-type', 'content-length'],
  DELETE: ['tus-resumable'],
};
const TUS = { 'tus-resumable': Type.Optional(Type.String({ maxLength: 10, examples: [PROTOCOL] })) };

/** Files on their way, by the tus protocol: what was received stays, whichever server goes on. @see https://tus.io/protocols/resumable-upload */
export const uploads: FastifyPluginAsyncTypebox = async (app) => {
  const store = new UploadStore(app.db, app.files, (bytes) => app.counts.uploaded.inc(bytes));
  /** Why the protocol answered that something failed: it says so itself only in words of its own. */
  const failures = new WeakMap<object, Error>();
  const tus = new Server({
    path: '/api/v1/uploads',
    datastore: store,
    maxSize: FILE_BYTES_MAX,
    relativeLocation: true,
    namingFunction: (request) => request.headers.get('x-upload-id')!,
    onResponseError(asked, error) {
      if (error instanceof Error) failures.set(asked, error);
      return undefined;
    },
  });
  // Bytes are handed on as they come, and nothing else is taken.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/offset+octet-stream', (_request, payload, done) =>
    done(null, payload),
  );
  app.addContentTypeParser('*', (_request, _payload, done) => done(pieceTypeWrong({})));

  /** Hands a request to the protocol, and its answer back. */
  async function speak(request: FastifyRequest, reply: FastifyReply, more: Record<string, string> = {}) {
    if (request.headers['tus-resumable'] !== PROTOCOL) throw protocolUnknown({});
    const headers = new Headers(more);
    for (const name of HEARD[request.method] ?? []) {
      const value = request.headers[name];
      // What the schema read as a number is one no longer.
      if (value !== undefined) headers.set(name, String(value));
    }
    const hasBody = request.method === 'PATCH';
    // What says nothing of its type and has no bytes was never read.
    if (hasBody && !(request.body instanceof Readable)) throw pieceTypeWrong({});
    const path = request.url.replace(/\/courses\/[^/]+\/uploads$/, '/uploads');
    const asked = new Request(`http://localhost${path}`, {
      method: request.method,
      headers,
      ...(hasBody ? { body: Readable.toWeb(request.body as Readable) as never, duplex: 'half' } : {}),
    } as RequestInit);
    const answer = await tus.handleWeb(asked);
    if (answer.status >= 500) throw failures.get(asked) ?? new Error(`tus answered ${answer.status}`);
    if (answer.status >= 400) throw refusal(answer.status);
    reply.code(answer.status);
    for (const [name, value] of answer.headers)
      if (!/^(access-control|content-length)/.test(name)) reply.header(name, value);
    return answer;
  }

  /** Until when the next piece may come. @see https://tus.io/protocols/resumable-upload#upload-expires */
  async function tellExpiry(id: string, reply: FastifyReply): Promise<void> {
    const at = await store.expiresAt(id);
    if (at) reply.header('upload-expires', at.toUTCString());
  }

  // What we know of the protocol is answered to anyone; it is no operation upon a course.
  app.options(
    '/courses/:id/uploads',
    { config: { access: 'open' }, schema: { hide: true, params: IdParams } },
    async (_request, reply) =>
      reply
        .code(204)
        .headers({
          'tus-resumable': PROTOCOL,
          'tus-version': PROTOCOL,
          'tus-extension': store.extensions.join(','),
          'tus-max-size': FILE_BYTES_MAX,
        })
        .send(null),
  );

  app.post(
    '/courses/:id/uploads',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['files'],
        summary:
          'Begin to send a file to a course of mine; Upload-Metadata has its `filename`, and its `sha256` perhaps',
        description: `With \`replaces\`, the id of a file of the course, its bytes take the place of that file's: name, id and addresses stay. By the tus protocol, 1.0.0. HEAD of the address in \`Location\` says in \`Upload-Offset\` how much has arrived. An upload of which no piece comes for ${UPLOAD_DAYS} days expires, at the moment that \`Upload-Expires\` says in each answer about it (RFC 9110, 5.6.7).`,
        params: IdParams,
        headers: Type.Object({
          ...TUS,
          'upload-length': Type.Integer({
            minimum: 1,
            description: 'Bytes of the whole file',
            examples: [2_411_724],
          }),
          'upload-metadata': Type.String({
            maxLength: 2000,
            description:
              '`filename` and its Base64; so `sha256`, in hexadecimal, and `replaces`, the id of a file',
            examples: ['filename cG9seS1jaGFwaXRyZS0xLnBkZg=='],
          }),
        }),
        response: { 201: Nothing, ...refuses(400, 401, 403, 404, 409, 412, 413, 415, 429, 501) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      if (!app.takesFiles) throw filesOff({});
      const courseId = request.params.id;
      const size = request.headers['upload-length'];
      const { filename, sha256, replaces } = metadataOf(request.headers['upload-metadata']);
      const typed = checkedName(filename);
      if (sha256 !== null && !/^[\da-f]{64}$/.test(sha256)) throw checksumUnreadable({});
      if (size > FILE_BYTES_MAX) throw fileTooLarge({ bytesMax: FILE_BYTES_MAX });
      const id = await transaction(app.db, async (db) => {
        const id = randomBytes(16).toString('hex');
        await ownCourse(db, { courseId, personId: person.id });
        const name =
          replaces === null
            ? await freshName(db, courseId, typed)
            : await replacedName(db, courseId, replaces);
        await claimRoom(db, { courseId, personId: person.id, size });
        await db
          .insertInto('uploads')
          .values({ id, course_id: courseId, person_id: person.id, name, size, sha256, replaces })
          .execute();
        return id;
      });
      try {
        await speak(request, reply, { 'x-upload-id': id });
        await tellExpiry(id, reply);
      } catch (error) {
        await store.remove(id);
        throw error;
      }
      return reply.send(null);
    },
  );

  app.get(
    '/courses/:id/room',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['files'],
        summary: 'How much room the files of a course of mine have',
        params: IdParams,
        response: { 200: Room, ...refuses(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const person = signedIn(request);
      const { id } = request.params;
      const room = await roomOf(app.db, id, person.id);
      if (!room) throw courseUnknown({ id });
      return room;
    },
  );

  /** An upload of one's own to a course that one writes. @throws a refusal for those of others, as for what is not there */
  const own = async (request: FastifyRequest<{ Params: { id: string } }>) => {
    const [row] = await query<Arrived & { received: number }>(
      app.db,
      sql`select u.id, u.course_id as "courseId", u.name, u.size, u.sha256, u.replaces, u.received from uploads u
       join course_authors a on a.course_id = u.course_id and a.person_id = u.person_id
       where u.id = $1 and u.person_id = $2`,
      [request.params.id, signedIn(request).id],
    );
    if (!row) throw uploadUnknown({});
    return row;
  };

  /** The bytes of a file that stands, made of an upload of one's own. */
  const finished = async (request: FastifyRequest<{ Params: { id: string } }>) => {
    const [file] = await query<{ size: number }>(
      app.db,
      sql`select size from files where key = $1 and uploaded_by = $2`,
      [`files/${request.params.id}`, signedIn(request).id],
    );
    return file?.size;
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
        response: { 200: Nothing, ...refuses(400, 401, 403, 404, 412, 422) },
      },
    },
    async (request, reply) => {
      try {
        const upload = await own(request);
        await speak(request, reply);
        // A server that died after the last byte leaves the rest to the server that is asked next.
        if (upload.received === upload.size) await finish({ app, store, request }, upload);
        else await tellExpiry(upload.id, reply);
      } catch (error) {
        // The answer to the last piece was lost, or it is finished just now; who does not know would send all of it again.
        const size = await finished(request);
        if (size === undefined) throw error;
        const length = String(size);
        reply
          .headers({ 'tus-resumable': PROTOCOL, 'upload-offset': length, 'upload-length': length })
          .header('cache-control', 'no-store');
      }
      return reply.send(null);
    },
  );

  app.patch(
    '/uploads/:id',
    {
      bodyLimit: REQUEST_BYTES_MAX,
      // Pieces of a large file come as fast as the line is; what somebody may send is limited by its bytes, when it is begun.
      config: { access: 'courses.write', countsAsChange: false },
      schema: {
        tags: ['files'],
        summary: 'Send a piece of a file of mine; with the last one it stands in the course',
        params: UploadParams,
        headers: Type.Object({ ...TUS, 'upload-offset': Type.Integer({ minimum: 0, examples: [0] }) }),
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 409, 412, 413, 415, 422, 429) },
      },
    },
    async (request, reply) => {
      const upload = await own(request);
      await speak(request, reply);
      if (reply.statusCode === 204 && Number(reply.getHeader('upload-offset')) === upload.size)
        await finish({ app, store, request }, upload);
      else await tellExpiry(upload.id, reply);
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
      return uploadOverrun({});
    default:
      return badRequest({});
  }
}

/** The name of a new file, as it was typed. @throws a refusal where the course has one of that name */
async function freshName(db: Queryable, courseId: string, name: string): Promise<string> {
  const [taken] = await query(db, sql`select 1 from files where course_id = $1 and name = $2`, [
    courseId,
    name,
  ]);
  if (taken) throw fileNameTaken({ name });
  return name;
}

/** The name of the file that is replaced, which stays. @throws a refusal where the course has no such file */
async function replacedName(db: Queryable, courseId: string, id: string): Promise<string> {
  const [file] = await query<{ name: string }>(
    db,
    sql`select name from files where course_id = $1 and id::text = $2`,
    [courseId, id],
  );
  if (!file) throw fileUnknown({});
  return file.name;
}

function metadataOf(header: string): {
  filename: string | null | undefined;
  sha256: string | null;
  replaces: string | null;
} {
  try {
    const { filename, sha256, replaces } = Metadata.parse(header);
    return { filename, sha256: sha256?.toLowerCase() ?? null, replaces: replaces?.toLowerCase() ?? null };
  } catch {
    return { filename: undefined, sha256: null, replaces: null };
  }
}
