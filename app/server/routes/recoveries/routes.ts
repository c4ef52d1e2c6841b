import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { audit } from '#server/audit.ts';
import { now } from '#server/database/now.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { countAtAccount, forgetAtAccount, originOf } from '#server/security/account-attempts.ts';
import { countFrom, countingFailures, giveBackTo } from '#server/security/network-attempts.ts';
import { hashPassword } from '#server/security/passwords.ts';
import { digestOf, newSecret } from '#server/security/secrets.ts';
import { signIn } from '#server/security/sessions.ts';
import { Fields, Nothing } from '#shared/schemas/common.ts';
import { Code, Email, Me, Password, Token } from '#shared/schemas/person.ts';
import { readMe } from '../me/read.ts';
import { accountEmail, accountOf, checkPassword } from '../people/accounts.ts';
import { changedLetter, recoveryLetter } from '../people/letters.ts';
import { tokenUnknown } from '../people/problems.ts';
import { checkSecondFactor } from '../people/second-factor.ts';

/** Letters that one account gets at most: asked for from each place, and from all places that it does not know. */
const LETTERS = { each: { max: 5, minutes: 60 }, all: { max: 50, minutes: 60 } };

/** Forgotten passwords: `/recoveries`. Whether an address has an account only its letters tell. */
export const recoveries: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '',
    {
      config: { access: 'people.recover' },
      schema: {
        tags: ['people'],
        summary: 'Ask for a letter by which to choose a new password',
        body: Fields({ email: Email }),
        response: { 202: Nothing, ...refuses(400, 403, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const origin = originOf(request);
      await countFrom(app, 'recover', origin.network);
      const address = accountEmail(request.body.email);
      app.later('send a letter for a new password', async () => {
        const account = await accountOf(app.db, address);
        if (!account) return;
        await countAtAccount(app.db, origin, { what: 'recovery letter', email: address, ...LETTERS });
        const token = newSecret();
        await query(
          app.db,
          sql`insert into recoveries (token_hash, person_id, expires_at) values ($1, $2, now() + interval '1 hour')`,
          [digestOf(token), account.id],
        );
        const url = app.pageUrl(`/nouveau-mot-de-passe#${token}`);
        await app.mail.send(recoveryLetter(address, account.language, { url }));
      });
      return reply.code(202).send(null);
    },
  );

  app.post(
    '/confirmation',
    {
      config: { access: 'people.recover' },
      schema: {
        tags: ['people'],
        summary: 'Choose a new password with the token of the letter; all sessions end, and a new one begins',
        body: Fields({ token: Token, password: Password, code: Type.Optional(Code) }),
        response: { 201: Me, ...refuses(400, 401, 403, 410, 413, 415, 429, 501) },
      },
    },
    async (request, reply) => {
      const { token, password, code } = request.body;
      const origin = originOf(request);
      const { whose, password_hash } = await countingFailures(request, 'confirm', async () => {
        const [whose] = await query<{ id: string; email: string; name: string; language: 'fr' | 'en' }>(
          app.db,
          sql`select p.id, p.email, p.name, p.language from recoveries r join people p on p.id = r.person_id
         where r.token_hash = $1 and r.expires_at > now() and p.suspended_at is null`,
          [digestOf(token)],
        );
        if (!whose) throw tokenUnknown({});
        // The token stays good while the password is not.
        checkPassword(password, 'body.password', whose);
        // Nor while the code is missing: whoever reads somebody's mail is not let in by it alone.
        await checkSecondFactor(app, origin, { ...whose, code });
        const password_hash = await hashPassword(password);
        await transaction(app.db, async (each) => {
          const used = await each
            .deleteFrom('recoveries')
            .where('token_hash', '=', digestOf(token))
            .returning('person_id')
            .executeTakeFirst();
          if (!used) throw tokenUnknown({});
          await each.deleteFrom('recoveries').where('person_id', '=', whose.id).execute();
          await each.deleteFrom('sessions').where('person_id', '=', whose.id).execute();
          await each.deleteFrom('devices').where('person_id', '=', whose.id).execute();
          await each
            .updateTable('people')
            .set({ password_hash, updated_at: now })
            .where('id', '=', whose.id)
            .execute();
          await audit(
            request,
            { action: 'password.recovered', subject: { kind: 'person', id: whose.id }, actorId: whose.id },
            each,
          );
        });
        return { whose, password_hash };
      });
      await giveBackTo(request, 'recover');
      await forgetAtAccount(app.db, origin, { what: 'sign-in', email: whose.email });
      await signIn(request, reply, { personId: whose.id, passwordHash: password_hash });
      app.later('tell of a changed password', () =>
        app.mail.send(
          changedLetter(whose.email, whose.language, { url: app.pageUrl('/mot-de-passe-oublie') }),
        ),
      );
      return reply.code(201).send(await readMe(app.db, whose.id));
    },
  );
};
