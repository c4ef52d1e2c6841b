import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { changedMeanwhile, versionNeeded } from '#server/problems/general.ts';
import { cacheControlOf, etagOf, hasAlready } from '#server/reply.ts';

const VERSION = Symbol('version');
declare module 'fastify' {
  interface FastifyReply {
    [VERSION]?: number;
  }
}

/** Says which version of a thing an answer shows, for `If-Match` when it is changed. */
export function showsVersion(reply: FastifyReply, version: number): void {
  reply[VERSION] = version;
}

/** The version that a change was made from. @throws a refusal without one */
export function versionRead(request: FastifyRequest): number {
  const version = /^(?:W\/)?"(\d+)(?:-[\w-]+)?"$/.exec(request.headers['if-match']?.trim() ?? '')?.[1];
  if (version === undefined) throw versionNeeded({});
  // Nothing ever was at a version that no number tells.
  if (!Number.isSafeInteger(Number(version))) throw changedMeanwhile({});
  return Number(version);
}

/** For the row that a change with `where version = …` returned: none means that someone was faster. @throws a refusal */
export function unchangedMeanwhile<Row>(row: Row | undefined): Row {
  if (row === undefined) throw changedMeanwhile({});
  return row;
}

/** An ETag for every JSON that is read, and nothing sent again to anyone who has it already. */
export const etags = fp(
  async (app) => {
    app.decorateReply(VERSION);
    app.addHook('onRoute', ({ method, schema }) => {
      const response = schema?.response as Record<number, unknown> | undefined;
      if (method === 'GET' && response?.[200]) response[304] = NOT_MODIFIED;
    });
    app.addHook('onSend', (request, reply, payload, done) => done(null, tagged(request, reply, payload)));
  },
  { name: 'etags' },
);

function tagged(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const version = reply[VERSION];
  const isHead = request.method === 'HEAD';
  if (reply.statusCode < 300 && !reply.hasHeader('cache-control'))
    reply.header('cache-control', cacheControlOf(request));
  if (request.method !== 'GET' && !isHead) {
    // What was just changed can be changed again without reading it once more.
    if (reply.statusCode < 300 && version !== undefined) reply.header('etag', `"${version}"`);
    return payload;
  }
  if (reply.statusCode !== 200 || !(typeof payload === 'string' || Buffer.isBuffer(payload))) return payload;
  let etag = reply.getHeader('etag');
  if (typeof etag !== 'string') {
    etag = etagOf(payload, version);
    reply.header('etag', etag);
  }
  if (!hasAlready(request, etag)) return payload;
  reply.code(304).removeHeader('content-type');
  // For a HEAD the router takes the body away, and says how long it is.
  if (isHead) return payload;
  reply.removeHeader('content-length');
  return null;
}

const NOT_MODIFIED = { description: 'What If-None-Match named is still what there is', type: 'null' };
