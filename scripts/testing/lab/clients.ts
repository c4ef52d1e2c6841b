import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as secured, type TLSSocket } from 'node:tls';

/**
 * Clients behind a balancer: `node clients.ts JSON`. Each opens its connections from the balancer's address, says in a PROXY
 * header of version 2 who it is, and asks one thing so many times. Prints the answers.
 */
export interface Asking {
  /** Where the balancer passes connections on to, and the address that it has. */
  to: { address: string; port: number };
  balancer: string;
  /** The client's address. @default no PROXY header is sent */
  client?: string;
  /** Name in the handshake and in the request. */
  name: string;
  plain?: boolean;
  /** Versions of TLS, as Node names them. */
  versions?: { minVersion?: string; maxVersion?: string; ciphers?: string };
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  /** Bytes to send. */
  body?: number;
  /** @default 1, on up to ten connections */
  times?: number;
}
export interface Outcome {
  /** How often each status was the answer; `0` where there was none. */
  statuses: Record<string, number>;
  seconds: number;
  /** Of the last answer with each status. */
  headers: Record<string, Record<string, string | string[] | undefined>>;
  body: string;
  /** Of the last connection that failed. */
  error?: string;
}

const CONNECTIONS = 10;

async function ask(asking: Asking): Promise<Outcome> {
  const outcome: Outcome = { statuses: {}, seconds: 0, headers: {}, body: '' };
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  Object.assign(agent, {
    createConnection: (_: unknown, done: (error: Error | null, socket?: Socket) => void) => {
      opened(asking).then(
        (socket) => done(null, socket),
        (error) => done(error),
      );
    },
  });
  const start = Date.now();
  await Promise.all(Array.from({ length: asking.times ?? 1 }, () => once(asking, agent, outcome)));
  outcome.seconds = (Date.now() - start) / 1000;
  agent.destroy();
  return outcome;
}

function count(outcome: Outcome, status: number): void {
  outcome.statuses[status] = (outcome.statuses[status] ?? 0) + 1;
}

function once(
  { name, path = '/', method = 'GET', headers = {}, body }: Asking,
  agent: Agent,
  outcome: Outcome,
): Promise<void> {
  return new Promise((resolve) => {
    const asked = request(
      {
        agent,
        path,
        method,
        headers: { host: name, ...headers, ...(body ? { 'content-length': body } : {}) },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part) => {
          text += part;
        });
        answer.on('end', () => {
          count(outcome, answer.statusCode!);
          outcome.headers[answer.statusCode!] = answer.headers;
          outcome.body = text;
          resolve();
        });
      },
    );
    asked.on('error', (error) => {
      count(outcome, 0);
      outcome.error = error.message;
      resolve();
    });
    asked.end(body ? Buffer.alloc(body) : undefined);
  });
}

function opened({ to, balancer, client, name, plain, versions }: Asking): Promise<Socket | TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.address, port: to.port, localAddress: balancer });
    socket.on('error', reject);
    socket.on('connect', () => {
      if (client) socket.write(proxyHeader(client, to));
      if (plain) return resolve(socket);
      const tls = secured({ socket, servername: name, rejectUnauthorized: false, ...(versions as object) });
      tls.on('secureConnect', () => resolve(tls));
      tls.on('error', reject);
    });
  });
}

/** @see https://github.com/haproxy/haproxy/blob/v2.6.0/doc/proxy-protocol.txt section 2.2 */
function proxyHeader(client: string, to: Asking['to']): Buffer {
  const isV6 = client.includes(':');
  const source = bytes(client);
  const target = isV6 ? bytes('::1') : bytes(to.address.includes(':') ? '127.0.0.1' : to.address);
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(40_000, 0);
  ports.writeUInt16BE(443, 2);
  const addresses = Buffer.concat([source, target, ports]);
  const head = Buffer.from([0x21, isV6 ? 0x21 : 0x11, addresses.length >> 8, addresses.length & 255]);
  return Buffer.concat([Buffer.from('0d0a0d0a000d0a515549540a', 'hex'), head, addresses]);
}

function bytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [left = '', right = ''] = address.split('::');
  const words = (part: string) => (part ? part.split(':').map((word) => Number.parseInt(word, 16)) : []);
  const [first, last] = [words(left), words(right)];
  const all = address.includes('::')
    ? [...first, ...Array(8 - first.length - last.length).fill(0), ...last]
    : first;
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 255]));
}

const askings: Asking[] = JSON.parse(process.argv[2] ?? '[]');
process.stdout.write(`${JSON.stringify(await Promise.all(askings.map(ask)))}\n`);
