import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { promises } from '#constructs/plans/promises.ts';
import { machineState } from '#scripts/testing/machine-state.ts';
import { ownTwin } from '#scripts/testing/own-twin.ts';
import { roomOf } from '#scripts/testing/sites-of.ts';
import { THREE_SITES, threeSites } from '#scripts/testing/three-sites.ts';
import { until } from './lib/lab/netns.ts';
import { run } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';
import { twinSites } from './lib/twin/parts.ts';
import { missingPrograms } from './lib/twin/refusals.ts';
import { type Effect, effects, isServedAfter } from './lib/twin/report.ts';
import { running } from './lib/twin/state.ts';
import { isAsAtFirst } from './lib/twin/status.ts';

/** The twin as a person uses it: by its command, from the start to the end, and nothing of it afterwards. */
const missing = [...(process.getuid?.() === 0 ? [] : ['root']), ...missingPrograms('entry')];
const isRequired = process.env.FREDU_REQUIRE === 'all';
const suite = missing.length === 0 || isRequired ? describe : describe.skip;

const { folder, env, pattern, twin, must, end } = ownTwin({ timeoutSeconds: 120 });
const model = threeSites();
const site = roomOf(model, twinSites(model)[0]!.code);
const promised = Object.fromEntries(promises({ model, site }).map(({ id, seconds }) => [id, seconds]));
const DOOR = [process.execPath, join(ROOT, 'scripts/twin.ts')] as const;
/** What the last event did so far; a probe is asked every quarter of a second and waited for, so a little more is seen. */
function lastEffects(): Effect[] {
  const all = effects(env.FREDU_TWIN);
  return all.filter(({ at, probe }) => at === all.at(-1)?.at && probe === 'page');
}
const SEEN = 1;
/** An effect may come as late as that: the slowest check, and the time in which an announcement moves. */
const LATE = 8;
const ANNOUNCED = promised.announcement! - promised.host!;
const isServed = (seconds = 0) => isServedAfter(env.FREDU_TWIN, seconds);
const sum = (errors: Record<string, number>) =>
  Object.values(errors).reduce((total, each) => total + each, 0);
const isWellNow = () => isAsAtFirst(running(), model);

let before = '';

suite(`the twin${missing.length > 0 ? ` – skipped: there is no ${missing.join(', ')}` : ''}`, () => {
  beforeAll(async () => {
    writeFileSync(pattern, env.FREDU_TWIN);
    before = await machineState(pattern);
  });
  afterAll(end);

  it('has what it needs', () => expect(missing).toEqual([]));

  it('says in one line that none runs', async () => {
    const { code, stdout, stderr } = await twin('status');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe('error: no twin runs on this machine; npm run twin starts one\n');
  });

  it('leaves nothing when Ctrl-C ends its start', async () => {
    const { stdout, stderr } = await run(
      [
        'bash',
        '-c',
        `: >${folder}/out; "$@" >${folder}/out 2>${folder}/err & door=$!
until grep -q world ${folder}/out; do kill -0 $door || break; sleep 0.05; done
kill -INT $door; wait $door; echo "code $?"; cat ${folder}/err`,
        '_',
        ...DOOR,
        '--sites',
        THREE_SITES,
      ],
      { env, timeoutSeconds: 60 },
    );
    expect(`${stdout}${stderr}`).toBe(
      'code 2\nerror: SIGINT ended the start of the twin; nothing of it is left\n',
    );
    expect(await machineState(pattern)).toBe(before);
    expect(readdirSync(folder)).not.toContain('twin');
  });

  it('starts, and serves a student in both families', async () => {
    expect(await must('--size', 'entry')).toMatch(/it runs \(process \d+\)/);
    await until('every part is well', isWellNow, 60);
    await must('heal');
    await until('the page is served', () => isServed(), 60);
    for (const { family, by } of lastEffects()) {
      expect(['ipv4', 'ipv6']).toContain(family);
      expect(by.length).toBeGreaterThan(0);
    }
  });

  it('refuses a second one, and names that are none', async () => {
    const second = await twin();
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(/^error: a twin runs already \(process \d+\).*twin -- stop ends it\n$/);
    for (const [words, said] of [
      [['lose', 'nobody'], /no host nobody; there are world/],
      [['kill', `${site.code}-edge1`, 'emacs'], /no emacs runs on .*haproxy/],
      [['cut', 'student', `${site.code}-edge1`], /nothing lies between student and/],
      [['slow', site.code, '--loss', '101'], /--loss 101 is no number from 0 to 100/],
      [['drain', 'student'], /student cannot be drained; edges can/],
      [['expire-certificate', site.code, 'education/tls-public'], /has no cluster here/],
      [['load'], /nobody can sign in where the app does not run/],
      [['dance'], /npm run twin has no dance/],
    ] as const) {
      const { code, stderr } = await twin(...words);
      expect({ words, code }).toEqual({ words, code: 2 });
      expect(stderr).toMatch(said);
    }
  });

  it.each([
    ['process', ['kill', 'MASTER', 'haproxy']],
    ['link', ['cut', 'MASTER', 'public']],
    ['inner-link', ['cut', 'MASTER', 'nodes']],
    ['host', ['lose', 'MASTER']],
    ['worker', ['lose', 'WORKER']],
  ] as const)('keeps the promise about a lost %s', { retry: 2 }, async (id, words) => {
    // A machine that others use stalls for seconds; a promise that the platform breaks is broken each time.
    await must('heal');
    await until('every part is well', isWellNow, 60);
    await until('the page is served', () => isServed(), 60);
    const named = words.map((word) =>
      word === 'MASTER'
        ? `${site.edge.kind === 'haproxy' ? site.edge.app.master.name : ''}`
        : word === 'WORKER'
          ? site.hosts.find(({ role }) => role === 'worker')!.name
          : word,
    );
    await must(...named);
    await until('people are served again', () => isServed(promised[id]! + LATE), promised[id]! + 40);
    const seen = lastEffects();
    for (const { secondsWithout } of seen)
      expect(secondsWithout).toBeLessThan(promised[id]! + ANNOUNCED + SEEN);
    await must('heal');
    await until('every part is well again', isWellNow, 60);
    await until('the page is served again', () => isServed(), 60);
  });

  it('serves from an edge whose disk is full', async () => {
    const master = site.edge.kind === 'haproxy' ? site.edge.app.master.name : '';
    expect(await must('fill-disk', master)).toMatch(/^0 KiB are free/);
    await must('kill', master, 'haproxy');
    await until('people are served again', () => isServed(promised.process! + LATE), 60);
    await must('heal');
    await until('every part is well again', isWellNow, 60);
    const free = await running().lab.at(master)!.sh('df --output=avail /var | tail -1');
    expect(Number(free)).toBeGreaterThan(10_000);
  });

  it('hands the front firewalls’ addresses over', async () => {
    await must('lose', `${site.code}-firewall1`);
    await until('people are served again', () => isServed(LATE), 60);
    const { code, stdout } = await twin('status');
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`${site.code}-firewall1 +front firewall +off`));
    await must('heal');
    await until('the page is served again', () => isServed(), 60);
  });

  it('cuts one way, and heals', async () => {
    await must('cut', site.code, 'world', '--one-way');
    await until(
      'nobody is served',
      async () => {
        const all = await lastEffects();
        return all.length === 2 && all.every(({ errors }) => sum(errors) > 3);
      },
      30,
    );
    await must('heal');
    await until('the page is served again', () => isServed(), 60);
    expect(await must('slow', site.code, '--delay', '50')).toMatch(/50 ms away/);
    await until('the page is served from afar', () => isServed(), 60);
  });

  it('leaves nothing when its holder is killed', async () => {
    const holder = Number(readFileSync(join(env.FREDU_TWIN, 'holder.pid'), 'utf8'));
    process.kill(holder, 'SIGKILL');
    await expect.poll(() => machineState(pattern), { timeout: 90_000, interval: 500 }).toBe(before);
    expect((await twin('status')).stderr).toMatch(/no twin runs/);
  });
});
