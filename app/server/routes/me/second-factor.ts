import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { audit } from '#server/audit.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { originOf } from '#server/security/account-attempts.ts';
import { countAttempt, forgetAttempts } from '#server/security/attempts.ts';
import {
  confirm,
  factorOf,
  offer,
  recoveryCodesLeft,
  removeFactor,
  renewRecoveryCodes,
  spendCode,
  typedCode,
} from '#server/security/second-factor.ts';
import { Fields, Nothing } from '#shared/schemas/common.ts';
import {
  Code,
  KnownPassword,
  RecoveryCodes,
  SecondFactor,
  SecondFactorOffer,
} from '#shared/schemas/person.ts';
import { secondFactorLetter } from '../people/letters.ts';
import {
  secondFactorIsOff,
  secondFactorIsOn,
  secondFactorUnavailable,
  wrongCode,
} from '../people/problems.ts';
import { checkSecondFactor } from '../people/second-factor.ts';
import { checkOwnPassword } from './own-password.ts';

/** Codes that may be wrong while a telephone is set up: whoever has the session has the secret too. */
const TRIES = { max: 20, minutes: 15 };

/** What somebody shows beside their password: `/me/second-factor`. Everything that changes it takes the password again. */
export const secondFactor: FastifyPluginAsyncTypebox = async (app) => {
  const tell = ({ email, language }: { email: string; language: 'fr' | 'en' }, isOn: boolean) =>
    app.later('tell of a second factor', () =>
      app.mail.send(secondFactorLetter(email, language, { isOn, url: app.pageUrl('/mot-de-passe-oublie') })),
    );

  app.get(
    '',
    {
      config: { access: 'me.read' },
      schema: {
        tags: ['me'],
        summary: 'Whether I am asked for a code beside my password',
        response: { 200: SecondFactor, ...refuses(401) },
      },
    },
    async (request) => {
      const { id } = signedIn(request);
      const factor = await factorOf(app.db, id);
      return {
        available: app.keys.length > 0,
        on: factor?.isOn ?? false,
        recoveryCodesLeft: factor?.isOn ? await recoveryCodesLeft(app.db, id) : 0,
      };
    },
  );

  app.post(
    '',
    {
      config: { access: 'me.change' },
      schema: {
        tags: ['me'],
        summary:
          'Begin with codes: the secret for an app on my telephone, asked for once a code of it was shown',
        body: Fields({ password: KnownPassword }),
        response: { 201: SecondFactorOffer, ...refuses(400, 401, 403, 409, 413, 415, 429, 501) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      if (app.keys.length === 0) throw secondFactorUnavailable({});
      await checkOwnPassword(app.db, person.id, request.body.password);
      const made = await offer(app.db, person, app.keys);
      if (!made) throw secondFactorIsOn({});
      return reply.code(201).send(made);
    },
  );

  app.put(
    '',
    {
      config: { access: 'me.change' },
      schema: {
        tags: ['me'],
        summary: 'Show a first code: from now on I am asked for one, and every other session of mine ends',
        body: Fields({ code: Code }),
        response: { 200: RecoveryCodes, ...refuses(400, 401, 403, 409, 413, 415, 429, 501) },
      },
    },
    async (request) => {
      const person = signedIn(request);
      const factor = await factorOf(app.db, person.id);
      if (!factor) throw secondFactorIsOff({});
      if (factor.isOn) throw secondFactorIsOn({});
      await countAttempt(app.db, 'first code', person.id, TRIES);
      const shown = { personId: person.id, sealed: factor.sealed, code: typedCode(request.body.code).code };
      const isRight = await spendCode(app.db, shown, app.keys);
      if (isRight === undefined) throw secondFactorUnavailable({});
      if (!isRight) throw wrongCode({});
      const recoveryCodes = await transaction(app.db, async (db) => {
        if (!(await confirm(db, person.id))) throw secondFactorIsOn({});
        await query(db, sql`delete from sessions where person_id = $1 and id <> $2`, [
          person.id,
          person.sessionId,
        ]);
        await audit(request, { action: 'second-factor.on', subject: { kind: 'person', id: person.id } }, db);
        return renewRecoveryCodes(db, person.id);
      });
      await forgetAttempts(app.db, 'first code', person.id);
      tell(person, true);
      return { recoveryCodes };
    },
  );

  app.post(
    '/recovery-codes',
    {
      config: { access: 'me.change' },
      schema: {
        tags: ['me'],
        summary: 'Draw new codes for a lost telephone; those before are good no longer',
        body: Fields({ password: KnownPassword, code: Code }),
        response: { 200: RecoveryCodes, ...refuses(400, 401, 403, 409, 413, 415, 429, 501) },
      },
    },
    async (request) => {
      const person = signedIn(request);
      const { password, code } = request.body;
      if (!(await factorOf(app.db, person.id))?.isOn) throw secondFactorIsOff({});
      await checkOwnPassword(app.db, person.id, password);
      await checkSecondFactor(app, originOf(request), { ...person, code });
      const recoveryCodes = await transaction(app.db, async (db) => {
        await audit(
          request,
          { action: 'second-factor.recovery-codes', subject: { kind: 'person', id: person.id } },
          db,
        );
        return renewRecoveryCodes(db, person.id);
      });
      return { recoveryCodes };
    },
  );

  app.post(
    '/removal',
    {
      config: { access: 'me.change' },
      schema: {
        tags: ['me'],
        summary: 'Be asked for a password alone again',
        body: Fields({ password: KnownPassword, code: Code }),
        response: { 204: Nothing, ...refuses(400, 401, 403, 409, 413, 415, 429, 501) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const { password, code } = request.body;
      if (!(await factorOf(app.db, person.id))?.isOn) throw secondFactorIsOff({});
      await checkOwnPassword(app.db, person.id, password);
      await checkSecondFactor(app, originOf(request), { ...person, code });
      await transaction(app.db, async (db) => {
        await removeFactor(db, person.id);
        await audit(request, { action: 'second-factor.off', subject: { kind: 'person', id: person.id } }, db);
      });
      tell(person, false);
      return reply.code(204).send(null);
    },
  );
};
