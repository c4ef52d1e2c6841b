import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { audit } from '#server/audit.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { countAtAccount, originOf } from '#server/security/account-attempts.ts';
import { countAttempt } from '#server/security/attempts.ts';
import { countFrom, countingFailures, giveBackTo } from '#server/security/network-attempts.ts';
import { hashPassword, passwordFits } from '#server/security/passwords.ts';
import { digestOf, newSecret } from '#server/security/secrets.ts';
import { signIn } from '#server/security/sessions.ts';
import { Fields, Nothing } from '#shared/schemas/common.ts';
import { KnownPassword, Me, SignUp, Token } from '#shared/schemas/person.ts';
import { readMe } from '../me/read.ts';
import { accountEmail, checkGuardian, checkPassword, languagesOf } from './accounts.ts';
import { alreadyLetter, consentLetter, welcomeLetter } from './letters.ts';
import { consentNeeded, otherPassword, tokenUnknown } from './problems.ts';
import { tellOfTeacher, waitsToTeach } from './teachers.ts';

/** Letters that one address gets at most: asked for from each place, and from all together. */
const LETTERS = { each: { max: 5, minutes: 60 }, all: { max: 20, minutes: 60 } };
/** Passwords that are tried with one letter. */
const GUESSES = { max: 10, minutes: 60 };

/** Joining: `/people`. An account exists once its address has answered; until then nobody learns whether it did. */
export const people: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '',
    {
      config: { access: 'people.join' },
      schema: {
        tags: ['people'],
        summary: 'Ask for an account; a letter follows, whether the address has one or not',
        body: SignUp,
        response: { 202: Nothing, ...refuses(400, 403, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const { email, name, role, password, language = request.language, guardianEmail } = request.body;
      checkPassword(password, 'body.password', { email, name });
      const address = accountEmail(email);
      const guardian = guardianEmail === undefined ? undefined : accountEmail(guardianEmail);
      checkGuardian(guardian, address);
      const origin = originOf(request);
      await countFrom(app, 'join', origin.network);
      const password_hash = await hashPassword(password);
      const token = newSecret();
      const consent = newSecret();
      app.later('send a letter to somebody new', async () => {
        await countAtAccount(app.db, origin, { what: 'sign-up letter', email: address, ...LETTERS });
        const known = (await languagesOf(app.db, [address])).get(address);
        if (known)
          return app.mail.send(alreadyLetter(address, known, { url: app.pageUrl('/mot-de-passe-oublie') }));
        await query(
          app.db,
          sql`insert into sign_ups (token_hash, email, name, role, language, password_hash, expires_at, guardian_email, consent_hash)
           values ($1, $2, $3, $4, $5, $6, now() + interval '24 hours', $7, $8)`,
          [
            digestOf(token),
            address,
            name.trim(),
            role,
            language,
            password_hash,
            guardian ?? null,
            guardian ? digestOf(consent) : null,
          ],
        );
        // Behind a # no server, log or other site ever sees it.
        await app.mail.send(welcomeLetter(address, language, { url: app.pageUrl(`/confirmer#${token}`) }));
        if (!guardian) return;
        // Last, for a parent of many who gets no more letters keeps no child from its own.
        await countAtAccount(app.db, origin, { what: 'consent letter', email: guardian, ...LETTERS });
        await app.mail.send(
          consentLetter(guardian, language, {
            url: app.pageUrl(`/accord#${consent}`),
            privacy: app.pageUrl('/confidentialite'),
          }),
        );
      });
      return reply.code(202).send(null);
    },
  );

  app.post(
    '/confirmation',
    {
      config: { access: 'people.join' },
      schema: {
        tags: ['people'],
        summary: 'Show that the letter arrived and who asked for it: the account is made and signed in',
        description:
          'The password is that of the request: somebody else may have asked in the name of the one who got the letter.',
        body: Fields({ token: Token, password: KnownPassword }),
        response: { 201: Me, ...refuses(400, 401, 403, 409, 410, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const joined = await countingFailures(request, 'confirm', async () => {
        const hash = digestOf(request.body.token);
        const [known] = await query<{ password_hash: string }>(
          app.db,
          sql`select password_hash from sign_ups where token_hash = $1 and expires_at > now()`,
          [hash],
        );
        if (!known) throw tokenUnknown({});
        await countAttempt(app.db, 'confirm', hash, GUESSES);
        if (!(await passwordFits(request.body.password, known.password_hash))) throw otherPassword({});
        const { personId, isWaiting } = await transaction(app.db, async (each) => {
          const asked = await each
            .deleteFrom('sign_ups')
            .where('token_hash', '=', hash)
            .returning([
              'email',
              'name',
              'role',
              'language',
              'password_hash',
              'expires_at',
              'guardian_email',
              'consented_at',
              'withdrawal_hash',
              'person_id',
            ])
            .executeTakeFirst();
          if (!asked || asked.expires_at < new Date()) throw tokenUnknown({});
          // Nothing is used up by it: the transaction gives the row back.
          if (asked.guardian_email && !asked.consented_at) throw consentNeeded({});
          // Who agreed and when stays with the account, so that it can be shown.
          const { expires_at: _, person_id: id, role, ...person } = asked;
          const isWaiting = await waitsToTeach(each, asked);
          const made = await each
            .insertInto('people')
            .values({
              id,
              ...person,
              role: isWaiting ? 'student' : role,
              ...(isWaiting ? { wants_to_teach_at: new Date() } : {}),
            })
            .onConflict((conflict) => conflict.column('email').doNothing())
            .returning('id')
            .executeTakeFirst();
          // Asked for twice, and the other letter was quicker.
          if (!made) throw tokenUnknown({});
          await audit(
            request,
            { action: 'person.joined', subject: { kind: 'person', id: made.id }, actorId: made.id },
            each,
          );
          return { personId: made.id, isWaiting };
        });
        return { personId, isWaiting, passwordHash: known.password_hash };
      });
      await giveBackTo(request, 'join');
      await signIn(request, reply, joined);
      if (joined.isWaiting) app.later('tell of somebody who wants to teach', () => tellOfTeacher(app));
      return reply.code(201).send(await readMe(app.db, joined.personId));
    },
  );
};
