import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { LEASE_SECONDS, type LeaseSettings, Vote, type Way } from './lease-settings.ts';

/**
 * Between the nodes of a site and the copies: `node lease.ts SETTINGS`. Listens where nodes listen for SQL, and for each other. A line that
 * begins with LEASE is a question of another voter; anything else goes to the copies while this site holds the lease, or to
 * the site that does.
 */
const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LeaseSettings;
const { own, order, others, data } = settings;
const [SQL, BETWEEN] = [26_257, 26_258];
const EVERY = 500;
const vote = new Vote();
const now = () => performance.now() / 1000;
/** When the lease ends that a majority has given us; and whom they have given theirs. */
let ownUntil = 0;
let holder = '';
const open = new Set<Socket>();

const holds = () => now() < ownUntil;

/** Both ways until either ends. */
function join(a: Socket, b: Socket): void {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    open.add(one);
    one.on('error', () => other.destroy());
    one.on('close', () => {
      open.delete(one);
      other.destroy();
    });
    one.pipe(other);
  }
}

async function lead(client: Socket, isForeign: boolean): Promise<void> {
  if (holds() && data) return join(client, connect(data));
  const away = others.find(({ site }) => site === holder);
  // What came from another site is not sent on: that one is as wrong about the holder as we are.
  const way = isForeign || !away ? undefined : await firstOf(away.ways);
  if (way) join(client, way);
  else client.destroy();
}

/** The way that is open first; each worker of the site is one. */
const firstOf = (ways: Way[]): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const asked = ways.map((way) => connect({ ...way, timeout: 1000 }));
    let closed = 0;
    for (const socket of asked) {
      socket.once('connect', () => {
        socket.setTimeout(0);
        for (const other of asked) if (other !== socket) other.destroy();
        resolve(socket);
      });
      socket.once('timeout', () => socket.destroy());
      socket.once('error', () => {});
      socket.once('close', () => {
        closed += 1;
        if (closed === asked.length) resolve(undefined);
      });
    }
  });

for (const port of [SQL, BETWEEN])
  createServer((client) => {
    client.on('error', () => client.destroy());
    client.once('data', (first) => {
      client.pause();
      const [word, candidate = ''] = first.toString('latin1', 0, 60).trim().split(' ');
      if (word === 'LEASE') {
        client.end(`${candidate ? vote.give(candidate, now()) : vote.holder(now())}\n`);
        return;
      }
      client.unshift(first);
      lead(client, port === BETWEEN);
    });
  }).listen(port, '::');

/** Whom the others have given their votes, after one was asked for; nothing of those that did not answer. */
async function votes(candidate: string): Promise<string[]> {
  const answers = await Promise.all(
    others.map(async ({ ways }) => {
      const socket = await firstOf(ways);
      if (!socket) return [];
      return await new Promise<string[]>((resolve) => {
        let text = '';
        socket.setTimeout(1000, () => socket.destroy());
        socket.on('data', (part) => {
          text += part;
        });
        socket.on('error', () => {});
        socket.on('close', () => resolve(text ? [text.trim()] : []));
        socket.end(`LEASE ${candidate}\n`);
      });
    }),
  );
  return answers.flat();
}

/** Who is not the first choice leaves it time to ask first. */
const patience = order.indexOf(own) * LEASE_SECONDS;
const begun = now();
async function round(): Promise<void> {
  const at = now();
  const held = vote.holder(at);
  const asks = order.includes(own) && (holds() || ((held === '' || held === own) && at - begun >= patience));
  const mine = asks ? vote.give(own, at) : held;
  const answers = [mine, ...(await votes(asks ? own : ''))];
  const majority = Math.floor((others.length + 1) / 2) + 1;
  const count = (site: string) => answers.filter((each) => each === site).length;
  if (count(own) >= majority) ownUntil = at + LEASE_SECONDS;
  const before = holder;
  holder = holds() ? own : (order.find((site) => site !== own && count(site) >= majority) ?? '');
  if (holder === before) return;
  process.stdout.write(
    `${new Date().toISOString()} ${own}: the lease is ${holder ? `of ${holder}` : 'nobody’s'}\n`,
  );
  for (const each of open) each.destroy();
}

if (others.length > 0)
  for (;;) {
    const start = now();
    await round().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, EVERY - (now() - start) * 1000)));
  }
