import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { audit } from '#server/audit.ts';
import { now } from '#server/database/now.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { showsVersion, unchangedMeanwhile, versionRead } from '#server/plugins/app/etags.ts';
import { sendJson } from '#server/reply.ts';
import { pageQuery } from '#server/schemas/page.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { countAttempt } from '#server/security/attempts.ts';
import { Fields, Id, IdParams, IfMatch, Nothing, OrNull } from '#shared/schemas/common.ts';
import {
  Made,
  Moderation,
  NewThread,
  Thread,
  ThreadChange,
  ThreadPage,
  Vote,
} from '#shared/schemas/forum.ts';
import { courseUnknown, sectionUnknown } from '../courses/problems.ts';
import { checkModerator, checkOwn, checkOwnOrModerator, checkWriting, inCourse, inThread } from './access.ts';
import { withHtml } from './html.ts';
import { newlyMentioned, tell, tellOfChange, tellOfThread } from './notify.ts';
import { notYours, ownVote, postUnknown, threadUnknown } from './problems.ts';
import { readThread, readThreads, THREAD_KEYS } from './read.ts';
import { remove, settle } from './removal.ts';
import { vote } from './votes.ts';

/** What one person may write in a forum: far above what anybody types, far below what a program does. */
export const WRITING = { max: 40, minutes: 10 };
/** An answer that is not removed before it is accepted. */
const POST_LOCKED = sql`select author_id as "authorId" from posts where id = $1 and thread_id = $2 and removed_at is null for update`;
const SECTION_LOCKED = sql`select 1 from sections where id = $1 and course_id = $2 for share`;
const UPDATE_ACCEPTED = sql`update threads set accepted_id = $2::uuid
  where id = $1 and accepted_id is distinct from $2::uuid returning id`;
const changing = [400, 401, 403, 404, 413, 415, 429];

/** Threads of a course's forum. */
export const threads: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/courses/:id/threads',
    {
      config: { access: 'forum.read' },
      schema: {
        tags: ['forum'],
        summary: 'The threads of a course, pinned ones first, then the latest',
        params: IdParams,
        querystring: Type.Object(
          {
            unanswered: Type.Optional(Type.Boolean()),
            section: Type.Optional(Id),
            ...pageQuery(...THREAD_KEYS),
          },
          { additionalProperties: false },
        ),
        response: { 200: ThreadPage, ...refuses(400, 404) },
      },
    },
    async ({ params: { id }, query: asked, person }, reply) => {
      const found = await readThreads(app.db, { courseId: id, reader: person }, asked);
      if (!found) throw courseUnknown({ id });
      return sendJson(reply, found);
    },
  );

  app.post(
    '/courses/:id/threads',
    {
      config: { access: 'forum.write' },
      schema: {
        tags: ['forum'],
        summary: 'Ask something in a course that I follow or write',
        params: IdParams,
        body: NewThread,
        response: { 201: Made, ...refuses(...changing) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const courseId = request.params.id;
      checkWriting(await inCourse(app.db, courseId, person));
      await countAttempt(app.db, 'forum', person.id, WRITING);
      const { sectionId, ...words } = request.body;
      const id = await transaction(app.db, async (db) => {
        // Locked, so that it is there until the question is.
        if (sectionId !== undefined && (await query(db, SECTION_LOCKED, [sectionId, courseId])).length === 0)
          throw sectionUnknown({});
        const made = await db
          .insertInto('threads')
          .values({ ...words, section_id: sectionId ?? null, course_id: courseId, author_id: person.id })
          .returning('id')
          .executeTakeFirstOrThrow();
        await tellOfThread(db, { id: made.id, body: request.body.body, courseId, authorId: person.id });
        return made.id;
      });
      return reply.code(201).header('location', `/api/v1/threads/${id}`).send({ id });
    },
  );

  app.get(
    '/threads/:id',
    {
      config: { access: 'forum.read' },
      schema: {
        tags: ['forum'],
        summary: 'A thread, and what I may do there',
        params: IdParams,
        response: { 200: Thread, ...refuses(400, 404) },
      },
    },
    async ({ params: { id }, person }, reply) => {
      const found = await readThread(app.db, id, person);
      if (!found) throw threadUnknown({});
      showsVersion(reply, found.version);
      return sendJson(reply, await withHtml(app, found.json));
    },
  );

  app.patch(
    '/threads/:id',
    {
      config: { access: 'forum.write' },
      schema: {
        tags: ['forum'],
        summary: 'Change a thread of mine; what it said before is kept',
        params: IdParams,
        headers: IfMatch,
        body: ThreadChange,
        response: { 204: Nothing, ...refuses(...changing, 409, 412, 428) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const version = versionRead(request);
      const thread = await inThread(app.db, request.params.id, person);
      checkOwn(thread, person);
      checkWriting(thread);
      unchangedMeanwhile(thread.version === version ? thread : undefined);
      const to = newlyMentioned(thread.body, request.body.body ?? thread.body);
      if (to.length > 0) await countAttempt(app.db, 'forum', person.id, WRITING);
      await transaction(app.db, async (db) => {
        const row = await db
          .updateTable('threads')
          .set({ ...request.body, version: version + 1, edited_at: now })
          .where('id', '=', thread.id)
          .where('version', '=', version)
          .returning('version')
          .executeTakeFirst();
        unchangedMeanwhile(row);
        const { title, body } = thread;
        await db.insertInto('forum_edits').values({ subject_id: thread.id, version, title, body }).execute();
        const { id: threadId, courseId } = thread;
        await tellOfChange(db, { actorId: person.id, courseId, threadId, postId: null, to });
      });
      showsVersion(reply, version + 1);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/threads/:id',
    {
      config: { access: 'forum.write' },
      schema: {
        tags: ['forum'],
        summary: 'Remove a thread: one’s own while nobody has answered, any for those who moderate',
        params: IdParams,
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 429) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const thread = await inThread(app.db, request.params.id, person);
      checkOwnOrModerator(thread, person);
      if (!thread.moderator && thread.postCount > 0) throw notYours({});
      await transaction(app.db, async (db) => {
        if (!(await remove(db, { kind: 'thread', id: thread.id }, thread.moderator ? undefined : 0))) {
          // Removed already, or answered meanwhile.
          await inThread(db, thread.id, person);
          throw notYours({});
        }
        await settle(db, { outcome: 'removed', id: thread.id, personId: person.id });
        await audit(request, { action: 'thread.removed', subject: { kind: 'thread', id: thread.id } }, db);
      });
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/threads/:id/vote',
    {
      config: { access: 'forum.write' },
      schema: {
        tags: ['forum'],
        summary: 'Vote on a thread; voting again changes my vote',
        params: IdParams,
        body: Vote,
        response: { 204: Nothing, ...refuses(...changing, 409) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const thread = await inThread(app.db, request.params.id, person);
      checkWriting({ ...thread, locked: false });
      if (thread.authorId === person.id) throw ownVote({});
      const asked = { id: thread.id, personId: person.id, value: request.body.value };
      await transaction(app.db, (db) => vote(db, 'threads', asked));
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/threads/:id/accepted',
    {
      config: { access: 'forum.write' },
      schema: {
        tags: ['forum'],
        summary: 'Say which answer settled it, or that none did',
        params: IdParams,
        body: Fields({ postId: OrNull(Id) }),
        response: { 204: Nothing, ...refuses(...changing) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const thread = await inThread(app.db, request.params.id, person);
      checkOwnOrModerator(thread, person);
      const { postId } = request.body;
      await transaction(app.db, async (db) => {
        const [post] = postId
          ? await query<{ authorId: string | null }>(db, POST_LOCKED, [postId, thread.id])
          : [];
        if (postId && !post) throw postUnknown({});
        const [changed] = await query(db, UPDATE_ACCEPTED, [thread.id, postId]);
        if (!changed || !post?.authorId) return;
        await tell(db, {
          kind: 'accepted',
          actorId: person.id,
          courseId: thread.courseId,
          threadId: thread.id,
          postId,
          to: [post.authorId],
        });
      });
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/threads/:id/moderation',
    {
      config: { access: 'forum.write' },
      schema: {
        tags: ['forum'],
        summary: 'Pin or lock a thread of a course that I moderate',
        params: IdParams,
        body: Moderation,
        response: { 204: Nothing, ...refuses(...changing) },
      },
    },
    async (request, reply) => {
      const thread = await inThread(app.db, request.params.id, signedIn(request));
      checkModerator(thread);
      await transaction(app.db, async (db) => {
        await db.updateTable('threads').set(request.body).where('id', '=', thread.id).execute();
        await audit(
          request,
          { action: 'thread.moderated', subject: { kind: 'thread', id: thread.id }, details: request.body },
          db,
        );
      });
      return reply.code(204).send(null);
    },
  );
};
