import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { isOwn, signedIn } from '#server/plugins/app/access.ts';
import { versionRead } from '#server/plugins/app/etags.ts';
import { anotherPerson, foreignRequest } from '#server/problems/general.ts';
import { sendJson } from '#server/reply.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { Id, IdParams, IfMatch } from '#shared/schemas/common.ts';
import { Course } from '#shared/schemas/course.ts';
import { CLOSED } from '#shared/schemas/together.ts';
import { editOwnCourse, ownVersion } from '../courses/own-course.ts';
import { courseUnknown } from '../courses/problems.ts';
import { courseReader } from '../courses/read.ts';
import { publish } from './document.ts';
import { upgradeNeeded } from './problems.ts';
import { type Member, type Room, TYPED_BYTES_MAX } from './room.ts';
import { Rooms } from './rooms.ts';

/** Messages that a browser may send in a second, on average and at once: far more than fingers and a cursor make. */
const MESSAGES_PER_SECOND = 60;
const MESSAGES_AT_ONCE = 600;
/** Windows in which one person writes at a time; each costs a place in memory. */
const PLACES_MAX = 20;
/** A browser that does not answer this long is gone. */
const PING_MILLISECONDS = 20_000;
/** What may wait to be sent to a slow browser, in bytes; it starts over when it is more. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024;

const Over = Type.Object(
  {
    over: Type.Optional(
      Type.Boolean({
        description:
          'Publish also where the version of `If-Match` changed the same section: what we wrote stands there, that version in the history',
      }),
    ),
  },
  { additionalProperties: false },
);

const AUTHOR = sql`select 1 from courses c join course_authors a on a.course_id = c.id
  where c.id = $1 and a.person_id = $2 and c.state <> 'deleted'`;

/** A course that its authors write at once: `/courses/:id/together`. */
export const together: FastifyPluginAsyncTypebox = async (app) => {
  const rooms = new Rooms(app.db, app.log);
  const readCourse = courseReader(app.db);
  app.addHook('preClose', async () => {
    await rooms.stop();
    // Those too whose document is still being read.
    for (const socket of app.websocketServer.clients) socket.close(CLOSED.leaving);
  });

  const mustBeAuthor = async (request: FastifyRequest) => {
    const { id } = request.params as { id: string };
    const { person } = request.query as { person?: string };
    if (person !== undefined && person !== signedIn(request).id) throw anotherPerson({});
    const [author] = await query(app.db, AUTHOR, [id, signedIn(request).id]);
    if (!author) throw courseUnknown({ id });
  };

  app.route({
    method: 'GET',
    url: '/:id/together',
    config: { access: 'courses.write' },
    schema: {
      tags: ['courses'],
      summary:
        'Write a course of mine with its other authors: a WebSocket of sync and awareness messages of Yjs',
      params: IdParams,
      querystring: Type.Object(
        {
          person: Type.Optional(
            Type.String({ ...Id, description: 'Whose page asks; nobody else is let in' }),
          ),
        },
        { additionalProperties: false },
      ),
      response: { 101: Type.Null({ description: 'The WebSocket' }), ...refuses(400, 401, 403, 404, 426) },
    },
    // A browser opens a WebSocket from any page and sends its cookies along.
    onRequest: async (request) => {
      if (!isOwn(request, true)) throw foreignRequest({});
    },
    preHandler: mustBeAuthor,
    handler: async () => {
      throw upgradeNeeded({});
    },
    wsHandler: (socket, request) => {
      const { id } = request.params as { id: string };
      const { id: personId, name, sessionId } = signedIn(request);
      const member: Member = {
        personId,
        name,
        sessionId,
        send(message) {
          if (socket.bufferedAmount > WAITING_BYTES_MAX) socket.close(CLOSED.again);
          else if (socket.readyState === socket.OPEN) socket.send(message);
        },
        close: (code) => socket.close(code),
      };
      if (rooms.placesOf(personId) >= PLACES_MAX) return socket.close(CLOSED.tooFast);
      let room: Room | undefined;
      // What comes while the document is read waits its turn.
      const early: Uint8Array[] = [];
      let earlyBytes = 0;
      const receive = (message: Uint8Array) => {
        if (socket.readyState !== socket.OPEN) return;
        try {
          room!.receive(member, message);
        } catch {
          socket.close(CLOSED.unreadable);
        }
      };
      let allowance = MESSAGES_AT_ONCE;
      let counted = Date.now();
      socket.on('message', (data: Buffer, binary: boolean) => {
        // What was under way when it was closed.
        if (socket.readyState !== socket.OPEN) return;
        const now = Date.now();
        allowance =
          Math.min(MESSAGES_AT_ONCE, allowance + ((now - counted) / 1000) * MESSAGES_PER_SECOND) - 1;
        counted = now;
        if (allowance < 0) return socket.close(CLOSED.tooFast);
        if (!binary) return socket.close(CLOSED.unreadable);
        const message = new Uint8Array(data);
        if (room) return receive(message);
        earlyBytes += message.length;
        if (earlyBytes > TYPED_BYTES_MAX) return socket.close(CLOSED.tooFast);
        early.push(message);
      });
      let alive = true;
      socket.on('pong', () => {
        alive = true;
      });
      const pings = setInterval(() => {
        if (!alive) return socket.terminate();
        alive = false;
        socket.ping();
      }, PING_MILLISECONDS);
      socket.on('error', (error: Error) => request.log.info({ err: error }, 'a WebSocket broke'));
      socket.on('close', () => {
        clearInterval(pings);
        if (room) app.later('leave a room', () => rooms.leave(room!, member));
      });
      rooms.join(id, member).then(
        async (joined) => {
          room = joined;
          if (socket.readyState !== socket.OPEN) return rooms.leave(joined, member);
          for (const message of early.splice(0)) receive(message);
        },
        (error) => {
          request.log.error({ err: error }, 'could not open a document');
          socket.close(CLOSED.again);
        },
      );
    },
  });

  app.post(
    '/:id/together/publication',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: 'Make what we wrote together the text of the course, as a new version',
        description:
          'What was changed in another way meanwhile stays. Where both changed the same section the answer is 409, `together-changed-elsewhere`, and nothing is published.',
        params: IdParams,
        querystring: Over,
        headers: IfMatch,
        response: { 200: Course, ...refuses(400, 401, 403, 404, 409, 412, 413, 415, 428, 429) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const personId = signedIn(request).id;
      const asked = { courseId: id, personId, version: versionRead(request) };
      await editOwnCourse(
        app,
        (db) => ownVersion(db, asked),
        (db, course) => publish(db, course, { over: request.query.over === true }),
      );
      const course = await readCourse(id, personId);
      if (!course) throw courseUnknown({ id });
      return sendJson(reply, course);
    },
  );
};
