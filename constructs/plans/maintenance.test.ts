import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { plans } from '#policies/plans/plans.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Host, Model } from '#sites/model.ts';
import type { Procedure, Step } from '#sites/schema/procedure.ts';
import { drainProcedure, undrainProcedure } from './maintenance.ts';
import { drainSiteProcedure, undrainSiteProcedure } from './site-maintenance.ts';

const ours = threeSites();
const hostsOf = (model: Model): Host[] => model.sites.flatMap((site) => site.hosts);
const called = (name: string) => hostsOf(ours).filter((host) => [host.name, host.machine].includes(name));
const props = (name: string) => ({ model: ours, hosts: called(name), name, tree: 'dist' });
const ids = ({ steps }: Procedure) => steps.map(({ id }) => id);
const stepOf = ({ steps }: Procedure, id: string): Step => steps.find((each) => each.id === id)!;

describe.each([
  ['our sites', ours],
  ['a room and a cloud', example()],
])('the procedures of %s', (_, model) => {
  it.each(hostsOf(model).map(({ name }) => name))('are complete for %s', (name) => {
    const hosts = hostsOf(model).filter((host) => host.name === name);
    for (const make of [drainProcedure, undrainProcedure]) {
      const procedure = make({ model, hosts, name, tree: 'dist' });
      const path = `${hosts[0]!.site}/plans/${procedure.id}.yaml`;
      expect(plans.check(model, new Map([[path, stringify(procedure)]]))).toEqual([]);
    }
  });
});

it.each([
  ['sxb', ['all-well', 'out-edge1', 'out-edge2', 'database-out']],
  ['dc', ['all-well', 'close', 'database-out']],
  ['do', ['all-well', 'out-node1', 'out-node2', 'out-node3']],
])('takes the clients of %s away before its database, and brings them back after it', (code, out) => {
  const site = ours.sites.find((each) => each.code === code)!;
  const [drain, undrain] = [drainSiteProcedure, undrainSiteProcedure].map((make) => {
    const made = make({ model: ours, site, tree: 'dist' });
    const path = `${code}/plans/${made.id}.yaml`;
    expect(plans.check(ours, new Map([[path, stringify(made)]]))).toEqual([]);
    return ids(made);
  });
  expect(drain).toEqual(out);
  const back = (id: string) =>
    ({ close: 'open', 'database-out': 'database-back' })[id] ?? id.replace('out-', 'back-');
  expect(undrain).toEqual([...out.slice(1).toReversed().map(back), 'all-well']);
});

it('empties what takes clients first, and takes it back last', () => {
  const hosts = ['sxb-cp1', 'sxb-worker1', 'sxb-edge1', 'sxb-bastion'].flatMap(called);
  const all = { ...props('all'), hosts };
  const order = ['edge1', 'worker1', 'cp1', 'bastion'];
  expect(ids(drainProcedure(all))).toEqual(['all-well', ...order.map((key) => `out-${key}`)]);
  expect(ids(undrainProcedure(all))).toEqual([...order.toReversed().map((key) => `back-${key}`), 'all-well']);
});

it('empties nothing while a node of the database is missing anywhere', () => {
  const { until } = stepOf(drainProcedure(props('sxb-worker1')), 'all-well');
  const asked = until.map((gate) => `${gate.in}: ${gate.command.slice(0, 4).join(' ')}`);
  expect(asked).toEqual([
    'nodes@sxb: get nodes --no-headers',
    'database@sxb: get statefulset/cockroachdb --output=json',
    'database@dc: get statefulset/cockroachdb --output=json',
    ...[1, 2, 3].map((number) => `do-node${number}: curl --silent --fail --output`),
    'ceph@sxb: ceph health',
  ]);
  expect(until[1]!.json).toEqual([{ at: ['status', 'readyReplicas'], is: 3 }]);
});

it('asks an edge what keepalived asks: a drained one fails its own check', () => {
  const { do: act, until, undo } = stepOf(drainProcedure(props('sxb-edge1')), 'out-edge1');
  expect(act).toEqual({ in: 'sxb-edge1', command: ['fredu-drain'] });
  expect(until).toEqual([
    { in: 'sxb-edge1', command: ['/usr/local/libexec/fredu-edge-check', '8404'], fails: true },
  ]);
  expect(undo.do).toEqual([{ in: 'sxb-edge1', command: ['fredu-undrain'] }]);
});

it('reaches hosts as the tree says, and the cluster by its context', () => {
  const { places } = drainProcedure({ ...props('sxb-worker1'), tree: '/srv/tree' });
  expect(places['do-node1']!.prefix).toEqual([
    'ssh',
    '-F',
    '/srv/tree/do/inventory/ssh_config',
    'do-node1',
    'sudo',
  ]);
  expect(places['database@dc']).toEqual({
    site: 'dc',
    prefix: ['kubectl', '--context=dc', '--namespace=cockroachdb'],
  });
  expect(places['sxb-cp1']).toBeUndefined();
});
