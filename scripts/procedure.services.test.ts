import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { daemon, run } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';

const folder = mkdtempSync(join(tmpdir(), 'procedure-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STEPS = 12;

/** A procedure over one file: each step writes its line once, and its gate looks for the line. */
function written(
  name: string,
  { stuck }: { stuck?: number } = {},
): { path: string; file: string; state: string } {
  const file = join(folder, `${name}.txt`);
  const plans = join(folder, name, 'lyn', 'plans');
  mkdirSync(plans, { recursive: true });
  writeFileSync(file, '');
  const line = (step: number) => `line-${step}`;
  const procedure = {
    id: 'write-lines',
    title: 'Write lines',
    when: 'in a test',
    places: { here: { prefix: [] } },
    steps: Array.from({ length: STEPS }, (_, step) => ({
      id: line(step),
      title: `Write ${line(step)}`,
      why: 'the next one stands below it',
      // Slow enough to be killed in the middle; what is there is not written twice.
      do: {
        in: 'here',
        command: [
          'sh',
          '-c',
          step === stuck
            ? 'true'
            : `sleep 0.02; grep -qx ${line(step)} ${file} || echo ${line(step)} >>${file}; sleep 0.02`,
        ],
      },
      until: [{ in: 'here', command: ['grep', '-x', line(step), file] }],
      timeoutSeconds: step === stuck ? 1 : 10,
      undo: {
        why: 'the line goes',
        do: [{ in: 'here', command: ['sed', '-i', `/^${line(step)}$/d`, file] }],
      },
    })),
  };
  const path = join(plans, 'write-lines.yaml');
  writeFileSync(path, stringify(procedure));
  return { path, file, state: join(folder, name, 'state') };
}

const command = (path: string, state: string, ...more: string[]) =>
  [process.execPath, join(ROOT, 'scripts/procedure.ts'), path, '--yes', '--state', state, ...more] as const;
const WHOLE = Array.from({ length: STEPS }, (_, step) => `line-${step}\n`).join('');

it('goes on after a kill at each of 20 moments, and ends as an undisturbed run does', async () => {
  for (let kill = 0; kill < 20; kill += 1) {
    const { path, file, state } = written(`kill-${kill}`);
    const victim = daemon(command(path, state), { log: join(folder, `kill-${kill}.log`), detached: true });
    // From before its first step to after its last one.
    const wanted = Math.floor((kill * STEPS) / 19);
    while (readFileSync(file, 'utf8').split('\n').length - 1 < wanted) await new Promise(setImmediate);
    process.kill(victim.pid, 'SIGKILL');
    await victim.stop();
    const { code, stderr } = await run(command(path, state));
    expect([code, stderr], `kill ${kill}`).toEqual([0, 'done\n']);
    expect(readFileSync(file, 'utf8'), `kill ${kill}`).toBe(WHOLE);
    expect(readdirSync(join(state, 'locks'))).toEqual([]);
  }
});

it('takes back what it did, last step first, and no more', async () => {
  const { path, file, state } = written('undo');
  writeFileSync(file, 'of-others\n');
  expect((await run(command(path, state, '--only', 'line-0', '--only', 'line-1'))).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe('of-others\nline-0\nline-1\n');
  const { code, stdout } = await run(command(path, state, '--undo'));
  expect(code).toBe(0);
  expect(stdout.match(/back: Write line-\d/g)).toEqual(['back: Write line-1', 'back: Write line-0']);
  expect(readFileSync(file, 'utf8')).toBe('of-others\n');
});

it('stops where a gate does not hold, says how to go on, and goes on there', async () => {
  const { path, file, state } = written('gate', { stuck: 3 });
  const { code, stderr } = await run(command(path, state));
  expect(code).toBe(1);
  expect(stderr).toContain('stopped at line-3: not so after 1 s: grep -x line-3');
  expect(stderr).toContain('--undo');
  writeFileSync(file, `${readFileSync(file, 'utf8')}line-3\n`);
  expect((await run(command(path, state))).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(WHOLE);
});

it('refuses a journal of another version, a second run at once, and a state that cannot be written', async () => {
  const { path, state } = written('refused');
  expect((await run(command(path, state, '--only', 'line-0'))).code).toBe(0);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace('Write line-5', 'Write another line'));
  expect((await run(command(path, state))).stderr).toMatch(
    /^error: \S+lyn-write-lines\.jsonl is the journal of an unfinished run of another version: line-5 differ; /,
  );
  writeFileSync(path, text);
  mkdirSync(join(state, 'locks'), { recursive: true });
  writeFileSync(
    join(state, 'locks', 'lyn'),
    JSON.stringify({ pid: 1, host: 'elsewhere', user: 'ada', what: 'npm run procedure', since: 'noon' }),
  );
  const { code, stderr } = await run(command(path, state));
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/held by ada on elsewhere \(process 1\) since noon: npm run procedure; wait/),
  ]);
  const full = await run(command(path, '/proc/nowhere'));
  expect([full.code, full.stderr]).toEqual([2, expect.stringMatching(/^error: cannot write /)]);
});
