import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { capacitiesOf } from './capacity.ts';
import { bottlenecks, grown, relief, servesOf } from './load.ts';
import { RATES, type Rate } from './rates.ts';
import { analysisOf } from './states.ts';
import { worldOf } from './world.ts';

const model = threeSites();
const tree = artefacts(model);
const load = { requestsPerSecond: 1000, videoMegabytesPerSecond: 25 };

function serves(ids: string[], of: Tree = tree, at = load) {
  const analysis = analysisOf(worldOf(model, of));
  const parts = ids.map((id) => analysis.failures.find((part) => part.id === id)!);
  return servesOf(analysis.world, capacitiesOf(model, of), analysis.judge(parts, 'at once'), at);
}

it('says of every rate which command measured it, or where it was read', () => {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  for (const [name, { value, unit, measured, source }] of Object.entries<Rate>(RATES)) {
    expect(value, name).toBeGreaterThan(0);
    expect(unit, name).not.toBe('');
    expect(Boolean(measured) !== Boolean(source), name).toBe(true);
    if (measured) expect(scripts, name).toHaveProperty([/^npm run ([\w:]+)/.exec(measured.command)![1]!]);
  }
});

it('adds up what each site can do, held by its weakest part', () => {
  const [edge, pool] = [20_000 * 0.1, (2 * 32) / (0.011 * 3)];
  expect(serves([])).toMatchObject({
    requestsPerSecond: Math.floor(edge + pool),
    percent: 393,
    sites: [
      { code: 'sxb', requestsPerSecond: edge, first: { kind: 'connections' } },
      { code: 'dc', requestsPerSecond: pool, first: { kind: 'pooler' } },
    ],
  });
});

it('is held by the database where sites could do more: three nodes of eight processors lead', () => {
  expect(serves(['sxb'])).toMatchObject({ requestsPerSecond: (24 * 500) / 3, first: { kind: 'database' } });
  expect(serves(['dc'])).toMatchObject({
    requestsPerSecond: 2000,
    percent: 200,
    first: { kind: 'connections' },
  });
});

it('serves nothing where no site serves', () => {
  expect(serves(['sxb', 'dc'])).toMatchObject({ requestsPerSecond: 0, percent: 0, sites: [] });
});

it('reads the bounds of the autoscaler, and counts pods that find no room', () => {
  const scaler = 'dc/kubernetes/education/horizontalpodautoscaler-education-api.yaml';
  const small = edited(tree, scaler, (object) =>
    Object.assign(object.spec, { minReplicas: 2, maxReplicas: 2 }),
  );
  const alone = grown(load, 10);
  const api = (of: Tree, ids: string[]) => {
    const analysis = analysisOf(worldOf(model, of));
    const parts = ids.map((id) => analysis.failures.find((part) => part.id === id)!);
    return bottlenecks(
      analysis.world,
      capacitiesOf(model, of),
      analysis.judge(parts, 'at once'),
      grown(load, 100),
    ).find(({ limit }) => limit.kind === 'api' && limit.site === 'dc')!.limit;
  };
  expect(api(small, [])).toMatchObject({
    words: "the API's autoscaler stops at 2 pods",
    requestsPerSecond: 2 * 0.5 * 6108,
  });
  // 2 workers of 15.8 processors, of which daemons, the node and disks have 10.12 each and other pods 4.87: 12 pods of a half.
  const large = edited(tree, scaler, (object) => Object.assign(object.spec, { maxReplicas: 50 }));
  expect(api(large, ['dc-worker1'])).toMatchObject({ words: 'room for 12 pods of the API on 2 workers' });
  expect(serves(['sxb'], small, alone).percent).toBe(40);
});

it('orders what gives way, and says what removes it', () => {
  const analysis = analysisOf(worldOf(model, tree));
  const found = bottlenecks(
    analysis.world,
    capacitiesOf(model, tree),
    analysis.judge([], 'at once'),
    grown(load, 10),
  );
  expect(found.map(({ limit }) => `${limit.site} ${limit.kind}`)).toEqual([
    'dc pooler',
    'sxb connections',
    ' database',
    'sxb bandwidth',
  ]);
  expect(relief(found[1]!.limit, found[1]!.share)).toBe(
    '2.5 times the connections: a second pair of edges at sxb, or another site',
  );
  expect(bottlenecks(analysis.world, capacitiesOf(model, tree), analysis.judge([], 'at once'), load)).toEqual(
    [],
  );
});

it('reads the connections of an edge from its file', () => {
  const narrow = replaced(
    replaced(tree, 'sxb/hosts/sxb-edge1/etc/haproxy/haproxy.cfg', 'maxconn 20000', 'maxconn 5000'),
    'sxb/hosts/sxb-edge2/etc/haproxy/haproxy.cfg',
    'maxconn 20000',
    'maxconn 5000',
  );
  expect(serves(['dc'], narrow)).toMatchObject({ requestsPerSecond: 500, percent: 50 });
});
