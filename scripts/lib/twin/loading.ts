import { appendFileSync, readFileSync } from 'node:fs';
import { type ClientHttp2Session, connect as http2 } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { addresses, errorOf } from '../asking.ts';
import type { Done, LoadSettings } from './load-kinds.ts';

/** Loads a twin, from the host on which it runs: `node loading.ts SETTINGS RESULTS`. A line a thing done goes to the results. */
const [settingsFile = '', resultsFile = ''] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as LoadSettings;
const { url, family, seconds } = settings;
const own = new URL(url);
const ca = readFileSync(settings.authority, 'utf8');
const addressOf = addresses(settings.names);
const PATIENCE = 15_000;

/** Does something, tells how long it took and what came of it. @returns nothing where it failed */
async function timed<Of extends { status?: number; session?: ClientHttp2Session } | undefined>(
  who: Done['who'],
  what: string,
  work: () => Promise<Of>,
): Promise<Of | undefined> {
  const at = Date.now();
  const told = (rest: Partial<Done>) =>
    appendFileSync(
      resultsFile,
      `${JSON.stringify({ who, what, at, milliseconds: Date.now() - at, ...rest } satisfies Done)}\n`,
    );
  try {
    const result = await work();
    told(result?.status === undefined ? {} : { status: result.status });
    return result;
  } catch (error) {
    told({ error: errorOf(error) });
    return undefined;
  }
}

/** A connection as a browser has it, one for all that it asks. */
async function browser(who: Done['who'], from: string): Promise<ClientHttp2Session | undefined> {
  let host = '';
  await timed(who, 'name', async () => {
    host = await addressOf(own.hostname, family);
    return undefined;
  });
  if (!host) return undefined;
  const opened = await timed(who, 'connection and TLS', async () => {
    const socket = await secured(host, from, ['h2']);
    const session = http2(url, { createConnection: () => socket });
    session.on('error', () => {});
    return { session };
  });
  return opened?.session;
}

function secured(host: string, from: string, protocols: string[]): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...{ host, port: 443, servername: own.hostname, localAddress: from, ca, ALPNProtocols: protocols },
      timeout: PATIENCE,
    });
    socket.once('secureConnect', () => {
      socket.off('error', reject);
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error('no answer in time')));
  });
}

interface Got {
  status: number;
  cookies: string[];
  text: string;
}
function ask(
  session: ClientHttp2Session,
  path: string,
  { body, cookie }: { body?: object; cookie?: string } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':path': path,
      ':method': body ? 'POST' : 'GET',
      ...(body ? { 'content-type': 'application/json', origin: own.origin } : {}),
      ...(cookie ? { cookie } : {}),
    });
    let status = 0;
    let cookies: string[] = [];
    let text = '';
    stream.setEncoding('utf8');
    stream.setTimeout(PATIENCE, () => stream.destroy(new Error('no answer in time')));
    stream.on('response', (headers) => {
      status = headers[':status'] ?? 0;
      cookies = (headers['set-cookie'] ?? []).map((each) => each.split(';')[0]!);
    });
    stream.on('data', (chunk: string) => {
      text += chunk;
    });
    stream.on('end', () => resolve({ status, cookies, text }));
    stream.on('error', reject);
    stream.end(body && JSON.stringify(body));
  });
}

/** A pupil: the page, its files, the courses, who they are, their own course. */
async function pupil({ from, people, password }: NonNullable<LoadSettings['school']>, index: number) {
  await sleep((index * seconds * 1000) / people.length);
  const who = 'school';
  const { email, course } = people[index]!;
  const session = await browser(who, from);
  if (!session) return;
  const page = await timed(who, 'page', () => ask(session, '/'));
  const files = new Set(
    [...(page?.text ?? '').matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!),
  );
  await Promise.all([...files].map((path) => timed(who, 'files of it', () => ask(session, path))));
  await timed(who, 'courses', () => ask(session, '/api/v1/courses'));
  const signedIn = await timed(who, 'sign-in', () =>
    ask(session, '/api/v1/sessions', { body: { email, password } }),
  );
  const cookie = (signedIn?.cookies ?? []).join('; ');
  await timed(who, 'own course', () => ask(session, `/api/v1/courses/${course}`, { cookie }));
  session.close();
}

async function reader(
  { from, perSecond, course }: NonNullable<LoadSettings['readers']>,
  index: number,
): Promise<void> {
  const paths: [string, string][] = [
    ['page', '/'],
    ['course', course],
    ['courses', '/api/v1/courses'],
  ];
  const apart = (from.length * 1000) / perSecond;
  const end = Date.now() + seconds * 1000;
  await sleep((apart * index) / from.length);
  let session = await browser('readers', from[index]!);
  const asked: Promise<unknown>[] = [];
  for (let turn = index; Date.now() < end; turn += 1) {
    const [what, path] = paths[turn % paths.length]!;
    if (!session || session.closed || session.destroyed) session = await browser('readers', from[index]!);
    const line = session;
    if (line) asked.push(timed('readers', what, () => ask(line, path)));
    await sleep(apart);
  }
  await Promise.all(asked);
  session?.close();
}

/** Opens as many as they can, each as if it wanted the page. */
async function flood({ from, connectionsPerSecond }: NonNullable<LoadSettings['attacker']>, host: string) {
  const asked: Promise<unknown>[] = [];
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    asked.push(
      timed('flood', 'connection', async () => {
        const socket = await secured(host, from, ['http/1.1']);
        socket.destroy();
        return undefined;
      }),
    );
    await sleep(1000 / connectionsPerSecond);
  }
  await Promise.all(asked);
}
async function guess(
  session: ClientHttp2Session,
  { guessesPerSecond, email }: NonNullable<LoadSettings['attacker']>,
) {
  const asked: Promise<unknown>[] = [];
  const end = Date.now() + seconds * 1000;
  for (let turn = 0; Date.now() < end; turn += 1) {
    const body = { email, password: `trois chats ${turn}` };
    asked.push(timed('guesses', 'password', () => ask(session, '/api/v1/sessions', { body })));
    await sleep(1000 / guessesPerSecond);
  }
  await Promise.all(asked);
  session.close();
}

const { school, readers, attacker } = settings;
// Before the flood, which would keep out a later one.
const line = attacker && (await browser('guesses', attacker.from));
await Promise.all([
  ...(school ? school.people.map((_, index) => pupil(school, index)) : []),
  ...(readers ? readers.from.map((_, index) => reader(readers, index)) : []),
  ...(attacker ? [addressOf(own.hostname, family).then((host) => flood(attacker, host))] : []),
  ...(attacker && line ? [guess(line, attacker)] : []),
]);
