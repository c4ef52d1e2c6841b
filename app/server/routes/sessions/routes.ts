import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { audit } from '#server/audit.ts';
import { moment, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { countAtAccount, forgetAtAccount, originOf } from '#server/security/account-attempts.ts';
import { allowanceOf } from '#server/security/network-attempts.ts';
import { passwordFits } from '#server/security/passwords.ts';
import { forgetCookie, signIn } from '#server/security/sessions.ts';
import { problemKind } from '#shared/problem.ts';
import { Fields, IdParams, Nothing } from '#shared/schemas/common.ts';
import { Code, Current, Email, KnownPassword, Me, type Session, Sessions } from '#shared/schemas/person.ts';
import { readMe } from '../me/read.ts';
import { accountEmail, accountOf } from '../people/accounts.ts';
import { wrongCredentials } from '../people/problems.ts';
import { checkSecondFactor } from '../people/second-factor.ts';

/** Wrong passwords for one account: from each place, and from all places where nobody has signed in to it before. */
const GUESSES = { each: { max: 10, minutes: 15 }, all: { max: 100, minutes: 15 } };

const sessionUnknown = problemKind('session-unknown', 404, {
  fr: {
    title: 'Session inconnue',
    detail: () => 'Aucune de vos sessions n’a cet identifiant ; elle a peut-être pris fin.',
  },
  en: { title: 'Unknown session', detail: () => 'None of your sessions has this id; it may have ended.' },
});

const OWN_SESSIONS = sql`select id, address, agent, ${moment(sql`created_at`)} as "createdAt", ${moment(sql`used_at`)} as "usedAt",
    id = $2::uuid as current
  from sessions where person_id = $1 and expires_at > now() order by used_at desc, id`;

/** Signed-in browsers: `/sessions`. */
export const sessions: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '',
    {
      config: { access: 'sessions.begin' },
      schema: {
        tags: ['sessions'],
        summary: 'Sign in',
        description:
          'The session is a cookie that scripts cannot read. An unknown address and a wrong password get the same answer. Where the account asks for a code too, the right password alone gets `second-factor-needed`: send all three.',
        body: Fields({ email: Email, password: KnownPassword, code: Type.Optional(Code) }),
        response: { 201: Me, ...refuses(400, 401, 403, 413, 415, 429, 501) },
      },
    },
    async (request, reply) => {
      const email = accountEmail(request.body.email);
      const origin = originOf(request);
      const strangers = { what: 'sign-in from', ...allowanceOf(app, 'sign-in from') };
      const tried = { what: 'sign-in', email, ...GUESSES, strangers };
      await countAtAccount(app.db, origin, tried);
      const account = await accountOf(app.db, email);
      if (!(await passwordFits(request.body.password, account?.password_hash)) || !account)
        throw wrongCredentials({});
      await checkSecondFactor(app, origin, { id: account.id, email, code: request.body.code });
      await forgetAtAccount(app.db, origin, tried);
      if (request.person)
        await query(app.db, sql`delete from sessions where id = $1`, [request.person.sessionId]);
      await signIn(request, reply, { personId: account.id, passwordHash: account.password_hash });
      await audit(request, {
        action: 'session.begun',
        subject: { kind: 'person', id: account.id },
        actorId: account.id,
      });
      return reply.code(201).send(await readMe(app.db, account.id));
    },
  );

  app.get(
    '/current',
    {
      config: { access: 'sessions.begin' },
      schema: {
        tags: ['sessions'],
        summary: 'Who is signed in here; null for a visitor, which is nothing wrong',
        response: { 200: Current, ...refuses() },
      },
    },
    async ({ person }) => ({
      person: person && { id: person.id, name: person.name, role: person.role, language: person.language },
    }),
  );

  app.get(
    '',
    {
      config: { access: 'sessions.own' },
      schema: {
        tags: ['sessions'],
        summary: 'Where I am signed in',
        response: { 200: Sessions, ...refuses(401) },
      },
    },
    async (request) => {
      const { id, sessionId } = signedIn(request);
      return { items: await query<Static<typeof Session>>(app.db, OWN_SESSIONS, [id, sessionId]) };
    },
  );

  app.delete(
    '/current',
    {
      config: { access: 'sessions.own' },
      schema: {
        tags: ['sessions'],
        summary: 'Sign out',
        response: { 204: Nothing, ...refuses(401, 403, 429) },
      },
    },
    async (request, reply) => {
      await query(app.db, sql`delete from sessions where id = $1`, [signedIn(request).sessionId]);
      return forgetCookie(request, reply).code(204).send(null);
    },
  );

  app.delete(
    '',
    {
      config: { access: 'sessions.own' },
      schema: {
        tags: ['sessions'],
        summary: 'End all my sessions but this one',
        response: { 204: Nothing, ...refuses(401, 403, 429) },
      },
    },
    async (request, reply) => {
      const { id, sessionId } = signedIn(request);
      await query(app.db, sql`delete from sessions where person_id = $1 and id <> $2`, [id, sessionId]);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/:id',
    {
      config: { access: 'sessions.own' },
      schema: {
        tags: ['sessions'],
        summary: 'End one of my sessions',
        params: IdParams,
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 429) },
      },
    },
    async (request, reply) => {
      const { id, sessionId } = signedIn(request);
      const ended = await query(
        app.db,
        sql`delete from sessions where id = $1 and person_id = $2 returning id`,
        [request.params.id, id],
      );
      if (ended.length === 0) throw sessionUnknown({});
      if (request.params.id === sessionId) forgetCookie(request, reply);
      return reply.code(204).send(null);
    },
  );
};
