import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { latestFirst, pageOf, readItems } from '#server/database/pagination.ts';
import { moment, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { sendJson } from '#server/reply.ts';
import { pageQuery } from '#server/schemas/page.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { countingFailures } from '#server/security/network-attempts.ts';
import { digestOf } from '#server/security/secrets.ts';
import { Fields, Id, Nothing } from '#shared/schemas/common.ts';
import { NotificationPage, NotificationSettings } from '#shared/schemas/forum.ts';
import { Token } from '#shared/schemas/person.ts';
import { tokenUnknown } from '../people/problems.ts';
import { sendDigests } from './digest.ts';
import { notified, readableBy } from './readable.ts';

const HOUR_SECONDS = 3600;
const NOTIFICATIONS = {
  ...latestFirst(sql`n.at`, sql`n.id`),
  item: sql`json_build_object('id', n.id, 'kind', n.kind,
    'actor', (select json_build_object('id', p.id, 'name', p.name) from people p where p.id = n.actor_id),
    'courseId', t.course_id, 'threadId', t.id, 'threadTitle', t.title, 'postId', n.post_id,
    'at', ${moment(sql`n.at`)}, 'read', n.read_at is not null)`,
  more: sql`(select count(*) from ${notified(sql`notifications`)}
    where n.person_id = $1 and n.read_at is null and ${readableBy(sql`$1`)}) as unread`,
  from: sql`from ${notified(sql`notifications`)} where n.person_id = $1 and ${readableBy(sql`$1`)}`,
};
const MARK_READ = sql`update notifications set read_at = now()
  where person_id = $1 and read_at is null and ($2::uuid[] is null or id = any($2::uuid[]))`;
const UNSUBSCRIBE = sql`update people set digest = 'never' where id in
  (select person_id from unsubscriptions where token_hash = $1 and expires_at > now()) returning id`;

/** Notifications: `/notifications`. */
export const notifications: FastifyPluginAsyncTypebox = async (app) => {
  app.every(HOUR_SECONDS, 'digests', () => sendDigests(app));

  app.get(
    '',
    {
      config: { access: 'notifications.own' },
      schema: {
        tags: ['notifications'],
        summary: 'My notifications, the latest first, and how much of it I have not read',
        querystring: Type.Object(pageQuery('moment', 'id'), { additionalProperties: false }),
        response: { 200: NotificationPage, ...refuses(400, 401) },
      },
    },
    async (request, reply) => {
      const found = await readItems<{ unread: number }>(
        app.db,
        NOTIFICATIONS,
        [signedIn(request).id],
        request.query,
      );
      const page = pageOf(found, request.query);
      return sendJson(reply, `${page.slice(0, -1)},"unread":${found[0]?.unread ?? 0}}`);
    },
  );

  app.post(
    '/read',
    {
      config: { access: 'notifications.own' },
      schema: {
        tags: ['notifications'],
        summary: 'Say that I have read some of it, or all',
        body: Fields({ ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 100 })) }),
        response: { 204: Nothing, ...refuses(400, 401, 403, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      await query(app.db, MARK_READ, [signedIn(request).id, request.body.ids ?? null]);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/settings',
    {
      config: { access: 'notifications.own' },
      schema: {
        tags: ['notifications'],
        summary: 'Which letters I get',
        response: { 200: NotificationSettings, ...refuses(401) },
      },
    },
    async (request) => {
      const { id } = signedIn(request);
      return app.db.selectFrom('people').select('digest').where('id', '=', id).executeTakeFirstOrThrow();
    },
  );

  app.put(
    '/settings',
    {
      config: { access: 'notifications.own' },
      schema: {
        tags: ['notifications'],
        summary: 'Choose which letters I get',
        body: NotificationSettings,
        response: { 200: NotificationSettings, ...refuses(400, 401, 403, 413, 415, 429) },
      },
    },
    async (request) => {
      const { id } = signedIn(request);
      await app.db.updateTable('people').set(request.body).where('id', '=', id).execute();
      return request.body;
    },
  );

  app.post(
    '/unsubscription',
    {
      config: { access: 'notifications.stop' },
      schema: {
        tags: ['notifications'],
        summary: 'No more digests, by the address in one of them; without signing in',
        body: Fields({ token: Token }),
        response: { 204: Nothing, ...refuses(400, 403, 410, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const hash = digestOf(request.body.token);
      await countingFailures(request, 'unsubscribe', async () => {
        if ((await query(app.db, UNSUBSCRIBE, [hash])).length === 0) throw tokenUnknown({});
      });
      return reply.code(204).send(null);
    },
  );
};
