import { hash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

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

/** Sends JSON that the database already wrote, without reading and writing it again. */
export function sendJson(reply: Pick<FastifyReply, 'type' | 'header'>, json: string | ReadyJson): never {
  const typed = reply.type('application/json; charset=utf-8');
  if (typeof json === 'string') return typed.send(json) as never;
  return typed.header('etag', json.etag).send(json.bytes) as never;
}
