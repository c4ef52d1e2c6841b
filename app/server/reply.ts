import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** JSON that is ready to be sent, with its ETag: made once for all whom it answers. */
export interface ReadyJson {
  bytes: Buffer;
  etag: string;
}

/** JSON that the database wrote, made ready. A version is shown in the ETag, for `If-Match` when the thing is changed. */
export function readyJson(json: string, version?: number): ReadyJson {
  const bytes = Buffer.from(json);
  return { bytes, etag: etagOf(bytes, version) };
}

export function etagOf(content: string | Buffer, version?: number): string {
  const digest = hash('sha1', content, 'base64url');
  return version === undefined ? `"${digest}"` : `"${version}-${digest}"`;
}

/**
 * What an answer says of keeping it. A person who is signed in reads of themselves, in a browser that the next pupil uses too: it stays
 * nowhere. What visitors read is asked for again each time, and spared by its ETag.
 */
export const cacheControlOf = ({ person, method }: FastifyRequest): string =>
  person || (method !== 'GET' && method !== 'HEAD') ? 'no-store' : 'private, no-cache';

/** Whether the client has what this ETag names already. */
export function hasAlready({ headers }: FastifyRequest, etag: string): boolean {
  const known = headers['if-none-match'];
  if (known === undefined) return false;
  if (known === etag || known === '*') return true;
  return known.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}

/** Sends JSON that the database already wrote, without reading and writing it again. */
export function sendJson(reply: FastifyReply, json: string | ReadyJson): never {
  if (typeof json !== 'string' && reply.request.method === 'GET' && hasAlready(reply.request, json.etag)) {
    // As the hook for ETags would answer, without the headers of a body that it takes away again.
    const caching = cacheControlOf(reply.request);
    return reply.code(304).header('etag', json.etag).header('cache-control', caching).send() as never;
  }
  const typed = reply.type('application/json; charset=utf-8');
  if (typeof json === 'string') return typed.send(json) as never;
  return typed.header('etag', json.etag).send(json.bytes) as never;
}
