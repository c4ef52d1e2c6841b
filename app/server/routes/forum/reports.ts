import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { audit } from '#server/audit.ts';
import { query } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { sendJson } from '#server/reply.ts';
import { pageQuery } from '#server/schemas/page.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { countAttempt } from '#server/security/attempts.ts';
import { IdParams, Nothing } from '#shared/schemas/common.ts';
import { NewReport, Outcome, ReportPage } from '#shared/schemas/forum.ts';
import { courseUnknown } from '../courses/problems.ts';
import { inPost, inThread, moderates } from './access.ts';
import { tellOfReport } from './notify.ts';
import { ownWords, reportUnknown } from './problems.ts';
import { isOfOwnWords, readReports } from './read.ts';
import { remove, settle } from './removal.ts';
import { WRITING } from './threads.ts';

/** What is reported is locked: a removal finds the report, or there is none. */
const reporting = (subject: Sql, held: Sql): Sql =>
  sql`insert into reports (course_id, subject_kind, subject_id, reporter_id, reason)
  select t.course_id, $4, $1::uuid, $2::uuid, $3::text from ${subject} and t.removed_at is null for share of ${held}
  on conflict (subject_id, reporter_id) do nothing returning id`;
const INSERT_REPORT = {
  thread: reporting(sql`threads t where t.id = $1`, sql`t`),
  post: reporting(
    sql`posts q join threads t on t.id = q.thread_id where q.id = $1 and q.removed_at is null`,
    sql`q, t`,
  ),
};
const OPEN_REPORT = sql`select r.subject_kind, r.subject_id, ${isOfOwnWords(sql`$2`)} as own from reports r join courses c on c.id = r.course_id
  where r.id = $1 and r.outcome is null and (${moderates(sql`$2`)} or $3::boolean)`;

interface Open {
  subject_kind: 'thread' | 'post';
  subject_id: string;
  own: boolean;
}

/** What people find should not stand in a forum, and what became of it. */
export const reports: FastifyPluginAsyncTypebox = async (app) => {
  for (const kind of ['thread', 'post'] as const) {
    app.post(
      `/${kind}s/:id/reports`,
      {
        config: { access: 'forum.write' },
        schema: {
          tags: ['forum'],
          summary: `Report a ${kind} to those who moderate; again changes nothing`,
          params: IdParams,
          body: NewReport,
          response: { 202: Nothing, ...refuses(400, 401, 403, 404, 413, 415, 429) },
        },
      },
      async (request, reply) => {
        const person = signedIn(request);
        const { id } = request.params;
        const found =
          kind === 'thread' ? await inThread(app.db, id, person) : await inPost(app.db, id, person);
        const threadId = 'threadId' in found ? found.threadId : found.id;
        await countAttempt(app.db, 'forum', person.id, WRITING);
        await transaction(app.db, async (db) => {
          const [made] = await query(db, INSERT_REPORT[kind], [id, person.id, request.body.reason, kind]);
          const postId = kind === 'post' ? id : null;
          if (made)
            await tellOfReport(db, {
              reporterId: person.id,
              reportedId: found.authorId,
              courseId: found.courseId,
              threadId,
              postId,
            });
        });
        return reply.code(202).send(null);
      },
    );
  }

  app.get(
    '/courses/:id/reports',
    {
      config: { access: 'forum.write' },
      schema: {
        tags: ['forum'],
        summary: 'What is still to be decided in a course that I moderate, the oldest first',
        params: IdParams,
        querystring: Type.Object(pageQuery('moment', 'id'), { additionalProperties: false }),
        response: { 200: ReportPage, ...refuses(400, 401, 404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const found = await readReports(app.db, { courseId: id, reader: signedIn(request) }, request.query);
      if (!found) throw courseUnknown({ id });
      return sendJson(reply, found);
    },
  );

  app.put(
    '/reports/:id/outcome',
    {
      config: { access: 'forum.write' },
      schema: {
        tags: ['forum'],
        summary: 'Decide on what was reported of others; all reports of the same thing are settled at once',
        params: IdParams,
        body: Outcome,
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const person = signedIn(request);
      const { outcome } = request.body;
      await transaction(app.db, async (db) => {
        const isAdministrator = person.role === 'administrator';
        const [report] = await query<Open>(db, OPEN_REPORT, [request.params.id, person.id, isAdministrator]);
        if (!report || (report.own && !isAdministrator)) throw reportUnknown({});
        // Administrators have seen it among those of all courses.
        if (report.own) throw ownWords({});
        const { subject_kind: kind, subject_id: id } = report;
        if (outcome === 'removed') await remove(db, { kind, id });
        // Somebody else decided meanwhile: nothing is removed after all.
        if ((await settle(db, { outcome, id, personId: person.id })) === 0) throw reportUnknown({});
        await audit(request, { action: `report.${outcome}`, subject: { kind, id } }, db);
      });
      return reply.code(204).send(null);
    },
  );
};
