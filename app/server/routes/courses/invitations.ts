import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { audit } from '../../audit.ts';
import { moment, query, rows } from '../../database/json.ts';
import { transaction } from '../../database/retry.ts';
import { signedIn } from '../../plugins/app/access.ts';
import { sendJson } from '../../reply.ts';
import { Fields, Id, IdParams, Moment, Nothing } from '../../schemas/common.ts';
import { Invitations } from '../../schemas/course.ts';
import { Email, Token } from '../../schemas/person.ts';
import { refuses } from '../../schemas/refuses.ts';
import { countAttempt } from '../../security/attempts.ts';
import { digestOf, newSecret } from '../../security/secrets.ts';
import { accountEmail } from '../people/accounts.ts';
import { invitationLetter } from './letters.ts';
import { courseUnknown, invitationGone, invitationUnknown } from './problems.ts';
import { ownCourse } from './write.ts';

/** Letters that one teacher may have sent in a day: a lecture theatre, and no mailing list. */
const LETTERS = { max: 600, minutes: 24 * 60 };
const ACCEPTING = { max: 60, minutes: 15 };
const DAY_MILLISECONDS = 24 * 3600 * 1000;

const LIST = `select case when exists (select 1 from course_authors a where a.course_id = $1 and a.person_id = $2)
  then json_build_object('items', ${rows(
    `json_build_object('id', i.id, 'email', i.email, 'kind', i.kind, 'createdAt', ${moment('i.created_at')},
      'expiresAt', ${moment('i.expires_at')}, 'revokedAt', ${moment('i.revoked_at')}, 'usedCount', i.used_count)`,
    'i.created_at desc, i.id desc',
    'from invitations i where i.course_id = $1',
  )})::text end as json`;
/** A link is good until it ends; what a letter brought, once. Whoever is an author needs none. */
const USE = `update invitations i set used_count = i.used_count + 1
  where i.token_hash = $1 and i.kind = 'follower' and i.revoked_at is null and i.expires_at > now() and (i.email is null or i.used_count = 0)
  and exists (select 1 from courses c where c.id = i.course_id and c.state in ('published', 'archived'))
  returning i.course_id as "courseId"`;

/** Ways into a course that is not public. */
export const invitations: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:id/invitations',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: 'The invitations to follow or to write a course of mine, the newest first',
        params: IdParams,
        response: { 200: Invitations, ...refuses(400, 401, 403, 404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const [found] = await query<{ json: string | null }>(app.db, LIST, [id, signedIn(request).id]);
      if (!found?.json) throw courseUnknown({ id });
      return sendJson(reply, found.json);
    },
  );

  app.post(
    '/:id/invitations',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary:
          'Invite into a course of mine: by a letter to each address, or, without addresses, by a link that is told once',
        params: IdParams,
        body: Fields({
          emails: Type.Optional(Type.Array(Email, { minItems: 1, maxItems: 200, uniqueItems: true })),
          days: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 365,
              description: 'For how long; 14 by default',
              examples: [30],
            }),
          ),
        }),
        response: {
          201: Fields({
            link: Type.Optional(
              Type.String({
                description: 'Told now and never again',
                examples: ['https://fredu.example/invitation#n0s6Yk2vEr1mB7tQxL4dWzJ9aHcFgPu3iKoV8eNbM5R'],
              }),
            ),
            expiresAt: Moment,
          }),
          ...refuses(400, 401, 403, 404, 413, 415, 429),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = signedIn(request);
      const { emails, days = 14 } = request.body;
      const until = new Date(Date.now() + days * DAY_MILLISECONDS);
      // Two that differ in capitals are one.
      const to = emails && [...new Set(emails.map(accountEmail))];
      const { made, title, expiresAt } = await transaction(app.db, async (db) => {
        const made = (to ?? [null]).map((email) => ({ email, token: newSecret() }));
        await ownCourse(db, id, person.id);
        if (to) await countAttempt(db, 'invitation', person.id, { ...LETTERS, times: to.length });
        await db
          .insertInto('invitations')
          .values(
            made.map(({ email, token }) => ({
              course_id: id,
              email,
              token_hash: digestOf(token),
              created_by: person.id,
              expires_at: until,
            })),
          )
          .execute();
        await audit(
          request,
          {
            action: 'course.invited',
            subject: { kind: 'course', id },
            details: { letters: to?.length ?? 0 },
          },
          db,
        );
        const course = await db
          .selectFrom('courses')
          .select('title')
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        return { made, title: course.title, expiresAt: until.toISOString() };
      });
      const pageOf = (token: string) => app.pageUrl(`/invitation#${token}`);
      if (to) {
        // Each by itself: one that nobody takes, or only later, holds no other up.
        for (const { email, token } of made) {
          const told = { url: pageOf(token), title, author: person.name, until: new Date(expiresAt) };
          app.later('send an invitation', () =>
            app.mail.send(invitationLetter(email!, person.language, told)),
          );
        }
      }
      return reply.code(201).send({ ...(to ? {} : { link: pageOf(made[0]!.token) }), expiresAt });
    },
  );

  app.delete(
    '/:id/invitations/:invitationId',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: 'Withdraw an invitation; whoever came by it stays',
        params: Type.Object({ id: Id, invitationId: Id }),
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 429) },
      },
    },
    async (request, reply) => {
      const { id, invitationId } = request.params;
      await transaction(app.db, async (db) => {
        await ownCourse(db, id, signedIn(request).id);
        const [gone] = await query(
          db,
          'update invitations set revoked_at = coalesce(revoked_at, now()) where id = $1 and course_id = $2 returning id',
          [invitationId, id],
        );
        if (!gone) throw invitationUnknown({});
      });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/invitations/acceptance',
    {
      config: { access: 'courses.follow' },
      schema: {
        tags: ['courses'],
        summary: 'Enrol by an invitation',
        body: Fields({ token: Token }),
        response: { 200: Fields({ courseId: Id }), ...refuses(400, 401, 403, 410, 413, 415, 429) },
      },
    },
    async (request) => {
      const person = signedIn(request);
      await countAttempt(app.db, 'accept', person.id, ACCEPTING);
      return transaction(app.db, async (db) => {
        const [used] = await query<{ courseId: string }>(db, USE, [digestOf(request.body.token)]);
        if (!used) throw invitationGone({});
        await query(
          db,
          `insert into enrolments (course_id, person_id) select $1, $2
           where not exists (select 1 from course_authors a where a.course_id = $1 and a.person_id = $2)
           on conflict (person_id, course_id) do nothing`,
          [used.courseId, person.id],
        );
        return used;
      });
    },
  );
};
