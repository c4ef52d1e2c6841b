import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { audit } from '#server/audit.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { countingFailures } from '#server/security/network-attempts.ts';
import { digestOf, newSecret } from '#server/security/secrets.ts';
import type { Language } from '#shared/problem.ts';
import { Fields, Nothing } from '#shared/schemas/common.ts';
import { Token } from '#shared/schemas/person.ts';
import { askErasure, ERASURE_DAYS } from '../me/erasure.ts';
import { consentedLetter } from './letters.ts';
import { tokenUnknown } from './problems.ts';

const UPDATE_CONSENT = sql`update sign_ups set consented_at = now(), withdrawal_hash = $2
  where consent_hash = $1 and expires_at > now() and consented_at is null
  returning person_id as id, guardian_email as guardian, language`;
const SIGN_UP_CONSENTED = sql`select 1 from sign_ups where consent_hash = $1 and expires_at > now()`;
/** Before there is an account nothing is left to be closed. */
const DELETE_SIGN_UP = sql`delete from sign_ups where withdrawal_hash = $1 returning person_id as id`;
const CHILD_LOCKED = sql`select id from people where withdrawal_hash = $1 for update`;
/** Closed at once, for the child cannot change the parent's mind; the letter is used up. */
const SUSPEND_CHILD = sql`update people set withdrawal_hash = null, suspended_at = coalesce(suspended_at, now()), updated_at = now() where id = $1`;

/** The consent of a parent to the account of somebody under 15, and its end. */
export const consent: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/consent',
    {
      config: { access: 'people.join' },
      schema: {
        tags: ['people'],
        summary: 'Agree, as a parent, to the account of somebody under 15',
        description: 'A letter follows that says how to take it back.',
        body: Fields({ token: Token }),
        response: { 204: Nothing, ...refuses(400, 403, 410, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const hash = digestOf(request.body.token);
      const agreeing = () =>
        transaction(app.db, async (db) => {
          const token = newSecret();
          const [found] = await query<{ id: string; guardian: string; language: Language }>(
            db,
            UPDATE_CONSENT,
            [hash, digestOf(token)],
          );
          if (!found) {
            // Pressed twice: they agreed, and have their letter.
            if ((await query(db, SIGN_UP_CONSENTED, [hash])).length > 0) return null;
            throw tokenUnknown({});
          }
          const { id, guardian, language } = found;
          await audit(request, { action: 'person.consented', subject: { kind: 'person', id } }, db);
          return { guardian, language, token };
        });
      const agreed = await countingFailures(request, 'confirm', agreeing);
      if (agreed) {
        const { guardian, language, token } = agreed;
        const url = app.pageUrl(`/retrait-accord#${token}`);
        app.later('say how a consent is taken back', () =>
          app.mail.send(consentedLetter(guardian, language, { url })),
        );
      }
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/consent/withdrawal',
    {
      config: { access: 'people.join' },
      schema: {
        tags: ['people'],
        summary: 'Take back, as a parent, the consent to the account of somebody under 15',
        description: `Nobody signs in to it any more, and it is erased after ${ERASURE_DAYS} days.`,
        body: Fields({ token: Token }),
        response: { 204: Nothing, ...refuses(400, 403, 409, 410, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const hash = digestOf(request.body.token);
      const takingBack = () =>
        transaction(app.db, async (db) => {
          const [asked] = await query<{ id: string }>(db, DELETE_SIGN_UP, [hash]);
          const [child] = asked ? [asked] : await query<{ id: string }>(db, CHILD_LOCKED, [hash]);
          if (!child) throw tokenUnknown({});
          if (!asked) {
            await askErasure(db, child.id);
            await query(db, SUSPEND_CHILD, [child.id]);
            await query(db, sql`delete from sessions where person_id = $1`, [child.id]);
          }
          const subject = { kind: 'person', id: child.id } as const;
          await audit(request, { action: 'person.consent-withdrawn', subject }, db);
        });
      await countingFailures(request, 'confirm', takingBack);
      return reply.code(204).send(null);
    },
  );
};
