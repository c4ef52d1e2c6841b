import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { audit } from '#server/audit.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { countAtAccount, originOf } from '#server/security/account-attempts.ts';
import { countingFailures } from '#server/security/network-attempts.ts';
import { digestOf, newSecret } from '#server/security/secrets.ts';
import type { Language } from '#shared/problem.ts';
import { Fields, Nothing } from '#shared/schemas/common.ts';
import { Email, KnownPassword, Token } from '#shared/schemas/person.ts';
import { accountEmail, languagesOf } from '../people/accounts.ts';
import { alreadyLetter, emailChangedLetter, newEmailLetter } from '../people/letters.ts';
import { tokenUnknown } from '../people/problems.ts';
import { checkOwnPassword } from './own-password.ts';

/** Letters that one address gets at most: asked for from each place, and from all together. */
const LETTERS = { each: { max: 5, minutes: 60 }, all: { max: 20, minutes: 60 } };

const INSERT_CHANGE = sql`insert into email_changes (token_hash, person_id, email, expires_at)
  values ($1, $2, $3, now() + interval '24 hours')`;
const TAKE_CHANGE = sql`delete from email_changes where token_hash = $1 and expires_at > now()
  returning person_id as id, email`;
const FORMER_ADDRESS = sql`select email, language from people where id = $1 and suspended_at is null for update`;
/** Nobody takes an address that another account has got meanwhile. */
const UPDATE_EMAIL = sql`update people set email = $2, version = version + 1, updated_at = now()
  where id = $1 and (select true from people other where other.email = $2 and other.id <> $1) is not true returning id`;
/** @see https://www.postgresql.org/docs/18/errcodes-appendix.html: unique_violation */
const TAKEN = '23505';

/** Another e-mail address for one's account: `/me/email`, and where the letter leads. */
export const email: FastifyPluginAsyncTypebox = async (app) => {
  app.put(
    '/me/email',
    {
      config: { access: 'me.change' },
      schema: {
        tags: ['me'],
        summary: 'Ask for another e-mail address; it is mine once the letter that it gets is answered',
        body: Fields({ email: Email, password: KnownPassword }),
        response: { 202: Nothing, ...refuses(400, 401, 403, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const { id, language } = signedIn(request);
      const address = accountEmail(request.body.email);
      await checkOwnPassword(app.db, id, request.body.password);
      const origin = originOf(request);
      const token = newSecret();
      await audit(request, { action: 'email.asked', subject: { kind: 'person', id } });
      // Whether an address has an account only its letters tell.
      app.later('send a letter to another address', async () => {
        await countAtAccount(app.db, origin, { what: 'e-mail letter', email: address, ...LETTERS });
        const owner = (await languagesOf(app.db, [address])).get(address);
        if (owner)
          return app.mail.send(alreadyLetter(address, owner, { url: app.pageUrl('/mot-de-passe-oublie') }));
        await transaction(app.db, async (db) => {
          await query(db, sql`delete from email_changes where person_id = $1`, [id]);
          await query(db, INSERT_CHANGE, [digestOf(token), id, address]);
        });
        const url = app.pageUrl(`/nouvelle-adresse#${token}`);
        await app.mail.send(newEmailLetter(address, language, { url }));
      });
      return reply.code(202).send(null);
    },
  );

  app.post(
    '/people/email',
    {
      config: { access: 'people.recover' },
      schema: {
        tags: ['people'],
        summary: 'Show that the letter to another address arrived: the account has it from now on',
        description:
          'The former address is notified. Sessions stay; letters for a new password are good no longer.',
        body: Fields({ token: Token }),
        response: { 204: Nothing, ...refuses(400, 403, 410, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const hash = digestOf(request.body.token);
      const changing = () =>
        transaction(app.db, async (db) => {
          const [wished] = await query<{ id: string; email: string }>(db, TAKE_CHANGE, [hash]);
          const [former] = wished
            ? await query<{ email: string; language: Language }>(db, FORMER_ADDRESS, [wished.id])
            : [];
          if (!wished || !former) throw tokenUnknown({});
          const { id, email } = wished;
          const changed = await query(db, UPDATE_EMAIL, [id, email]).catch((error) => {
            throw (error as { code?: string }).code === TAKEN ? tokenUnknown({}) : error;
          });
          if (changed.length === 0) throw tokenUnknown({});
          await query(db, sql`delete from recoveries where person_id = $1`, [id]);
          await audit(request, { action: 'email.changed', subject: { kind: 'person', id }, actorId: id }, db);
          return former;
        });
      const former = await countingFailures(request, 'confirm', changing);
      app.later('tell the address before', () =>
        app.mail.send(emailChangedLetter(former.email, former.language)),
      );
      return reply.code(204).send(null);
    },
  );
};
