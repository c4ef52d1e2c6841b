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
import { IdParams, IfMatch, Nothing } from '#shared/schemas/common.ts';
import { Made, NewPost, PostPage, Vote } from '#shared/schemas/forum.ts';
import { checkOwn, checkOwnOrModerator, checkWriting, inPost, inThread } from './access.ts';
import { pageWithHtml } from './html.ts';
import { newlyMentioned, tellOfChange, tellOfPost } from './notify.ts';
import { ownVote, threadUnknown } from './problems.ts';
import { readPosts } from './read.ts';
import { remove, settle } from './removal.ts';
import { WRITING } from './threads.ts';
import { vote } from './votes.ts';

/** An answer counts where one may still give it. */
const COUNT_ANSWER = sql`update threads set post_count = post_count + 1, active_at = now()
  where id = $1 and removed_at is null and (not locked or $2::boolean) returning id`;
const changing = [400, 401, 403, 404, 413, 415, 429];

/** Answers in a thread. */
export const posts: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/threads/:id/posts',
    {
      config: { access: 'forum.read' },
      schema: {
        tags: ['forum'],
        summary: 'The answers of a thread, the first ones first; what was removed keeps its place',
        params: IdParams,
        querystring: Type.Object(pageQuery('moment', 'id'), { additionalProperties: false }),
        response: { 200: PostPage, ...refuses(400, 404) },
      },
    },
    async ({ params: { id }, query: asked, person }, reply) => {
      const found = await readPosts(app.db, { threadId: id, reader: person }, asked);
      if (!found) throw threadUnknown({});
      return sendJson(reply, await pageWithHtml(app, found));
    },
  );

  app.post(
    '/threads/:id/posts',
    {
      config: { access: 'forum.write' },
      schema: {
        tags: ['forum'],
        summary: 'Answer',
        params: IdParams,
        body: NewPost,
        response: { 201: Made, ...refuses(...changing, 409) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const thread = await inThread(app.db, request.params.id, person);
      checkWriting(thread);
      await countAttempt(app.db, 'forum', person.id, WRITING);
      const { body } = request.body;
      const id = await transaction(app.db, async (db) => {
        const made = await db
          .insertInto('posts')
          .values({ thread_id: thread.id, author_id: person.id, body })
          .returning('id')
          .executeTakeFirstOrThrow();
        const [answered] = await query(db, COUNT_ANSWER, [thread.id, thread.moderator]);
        if (!answered) {
          // Removed or locked meanwhile.
          checkWriting(await inThread(db, thread.id, person));
          throw threadUnknown({});
        }
        await tellOfPost(db, {
          id: made.id,
          body,
          threadId: thread.id,
          courseId: thread.courseId,
          authorId: person.id,
        });
        return made.id;
      });
      return reply.code(201).send({ id });
    },
  );

  app.patch(
    '/posts/:id',
    {
      config: { access: 'forum.write' },
      schema: {
        tags: ['forum'],
        summary: 'Change an answer of mine; what it said before is kept',
        params: IdParams,
        headers: IfMatch,
        body: NewPost,
        response: { 204: Nothing, ...refuses(...changing, 409, 412, 428) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const version = versionRead(request);
      const post = await inPost(app.db, request.params.id, person);
      checkOwn(post, person);
      checkWriting(post);
      unchangedMeanwhile(post.version === version ? post : undefined);
      const to = newlyMentioned(post.body, request.body.body);
      if (to.length > 0) await countAttempt(app.db, 'forum', person.id, WRITING);
      await transaction(app.db, async (db) => {
        const row = await db
          .updateTable('posts')
          .set({ body: request.body.body, version: version + 1, edited_at: now })
          .where('id', '=', post.id)
          .where('version', '=', version)
          .returning('version')
          .executeTakeFirst();
        unchangedMeanwhile(row);
        await db
          .insertInto('forum_edits')
          .values({ subject_id: post.id, version, body: post.body })
          .execute();
        const { id: postId, threadId, courseId } = post;
        await tellOfChange(db, { actorId: person.id, courseId, threadId, postId, to });
      });
      showsVersion(reply, version + 1);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/posts/:id',
    {
      config: { access: 'forum.write' },
      schema: {
        tags: ['forum'],
        summary: 'Remove an answer of mine, or one in a course that I moderate',
        params: IdParams,
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 429) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const post = await inPost(app.db, request.params.id, person);
      checkOwnOrModerator(post, person);
      await transaction(app.db, async (db) => {
        // Somebody else was faster: it is gone as it should.
        if (!(await remove(db, { kind: 'post', id: post.id }))) return;
        await settle(db, { outcome: 'removed', id: post.id, personId: person.id });
        await audit(request, { action: 'post.removed', subject: { kind: 'post', id: post.id } }, db);
      });
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/posts/:id/vote',
    {
      config: { access: 'forum.write' },
      schema: {
        tags: ['forum'],
        summary: 'Vote on an answer; voting again changes my vote',
        params: IdParams,
        body: Vote,
        response: { 204: Nothing, ...refuses(...changing, 409) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const post = await inPost(app.db, request.params.id, person);
      checkWriting({ ...post, locked: false });
      if (post.authorId === person.id) throw ownVote({});
      const asked = { id: post.id, personId: person.id, value: request.body.value };
      await transaction(app.db, (db) => vote(db, 'posts', asked));
      return reply.code(204).send(null);
    },
  );
};
