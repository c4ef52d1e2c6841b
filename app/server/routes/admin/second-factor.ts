import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { audit } from '#server/audit.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { removeFactor } from '#server/security/second-factor.ts';
import type { Language } from '#shared/problem.ts';
import { IdParams, Nothing } from '#shared/schemas/common.ts';
import { secondFactorLetter } from '../people/letters.ts';
import { notOneself, personUnknown } from './problems.ts';

/** For somebody who lost their telephone and their recovery codes: an administrator who knows them takes the second factor off. */
export const secondFactorOfOthers: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/admin/people/:id/second-factor',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['admin'],
        summary:
          'Take somebody’s second factor off, who has lost it; they are told by mail, and their sessions end',
        params: IdParams,
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 409, 429) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      // One's own goes by the password and a code.
      if (id === signedIn(request).id) throw notOneself({});
      const person = await transaction(app.db, async (db) => {
        const [found] = await query<{ email: string; language: Language }>(
          db,
          sql`select email, language from people where id = $1 for update`,
          [id],
        );
        if (!found) throw personUnknown({});
        if (!(await removeFactor(db, id))) return null;
        await query(db, sql`delete from sessions where person_id = $1`, [id]);
        await audit(request, { action: 'second-factor.taken-off', subject: { kind: 'person', id } }, db);
        return found;
      });
      if (person)
        app.later('tell of a second factor', () =>
          app.mail.send(
            secondFactorLetter(person.email, person.language, {
              isOn: false,
              url: app.pageUrl('/mot-de-passe-oublie'),
            }),
          ),
        );
      return reply.code(204).send(null);
    },
  );
};
