import { stringify } from 'yaml';
import { model } from '#sites/derive.ts';
import type { Model } from '#sites/model.ts';
import type { HostInput, Input, PlatformInput, SiteInput } from '#sites/schema/schema.ts';

/**
 * Small valid inputs for tests, under names that no real site has: the test of a law breaks one thing in them. Sites are
 * numbered from 1 to 200, and no two numbers share an address.
 */

/** A room with edges of its own and machines that carry virtual hosts, in both families or in IPv4 only. */
export function room(number: number, { dual = true } = {}): SiteInput {
  const own = numbered(number, dual);
  return {
    name: `Room ${number}`,
    networks: { public: own.network('public'), nodes: own.network('nodes') },
    machines: ['pi1', 'pi2', 'pm1', 'pm2', 'pm3'],
    hosts: {
      ...own.hosts('edge', 4, ['pi1', 'pi2'], 'both'),
      bastion: { role: 'bastion', machine: 'pm3', address: own.address('nodes', 9), public: own.public4(9) },
      ...own.hosts('control-plane', 11, ['pm1', 'pm2', 'pm3']),
      ...own.hosts('worker', 21, ['pm1', 'pm2', 'pm3'], 'ipv4'),
    },
    edge: {
      kind: 'haproxy',
      app: { address: own.address('public', 100), master: 'edge1' },
      api: { address: own.address('nodes', 100), master: 'edge2' },
      gateway: own.address('public', 1),
    },
    routing: { asn: 65000 + number, peer: { asn: 64500, address: own.address('public', 1) } },
    ...own.capabilities(),
  };
}

/** A part of an OpenStack, with IPv4 only. */
export function cloud(number: number): SiteInput {
  const own = numbered(number, false);
  return {
    name: `Cloud ${number}`,
    networks: {
      public: own.network('public'),
      nodes: own.network('nodes'),
      balancers: `10.${number}.1.0/24`,
    },
    sizes: {
      bastion: { cpus: 1, memory: '2Gi', flavor: 'small' },
      'control-plane': { cpus: 4, memory: '8Gi', flavor: 'medium' },
      worker: { cpus: 16, memory: '64Gi', flavor: 'large' },
    },
    hosts: {
      bastion: { role: 'bastion', address: own.address('nodes', 9), public: own.public4(9) },
      ...own.hosts('control-plane', 11, [undefined, undefined, undefined]),
      ...own.hosts('worker', 21, [undefined, undefined, undefined], 'ipv4'),
    },
    edge: {
      kind: 'octavia',
      app: { address: `10.${number}.1.10`, public: own.public4(10) },
      api: { address: `10.${number}.1.11` },
      database: { address: `10.${number}.1.12` },
    },
    openstack: { region: 'one', externalNetwork: 'public', image: 'debian-12', hypervisors: 3 },
    ...own.capabilities(),
  };
}

/** Rented hosts that vote in the database and do nothing else. */
export function arbiter(number: number, nodes = 3): SiteInput {
  const hosts = Array.from({ length: nodes }, (_, index): [string, HostInput] => [
    `node${index + 1}`,
    { role: 'database', address: `198.18.${number}.${index + 4}` },
  ]);
  return {
    name: `Rented ${number}`,
    networks: { nodes: `198.18.${number}.0/24` },
    hosts: Object.fromEntries(hosts),
    database: { arbiter: true, volume: { device: '/dev/disk/by-id/database', size: '320Gi' } },
  };
}

function numbered(number: number, dual: boolean) {
  const PUBLIC = `198.18.${number}`;
  const prefix = `2001:db8:${number.toString(16)}`;
  const pair = (ipv4: string, ipv6: string) => (dual ? [ipv4, ipv6] : ipv4);
  const address = (name: 'public' | 'nodes', last: number) =>
    pair(
      `${name === 'public' ? PUBLIC : `10.${number}.0`}.${last}`,
      `${prefix}:${name === 'public' ? 1 : 2}::${last.toString(16)}`,
    );
  const public4 = (last: number) => `${PUBLIC}.${last}`;
  return {
    address,
    public4,
    network: (name: 'public' | 'nodes') =>
      name === 'public'
        ? pair(`${PUBLIC}.0/24`, `${prefix}:1::/64`)
        : pair(`10.${number}.0.0/24`, `${prefix}:2::/64`),
    hosts(role: HostInput['role'], last: number, machines: (string | undefined)[], open?: 'both' | 'ipv4') {
      const key = role === 'control-plane' ? 'cp' : role;
      const entry = (machine: string | undefined, index: number): [string, HostInput] => [
        `${key}${index + 1}`,
        {
          role,
          ...(machine && { machine }),
          address: address('nodes', last + index),
          ...(open && { public: open === 'both' ? address('public', last + index) : public4(last + index) }),
        },
      ];
      return Object.fromEntries(machines.map(entry));
    },
    capabilities: () => ({
      kubernetes: {
        pods: pair(`10.${number}.128.0/17`, `fd00:${number.toString(16)}::1:0/112`),
        services: pair(`10.${number}.16.0/20`, `fd00:${number.toString(16)}::2:0/112`),
      },
      database: { volume: { device: '/dev/disk/by-id/database', size: '320Gi' } },
      objects: { volume: { device: '/dev/disk/by-id/objects', size: '2Ti' } },
    }),
  };
}

/** What two sites that serve the app share with an arbiter: `lyn`, a room, before `par`, a cloud; `nic` votes. */
const platform: PlatformInput = {
  domain: 'example.org',
  contact: 'operations@example.org',
  administrators: {
    networks: ['203.0.113.0/24'],
    keys: [
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE0hdtvJMV4vrU7YqHbXXv5z1MIwsqZJlkUBqwPVHDJU somebody@example.org',
    ],
  },
  database: { survive: 'site', leases: ['lyn', 'par'] },
  objects: { primary: 'lyn' },
  time: ['ntp1.example.org', 'ntp2.example.org', 'ntp3.example.org'],
};

/** A fresh valid input, which a test may change as it likes. */
export const exampleInput = (): Input =>
  structuredClone({ platform, sites: { lyn: room(1), par: cloud(2), nic: arbiter(3) } });

/** The model of the example, after a change that keeps it valid. */
export function example(change: (input: Input) => void = () => {}): Model {
  const input = exampleInput();
  change(input);
  return model(input);
}

/** The example with both families in its cloud, too. */
export function dualCloud(): Model {
  return example(({ sites }) => {
    const par = sites.par!;
    par.networks = {
      ...par.networks,
      nodes: ['10.2.0.0/24', '2001:db8:2:2::/64'],
      balancers: ['10.2.1.0/24', '2001:db8:2:3::/64'],
    };
    for (const [index, host] of Object.values(par.hosts).entries())
      host.address = [host.address as string, `2001:db8:2:2::${index + 10}`];
    if (par.edge?.kind !== 'octavia') return;
    par.edge.app.address = ['10.2.1.10', '2001:db8:2:3::10'];
    par.edge.api.address = ['10.2.1.11', '2001:db8:2:3::11'];
    par.edge.database.address = ['10.2.1.12', '2001:db8:2:3::12'];
    par.kubernetes = {
      pods: ['10.2.128.0/17', 'fd00:2::1:0/112'],
      services: ['10.2.16.0/20', 'fd00:2::2:0/112'],
    };
  });
}

/** Inputs of any size: rooms and clouds in turn, the third an arbiter where its vote is needed. */
export function manySites(count: number): Input {
  const made = Array.from({ length: count }, (_, index): [string, SiteInput] => {
    const number = index + 1;
    const site =
      number === 3 && count <= 5 ? arbiter(number) : number % 2 === 1 ? room(number) : cloud(number);
    return [`s${number}`, site];
  });
  const input: Input = { platform: structuredClone(platform), sites: Object.fromEntries(made) };
  input.platform.database.leases = ['s1', 's2'];
  input.platform.objects = { primary: 's1' };
  return input;
}

/** The files that say an input, as `judge` takes them. */
export const filesOf = ({ platform, sites }: Input): Map<string, string> =>
  new Map([
    ['platform.yaml', stringify(platform)],
    ...Object.entries(sites).map(([code, site]): [string, string] => [`${code}.yaml`, stringify(site)]),
  ]);

/** The same data with the keys of every map the other way round: nothing may depend on their order. */
export function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, each]) => [key, reversed(each)]));
}
