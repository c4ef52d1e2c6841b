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
/** Of each other voter the way by which it answered last, and since when it has. */
const answeredBy = new Map<string, { way: Way; since: number; at: number }>();
/** A first choice that has been there for so many seconds gets the lease back. */
const BACK_SECONDS = 20;

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
  const way = answeredBy.get(holder)?.way;
  // What came from another site is not sent on: that one is as wrong about the holder as we are.
  const socket = isForeign || !way ? undefined : await opened(way);
  if (socket) join(client, socket);
  else client.destroy();
}

/** A way as soon as it is open; a worker takes a connection before it knows whether the other end is there. */
const opened = (way: Way): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ ...way, timeout: 1000 });
    socket.once('connect', () => {
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.once('timeout', () => socket.destroy());
    socket.once('error', () => {});
    socket.once('close', () => resolve(undefined));
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
    others.map(({ site, ways }) =>
      Promise.any(ways.map((way) => voteBy(way, candidate).then((answer) => ({ site, way, answer })))).catch(
        () => undefined,
      ),
    ),
  );
  for (const each of answers) {
    if (!each) continue;
    const before = answeredBy.get(each.site);
    const isNew = !before || now() - before.at > LEASE_SECONDS;
    answeredBy.set(each.site, { way: each.way, since: isNew ? now() : before.since, at: now() });
  }
  return answers.flatMap((each) => (each ? [each.answer] : []));
}
/** @throws when there is no answer in time */
async function voteBy(way: Way, candidate: string): Promise<string> {
  const socket = await opened(way);
  if (!socket) throw new Error('no way');
  return await new Promise<string>((resolve, reject) => {
    let text = '';
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('error', () => {});
    socket.on('close', () => (text ? resolve(text.trim()) : reject(new Error('no answer'))));
    socket.write(`LEASE ${candidate}\n`);
  });
}

/** Who is not the first choice leaves it time to ask first. */
const patience = order.indexOf(own) * LEASE_SECONDS;
const begun = now();
async function round(): Promise<void> {
  const at = now();
  const held = vote.holder(at);
  const before = order.slice(0, Math.max(0, order.indexOf(own))).map((site) => answeredBy.get(site));
  const yields = before.some(
    (each) => each && at - each.at < LEASE_SECONDS / 2 && each.at - each.since >= BACK_SECONDS,
  );
  const isFree = held === '' || held === own;
  const asks = order.includes(own) && !yields && (holds() || (isFree && at - begun >= patience));
  const mine = asks ? vote.give(own, at) : held;
  const answers = [mine, ...(await votes(asks ? own : ''))];
  const majority = Math.floor((others.length + 1) / 2) + 1;
  const count = (site: string) => answers.filter((each) => each === site).length;
  if (count(own) >= majority) ownUntil = at + LEASE_SECONDS;
  const last = holder;
  holder = holds() ? own : (order.find((site) => site !== own && count(site) >= majority) ?? '');
  if (holder === last) return;
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
