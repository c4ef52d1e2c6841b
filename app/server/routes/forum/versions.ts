import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { moment, query } from '#server/database/query.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { sendJson } from '#server/reply.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { IdParams } from '#shared/schemas/common.ts';
import { FormerPage } from '#shared/schemas/forum.ts';
import { pageQuery, readCursor, writeCursor } from '#shared/schemas/page.ts';
import { visibleTo } from '../courses/visibility.ts';
import { notYours, postUnknown, threadUnknown } from './problems.ts';
import { moderates } from './standing.ts';

/** What something said before, the latest first: a page and one more, and whether whoever asks may read it. */
const former = (
  subject: string,
): string => `select coalesce(s.author_id = $2::uuid, false) or ${moderates('$2')} or $3::boolean as allowed,
  (select coalesce(json_agg(x.item order by x.version desc), '[]'::json)
   from (select e.version, json_build_object('version', e.version, 'title', e.title, 'body', e.body, 'until', ${moment('e.at')}) as item
     from forum_edits e where e.subject_id = s.id and e.version < $4 order by e.version desc limit $5) x) as items
  from ${subject} where s.id = $1 and s.removed_at is null and (${visibleTo('$2')} or $3::boolean)`;
const FORMER = {
  threads: former('threads s join courses c on c.id = s.course_id'),
  posts: former(
    'posts s join threads t on t.id = s.thread_id and t.removed_at is null join courses c on c.id = t.course_id',
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
        const { cursor, limit = 20 } = request.query;
        const [before = Number.MAX_SAFE_INTEGER] = readCursor(cursor, ['number']) ?? [];
        const [found] = await query<{ allowed: boolean; items: { version: number }[] }>(
          app.db,
          FORMER[kind],
          [request.params.id, personId, role === 'administrator', before, limit + 1],
        );
        if (!found) throw unknown({});
        if (!found.allowed) throw notYours({});
        const items = found.items.slice(0, limit);
        const next = found.items.length > limit ? writeCursor([items.at(-1)!.version]) : null;
        return sendJson(reply, JSON.stringify({ items, next }));
      },
    );
  }
};
