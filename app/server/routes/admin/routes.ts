import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { audit } from '#server/audit.ts';
import { cached, invalidate, keyIn } from '#server/cache/cache.ts';
import { now } from '#server/database/now.ts';
import { moment, query, queryRow, rows } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { sendJson } from '#server/reply.ts';
import { pageQuery } from '#server/schemas/page.ts';
import { refuses } from '#server/schemas/refuses.ts';
import type { Language } from '#shared/problem.ts';
import {
  AccountChange,
  AccountPage,
  AdminCoursePage,
  AdminReportPage,
  DeedPage,
  Figures,
  NewNotice,
  Notices,
} from '#shared/schemas/admin.ts';
import { IdParams, Line, Nothing } from '#shared/schemas/common.ts';
import { StateChange } from '#shared/schemas/course.ts';
import { Made } from '#shared/schemas/forum.ts';
import { mustHaveContent } from '../courses/content.ts';
import { courseUnknown } from '../courses/problems.ts';
import { COURSE_LISTS } from '../courses/read.ts';
import { teacherConfirmedLetter } from '../people/letters.ts';
import { checkNotLast } from './last-administrator.ts';
import { reindexPeople } from './people-search-index.ts';
import { noticeOver, noticeUnknown, notOneself, personUnknown } from './problems.ts';
import { readFigures, readList } from './read.ts';

const Asked = Type.Object(
  { q: Type.Optional(Line(200, { examples: ['Benali'] })), ...pageQuery('moment', 'id') },
  { additionalProperties: false },
);
interface Waiting {
  email: string;
  language: Language;
  waits: boolean;
}
const WAITING = sql`select email, language, wants_to_teach_at is not null as waits from people where id = $1 for update`;
const MINUTE_SECONDS = 60;
const changing = [400, 401, 403, 404, 413, 415, 429];

const notices = (where: Sql): Sql =>
  sql`select json_build_object('items', ${rows(
    sql`json_build_object('id', n.id, 'textFr', n.text_fr, 'textEn', n.text_en, 'startsAt', ${moment(sql`n.starts_at`)}, 'endsAt', ${moment(sql`n.ends_at`)})`,
    sql`n.starts_at, n.id`,
    sql`from notices n where ${where}`,
  )})::text as json`;
/** Where the notices of the moment are kept, and how long: one that begins by itself is late by so much at most. */
const NOTICES = 'notices';
const NOTICES_LIFE = { freshSeconds: 30, staleSeconds: 30 };
const NOTICES_NOW = notices(sql`n.starts_at <= now() and n.ends_at > now()`);
const NOTICES_ALL = notices(sql`n.ends_at > now()`);

/** What administrators see to: people, courses, notices, and what was done. */
export const admin: FastifyPluginAsyncTypebox = async (app) => {
  app.every(MINUTE_SECONDS, 'words of people', () => reindexPeople(app));
  for (const [url, name, schema, summary] of [
    [
      '/admin/people',
      'people',
      AccountPage,
      'Everybody, the latest first; `q` looks into names and addresses',
    ],
    [
      '/admin/people/waiting',
      'waiting',
      AccountPage,
      'Those who say that they teach, and whom nobody has confirmed yet; `q` as for everybody',
    ],
    [
      '/admin/courses',
      'courses',
      AdminCoursePage,
      'Every course whatever its state, the latest change first',
    ],
    [
      '/admin/reports',
      'reports',
      AdminReportPage,
      'What is still to be decided in any forum, the latest first; `q` is a course or what was reported',
    ],
    [
      '/admin/deeds',
      'deeds',
      DeedPage,
      'The audit log, the latest first; `q` is an action, an actor or a subject',
    ],
  ] as const) {
    app.get(
      url,
      {
        config: { access: 'admin' },
        schema: {
          tags: ['admin'],
          summary,
          querystring: Asked,
          response: { 200: schema, ...refuses(400, 401, 403) },
        },
      },
      async (request, reply) => {
        const { json, ids } = await readList(app.db, name, request.query);
        // Who looks at others' data is remembered as well, and at whose; not what was typed, which may be a name.
        await audit(request, {
          action: `${name}.looked-up`,
          subject: { kind: 'person', id: signedIn(request).id },
          details: { shown: ids },
        });
        return sendJson(reply, json);
      },
    );
  }

  app.patch(
    '/admin/people/:id',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['admin'],
        summary: 'Change somebody’s role, or suspend them: their sessions end at once',
        params: IdParams,
        body: AccountChange,
        response: { 204: Nothing, ...refuses(...changing, 409) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { role, suspended } = request.body;
      if (id === signedIn(request).id) throw notOneself({});
      const confirmed = await transaction(app.db, async (db) => {
        if (suspended || (role && role !== 'administrator')) await checkNotLast(db, id);
        const [found] = await query<Waiting>(db, WAITING, [id]);
        if (!found) throw personUnknown({});
        await db
          .updateTable('people')
          .set((eb) => ({
            ...(role ? { role, wants_to_teach_at: null } : {}),
            ...(suspended === undefined
              ? {}
              : { suspended_at: suspended ? eb.fn.coalesce('suspended_at', now) : null }),
            updated_at: now,
          }))
          .where('id', '=', id)
          .execute();
        // A session begun as a teacher must not outlive the role either.
        await db.deleteFrom('sessions').where('person_id', '=', id).execute();
        await audit(
          request,
          { action: 'person.changed', subject: { kind: 'person', id }, details: request.body },
          db,
        );
        return found.waits && role === 'teacher' ? { email: found.email, language: found.language } : null;
      });
      if (confirmed)
        app.later('tell a teacher', () =>
          app.mail.send(
            teacherConfirmedLetter(confirmed.email, confirmed.language, {
              url: app.pageUrl('/cours/nouveau'),
            }),
          ),
        );
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/admin/courses/:id/state',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['admin'],
        summary: 'Withdraw, delete or bring back any course',
        params: IdParams,
        body: StateChange,
        response: { 204: Nothing, ...refuses(...changing, 409) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { state } = request.body;
      await transaction(app.db, async (db) => {
        const [found] = await query(
          db,
          sql`update courses set state = $2, state_at = now(), version = version + 1,
             published_at = case when $2 = 'published' then coalesce(published_at, now()) else published_at end
           where id = $1 returning id`,
          [id, state],
        );
        if (!found) throw courseUnknown({ id });
        if (state === 'published') await mustHaveContent(db, id);
        await audit(
          request,
          { action: `course.${state}`, subject: { kind: 'course', id }, details: { by: 'administrator' } },
          db,
        );
      });
      await invalidate(app.cache, COURSE_LISTS);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/admin/figures',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['admin'],
        summary: 'How much there is, and how much it is used',
        response: { 200: Figures, ...refuses(401, 403) },
      },
    },
    async (_request, reply) => sendJson(reply, await readFigures(app.db)),
  );

  app.get(
    '/notices',
    {
      config: { access: 'notices.read' },
      schema: {
        tags: ['notices'],
        summary: 'The notice that everybody sees at the moment',
        response: { 200: Notices, ...refuses() },
      },
    },
    // Every page asks for it.
    async (_request, reply) => {
      const key = await keyIn(app.cache, NOTICES, 'now');
      const read = async () => (await queryRow<{ json: string }>(app.db, NOTICES_NOW)).json;
      return sendJson(reply, await cached(app.cache, key, NOTICES_LIFE, read));
    },
  );

  app.get(
    '/admin/notices',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['admin'],
        summary: 'Notices that are or will be shown',
        response: { 200: Notices, ...refuses(401, 403) },
      },
    },
    async (_request, reply) => sendJson(reply, (await queryRow<{ json: string }>(app.db, NOTICES_ALL)).json),
  );

  app.post(
    '/admin/notices',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['admin'],
        summary: 'Tell everybody something for a while',
        body: NewNotice,
        response: { 201: Made, ...refuses(400, 401, 403, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const { textFr, textEn } = request.body;
      // As the one moment that they are: of what else may stand for it the database takes less.
      const endsAt = new Date(request.body.endsAt);
      const startsAt = request.body.startsAt === undefined ? new Date() : new Date(request.body.startsAt);
      if (!(endsAt.getTime() > Math.max(Date.now(), startsAt.getTime()))) throw noticeOver({});
      const made = await transaction(app.db, async (db) => {
        const { id } = await db
          .insertInto('notices')
          .values({ text_fr: textFr, text_en: textEn, starts_at: startsAt, ends_at: endsAt })
          .returning('id')
          .executeTakeFirstOrThrow();
        await audit(request, { action: 'notice.made', subject: { kind: 'notice', id } }, db);
        return { id };
      });
      await invalidate(app.cache, NOTICES);
      return reply.code(201).send(made);
    },
  );

  app.delete(
    '/admin/notices/:id',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['admin'],
        summary: 'Tell it no longer',
        params: IdParams,
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 429) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await transaction(app.db, async (db) => {
        const [found] = await query(db, sql`delete from notices where id = $1 returning id`, [id]);
        if (!found) throw noticeUnknown({});
        await audit(request, { action: 'notice.removed', subject: { kind: 'notice', id } }, db);
      });
      await invalidate(app.cache, NOTICES);
      return reply.code(204).send(null);
    },
  );
};
