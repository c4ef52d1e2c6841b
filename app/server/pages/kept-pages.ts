import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasAlready } from '#server/reply.ts';

/** A page that was drawn, ready to be sent to everybody who asks for it. */
interface KeptPage {
  status: number;
  etag: string;
  bytes: Buffer;
  /** As browsers are sent it, once it is packed. */
  packed: { br?: Buffer; gzip?: Buffer };
}

/** How many bytes of pages are kept. */
const BYTES_MAX = 16 * 2 ** 20;
const [packBrotli, packGzip] = [promisify(brotliCompress), promisify(gzip)];

/** Pages, kept by all that they were drawn from: a course that changes has another page. */
export class KeptPages {
  readonly #pages = new Map<string, Promise<KeptPage>>();
  #bytes = 0;

  /** The page that was drawn from this, or is drawn now. */
  async get(key: string, draw: () => Promise<{ status: number; html: string }>): Promise<KeptPage> {
    const known = this.#pages.get(key);
    if (known) {
      this.#pages.delete(key);
      this.#pages.set(key, known);
      return known;
    }
    const made = draw().then(({ status, html }) => this.#keep(status, html));
    this.#pages.set(key, made);
    made.catch(() => this.#pages.delete(key));
    return made;
  }

  async #keep(status: number, html: string): Promise<KeptPage> {
    const bytes = Buffer.from(html);
    const page: KeptPage = { status, bytes, etag: `"${hash('sha1', bytes, 'base64url')}"`, packed: {} };
    page.packed.gzip = await packGzip(bytes, { level: 6 });
    page.packed.br = await packBrotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } });
    this.#bytes += sizeOf(page);
    for (const [key, each] of this.#pages) {
      if (this.#bytes <= BYTES_MAX) break;
      this.#pages.delete(key);
      this.#bytes -= sizeOf(await each);
    }
    return page;
  }
}

const sizeOf = ({ bytes, packed }: KeptPage): number =>
  bytes.length + (packed.br?.length ?? 0) + (packed.gzip?.length ?? 0);

/** Sends a page, packed as the browser takes it; to whom has it nothing but that. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, page: KeptPage): FastifyReply {
  reply.headers({ 'cache-control': 'no-cache', vary: 'accept-encoding' });
  if (page.status === 200) reply.header('etag', page.etag);
  if (page.status === 200 && request.method === 'GET' && hasAlready(request, page.etag))
    return reply.code(304).send();
  const accepted = request.headers['accept-encoding'] ?? '';
  const kind = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : undefined;
  reply.code(page.status).type('text/html; charset=utf-8');
  if (kind && page.packed[kind]) return reply.header('content-encoding', kind).send(page.packed[kind]);
  return reply.send(page.bytes);
}
