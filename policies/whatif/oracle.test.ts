import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, inStack } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { columnsOf } from './columns.ts';
import { analysisOf, type Phase } from './states.ts';
import { servicesOf } from './verdicts.ts';
import { worldOf } from './world.ts';

/**
 * What the reference platform does when it loses something, worked out by hand: five voters as 2 + 2 + 1, three hosts a site,
 * objects three times, of which two must be there.
 */
const model = threeSites();
const tree = artefacts(model);
const world = worldOf(model, tree);
const analysis = analysisOf(world);
const part = (id: string) => {
  const found = [...analysis.failures, ...analysis.maintenance].find((each) => each.id === id);
  if (!found) throw new Error(`no part ${id}`);
  return found;
};
const judged = (ids: string, phase: Phase = 'at once') => analysis.judge(ids.split(' + ').map(part), phase);
const columns = (ids: string, phase?: Phase) => columnsOf(world, judged(ids, phase));

const WHOLE = {
  database: 'up, 5/5',
  kubernetes: 'sxb up 3/3; dc up 3/3',
  objects: 'sxb up; dc up',
  entry: 'up',
};
const READ_ONLY = 'writes only after promotion, bucket operations refused before';
const WITHOUT_SXB = `sxb gone; dc readable, ${READ_ONLY}; copying stops`;

it.each([...world.sites.flatMap(({ nodes }) => nodes)])('the database node of %s', (host) => {
  expect(columns(`${host}/cockroachdb`)).toEqual({ ...WHOLE, database: 'up, ≥ 4/5' });
  expect(columns(`${host}/cockroachdb`, 'later')).toEqual(WHOLE);
});

it.each(['sxb-pm1', 'sxb-pm2', 'sxb-pm3'])('one physical host of the room: %s', (machine) => {
  expect(columns(machine)).toEqual({
    database: 'up, ≥ 4/5',
    kubernetes: 'sxb up 2/3; dc up 3/3',
    objects: 'sxb degraded, no repair target; dc up',
    entry: 'up',
  });
});

it.each(['sxb-pm1 + sxb-pm2', 'sxb-pm1 + sxb-pm3', 'sxb-pm2 + sxb-pm3'])('two of them: %s', (machines) => {
  expect(columns(machines)).toEqual({
    database: 'up, ≥ 3/5',
    kubernetes: 'sxb lost 1/3; dc up 3/3',
    objects: `sxb blocked (1 of 3 monitors, 1 of 2 copies); dc readable, ${READ_ONLY}; copying stops`,
    entry: 'dc, by name',
  });
});

it('the site that leads', () => {
  expect(columns('sxb')).toEqual({
    database: 'up, 3/5',
    kubernetes: 'sxb gone; dc up 3/3',
    objects: WITHOUT_SXB,
    entry: 'dc, by name or anycast',
  });
  expect(judged('sxb').database?.leases).toEqual([0, 1, 0]);
});

it('the site that follows', () => {
  expect(columns('dc')).toEqual({
    database: 'up, 3/5',
    kubernetes: 'sxb up 3/3; dc gone',
    objects: 'sxb up; dc gone; copying stops',
    entry: 'sxb, by name or anycast',
  });
  expect(judged('dc').database?.leases).toEqual([1, 0, 0]);
});

it('the arbiter', () => {
  expect(columns('do')).toEqual({ ...WHOLE, database: 'up, 4/5' });
});

it.each(['dc-worker1', 'dc-worker2', 'dc-worker3'])('the leading site and the node of %s', (host) => {
  expect(columns(`sxb + ${host}/cockroachdb`)).toEqual({
    database: 'lost for 2/3 of the ranges',
    kubernetes: 'sxb gone; dc up 3/3',
    objects: WITHOUT_SXB,
    entry: 'static pages only',
  });
  // The site first, or both at once: nothing heals. The node first: it was replaced before the site went.
  expect(columns(`sxb + ${host}/cockroachdb`, 'later').database).toBe('lost for 2/3 of the ranges');
  expect(columns(`sxb + ${host}/cockroachdb`, 'one after the other').database).toBe(
    'lost for 2/3 of the ranges',
  );
  expect(columns(`${host}/cockroachdb + sxb`, 'one after the other')).toMatchObject({
    database: 'up, 3/5',
    entry: 'dc, by name or anycast',
  });
});

it.each(['do-node1', 'do-node2', 'do-node3'])('the leading site and the arbiter’s %s', (host) => {
  expect(columns(`sxb + ${host}`)).toEqual({
    database: 'lost for 1/3 of the ranges',
    kubernetes: 'sxb gone; dc up 3/3',
    objects: WITHOUT_SXB,
    entry: 'static pages only',
  });
  expect(columns(`${host} + sxb`, 'one after the other').database).toBe('up, 3/5');
});

it('two sites', () => {
  expect(columns('sxb + do')).toMatchObject({ database: 'lost', entry: 'static pages only' });
  expect(columns('sxb + dc')).toEqual({
    database: 'lost',
    kubernetes: 'sxb gone; dc gone',
    objects: 'sxb gone; dc gone; copying stops',
    entry: 'none',
  });
});

it('one node at each of three sites', () => {
  const nodes = ['sxb-worker2', 'dc-worker1', 'do-node3'].map((host) => `${host}/cockroachdb`).join(' + ');
  expect(columns(nodes)).toEqual({ ...WHOLE, database: 'lost for 4/27 of the ranges' });
});

it.each(['sxb--dc', 'sxb->dc', 'dc->sxb'])(
  'the link of the two app sites, which both see the arbiter: %s',
  (link) => {
    expect(columns(link)).toEqual({
      database: 'up, 3/5',
      kubernetes: 'sxb up 3/3; dc up 3/3',
      objects: 'sxb up; dc up; copying stops',
      entry: 'sxb, by name; dc degraded: static pages only',
    });
    // What leads stays where it is and has a majority with the arbiter; the other side's gateways do not reach it.
    expect(judged(link).database?.leases).toEqual([1, 0, 0]);
    expect(judged(link).beyond).toEqual([0, 1, 0]);
  },
);

it('one edge, and both', () => {
  expect(columns('sxb-edge1')).toEqual(WHOLE);
  expect(columns('sxb-edge2')).toEqual(WHOLE);
  // ≤ 3 adverts and the skew of the backup's priority.
  expect(world.sites[0]!.wayIn!.takeoverSeconds).toBeCloseTo(3 * 0.2 + ((256 - 100) / 256) * 0.2, 2);
  expect(columns('sxb-edge1 + sxb-edge2')).toMatchObject({
    database: 'up, 5/5',
    kubernetes: 'sxb up 3/3, by the bastion only; dc up 3/3',
    entry: 'dc, by name or anycast',
  });
});

it('what ends: certificates of the database, public ones, the licence', () => {
  for (const id of ['authority:database', 'authority:public', 'licence']) expect(columns(id)).toEqual(WHOLE);
  expect(columns('authority:database', 'later')).toEqual({
    ...WHOLE,
    database: 'lost: nodes no longer trust each other',
    entry: 'static pages only',
  });
  expect(columns('authority:public', 'later')).toMatchObject({
    kubernetes: WHOLE.kubernetes,
    objects: expect.stringContaining('copying stops'),
    entry: 'refused: certificates have ended',
  });
  expect(columns('licence', 'later')).toEqual({
    ...WHOLE,
    database: 'up, 5/5, 5 transactions at a time',
    entry: 'degraded',
  });
});

it('the verdicts of services follow', () => {
  const verdicts = (ids: string, phase?: Phase) =>
    Object.fromEntries(servicesOf(world).map((name, index) => [name, judged(ids, phase).verdicts[index]]));
  expect(verdicts('sxb')).toEqual({
    'app read': 'up',
    'app write': 'up',
    'sign-in': 'up',
    'file read': 'up',
    'file write': 'read-only',
    backups: 'down',
    observers: 'degraded',
    'API sxb': 'down',
    'API dc': 'up',
  });
  expect(verdicts('sxb + dc-worker1')).toMatchObject({
    'app read': 'down',
    'app write': 'down',
    'file read': 'degraded',
  });
  expect(verdicts('licence', 'later')).toMatchObject({ 'app read': 'degraded', 'app write': 'degraded' });
  expect(verdicts('sxb-firewall1')).toEqual(verdicts('do-node1'));
  expect(verdicts('sxb-firewall1 + sxb-firewall2')).toMatchObject({
    'app write': 'up',
    'file write': 'read-only',
    'API sxb': 'degraded',
  });
});

it('a machine of the OpenStack takes one host of each group that is kept apart, and all of a group that is not', () => {
  const machines = (of: Tree) =>
    analysisOf(worldOf(model, of))
      .failures.filter(({ kind, id }) => kind === 'machine' && id.startsWith('dc-'))
      .map(({ words }) => words);
  expect(machines(tree)).toEqual([
    'the machine dc-hypervisor1 (dc-bastion, dc-cp1, dc-worker1)',
    'the machine dc-hypervisor2 (dc-cp2, dc-worker2)',
    'the machine dc-hypervisor3 (dc-cp3, dc-worker3)',
  ]);
  expect(columns('dc-hypervisor1')).toEqual({
    database: 'up, ≥ 4/5',
    kubernetes: 'sxb up 3/3; dc up 2/3',
    objects: 'sxb up; dc degraded, no repair target',
    entry: 'up',
  });
  const together = inStack(tree, 'dc', (resources) => {
    delete resources.compute_servergroup_v2['host_worker-group'];
  });
  expect(machines(together)[0]).toBe(
    'the machine dc-hypervisor1 (dc-bastion, dc-cp1, dc-worker1, dc-worker2, dc-worker3)',
  );
});

it('pods that no rule spreads may all be on the worker that is lost', () => {
  const path = 'dc/kubernetes/education/deployment-pgbouncer.yaml';
  const crowded = edited(tree, path, ({ spec }) => {
    delete spec.template.spec.affinity;
    delete spec.template.spec.topologySpreadConstraints;
  });
  const { judge, failures } = analysisOf(worldOf(model, crowded));
  const lost = [failures.find(({ id }) => id === 'dc-worker2')!];
  expect(judge(lost, 'at once').entry).toEqual({ serving: [0], pagesOnly: [1], misleading: [1] });
  // Recreated on the others.
  expect(judge(lost, 'later').entry.serving).toEqual([0, 1]);
});
