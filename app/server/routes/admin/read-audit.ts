import type { FastifyRequest, onSendAsyncHookHandler } from 'fastify';
import fp from 'fastify-plugin';
import { audit, type Deed } from '#server/audit.ts';
import { query } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';
import { isAuthor, visibleTo } from '../courses/visibility.ts';

const OF_COURSE = sql`courses c where c.id = $1`;
const OF_THREAD = sql`threads s join courses c on c.id = s.course_id where s.id = $1`;
const OF_POST = sql`posts s join threads t on t.id = s.thread_id join courses c on c.id = t.course_id where s.id = $1`;
const isHidden = sql`not ${visibleTo(sql`$2`)}`;
/** What something said before is for its author, and for those of the course. */
const isOthers = sql`s.author_id is distinct from $2::uuid and not ${isAuthor(sql`$2`)}`;

interface Reading {
  what: string;
  kind: Deed['subject']['kind'];
  text: Sql;
}
/** What administrators read of the discussions: the thing that is asked about, and what holds where they read it as nothing else. */
const READINGS: Record<string, Reading> = {
  '/courses/:id/threads': {
    what: 'threads',
    kind: 'course',
    text: sql`select 1 from ${OF_COURSE} and ${isHidden}`,
  },
  '/courses/:id/reports': {
    what: 'reports',
    kind: 'course',
    text: sql`select 1 from ${OF_COURSE} and not ${isAuthor(sql`$2`)}`,
  },
  '/threads/:id': { what: 'thread', kind: 'thread', text: sql`select 1 from ${OF_THREAD} and ${isHidden}` },
  '/threads/:id/posts': {
    what: 'posts',
    kind: 'thread',
    text: sql`select 1 from ${OF_THREAD} and ${isHidden}`,
  },
  '/threads/:id/versions': {
    what: 'versions',
    kind: 'thread',
    text: sql`select 1 from ${OF_THREAD} and ${isOthers}`,
  },
  '/posts/:id/versions': {
    what: 'versions',
    kind: 'post',
    text: sql`select 1 from ${OF_POST} and ${isOthers}`,
  },
};

async function recordReading(request: FastifyRequest, { what, kind, text }: Reading): Promise<void> {
  const { person, params } = request;
  if (person?.role !== 'administrator') return;
  const { id } = params as { id: string };
  const [hidden] = await query(request.server.db, text, [id, person.id]);
  if (hidden) await audit(request, { action: 'forum.looked-up', subject: { kind, id }, details: { what } });
}

/** Audits what is read by administrators alone, before they see it: one row for each reading. */
export const readAudit = fp(async (app) => {
  const { prefix } = app;
  app.addHook('onRoute', (route) => {
    const reading = READINGS[route.url.slice(prefix.length)];
    if (!reading || route.method !== 'GET') return;
    const before = [route.onSend ?? []].flat();
    const record: onSendAsyncHookHandler = async (request, reply) => {
      if (reply.statusCode === 200) await recordReading(request, reading);
    };
    route.onSend = [record, ...before];
  });
});
