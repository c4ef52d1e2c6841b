import { describe, expect, it } from 'vitest';
import { arbiter, exampleInput, filesOf, room } from '#scripts/testing/example-sites.ts';
import { judge } from '../load/load.ts';
import type { Input, SiteInput } from '../schema/schema.ts';
import { RULES } from './all.ts';

const codes = (change: (input: Input) => unknown): string[] => {
  const input = exampleInput();
  change(input);
  return judge(filesOf(input)).problems.map(({ code }) => code);
};
const site =
  (code: string, change: (site: SiteInput) => unknown) =>
  ({ sites }: Input) =>
    change(sites[code]!);
const lyn = (change: (site: SiteInput) => unknown) => site('lyn', change);
const par = (change: (site: SiteInput) => unknown) => site('par', change);
const nic = (change: (site: SiteInput) => unknown) => site('nic', change);

it('gives every rule a code of its own, and a reason', () => {
  expect(new Set(RULES.map(({ code }) => code)).size).toBe(RULES.length);
  for (const { code, why } of RULES)
    expect([code, why.length > 20]).toEqual([expect.stringMatching(/^[a-z][a-z0-9-]+$/), true]);
});

const nodesIn = (network: string) => nic(({ networks }) => Object.assign(networks, { nodes: network }));
const pods = (network: string) => par(({ kubernetes }) => Object.assign(kubernetes!, { pods: network }));
const podsInSix = (network: string) =>
  lyn(({ kubernetes }) => Object.assign(kubernetes!, { pods: ['10.1.128.0/17', network] }));
const services = (network: string) =>
  par(({ kubernetes }) => Object.assign(kubernetes!, { services: network }));
const servicesInSix = (network: string) =>
  lyn(({ kubernetes }) => Object.assign(kubernetes!, { services: ['10.1.16.0/20', network] }));
const administrators = (network: string) => (input: Input) =>
  Object.assign(input.platform.administrators, { networks: ['203.0.113.0/24', network] });
const volume = (size: string) => nic(({ database }) => Object.assign(database!.volume, { size }));
const workers = (cpus: number, memory: string) =>
  par(({ sizes }) => Object.assign(sizes!, { worker: { cpus, memory, flavor: 'large' } }));
const rented = (cpus: number, memory: string) =>
  nic((each) => Object.assign(each, { sizes: { database: { cpus, memory } } }));
const vrids = (app: number, api: number) =>
  lyn(({ edge }) => {
    if (edge?.kind !== 'haproxy') return;
    edge.app.vrid = app;
    edge.api.vrid = api;
  });
const hypervisors = (number: number) =>
  par(({ openstack }) => Object.assign(openstack!, { hypervisors: number }));
const balancers = (network: string) => par(({ networks }) => Object.assign(networks, { balancers: network }));
const vlan = (nodes: string) =>
  lyn(({ edge }) => Object.assign(edge!, { interfaces: { public: 'eth0', nodes } }));
const api =
  (max: number) =>
  ({ platform }: Input) =>
    Object.assign(platform, { app: { api: { min: 2, max } } });
/** Rented hosts in IPv6 only, beside a room in both families and a second one, or a cloud. */
const inSix = (second: 'room' | 'cloud') => (input: Input) => {
  const { sites } = input;
  const hosts = ['2001:db8:3::4', '2001:db8:3::5', '2001:db8:3::6'];
  sites.nic!.networks = { nodes: '2001:db8:3::/64' };
  for (const [index, host] of Object.values(sites.nic!.hosts).entries()) host.address = hosts[index]!;
  input.platform.administrators.networks.push('2001:db8:f::/64');
  if (second === 'room') sites.par = room(4);
};
/** Then one thing more of the first room. */
const inSixAnd = (change: (site: SiteInput) => unknown) => (input: Input) => {
  inSix('room')(input);
  change(input.sites.lyn!);
};
const node = (name: string) =>
  nic(({ hosts }) => Object.assign(hosts, { [name]: { role: 'database', address: '198.18.3.99' } }));

describe('at their limits, rules', () => {
  it.each<[code: string, last: (input: Input) => unknown, first: (input: Input) => unknown]>([
    ['address-outside', nodesIn('198.18.3.0/29'), nodesIn('198.18.3.0/30')],
    ['network-cramped', nodesIn('198.18.3.0/28'), nodesIn('198.18.3.4/30')],
    ['network-overlap', nodesIn('198.18.3.0/24'), nodesIn('198.18.2.0/23')],
    ['pods-size', pods('10.2.128.0/21'), pods('10.2.128.0/22')],
    ['pods-size', podsInSix('fd00:1:1::/104'), podsInSix('fd00:1:1::/103')],
    ['pods-size', podsInSix('fd00:1:1::/117'), podsInSix('fd00:1:1::/118')],
    ['services-size', services('10.2.16.0/25'), services('10.2.16.0/26')],
    ['services-size', servicesInSix('fd00:1:2::/108'), servicesInSix('fd00:1:2::/107')],
    ['administrators-open', administrators('130.79.0.0/16'), administrators('130.78.0.0/15')],
    ['administrators-open', administrators('10.0.0.0/8'), administrators('9.0.0.0/8')],
    ['administrators-open', administrators('2a00::/32'), administrators('2a00::/31')],
    ['volume-size', volume('320Gi'), volume('319Gi')],
    ['volume-size', volume('10Ti'), volume('11Ti')],
    ['worker-size', workers(12, '48Gi'), workers(12, '47Gi')],
    ['worker-size', workers(12, '64Gi'), workers(11, '64Gi')],
    ['database-size', rented(4, '16Gi'), rented(3, '16Gi')],
    ['database-size', rented(8, '32Gi'), rented(8, '31Gi')],
    ['family-sites', inSix('room'), inSix('cloud')],
    [
      'family-sites',
      inSix('room'),
      inSixAnd(({ edge }) => Object.assign(edge!, { app: { address: '198.18.1.100', master: 'edge1' } })),
    ],
    [
      'database-reachable',
      inSix('room'),
      inSixAnd(({ hosts }) => Object.assign(hosts.worker1!, { address: ['10.1.0.21', 'fd99::21'] })),
    ],
    [
      'family-administrators',
      inSix('room'),
      (input) => {
        inSix('room')(input);
        input.platform.administrators.networks.pop();
      },
    ],
    ['vrid-clash', vrids(51, 52), vrids(51, 51)],
    ['vrid-clash', vrids(52, 51), vrids(52, 52)],
    ['hypervisors-few', hypervisors(3), hypervisors(2)],
    ['openstack-room', balancers('10.2.1.0/27'), balancers('10.2.1.0/28')],
    ['interface-vlan', vlan('eth1.4094'), vlan('eth1.4095')],
    ['interface-vlan', vlan('eth1.1'), vlan('eth1.0')],
    ['app-room', api(13), api(14)],
    ['host-name', node('n'.repeat(59)), node('n'.repeat(60))],
  ])('%s', (code, last, first) => {
    expect(codes(last)).toEqual([]);
    expect(codes(first)).toContain(code);
  });
});

describe('rules', () => {
  it('let the gateway of a site be its router, and nobody else', () => {
    const gateway = (address: string) =>
      lyn(({ edge }) => edge?.kind === 'haproxy' && Object.assign(edge, { gateway: address }));
    expect(codes(gateway('198.18.1.1'))).toEqual([]);
    expect(codes(gateway('198.18.1.4'))).toEqual(['address-twice']);
  });
  it('take both ends of a link for hosts', () => {
    const link = nic((each) => {
      each.networks.nodes = '198.18.3.4/31';
      each.hosts = arbiter(3, 2).hosts;
    });
    expect(codes(link)).toEqual([]);
  });
  it('do not ask a single site that others reach its database', () => {
    const alone = (input: Input) => {
      input.sites = { par: input.sites.par! };
      input.platform.database = { survive: 'host', leases: ['par'] };
      input.platform.objects = { primary: 'par' };
      for (const key of ['worker1', 'worker2', 'worker3']) delete input.sites.par!.hosts[key]!.public;
    };
    expect(codes(alone)).toEqual([]);
  });
  it('find what two sites share, whichever was there first', () => {
    const twins = (codes: string[]) => (input: Input) => {
      for (const code of codes) input.sites[code] = arbiter(9);
    };
    for (const pair of [
      ['aa', 'zz'],
      ['zz', 'aa'],
    ]) {
      const problems = codes(twins(pair));
      expect(problems.filter((code) => code === 'network-overlap')).toHaveLength(1);
      expect(problems.filter((code) => code === 'address-twice')).toHaveLength(3);
    }
  });
});
