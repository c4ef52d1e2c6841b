import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { audit } from '#server/audit.ts';
import { invalidate } from '#server/cache/cache.ts';
import type { Transaction } from '#server/database/database.ts';
import { moment, query, queryRow } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { countAttempt } from '#server/security/attempts.ts';
import { digestOf, newSecret } from '#server/security/secrets.ts';
import { Fields, Id, IdParams, Nothing } from '#shared/schemas/common.ts';
import { Invitation } from '#shared/schemas/course.ts';
import { Email, Token } from '#shared/schemas/person.ts';
import { accountEmail } from '../people/accounts.ts';
import { leave } from './following.ts';
import { authorInvitationLetter } from './letters.ts';
import { editOwnCourse, ownCourse } from './own-course.ts';
import { courseUnknown, invitationGone, lastAuthor } from './problems.ts';
import { COURSE_LISTS } from './read.ts';

/** A team in an afternoon; and nobody who asks address after address. */
const INVITING = { max: 30, minutes: 60 };
/** Letters that one teacher gets at most, from all who invite. */
const LETTERS = { max: 5, minutes: 60 };
const ACCEPTING = { max: 60, minutes: 15 };
const VALID_FOR = '14 days';

/** The one before it to the same address is good no longer. */
const REVOKE_EARLIER = sql`update invitations set revoked_at = now()
  where course_id = $1 and email = $2 and kind = 'author' and revoked_at is null`;
const INSERT_INVITATION = sql`insert into invitations (course_id, email, kind, token_hash, created_by, expires_at)
  values ($1, $2, 'author', $3, $4, now() + $5::interval)
  returning id, email, kind, ${moment(sql`created_at`)} as "createdAt", ${moment(sql`expires_at`)} as "expiresAt",
    null as "revokedAt", used_count as "usedCount"`;
/** Whom an invitation reaches: a teacher who does not write the course yet. */
const INVITED_TEACHER = sql`select p.language, c.title from people p join courses c on c.id = $2
  where p.email = $1 and p.role <> 'student' and p.suspended_at is null
  and (select true from course_authors a where a.course_id = c.id and a.person_id = p.id) is not true`;
/** It is good once, for whom it was sent to, while the one who sent it writes the course, or sees to all of them. */
const USE_INVITATION = sql`update invitations i set used_count = i.used_count + 1
  where i.token_hash = $1 and i.kind = 'author' and i.email = $2
  and i.revoked_at is null and i.expires_at > now() and i.used_count = 0
  and (exists (select 1 from course_authors a where a.course_id = i.course_id and a.person_id = i.created_by)
    or exists (select 1 from people p where p.id = i.created_by and p.role = 'administrator' and p.suspended_at is null))
  and exists (select 1 from courses c where c.id = i.course_id and c.state <> 'deleted')
  returning i.course_id as "courseId"`;
const COURSE_LOCKED = sql`select 1 from courses where id = $1 and state <> 'deleted' for update`;
const ADD_AUTHOR = sql`insert into course_authors (course_id, person_id, position)
  select $1, $2, coalesce(max(position), 0) + 1 from course_authors where course_id = $1
  on conflict (course_id, person_id) do nothing`;

/** Who writes a course. Nobody does who was not asked, and whether an address is a teacher's only its letters tell. */
export const authors: FastifyPluginAsyncTypebox = async (app) => {
  /** Invites a teacher to write a course that the caller may hand on. */
  const invite = async (
    request: FastifyRequest<{ Body: { email: string } }>,
    id: string,
    mayInvite: (db: Transaction, personId: string) => Promise<unknown>,
  ): Promise<Invitation> => {
    const person = signedIn(request);
    const email = accountEmail(request.body.email);
    await countAttempt(app.db, 'author invitation', person.id, INVITING);
    const { token, invitation } = await transaction(app.db, async (db) => {
      await mayInvite(db, person.id);
      const token = newSecret();
      await query(db, REVOKE_EARLIER, [id, email]);
      const invitation = await queryRow<Invitation>(db, INSERT_INVITATION, [
        id,
        email,
        digestOf(token),
        person.id,
        VALID_FOR,
      ]);
      await audit(
        request,
        {
          action: 'course.author-invited',
          subject: { kind: 'course', id },
          details: { invitationId: invitation.id },
        },
        db,
      );
      return { token, invitation: invitation };
    });
    app.later('invite an author', async () => {
      const [invited] = await query<{ language: 'fr' | 'en'; title: string }>(app.db, INVITED_TEACHER, [
        email,
        id,
      ]);
      if (!invited) return;
      await countAttempt(app.db, 'author letter', email, LETTERS);
      const facts = {
        // Behind a # no server, log or other site ever sees it.
        url: app.pageUrl(`/ecrire-un-cours#${token}`),
        title: invited.title,
        author: person.name,
        until: new Date(invitation.expiresAt),
      };
      await app.mail.send(authorInvitationLetter(email, invited.language, facts));
    });
    return invitation;
  };

  app.post(
    '/courses/:id/authors',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary:
          'Invite another teacher to write a course of mine; a letter follows if the address is a teacher’s',
        params: IdParams,
        body: Fields({ email: Email }),
        response: { 202: Invitation, ...refuses(400, 401, 403, 404, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const invitation = await invite(request, id, (db, personId) =>
        ownCourse(db, { courseId: id, personId }),
      );
      return reply.code(202).send(invitation);
    },
  );

  app.post(
    '/admin/courses/:id/authors',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['admin'],
        summary: 'Hand a course on: invite a teacher to write any course, as when its only author leaves',
        params: IdParams,
        body: Fields({ email: Email }),
        response: { 202: Invitation, ...refuses(400, 401, 403, 404, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const invitation = await invite(request, id, async (db) => {
        const [course] = await query(db, COURSE_LOCKED, [id]);
        if (!course) throw courseUnknown({ id });
      });
      return reply.code(202).send(invitation);
    },
  );

  app.post(
    '/courses/authors/acceptance',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary:
          'Become an author of a course by an invitation that was sent to me; what I followed of it ends',
        body: Fields({ token: Token }),
        response: { 200: Fields({ courseId: Id }), ...refuses(400, 401, 403, 410, 413, 415, 429) },
      },
    },
    async (request) => {
      const { id: personId, email } = signedIn(request);
      await countAttempt(app.db, 'accept', personId, ACCEPTING);
      const used = await transaction(app.db, async (db) => {
        const [used] = await query<{ courseId: string }>(db, USE_INVITATION, [
          digestOf(request.body.token),
          email,
        ]);
        if (!used) throw invitationGone({});
        const { courseId } = used;
        // Nobody rates a course of their own. It locks the course, so that no two become authors in one place.
        await leave(db, { courseId, personId });
        await query(db, ADD_AUTHOR, [courseId, personId]);
        await audit(
          request,
          { action: 'course.author-added', subject: { kind: 'course', id: courseId }, details: { personId } },
          db,
        );
        return used;
      });
      await invalidate(app.cache, COURSE_LISTS);
      return used;
    },
  );

  app.delete(
    '/courses/:id/authors/:personId',
    {
      config: { access: 'courses.write' },
      schema: {
        tags: ['courses'],
        summary: 'Take an author, or myself, out of a course of mine; the last one stays',
        params: Type.Object({ id: Id, personId: Id }),
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 409, 429) },
      },
    },
    async (request, reply) => {
      const { id, personId } = request.params;
      const asked = { courseId: id, personId: signedIn(request).id };
      await editOwnCourse(
        app,
        (db) => ownCourse(db, asked),
        async (db, course) => {
          const authors = await db
            .selectFrom('course_authors')
            .select('person_id')
            .where('course_id', '=', id)
            .execute();
          if (!authors.some((author) => author.person_id === personId)) return course;
          if (authors.length === 1) throw lastAuthor({});
          await db
            .deleteFrom('course_authors')
            .where('course_id', '=', id)
            .where('person_id', '=', personId)
            .execute();
          await audit(
            request,
            { action: 'course.author-removed', subject: { kind: 'course', id }, details: { personId } },
            db,
          );
          return course;
        },
      );
      return reply.code(204).send(null);
    },
  );
};
