import type { World, WorldSite } from './world.ts';

/**
 * What may fail, each with what stops by it. An atom is the smallest thing that stops, written `host:sxb-cp1`,
 * `process:traefik/traefik`, `node:sxb-worker1` (a node of the database alone), `disk:sxb-worker1`, `firewall:…`, `balancer:…`,
 * `resolver:…`; it belongs to one site. What belongs to none is global: an authority, the licence, a time source, a name server.
 */
export interface Part {
  /** As it is written on the command line: `sxb-worker1`, `sxb/traefik`, `sxb-dc`. */
  id: string;
  kind: PartKind;
  /** `the machine sxb-pm1 (sxb-cp1, sxb-worker1)` */
  words: string;
  /** By site (index): the atoms that stop there. */
  atoms: ReadonlyMap<number, readonly string[]>;
  /** Pairs of sites that no longer reach each other. */
  links: readonly (readonly [number, number])[];
  globals: readonly string[];
  /** Stopped on purpose, and by the book: what can leave has left before. */
  orderly?: true;
}
const PART_KINDS = [
  'site',
  'machine',
  'host',
  'database node',
  'process',
  'firewall',
  'balancer',
  'link',
  'authority',
  'licence',
  'time source',
  'name server',
  'drain',
  'upgrade',
] as const;
type PartKind = (typeof PART_KINDS)[number];

/** Every single failure, the widest first. */
export function failures(world: World): Part[] {
  return [
    ...world.sites.map(
      (site): Part => ({
        ...local(site, 'site', site.code, `the site ${site.code}`, [
          ...site.hosts.map(({ name }) => `host:${name}`),
          ...site.firewalls.map((name) => `firewall:${name}`),
          ...(site.wayIn?.balancers ?? []).map(({ name }) => `balancer:${name}`),
        ]),
      }),
    ),
    ...world.sites.flatMap(machines),
    ...world.sites.flatMap((site) =>
      site.hosts.map(({ name, role }) =>
        local(site, 'host', name, `the host ${name} (${role})`, [`host:${name}`]),
      ),
    ),
    ...world.sites.flatMap((site) =>
      site.nodes.map((host) =>
        local(site, 'database node', `${host}/cockroachdb`, `the database node of ${host}`, [`node:${host}`]),
      ),
    ),
    ...world.sites.flatMap(processes),
    ...world.sites.flatMap((site) =>
      site.firewalls.map((name) =>
        local(site, 'firewall', `${site.code}-${name}`, `the front firewall ${name} of ${site.code}`, [
          `firewall:${name}`,
        ]),
      ),
    ),
    ...world.sites.flatMap((site) =>
      (site.wayIn?.balancers ?? []).map(({ name, part }) =>
        local(site, 'balancer', name, `the balancer ${name} (${part})`, [`balancer:${name}`]),
      ),
    ),
    ...links(world),
    ...globals(world),
    ...world.sites.flatMap((site) =>
      site.resolvers.map((address) =>
        local(site, 'name server', `${site.code}-${address}`, `the resolver ${address} of ${site.code}`, [
          `resolver:${address}`,
        ]),
      ),
    ),
  ];
}

/** Every state that maintenance passes through: each host while it is drained, each rolling upgrade half-way. */
export function maintenance(world: World): Part[] {
  return world.sites.flatMap((site): Part[] => {
    const middle = <T>(all: readonly T[]): T | undefined => all[Math.floor(all.length / 2)];
    const upgrade = (what: string, atom: string | undefined): Part[] =>
      atom === undefined
        ? []
        : [
            {
              ...local(
                site,
                'upgrade',
                `upgrade:${site.code}/${what}`,
                `${what} of ${site.code} half-way through a rolling upgrade`,
                [atom],
              ),
              orderly: true,
            },
          ];
    const node = middle(site.nodes);
    const control = middle(site.cluster?.control ?? []);
    const disk = middle(site.zone?.osds ?? []);
    return [
      ...site.hosts.map(
        ({ name }): Part => ({
          ...local(site, 'drain', `drain:${name}`, `${name} drained`, [`host:${name}`]),
          orderly: true,
        }),
      ),
      ...upgrade('cockroachdb', node && `node:${node}`),
      ...upgrade('kubernetes', control && `host:${control}`),
      ...upgrade('ceph', disk && `disk:${disk}`),
    ];
  });
}

const local = (site: WorldSite, kind: PartKind, id: string, words: string, atoms: string[]): Part => ({
  id,
  kind,
  words,
  atoms: new Map([[site.index, atoms]]),
  links: [],
  globals: [],
});

/** Machines that carry more than one host; another one is its host. */
function machines(site: WorldSite): Part[] {
  const carried = Map.groupBy(site.hosts, ({ machine }) => machine);
  return [...carried].flatMap(([machine, hosts]) => {
    const names = hosts.map(({ name }) => name);
    if (names.length < 2) return [];
    return [
      local(
        site,
        'machine',
        machine,
        `the machine ${machine} (${names.join(', ')})`,
        names.map((name) => `host:${name}`),
      ),
    ];
  });
}

/** Kinds of process: all of one kind at one site, as a bad release or a bad file stops them. */
function processes(site: WorldSite): Part[] {
  const edges = site.wayIn?.edges ?? [];
  const kinds = [
    ...(site.nodes.length > 0 ? ['cockroachdb'] : []),
    ...(site.cluster ? ['etcd', 'kube-apiserver', ...site.cluster.pods.map(({ name }) => name)] : []),
    ...(site.zone
      ? ['ceph-mon', 'ceph-osd', 'ceph-rgw', ...(site.zone.syncs > 0 ? ['ceph-rgw-sync'] : [])]
      : []),
    ...(edges.length > 0 ? ['haproxy', 'keepalived', ...(site.wayIn!.announces ? ['bird'] : [])] : []),
  ];
  return kinds.map((kind) =>
    local(site, 'process', `${site.code}/${kind}`, `every ${kind} of ${site.code}`, [`process:${kind}`]),
  );
}

/** Between each two sites: cut, or no longer passing packets in one direction. */
function links({ sites }: World): Part[] {
  return sites.flatMap((a) =>
    sites.slice(a.index + 1).flatMap((b): Part[] => {
      const between = (id: string, words: string): Part => ({
        id,
        kind: 'link',
        words,
        atoms: new Map(),
        // Whatever they speak is acknowledged: who is not heard is not reached.
        links: [[a.index, b.index]],
        globals: [],
      });
      return [
        between(`${a.code}--${b.code}`, `the link between ${a.code} and ${b.code}`),
        between(`${a.code}->${b.code}`, `what ${a.code} sends to ${b.code}`),
        between(`${b.code}->${a.code}`, `what ${b.code} sends to ${a.code}`),
      ];
    }),
  );
}

function globals(world: World): Part[] {
  const global = (kind: PartKind, id: string, words: string, atom: string): Part => ({
    id,
    kind,
    words,
    atoms: new Map(),
    links: [],
    globals: [atom],
  });
  return [
    global(
      'authority',
      'authority:database',
      "the certificates of the database's authority",
      'authority:database',
    ),
    global('authority', 'authority:public', 'the authority of public certificates', 'authority:public'),
    global('licence', 'licence', 'the licence of CockroachDB', 'licence'),
    ...world.time.map((name) => global('time source', name, `the time source ${name}`, `time:${name}`)),
    ...world.names.servers.map((name) =>
      global('name server', name, `the name server ${name}`, `names:${name}`),
    ),
  ];
}
