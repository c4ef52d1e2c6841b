import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { CannotLook } from './lib/main.ts';
import { run } from './lib/run.ts';
import { ROOT } from './lib/sites.ts';
import { judge, nextSeries } from './lib/upgrade/judge.ts';
import { standing } from './lib/upgrade/standing.ts';
import { reachable, upgrade } from './lib/upgrade/upgrade.ts';
import { THREE_SITES } from './testing/three-sites.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-upgrade-'));
afterAll(() => rmSync(folder, { recursive: true }));
const WHERE = [
  '--sites',
  THREE_SITES,
  '--state',
  folder,
  '--tree',
  '/srv/tree',
  '--kubespray',
  '/srv/kubespray',
];
const command = (...words: string[]) =>
  run([process.execPath, 'scripts/upgrade.ts', ...words], { cwd: ROOT });

it('says alone what stands, what holds it and what keeps the next one away', async () => {
  const { code, stdout, stderr } = await command();
  expect([code, stderr]).toEqual([0, '']);
  await expect(stdout).toMatchFileSnapshot('transcripts/upgrade.txt');
});

it.each([
  [['cockroachdb'], 'database'],
  [['kubernetes'], 'kubernetes'],
  [['cockroachdb', '--finalize'], 'finalize'],
])('shows how %j is carried out', async (words, name) => {
  const { code, stdout, stderr } = await command(...words, '--dry-run', ...WHERE);
  expect([code, stderr]).toEqual([0, '']);
  await expect(stdout).toMatchFileSnapshot(`transcripts/upgrade-${name}.txt`);
});

it('carries nothing out before the tree names the release', async () => {
  const { code, stdout, stderr } = await command('traefik', '3.7.99', '--yes', ...WHERE);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^Bring traefik to 3\.7\.99 /);
  expect(stderr).toMatch(
    /^the tree names traefik [\d.]+: name 3\.7\.99 in constructs\/images\.lock\.json, then npm run synth, npm run check and npm run diff; [^\n]+\n$/,
  );
});

it('refuses with the way there', async () => {
  const { code, stdout, stderr } = await command('kubernetes', '1.38.0', ...WHERE);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /^refused: kubernetes goes 1 minor release at a time, and 1\.35\.\d+ to 1\.38\.0 is 3 /,
  );
  expect(stderr).toMatch(/\nthe way there: first 1\.36, then 1\.37, then 1\.38\.0\n$/);
});

it.each<[words: string[], line: string]>([
  [['kubernets', '1.35.5'], 'there is no program kubernets; did you mean kubernetes?'],
  [['calico', '3.32.0'], 'calico comes with Kubespray; upgrade kubespray, and it follows'],
  [['ceph', '20'], `20 is no release; name it whole, such as ${standing().get('ceph')!.release}`],
  [['ceph', '20.2.4', 'now'], 'name one program and the release it goes to, or nothing\nusage'],
  [['traefik', '--finalize'], '--finalize: only cockroachdb is finalized'],
])('%j is refused in one line', async (words, line) => {
  await expect(upgrade('usage', [...words, ...WHERE])).rejects.toThrow(new CannotLook(line));
});

const at = (
  program: 'cockroachdb' | 'ceph' | 'rook' | 'kubernetes' | 'traefik',
  from: string,
  to: string,
) => {
  const { problems, way } = judge(new Map([[program, from]]), program, to);
  return [problems.filter((problem) => !problem.startsWith('nobody has read')).length, way];
};
it.each([
  ['cockroachdb', '25.2.9', '25.3.1', [0, []]],
  ['cockroachdb', '25.2.9', '25.4.1', [0, []]],
  ['cockroachdb', '25.3.1', '25.4.1', [0, []]],
  ['cockroachdb', '25.3.1', '26.1.0', [1, ['25.4']]],
  ['cockroachdb', '25.2.9', '26.2.1', [1, ['25.4']]],
  ['cockroachdb', '24.3.1', '26.2.1', [1, ['25.2', '25.4']]],
  ['cockroachdb', '26.2.1', '27.4.0', [1, []]],
  ['cockroachdb', '26.2.1', '26.1.4', [1, []]],
  ['ceph', '18.2.4', '19.2.1', [0, []]],
  ['ceph', '18.2.4', '20.2.1', [1, ['19']]],
  ['rook', '1.18.9', '1.20.6', [1, ['1.19']]],
  ['kubernetes', '1.34.3', '1.35.4', [0, []]],
  ['kubernetes', '1.35.4', '1.35.4', [0, []]],
  ['traefik', '3.5.0', '3.7.1', [0, []]],
  ['traefik', '2.11.0', '3.7.1', [1, []]],
] as const)('%s from %s to %s', (program, from, to, expected) => {
  expect(at(program, from, to)).toEqual(expected);
});

it('has a next release for each program, and no pair that stands is refused', () => {
  for (const { program, release, next } of reachable(standing())) {
    expect(next?.series, program).toBe(nextSeries(program, release));
    const { problems } = judge(
      new Map([...standing()].map(([key, each]) => [key, each.release])),
      program,
      release,
    );
    expect(problems.filter((problem) => !problem.includes('comes with Kubespray'))).toEqual([]);
  }
});
