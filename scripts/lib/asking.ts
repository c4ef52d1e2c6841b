import { Resolver } from 'node:dns/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Family } from '#sites/address.ts';

/** What somebody of the world asks, and from where. */
interface Question {
  url: URL;
  family: Family;
  /** An address of one's own. @default the kernel's choice */
  from?: string;
  /** Where to ask. @default what the name servers say of the name */
  address?: string;
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON; bytes as they are. */
  body?: unknown;
  /** Milliseconds, after which they give up. */
  patience: number;
  /** Of whom the certificate must be. @default the URL's host */
  servername?: string;
}
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** When the certificate that answered ends. */
  validTo: Date;
}

/** What is known to those who ask. */
interface World {
  /** The address of a name server. @default those of the machine */
  names?: string;
  /** Certificates of authorities, as PEM. @default those that Node trusts */
  authorities?: string;
}

/** Asks as a program would that was just started: the name, a new connection, one request. @throws what kept it from an answer */
export function asker({ names, authorities }: World): (question: Question) => Promise<Answer> {
  const addressOf = addresses(names);
  return async ({ url, family, from, address, method = 'GET', headers = {}, body, servername, patience }) => {
    const host = address ?? (await addressOf(url.hostname, family));
    const sent =
      body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    return await new Promise<Answer>((resolve, reject) => {
      const asked = request(
        {
          host,
          port: url.port || 443,
          method,
          path: `${url.pathname}${url.search}`,
          servername: servername ?? url.hostname,
          headers: {
            host: url.hostname,
            ...(sent ? { 'content-type': 'application/json', 'content-length': sent.length } : {}),
            ...headers,
          },
          ...(from ? { localAddress: from } : {}),
          ...(authorities ? { ca: authorities } : {}),
          agent: false,
        },
        (answer) => {
          const validTo = new Date((answer.socket as TLSSocket).getPeerCertificate().valid_to);
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('end', () => {
            clearTimeout(timer);
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              body: Buffer.concat(parts),
              validTo,
            });
          });
        },
      );
      const timer = setTimeout(() => asked.destroy(new Error('no answer in time')), patience);
      asked.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      asked.end(sent);
    });
  };
}

/** Asks a name server each time, as somebody does who was never there. */
export function addresses(names?: string): (name: string, family: Family) => Promise<string> {
  const all = resolving(names);
  return async (name, family) => (await all(name, family))[0]!;
}

/** All addresses that a name has in a family. */
export function resolving(names?: string): (name: string, family: Family) => Promise<string[]> {
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  if (names) resolver.setServers([names]);
  return async (name, family) => {
    const found = await (family === 'ipv4' ? resolver.resolve4(name) : resolver.resolve6(name)).catch(
      (error: NodeJS.ErrnoException) => {
        throw new Error(`name: ${error.code ?? error.message}`);
      },
    );
    return found;
  };
}

/** What went wrong, in a word. */
export const errorOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code ?? (error as Error).message;
