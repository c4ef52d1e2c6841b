import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { alertsOf } from '#policies/whatif/alerts.ts';
import { capacitiesOf } from '#policies/whatif/capacity.ts';
import { coverageOf } from '#policies/whatif/coverage.ts';
import type { Judged } from '#policies/whatif/judge.ts';
import { servesOf } from '#policies/whatif/load.ts';
import type { Part } from '#policies/whatif/parts.ts';
import { repairsOf } from '#policies/whatif/repairs.ts';
import { analysisOf } from '#policies/whatif/states.ts';
import { worldOf } from '#policies/whatif/world.ts';
import { THREE_SITES, threeSites } from '#scripts/testing/three-sites.ts';
import { writeTree } from './lib/tree.ts';
import { alertsText, chain, growthText, matrix, paintOf, togetherText } from './lib/whatif-text.ts';

const model = threeSites();
const tree = artefacts(model);
const analysis = analysisOf(worldOf(model, tree));
const firedBy = alertsOf(analysis.world, tree);
const alerts = (parts: readonly Part[]) => firedBy(parts, analysis.judge);
const part = (id: string) => [...analysis.failures, ...analysis.maintenance].find((each) => each.id === id)!;
const plain = paintOf(false);
const capacities = capacitiesOf(model, tree);
const serves = (judged: Judged) => servesOf(analysis.world, capacities, judged, model.load);

const folder = mkdtempSync(join(tmpdir(), 'fredu-whatif-'));
afterAll(() => rmSync(folder, { recursive: true }));
const whatif = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'whatif.ts'), '--sites', THREE_SITES, ...args],
    { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  );
  return { status, stdout, stderr };
};

it('tells each kind of part once, with a sign for every service', async () => {
  await expect(matrix(analysis, plain, serves)).toMatchFileSnapshot('testing/whatif/matrix.txt');
});

it('tells one case as a chain of causes', async () => {
  const parts = ['sxb', 'dc-worker2'].map(part);
  await expect(chain(analysis, parts, plain, { serves, alerts })).toMatchFileSnapshot(
    'testing/whatif/site-and-worker.txt',
  );
  await expect(chain(analysis, [part('sxb--dc')], plain, { serves, alerts })).toMatchFileSnapshot(
    'testing/whatif/link.txt',
  );
});

it('tells what only two together stop', async () => {
  const coverage = coverageOf(analysis);
  await expect(togetherText(analysis, coverage, 100)).toMatchFileSnapshot('testing/whatif/together.txt');
});

it('tells what gives way at ten times the load, and what removes it', async () => {
  await expect(growthText({ analysis, capacities, load: model.load }, 10)).toMatchFileSnapshot(
    'testing/whatif/grow-10.txt',
  );
  expect(growthText({ analysis, capacities, load: model.load }, 1)).toContain('Nothing gives way.');
  expect(whatif('--grow', 'much')).toMatchObject({
    status: 2,
    stderr: 'error: --grow much is no number of times; write one such as 10\n',
  });
});

it('tells which alerts tell of which failure, and of which none does', async () => {
  await expect(alertsText(analysis, alerts)).toMatchFileSnapshot('testing/whatif/alerts.txt');
});

it('covers every failure, every pair in both orders, and maintenance alone and with each failure', () => {
  const [failures, maintenance] = [analysis.failures.length, analysis.maintenance.length];
  const pairs = (failures * (failures - 1)) / 2;
  expect(coverageOf(analysis)).toMatchObject({
    states: 1 + maintenance + failures * 2 + maintenance * failures * 2 + pairs * 4,
    pairs: pairs + maintenance * failures,
  });
});

it('names no file and no place of a runbook that is not in the tree', () => {
  const runs = [...analysis.failures, ...analysis.maintenance].flatMap((each) =>
    repairsOf(analysis.world, [each], analysis.judge([each], 'later')).map(({ run }) => run),
  );
  const named = [...new Set(runs)]
    .flatMap((run) => /dist\/([\w./-]+)(?:#(\w+))?/.exec(run)?.slice(1, 3) ?? [])
    .join(' ');
  expect(named).not.toBe('');
  for (const run of new Set(runs)) {
    const [, path = '', anchor] = /dist\/([\w./-]+)(?:#(\w+))?/.exec(run) ?? [];
    if (path === '') continue;
    const text = [...tree].find(([each]) => each === path || each.startsWith(`${path}`))?.[1];
    expect(text, run).toBeDefined();
    if (anchor) expect(text!.toLowerCase(), run).toContain(`## ${anchor}`);
  }
});

it('judges a tree on disk, and tells what it cannot look at in one line', () => {
  const places = new Map<string, Map<string, string>>();
  for (const [path, text] of tree) {
    const place = path.split('/')[0]!;
    places.set(place, (places.get(place) ?? new Map()).set(path.slice(place.length + 1), text));
  }
  writeTree(folder, places, () => false);
  const outcome = whatif('--tree', folder, '--json', '--explain', 'sxb-pi1');
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(outcome.stdout)).toMatchObject({
    parts: [{ id: 'sxb-edge1' }],
    states: [{ phase: 'at once', entry: 'up' }, { phase: 'later' }, { phase: 'one after the other' }],
  });
  expect(whatif('--tree', join(folder, 'nowhere'))).toMatchObject({
    status: 2,
    stderr: `error: ${join(folder, 'nowhere')} is no folder; --tree names a tree that synth wrote\n`,
  });
  expect(whatif('--tree', join(folder, 'sxb'))).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/no platform\/sql\/zones\.sql.*\n$/),
  });
  const zone = join(folder, 'dc/kubernetes/rook-ceph/cephobjectzone-dc.yaml');
  writeFileSync(zone, 'apiVersion: ceph.rook.io/v1\nkind: CephObjectZone\nmetadata: { name: dc }\n');
  expect(whatif('--tree', folder)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(
      /^error: .* has an object that is not what its kind says .*; npm run check says which\n$/,
    ),
  });
  expect(whatif('--explain', 'sxb+dc')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('the site sxb, and the site dc'),
  });
  expect(whatif('--explain', 'sxb + dc-wroker2')).toMatchObject({
    status: 2,
    stderr: 'error: nothing called "dc-wroker2" can fail here; did you mean dc-worker2?\n',
  });
});
