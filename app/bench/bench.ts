import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { options } from '#server/command-line.ts';
import { buildWeb } from '#web/build.ts';
import { type Case, casesOf } from './cases.ts';
import { prepare } from './data.ts';
import type { Measured } from './load.ts';
import type { HotStatement } from './statements.ts';

const USAGE = `npm run bench:app [-- --seconds N] [--connections N] [--courses N] [--students N]
  Measures the app in a process of its own over an embedded PostgreSQL, with the load from this same machine, and prints
  how the database reads for the ten statements that took the most time.`;
const { values } = options(USAGE, {
  seconds: { type: 'string', default: '10' },
  connections: { type: 'string', default: '100' },
  courses: { type: 'string', default: '2000' },
  students: { type: 'string', default: '50000' },
});
const seconds = Number(values.seconds);
const connections = Number(values.connections);

/** As the API's image runs it: what is answered within a young generation of that size is never looked at again. */
const NODE_FLAGS = ['--max-old-space-size=320', '--min-semi-space-size=16', '--max-semi-space-size=16'];
const COMPILED = join(import.meta.dirname, '../../node_modules/.cache/fredu');
const MEMORY_MEGABYTES_MAX = 250;
const READY_MILLISECONDS_MAX = 1500;
/** Starts that are measured; the promise is of their median. */
const STARTS = 5;
/** The machine is shared and stops for moments: what is promised a second is the median of so many times. */
const TIMES = 3;
/** Of the size that is measured by default. */
const PROGRESS_MIN = 1_000_000;
const ofDefaultSize = values.courses === '2000' && values.students === '50000';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const dataDir = mkdtempSync(join(tmpdir(), 'fredu-bench-'));
chmodSync(dataDir, 0o755);
try {
  await buildWeb();
  const size = { courses: Number(values.courses), students: Number(values.students) };
  const data = await prepare(dataDir, size);
  // A start is not to wait for what the filling left to the disk.
  execFileSync('sync');
  const starts = await measureStarts();
  const app = await started('app.ts');
  let kept: boolean;
  try {
    say(
      `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}; ${size.courses} courses, ${size.students} students, ${data.progress} marks of progress; ${seconds} s a case\n`,
    );
    kept = await measureAll(await casesOf(data, { url: app.url, seconds, connections }, app.bareUrl));
    kept = (await measureProcess(app, starts)) && kept;
    if (ofDefaultSize && data.progress < PROGRESS_MIN) {
      say(`${PROGRESS_MIN} marks of progress promised`);
      kept = false;
    }
  } finally {
    await app.stop();
  }
  const watched = await started('app.ts', 'watched');
  try {
    const each = await casesOf(data, { url: watched.url, seconds: 1, connections: 8 }, watched.bareUrl);
    // What is there to be compared with is no statement of the app.
    for (const { name, measure } of each) if (!name.startsWith('bare')) await measure();
    const hottest = (await (await fetch(`${watched.url}/bench/statements`)).json()) as HotStatement[];
    kept = tellStatements(hottest) && kept;
  } finally {
    await watched.stop();
  }
  process.exitCode = kept ? 0 : 1;
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

/** Measures every case; whether all promises were kept. */
async function measureAll(cases: Case[]): Promise<boolean> {
  row(['case', 'req/s', 'p50 ms', 'p95 ms', 'p99 ms', 'failed'], '');
  let kept = true;
  for (const { name, measure, perSecondMin, p95Max } of cases) {
    const { perSecond, p50, p95, p99, failed } = await median(measure, perSecondMin ? TIMES : 1);
    const least = perSecondMin?.() ?? 0;
    const missed = [
      ...(perSecond < least ? [`${least.toFixed(0)} req/s promised`] : []),
      ...(p95Max !== undefined && p95 > p95Max ? [`p95 of ${p95Max} ms promised`] : []),
    ];
    if (missed.length > 0 || failed > 0) kept = false;
    const figures = [p50, p95, p99].map((value) => value.toFixed(1));
    row([name, perSecond.toFixed(0), ...figures, String(failed)], missed.join(', '));
  }
  return kept;
}

/** Of as many measurements the one with the middle rate; what failed counts in all. */
async function median(measure: () => Promise<Measured>, times: number): Promise<Measured> {
  const all: Measured[] = [];
  for (let n = 0; n < times; n += 1) all.push(await measure());
  all.sort((a, b) => a.perSecond - b.perSecond);
  return { ...all[Math.floor(times / 2)]!, failed: all.reduce((sum, { failed }) => sum + failed, 0) };
}

/** How long starts take that find their database, the shortest first. */
async function measureStarts(): Promise<number[]> {
  const starts: number[] = [];
  for (let n = 0; n < STARTS; n += 1) {
    const { readyMilliseconds, stop } = await started('start.ts');
    await stop();
    starts.push(readyMilliseconds);
  }
  return starts.sort((a, b) => a - b);
}

/** The most memory that all that took, and the starts before it. */
async function measureProcess({ url }: Started, starts: number[]): Promise<boolean> {
  const memory = Number(await (await fetch(`${url}/bench/memory`)).text());
  const median = starts[Math.floor(starts.length / 2)]!;
  const each = starts.map((milliseconds) => milliseconds.toFixed(0)).join(', ');
  say(
    `\nstart to first answer ${median.toFixed(0)} ms of ${each} (${READY_MILLISECONDS_MAX} promised), memory under load ${memory} MB (${MEMORY_MEGABYTES_MAX} promised)\n`,
  );
  return memory <= MEMORY_MEGABYTES_MAX && median <= READY_MILLISECONDS_MAX;
}

/** Whether none of the hottest statements reads a whole table. */
function tellStatements(hottest: HotStatement[]): boolean {
  for (const { sql, count, milliseconds, plan, scanned } of hottest) {
    const note = scanned.length > 0 ? `  reads all of ${scanned.join(', ')}` : '';
    say(`${String(count).padStart(7)} × ${milliseconds.toFixed(2)} ms  ${sql.slice(0, 90)}${note}`);
    say(`${plan.map((line) => `            ${line}`).join('\n')}\n`);
  }
  return hottest.every(({ scanned }) => scanned.length === 0);
}

function row([name = '', ...figures]: string[], note: string): void {
  say(`${name.padEnd(46)}${figures.map((figure) => figure.padStart(8)).join('')}  ${note}`);
}

interface Started {
  url: string;
  bareUrl: string;
  readyMilliseconds: number;
  stop(): Promise<void>;
}

/** The app in a process of its own, so that the load does not share its event loop; `watched` it counts statements. */
async function started(script: 'app.ts' | 'start.ts', ...watched: 'watched'[]): Promise<Started> {
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [...NODE_FLAGS, join(import.meta.dirname, script), dataDir, ...watched],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      // As `npm start` does: what was compiled once is kept.
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
    },
  );
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
