import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEMO_COURSES, DEMO_PASSWORD, DEMO_PEOPLE } from '../server/seed/courses.ts';
import { load, type Measured } from './load.ts';

const USAGE = `npm run bench:app [-- --seconds N] [--connections N]
  Measures the app in a process of its own over an embedded PostgreSQL, with the load from this same machine.`;
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '100' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}
const seconds = Number(values.seconds);
const connections = Number(values.connections);

/** As the API's image runs it: what a small young generation costs in time it gives back in memory. */
const NODE_FLAGS = ['--max-old-space-size=320', '--max-semi-space-size=8'];
const MEMORY_MEGABYTES_MAX = 250;
const READY_MILLISECONDS_MAX = 1500;

/** A load, and what we promise of it. */
interface Case {
  name: string;
  measure(): Promise<Measured>;
  perSecondMin?: () => number;
  p95Max?: number;
}

const dataDir = mkdtempSync(join(tmpdir(), 'fredu-bench-'));
chmodSync(dataDir, 0o755);
// Once to make the database, so that the second start is that of every day.
await (await started()).stop();
const app = await started();
try {
  process.exitCode = (await measureAll()) ? 0 : 1;
} finally {
  await app.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Measures every case; whether all promises were kept. */
async function measureAll(): Promise<boolean> {
  const courses = DEMO_COURSES.map((course) => `/api/v1/courses/${course.id}`);
  const etag = (await fetch(app.url + courses[0])).headers.get('etag')!;
  let bare = 0;
  const cases: Case[] = [
    {
      name: 'bare Fastify, one trivial statement',
      measure: async () => {
        const measured = await get(['/'], { url: app.bareUrl });
        bare = measured.perSecond;
        return measured;
      },
    },
    {
      name: 'a random course, uncached',
      measure: () => get(courses),
      perSecondMin: () => Math.max(6000, bare / 2),
      p95Max: 40,
    },
    {
      name: 'a course the reader has (304)',
      measure: () => get([courses[0]!], { headers: { 'if-none-match': etag } }),
    },
    { name: 'the list of courses', measure: () => get(['/api/v1/courses']), p95Max: 60 },
    {
      name: 'a random course, 20 sign-ins a second beside',
      measure: async () => {
        const [readers, signIns] = await Promise.all([get(courses), signInTwentyTimesASecond()]);
        return { ...readers, failed: readers.failed + signIns.failed };
      },
    },
  ];
  const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`;
  process.stdout.write(`${machine}, ${connections} connections, ${seconds} s a case\n\n`);
  row(['case', 'req/s', 'p50 ms', 'p95 ms', 'p99 ms', 'failed'], '');
  let kept = true;
  for (const { name, measure, perSecondMin, p95Max } of cases) {
    const { perSecond, p50, p95, p99, failed } = await measure();
    const least = perSecondMin?.() ?? 0;
    const missed = [
      ...(perSecond < least ? [`${least.toFixed(0)} req/s promised`] : []),
      ...(p95Max !== undefined && p95 > p95Max ? [`p95 of ${p95Max} ms promised`] : []),
    ];
    if (missed.length > 0 || failed > 0) kept = false;
    const figures = [p50, p95, p99].map((value) => value.toFixed(1));
    row([name, perSecond.toFixed(0), ...figures, String(failed)], missed.join(', '));
  }
  const memory = Number(await (await fetch(`${app.url}/bench/memory`)).text());
  const ready = app.readyMilliseconds;
  process.stdout.write(
    `\nstart to first answer ${ready.toFixed(0)} ms (${READY_MILLISECONDS_MAX} promised), memory under load ${memory} MB (${MEMORY_MEGABYTES_MAX} promised)\n`,
  );
  return kept && memory <= MEMORY_MEGABYTES_MAX && ready <= READY_MILLISECONDS_MAX;
}

function get(
  paths: string[],
  { url = app.url, headers = {} }: { url?: string; headers?: Record<string, string> } = {},
): Promise<Measured> {
  return load({
    url,
    seconds,
    connections,
    requests: paths.map((path) => ({ method: 'GET', path, headers })),
  });
}

function signInTwentyTimesASecond(): Promise<Measured> {
  const requests = DEMO_PEOPLE.map(({ email }) => ({
    method: 'POST',
    path: '/api/v1/sessions',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: DEMO_PASSWORD }),
  }));
  return load({ url: app.url, seconds, connections: 6, perSecond: 20, requests });
}

function row([name = '', ...figures]: string[], note: string): void {
  process.stdout.write(
    `${name.padEnd(46)}${figures.map((figure) => figure.padStart(8)).join('')}  ${note}\n`,
  );
}

/** The app in a process of its own, so that the load does not share its event loop. */
async function started() {
  const begun = performance.now();
  const child = spawn(process.execPath, [...NODE_FLAGS, join(import.meta.dirname, 'app.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { url, bareUrl } = await new Promise<{ url: string; bareUrl: string }>((resolve, reject) => {
    child.stdout.once('data', (line) => resolve(JSON.parse(String(line))));
    child.once('exit', (code) => reject(new Error(`the app ended with ${code}`)));
  });
  await fetch(`${url}/api/v1/courses`);
  const readyMilliseconds = performance.now() - begun;
  return {
    url,
    bareUrl,
    readyMilliseconds,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
