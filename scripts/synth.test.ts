import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { load } from '#sites/load/load.ts';
import { run } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';
import { listFiles } from './lib/tree.ts';
import { THREE_SITES } from './testing/three-sites.ts';

const work = mkdtempSync(join(tmpdir(), 'fredu-synth-'));
afterAll(() => rmSync(work, { recursive: true }));

const sites = THREE_SITES;
const synth = (args: string[], { cwd, env }: { cwd?: string; env?: Record<string, string> } = {}) =>
  run([process.execPath, join(ROOT, 'scripts/synth.ts'), ...args], {
    cwd,
    env: { FREDU_SITES: sites, ...env },
  });
const made = artefacts(load(sites).model!);

/** The files of a tree with their texts, less our own notes beside it. */
function read(folder: string): Record<string, string> {
  const paths = [...listFiles(folder)].filter((path) => !path.startsWith('.fredu')).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

it('writes the same bytes from any working directory, and as `cdk8s synth` calls it', async () => {
  const [here, there] = [join(work, 'here'), join(work, 'there')];
  expect((await synth(['--out', here])).code).toBe(0);
  const { app } = parse(readFileSync(join(ROOT, 'cdk8s.yaml'), 'utf8')) as { app: string };
  expect(app).toBe('npm run --silent synth');
  expect((await synth([], { cwd: '/', env: { CDK8S_OUTDIR: there } })).code).toBe(0);
  expect(read(there)).toEqual(read(here));
  expect(read(here)).toEqual(Object.fromEntries(made));
});

it('makes the same tree from shuffled input', () => {
  const folder = join(work, 'shuffled');
  cpSync(sites, folder, { recursive: true });
  for (const name of ['sxb', 'dc', 'do', 'platform']) {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, JSON.stringify(reversed(parse(readFileSync(file, 'utf8')))));
  }
  expect(Object.fromEntries(artefacts(load(folder).model!))).toEqual(Object.fromEntries(made));
});

/** The same value with the keys of every map the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

it('makes one site on request and leaves the others', async () => {
  const out = join(work, 'one');
  await synth(['--out', out]);
  rmSync(join(out, 'do'), { recursive: true });
  const { stdout } = await synth(['dc', '--out', out, '--json']);
  expect(JSON.parse(stdout).map((each: { place: string }) => each.place)).toEqual(['dc']);
  expect([...listFiles(out)].some((path) => path.startsWith('sxb/'))).toBe(true);
  expect([...listFiles(out)].some((path) => path.startsWith('do/'))).toBe(false);
});

it('says in one line what it cannot do, and exits with 2', async () => {
  const cases: [string[], RegExp][] = [
    [['sbx'], /^error: there is no site sbx; did you mean sxb\?\n$/],
    [['zebra'], /^error: there is no site zebra; there are sxb, dc, do, platform\n$/],
    [
      ['--out', join(ROOT, 'package.json')],
      /^error: cannot write .*package\.json: a file stands in its place.*\n$/,
    ],
    [['--out', '/proc/fredu'], /^error: cannot write \/proc\/fredu: .*\n$/],
    [['--sites', join(work, 'nowhere')], /^error: cannot read .*nowhere.*\n$/],
    [['--colour'], /^error: Unknown option '--colour'/],
  ];
  for (const [args, message] of cases) {
    const { code, stderr, stdout } = await synth(args);
    expect([code, stdout], args.join(' ')).toEqual([2, '']);
    expect(stderr).toMatch(message);
  }
});

it('prints problems, exits with 1 and leaves the tree untouched when the input is wrong', async () => {
  const [out, folder] = [join(work, 'kept'), join(work, 'broken')];
  await synth(['--out', out]);
  const before = read(out);
  cpSync(sites, folder, { recursive: true });
  const file = join(folder, 'sxb.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('role: worker', 'role: wroker'));
  const { code, stderr } = await synth(['--sites', folder, '--out', out]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/sxb\.yaml:\d+:\d+/);
  expect(read(out)).toEqual(before);
});
