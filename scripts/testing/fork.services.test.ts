import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Input } from '#sites/schema/schema.ts';
import { run } from '../lib/run.ts';
import { arbiter, cloud, exampleInput, filesOf, room } from './example-sites.ts';
import { copyProject } from './project-copy.ts';

/** Three rooms and clouds and an arbiter of other people, under other names. */
function aula(): Input {
  const input = exampleInput();
  input.platform.domain = 'aula.example';
  input.platform.database = { survive: 'site', leases: ['lis', 'opo'] };
  input.platform.objects = { primary: 'lis' };
  input.sites = { lis: room(1), opo: cloud(2), fnc: room(3, { dual: false }), mad: arbiter(4) };
  return input;
}
/** One room with a database, and no object store. */
function solo(): Input {
  const { objects, ...platform } = exampleInput().platform;
  const { objects: store, ...lab } = room(5);
  return { platform: { ...platform, database: { survive: 'host', leases: ['lab'] } }, sites: { lab } };
}

const work = mkdtempSync(join(tmpdir(), 'fredu-fork-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** The project as somebody has it who wrote sites of their own, and did what CONTRIBUTING says. */
async function fork(name: string, input: Input): Promise<string> {
  const folder = join(work, name);
  await copyProject(folder, (path) => /^(sites\/[^/]+\.yaml|charts\/golden\/.*)$/.test(path));
  for (const [file, text] of filesOf(input)) writeFileSync(join(folder, 'sites', file), text);
  // What is held about files of the project is asked of git.
  for (const command of [
    ['init', '-q'],
    ['add', '-A'],
  ] as const)
    await run(['git', ...command], { cwd: folder });
  const golden = await run([process.execPath, 'scripts/generate/golden.ts'], { cwd: folder });
  expect([golden.code, golden.stderr.replaceAll(/^note\[[\s\S]*?\n\n?(?=note|$)/gm, '')]).toEqual([0, '']);
  return folder;
}

/** Its tests, as `npm test` runs them; the app knows no sites. */
async function tested(folder: string, ...files: string[]) {
  return run(
    [
      process.execPath,
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      'unit*',
      '--reporter',
      'dot',
      ...files,
    ],
    {
      cwd: folder,
      env: { VITEST: undefined, FREDU_REPORT: undefined, FREDU_SITES: undefined },
      timeoutSeconds: 580,
    },
  );
}

describe.each<[name: string, input: Input, files: string[]]>([
  ['aula', aula(), ['charts', 'constructs', 'policies', 'scripts', 'sites']],
  [
    'solo',
    solo(),
    [
      'charts',
      'sites/schema',
      'scripts/testing/readme',
      'scripts/synth',
      'scripts/generate/cdktf',
      'scripts/start',
    ],
  ],
])('with the sites of %s in sites/', (name, input, files) => {
  it('every law is kept, and every test passes', async () => {
    const folder = await fork(name, input);
    const checked = await run([process.execPath, 'scripts/check.ts'], { cwd: folder });
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringMatching(/files keep \d+ laws/)]);
    const { code, stdout, stderr } = await tested(folder, ...files);
    expect([code, (stdout + stderr).slice(-3000)]).toEqual([0, expect.stringContaining('passed')]);
    expect(readdirSync(join(folder, 'charts/golden')).sort()).toEqual(
      [...Object.keys(input.sites), 'platform', '.fredu.json'].sort(),
    );
  });
});
