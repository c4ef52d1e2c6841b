import { contains, FAMILIES, type Family, familyOf, hostRoute, prefixLength } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { databaseNodes, hostsOf, siteOf, workers } from '#sites/questions.ts';
import { FLOWS } from '#sites/traffic/flows.ts';
import type { Party } from '#sites/traffic/parties.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import type { Finding, Policy } from '../law.ts';
import { ofType, type Resource, referred, type Stack, stacks } from '../reading/openstack-tree.ts';
import { sitesReached, sourcesSeen } from '../reading/parties.ts';

export const balancerPaths: Policy = {
  id: 'balancer-paths',
  title:
    'each balancer of an OpenStack has its address, the ports of the table of flows, their sources, every host behind them and a check that tells a leaving one',
  why: 'A port more is a way in, a source less an outage, a member less a third of the capacity that nobody misses until it is needed. A member that names a subnet is dialled from addresses that nothing trusts, and a check of the wrong port or path calls a dead host well. Octavia ends connections that are silent for 50 seconds: watches of the Kubernetes API and pooled database connections are.',
  check(model, tree) {
    return stacks(tree).flatMap((stack) => {
      const site = siteOf(model, stack.site);
      return site.edge?.kind === 'octavia' ? fronts(model, site).flatMap((front) => judge(stack, front)) : [];
    });
  },
};

type Name = 'app' | 'api' | 'database';
/** One address that clients dial, and what must be there. */
interface Front {
  name: string;
  family: Family;
  /** In the network of balancers; OpenStack chooses it where only the floating address counts. */
  address?: string;
  floating?: string;
  subnet: string;
  ports: Port[];
}
interface Port {
  port: number;
  protocol: 'TCP' | 'PROMETHEUS';
  sources: string[];
  /** Address and port of each host behind it. */
  members: string[];
  pool?: 'TCP' | 'PROXYV2';
  check?: string;
  leastSilenceSeconds?: number;
}

function fronts(model: Model, site: Site): Front[] {
  if (site.edge?.kind !== 'octavia') return [];
  const { edge, networks } = site;
  const all = (['app', 'api', 'database'] as const).flatMap((name) =>
    FAMILIES.flatMap((family): Front[] => {
      const address = edge[name].address[family];
      const served = ports(model, site, name, family);
      if (!address || served.length === 0) return [];
      const metrics = { port: PORTS.octaviaMetrics, protocol: 'PROMETHEUS', members: [] } as const;
      const scraped = sources(model, site, ({ kind }) => kind === 'octavia', PORTS.octaviaMetrics, family);
      return [
        {
          name,
          family,
          address,
          floating: edge[name].public[family],
          subnet: networks.balancers![family]!,
          ports: [...served, { ...metrics, members: [], sources: scraped }],
        },
      ];
    }),
  );
  const service = site.routing && model.anycast.ipv4;
  const app = all.find(({ name, family }) => name === 'app' && family === 'ipv4');
  if (!service || !app) return all;
  const served = app.ports.filter(({ protocol }) => protocol === 'TCP');
  return [...all, { ...app, name: 'anycast', address: undefined, floating: service, ports: served }];
}

function ports(model: Model, site: Site, name: Name, family: Family): Port[] {
  const behind = (hosts: Host[], port: number) =>
    hosts.flatMap(({ address }) => (address[family] ? [`${address[family]} ${port}`] : []));
  const port = (of: Omit<Port, 'protocol' | 'sources'>): Port => ({
    ...of,
    protocol: 'TCP',
    sources: sources(model, site, (to) => to.kind === 'balancer' && to.balancer === name, of.port, family),
  });
  if (name === 'database')
    return databaseNodes(site).length === 0
      ? []
      : [
          port({
            port: PORTS.sql,
            members: behind(databaseNodes(site), PORTS.sql),
            pool: 'TCP',
            check: `HTTPS GET /health?ready=1 at ${PORTS.cockroachHttp}, 200`,
            leastSilenceSeconds: 600,
          }),
        ];
  if (!site.kubernetes) return [];
  if (name === 'api')
    return [
      port({
        port: PORTS.kubernetesApi,
        members: behind(hostsOf(site, 'control-plane'), PORTS.kubernetesApi),
        pool: 'TCP',
        check: `HTTPS GET /readyz at ${PORTS.kubernetesApi}, 200`,
        leastSilenceSeconds: 600,
      }),
    ];
  return (
    [
      [PORTS.http, PORTS.traefikWeb.nodePort],
      [PORTS.https, PORTS.traefikWebsecure.nodePort],
    ] as const
  ).map(([from, to]) =>
    port({
      port: from,
      members: behind(workers(site), to),
      pool: 'PROXYV2',
      check: `HTTP GET /ping at ${PORTS.traefikPing.nodePort}, 200`,
      leastSilenceSeconds: 60,
    }),
  );
}

function sources(model: Model, site: Site, to: (party: Party) => boolean, port: number, family: Family) {
  return FLOWS.filter((flow) => to(flow.to) && flow.ports.some((each) => each.port === port))
    .flatMap((flow) =>
      model.sites
        .filter((from) => sitesReached(flow, model, from).includes(site))
        .flatMap((from) => sourcesSeen(flow.from, model, from, site)),
    )
    .map((address) => (address.includes('/') ? address : hostRoute(address)))
    .filter((network) => familyOf(network) === family);
}

function judge(stack: Stack, front: Front): Finding[] {
  const who = `the ${front.name} balancer of ${stack.site} (${front.family})`;
  const floating = ofType(stack, 'networking_floatingip_v2').find(
    ({ value }) => value.address === front.floating,
  );
  const vip = ofType(stack, 'lb_loadbalancer_v2').find(({ name, value }) =>
    front.address ? value.vip_address === front.address : name === referred(floating?.value.port_id),
  );
  const finding = (name: string, message: string, fix: string): Finding => ({
    path: stack.path,
    text: `"${name}"`,
    message,
    fix,
  });
  if (!vip)
    return [
      finding('resource', `${who} is nowhere at ${front.address ?? front.floating}`, 'give it that address'),
    ];
  const { name, value } = vip;
  const subnet = ofType(stack, 'networking_subnet_v2').find(
    (each) => each.name === referred(value.vip_subnet_id),
  );
  const listeners = ofType(stack, 'lb_listener_v2').filter(
    (each) => referred(each.value.loadbalancer_id) === name,
  );
  const spare = listeners.filter(
    (each) => !front.ports.some(({ port }) => port === each.value.protocol_port),
  );
  return [
    ...(value.loadbalancer_provider === 'amphora'
      ? []
      : [finding(name, `${who} is not made of amphorae, and others know no PROXY protocol`, 'name amphora')]),
    ...(subnet?.value.cidr === front.subnet
      ? []
      : [finding(name, `${who} is not in ${front.subnet}`, 'put it into the network of balancers')]),
    ...(front.floating && referred(floating?.value.port_id) !== name
      ? [finding(name, `${front.floating} does not lead to ${who}`, 'give that floating address its port')]
      : []),
    ...spare.map((each) =>
      finding(
        each.name,
        `${who} listens on ${each.value.protocol_port}, which no flow leads to`,
        'remove it',
      ),
    ),
    ...front.ports.flatMap((port) => {
      const listener = listeners.find((each) => each.value.protocol_port === port.port);
      const at = `port ${port.port} of ${who}`;
      return listener
        ? differences(stack, listener, port).map((each) =>
            finding(listener.name, `${at}: ${each}`, 'make it as the model says'),
          )
        : [finding(name, `${at} has no listener`, 'add one')];
    }),
  ];
}

function differences(stack: Stack, listener: Resource, port: Port): string[] {
  const { value } = listener;
  const pool = ofType(stack, 'lb_pool_v2').find((each) => referred(each.value.listener_id) === listener.name);
  const ofPool = (type: string) =>
    ofType(stack, type).filter((each) => pool && referred(each.value.pool_id) === pool.name);
  const members = ofPool('lb_member_v2').map((each) => each.value);
  const [monitor] = ofPool('lb_monitor_v2').map((each) => each.value);
  const asked = new Set(members.map((each) => each.monitor_port ?? each.protocol_port));
  const check =
    monitor &&
    `${monitor.type} ${monitor.http_method} ${monitor.url_path} at ${[...asked].join(' and ')}, ${monitor.expected_codes}`;
  const silence = Math.min(value.timeout_client_data ?? 0, value.timeout_member_data ?? 0) / 1000;
  const facts: [what: string, is: unknown, wanted: unknown][] = [
    ['its protocol', value.protocol, port.protocol],
    ['who may dial it', listed(value.allowed_cidrs ?? []), listed(port.sources)],
    [
      'what is behind it',
      members
        .map((each) => `${each.address} ${each.protocol_port}`)
        .sort()
        .join(', '),
      [...port.members].sort().join(', '),
    ],
    ['the protocol to its members', pool?.value.protocol, port.pool],
    ['its check', check, port.check],
  ];
  return [
    ...facts
      .filter(([, is, wanted]) => is !== wanted)
      .map(([what, is, wanted]) => `${what} is ${is || 'not said'}, not ${wanted || 'nothing'}`),
    ...members
      .filter((each) => each.subnet_id)
      .map((each) => `${each.name} is dialled from a subnet of its own`),
    ...(silence < (port.leastSilenceSeconds ?? 0)
      ? [`a connection ends after ${silence} s of silence; ${port.leastSilenceSeconds} s are usual in it`]
      : []),
    ...(value.timeout_client_data === value.timeout_member_data
      ? []
      : ['its two sides end at different times']),
  ];
}

/** Networks without those that lie in another one of them. */
const listed = (networks: string[]): string =>
  [...new Set(networks)]
    .filter((each) => !networks.some((other) => other !== each && within(other, each)))
    .sort()
    .join(', ');
const within = (wide: string, narrow: string): boolean =>
  prefixLength(wide) <= prefixLength(narrow) && contains(wide, narrow.split('/')[0]!);
