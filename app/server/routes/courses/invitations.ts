import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { audit } from '#server/audit.ts';
import { latestFirst, pageOf, readItems } from '#server/database/pagination.ts';
import { moment, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { sendJson } from '#server/reply.ts';
import { pageQuery } from '#server/schemas/page.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { countAttempt } from '#server/security/attempts.ts';
import { digestOf, newSecret } from '#server/security/secrets.ts';
import { Fields, Id, IdParams, Moment, Nothing } from '#shared/schemas/common.ts';
import { Invitation, InvitationPage } from '#shared/schemas/course.ts';
import { Email, Token } from '#shared/schemas/person.ts';
import { accountEmail, languagesOf } from '../people/accounts.ts';
import { invitationLetter } from './letters.ts';
import { mustBeAuthor, ownCourse } from './own-course.ts';
import { courseNotOpen, invitationGone, invitationUnknown } from './problems.ts';
import { isAuthor, isEnrolled } from './visibility.ts';

/** Letters that one teacher may have sent in a day: a lecture theatre, and no mailing list. */
const LETTERS = { max: 600, minutes: 24 * 60 };
const ACCEPTING = { max: 60, minutes: 15 };
const DAY_MILLISECONDS = 24 * 3600 * 1000;

/** Those into a course of one's own, the newest first: of one kind or of both, that can still be accepted or all. */
const invitationsOf = ({ kind, open }: { kind?: 'author' | 'follower'; open?: boolean }) => ({
  ...latestFirst(sql`i.created_at`, sql`i.id`),
  item: sql`json_build_object('id', i.id, 'email', i.email, 'kind', i.kind,
    'createdAt', ${moment(sql`i.created_at`)}, 'expiresAt', ${moment(sql`i.expires_at`)},
    'revokedAt', ${moment(sql`i.revoked_at`)}, 'usedCount', i.used_count)`,
  from: sql`from invitations i where i.course_id = $1
    and (select true from course_authors a where a.course_id = $1 and a.person_id = $2) is true
    ${kind === undefined ? sql`` : sql`and i.kind = $3`}
    ${open ? sql`and i.revoked_at is null and i.expires_at > now() and (i.email is null or i.used_count = 0)` : sql``}`,
});
/**
 * What an invitation opens: a link until it ends, what a letter brought once. And what the one who shows it is to the course already. It is held,
 * so that of two who show it at once one is the first.
 */
const INVITATION_SHOWN = sql`select i.id, i.course_id as "courseId", c.state in ('published', 'archived') as open,
    i.revoked_at is null and i.expires_at > now() and (i.email is null or i.used_count = 0) as good,
    ${isAuthor(sql`$2`)} or ${isEnrolled(sql`$2`)} as member
  from invitations i join courses c on c.id = i.course_id where i.token_hash = $1 and i.kind = 'follower' for update of i`;
interface Shown {
  id: string;
  courseId: string;
  open: boolean;
  good: boolean;
  member: boolean;
}
const COUNT_USE = sql`update invitations set used_count = used_count + 1 where id = $1`;

/** A second time it stays as it was. */
const REVOKE = sql`with former as (select id, revoked_at from invitations where id = $1 and course_id = $2 for update)
  update invitations i set revoked_at = coalesce(i.revoked_at, now()) from former f where i.id = f.id
  returning i.kind, f.revoked_at is null as "wasOpen"`;
const WITHDRAWN = {
  follower: 'course.invitation-withdrawn',
  author: 'course.author-invitation-withdrawn',
} as const;

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
        querystring: Type.Object(
          {
            kind: Type.Optional(Invitation.properties.kind),
            open: Type.Optional(Type.Boolean({ description: 'Only those that can still be accepted' })),
            ...pageQuery('moment', 'id'),
          },
          { additionalProperties: false },
        ),
        response: { 200: InvitationPage, ...refuses(400, 401, 403, 404) },
      },
    },
    async (request, reply) => {
      const authorship = { courseId: request.params.id, personId: signedIn(request).id };
      const { cursor, limit, ...wanted } = request.query;
      const asked = { cursor, limit };
      const values = [
        authorship.courseId,
        authorship.personId,
        ...(wanted.kind === undefined ? [] : [wanted.kind]),
      ];
      const found = await readItems(app.db, invitationsOf(wanted), values, asked);
      if (found.length === 0) await mustBeAuthor(app.db, authorship);
      return sendJson(reply, pageOf(found, asked));
    },
  );

  app.post(
    '/:id/invitations',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary:
          'Invite into a course of mine: by a letter to each address, or, without addresses, by a link that is shown once',
        params: IdParams,
        body: Fields({
          emails: Type.Optional(
            Type.Array(Email, {
              minItems: 1,
              maxItems: 200,
              description: 'One that comes twice gets one letter',
            }),
          ),
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
                description: 'Shown now and never again',
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
      // Two that are the same, or differ in capitals, are one.
      const to = emails && [...new Set(emails.map(accountEmail))];
      const { made, title, expiresAt } = await transaction(app.db, async (db) => {
        const made = (to ?? [null]).map((email) => ({ email, token: newSecret() }));
        await ownCourse(db, { courseId: id, personId: person.id });
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
        app.later('send invitations', async () => {
          const languages = await languagesOf(app.db, to);
          // Each by itself: one that nobody takes, or only later, holds no other up.
          for (const { email, token } of made) {
            const language = languages.get(email!) ?? person.language;
            const facts = { url: pageOf(token), title, author: person.name, until: new Date(expiresAt) };
            app.later('send an invitation', () => app.mail.send(invitationLetter(email!, language, facts)));
          }
        });
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
        summary: 'Withdraw an invitation; who came by it stays',
        params: Type.Object({ id: Id, invitationId: Id }),
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 429) },
      },
    },
    async (request, reply) => {
      const { id, invitationId } = request.params;
      await transaction(app.db, async (db) => {
        await ownCourse(db, { courseId: id, personId: signedIn(request).id });
        const [found] = await query<{ kind: keyof typeof WITHDRAWN; wasOpen: boolean }>(db, REVOKE, [
          invitationId,
          id,
        ]);
        if (!found) throw invitationUnknown({});
        if (!found.wasOpen) return;
        await audit(
          request,
          { action: WITHDRAWN[found.kind], subject: { kind: 'course', id }, details: { invitationId } },
          db,
        );
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
        response: { 200: Fields({ courseId: Id }), ...refuses(400, 401, 403, 409, 410, 413, 415, 429) },
      },
    },
    async (request) => {
      const person = signedIn(request);
      await countAttempt(app.db, 'accept', person.id, ACCEPTING);
      return transaction(app.db, async (db) => {
        const [shown] = await query<Shown>(db, INVITATION_SHOWN, [digestOf(request.body.token), person.id]);
        // An author who tries the letter, and those who open it a second time, use up nothing.
        if (shown?.open && shown.member) return { courseId: shown.courseId };
        if (!shown?.good) throw invitationGone({});
        if (!shown.open) throw courseNotOpen({});
        await query(db, COUNT_USE, [shown.id]);
        await query(
          db,
          sql`insert into enrolments (course_id, person_id) values ($1, $2) on conflict (person_id, course_id) do nothing`,
          [shown.courseId, person.id],
        );
        return { courseId: shown.courseId };
      });
    },
  );
};
