import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { descendingBy, readPageWithin } from '#server/database/pagination.ts';
import { moment } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { sendJson } from '#server/reply.ts';
import { pageQuery } from '#server/schemas/page.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { IdParams } from '#shared/schemas/common.ts';
import { FormerPage } from '#shared/schemas/forum.ts';
import { visibleTo } from '../courses/visibility.ts';
import { moderates } from './access.ts';
import { notYours, postUnknown, threadUnknown } from './problems.ts';

/** What something said before, the latest first, and whether the caller may read it. */
const formerVersions = (subject: Sql) => ({
  ...descendingBy({ by: sql`e.version`, part: 'number' }),
  item: sql`json_build_object('version', e.version, 'title', e.title, 'body', e.body, 'until', ${moment(sql`e.at`)})`,
  from: sql`from forum_edits e where e.subject_id = s.id`,
  within: (
    page: Sql,
  ) => sql`select coalesce(s.author_id = $2::uuid, false) or ${moderates(sql`$2`)} or $3::boolean as allowed, ${page}
    from ${subject} where s.id = $1 and s.removed_at is null and (${visibleTo(sql`$2`)} or $3::boolean)`,
});
const FORMER_VERSIONS = {
  threads: formerVersions(sql`threads s join courses c on c.id = s.course_id`),
  posts: formerVersions(
    sql`posts s join threads t on t.id = s.thread_id and t.removed_at is null join courses c on c.id = t.course_id`,
  ),
};

/** What questions and answers said before they were changed, for their authors and those who moderate. */
export const versions: FastifyPluginAsyncTypebox = async (app) => {
  for (const [kind, summary, unknown] of [
    ['threads', 'What a thread said before', threadUnknown],
    ['posts', 'What an answer said before', postUnknown],
  ] as const) {
    app.get(
      `/${kind}/:id/versions`,
      {
        config: { access: 'forum.write' },
        schema: {
          tags: ['forum'],
          summary: `${summary}, the latest first: for its author, and for those who moderate`,
          params: IdParams,
          querystring: Type.Object(pageQuery('number'), { additionalProperties: false }),
          response: { 200: FormerPage, ...refuses(400, 401, 403, 404) },
        },
      },
      async (request, reply) => {
        const { id: personId, role } = signedIn(request);
        const found = await readPageWithin<{ allowed: boolean }>(
          app.db,
          FORMER_VERSIONS[kind],
          [request.params.id, personId, role === 'administrator'],
          request.query,
        );
        if (!found) throw unknown({});
        if (!found.allowed) throw notYours({});
        return sendJson(reply, found.page);
      },
    );
  }
};
