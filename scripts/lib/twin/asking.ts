import { Resolver } from 'node:dns/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';

export type Family = 'ipv4' | 'ipv6';

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
  /** Sent as JSON. */
  body?: unknown;
  /** Milliseconds, after which they give up. */
  patience: number;
  /** Of whom the certificate must be. @default the URL's host */
  servername?: string;
}
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
}

/** What is known to those who ask: a name server, and whom they trust. */
interface World {
  names: string;
  /** Certificates of authorities, as PEM. */
  authorities: string;
}

/** Asks as a program would that was just started: the name, a new connection, one request. @throws what kept it from an answer */
export function asker({ names, authorities }: World): (question: Question) => Promise<Answer> {
  const addressOf = addresses(names);
  return async ({ url, family, from, address, method = 'GET', headers = {}, body, servername, patience }) => {
    const host = address ?? (await addressOf(url.hostname, family));
    const text = body === undefined ? undefined : JSON.stringify(body);
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
            ...(text === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
            ...headers,
          },
          ...(from ? { localAddress: from } : {}),
          ca: authorities,
          agent: false,
        },
        (answer) => {
          answer.resume();
          answer.on('end', () => {
            clearTimeout(timer);
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
          });
        },
      );
      const timer = setTimeout(() => asked.destroy(new Error('no answer in time')), patience);
      asked.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      asked.end(text);
    });
  };
}

/** Asks a name server each time, as somebody does who was never there. */
export function addresses(names: string): (name: string, family: Family) => Promise<string> {
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  resolver.setServers([names]);
  return async (name, family) => {
    const found = await (family === 'ipv4' ? resolver.resolve4(name) : resolver.resolve6(name)).catch(
      (error: NodeJS.ErrnoException) => {
        throw new Error(`name: ${error.code ?? error.message}`);
      },
    );
    return found[0]!;
  };
}

/** What went wrong, in a word. */
export const errorOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code ?? (error as Error).message;
