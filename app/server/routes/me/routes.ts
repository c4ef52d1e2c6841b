import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { audit } from '#server/audit.ts';
import { invalidate } from '#server/cache/cache.ts';
import { now } from '#server/database/now.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { showsVersion, unchangedMeanwhile, versionRead } from '#server/plugins/app/etags.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { hashPassword } from '#server/security/passwords.ts';
import { signIn } from '#server/security/sessions.ts';
import { Fields, IfMatch, Nothing } from '#shared/schemas/common.ts';
import { KnownPassword, Me, MeChange, Password } from '#shared/schemas/person.ts';
import { COURSE_LISTS } from '../courses/read.ts';
import { PUBLIC } from '../courses/visibility.ts';
import { checkPassword } from '../people/accounts.ts';
import { changedLetter } from '../people/letters.ts';
import { checkOwnPassword } from './own-password.ts';
import { readMe } from './read.ts';

const PUBLIC_COURSE_OF_AUTHOR = sql`select 1 from course_authors a join courses c on c.id = a.course_id where a.person_id = $1 and ${PUBLIC} limit 1`;

/** One's own account, « Mon compte »: `/me`. */
export const me: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      config: { access: 'me.read' },
      schema: { tags: ['me'], summary: 'My account', response: { 200: Me, ...refuses(401) } },
    },
    async (request, reply) => {
      const account = await readMe(app.db, signedIn(request).id);
      showsVersion(reply, account.version);
      return account;
    },
  );

  app.patch(
    '',
    {
      config: { access: 'me.change' },
      schema: {
        tags: ['me'],
        summary: 'Change my name, what others read of me, or my language',
        headers: IfMatch,
        body: MeChange,
        response: { 200: Me, ...refuses(400, 401, 403, 412, 413, 415, 428, 429) },
      },
    },
    async (request, reply) => {
      const { id, name } = signedIn(request);
      const version = versionRead(request);
      const row = await app.db
        .updateTable('people')
        .set({ ...request.body, version: version + 1, updated_at: now })
        .where('id', '=', id)
        .where('version', '=', version)
        .returning('version')
        .executeTakeFirst();
      showsVersion(reply, unchangedMeanwhile(row).version);
      // Their name stands in the lists that show their courses.
      const isOther = (request.body.name ?? name) !== name;
      if (isOther && (await query(app.db, PUBLIC_COURSE_OF_AUTHOR, [id])).length > 0)
        await invalidate(app.cache, COURSE_LISTS);
      return readMe(app.db, id);
    },
  );

  app.put(
    '/password',
    {
      config: { access: 'me.change' },
      schema: {
        tags: ['me'],
        summary: 'Change my password; every other session of mine ends',
        body: Fields({ current: KnownPassword, next: Password }),
        response: { 204: Nothing, ...refuses(400, 401, 403, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const { current, next } = request.body;
      checkPassword(next, 'body.next', person);
      await checkOwnPassword(app.db, person.id, current);
      const password_hash = await hashPassword(next);
      await transaction(app.db, async (each) => {
        await each
          .updateTable('people')
          .set({ password_hash, updated_at: now })
          .where('id', '=', person.id)
          .execute();
        await each.deleteFrom('sessions').where('person_id', '=', person.id).execute();
        await each.deleteFrom('devices').where('person_id', '=', person.id).execute();
        await each.deleteFrom('recoveries').where('person_id', '=', person.id).execute();
        await audit(
          request,
          { action: 'password.changed', subject: { kind: 'person', id: person.id } },
          each,
        );
      });
      await signIn(request, reply, { personId: person.id, passwordHash: password_hash });
      app.later('tell of a changed password', () =>
        app.mail.send(
          changedLetter(person.email, person.language, { url: app.pageUrl('/mot-de-passe-oublie') }),
        ),
      );
      return reply.code(204).send(null);
    },
  );
};
