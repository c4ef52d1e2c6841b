import type { Tree } from '../../../law.ts';
import { balancerPoints } from '../edges.ts';
import { stackPoints } from '../stacks.ts';
import type { End } from './end.ts';
import type { Front, Gate } from './gate.ts';
import { fronts, gatesOf } from './gates.ts';
import { FOREIGN, type Host, isWithin, type Place, type Pods } from './places.ts';
import { nodePorts, podRules } from './pods.ts';

/** An address of a host where something may listen. */
export interface Target {
  host: Host;
  address: string;
  end: End;
  gates: Gate[];
}
/** Who may start: a host, or pods on one. */
export interface Source {
  host: Host;
  end: End;
  gates: Gate[];
  /** What NetworkPolicies of its pods let out, before the host is asked. */
  pods?: Gate;
}
export interface SiteGates {
  place: Place;
  fronts: Front[];
  targets: Target[];
  sources: Source[];
  rules: ReturnType<typeof podRules>;
  isOpenStack: boolean;
}

/** All gates of a site, before whom and behind whom they stand. */
export function siteOf(tree: Tree, bare: Place, networks: Place['networks']): SiteGates {
  const place = { ...bare, networks };
  const { code, hosts, pods } = place;
  const held = Map.groupBy(
    hosts.flatMap(({ addresses }) => addresses),
    (each) => each,
  );
  const rules = podRules(tree, code);
  const ports = nodePorts(tree, code, pods);
  const behind: Gate[] = pods.length === 0 ? [] : [nodePortGate(code, ports, rules)];
  const bound = balancerPoints(
    tree,
    [...tree.keys()].filter((path) => path.startsWith(`${code}/hosts/`)),
  );
  const listeners = stackPoints(tree, [`${code}/openstack/cdk.tf.json`]);
  const targets = hosts.flatMap((host) => {
    const own =
      host.role === 'balancer'
        ? [listenerGate(host, code, listeners)]
        : [
            ...gatesOf(tree, host, place, 'in'),
            ...(host.role === 'worker' ? behind : []),
            ...bindGates(host, bound),
          ];
    return host.addresses.map(
      (address): Target => ({
        host,
        address,
        end: endOf(host, address, held.get(address)!.length > 1),
        gates: own,
      }),
    );
  });
  const starting = hosts.filter(({ role }) => role !== 'balancer');
  const worker = starting.find(({ role }) => role === 'worker');
  const sources: Source[] = starting.map((host) => ({
    host,
    end: endOf(host),
    gates: gatesOf(tree, host, place, 'out'),
  }));
  const podSources = worker
    ? pods
        .filter(({ namespace }) => !FOREIGN.includes(namespace))
        .map(
          (each): Source => ({
            host: worker,
            end: podsEnd(each),
            gates: gatesOf(tree, worker, place, 'out'),
            pods: rules.gate(each, 'egress'),
          }),
        )
    : [];
  return {
    place,
    fronts: fronts(tree, place),
    targets,
    sources: [...sources, ...podSources],
    rules,
    isOpenStack: hosts.some(({ groups }) => groups !== undefined),
  };
}

/** A host is known by its address whatever it is called, and by its name where others hold the address too. */
const endOf = ({ site, name, role, addresses }: Host, address?: string, isShared = false): End => ({
  key: `${site} ${address ?? addresses[0] ?? name}${isShared ? ` ${name}` : ''}`,
  site,
  name,
  role,
  kind: role === 'balancer' ? 'balancer' : 'host',
  ...(address ? { address } : {}),
});
export const podsEnd = ({ site, name }: Pods): End => ({
  key: `${site} pods ${name}`,
  site,
  name,
  kind: 'pods',
});

/** A node port that no Service has leads nowhere. @see https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport */
const NODE_PORTS: [number, number] = [30_000, 32_767];
/** A node port leads on to pods, whose own policies see who dialled; all other ports of a worker are its own. */
function nodePortGate(code: string, ports: ReturnType<typeof nodePorts>, rules: SiteGates['rules']): Gate {
  const steps = ports.flatMap(({ port, target, behind }) =>
    behind.flatMap((pods) =>
      rules
        .gate(pods, 'ingress')
        .steps.filter(
          ({ rule }) =>
            rule.ports === undefined || rule.ports.some(([first, last]) => first <= target && target <= last),
        )
        .filter(({ rule }) => rule.protocol === undefined || rule.protocol === 'tcp')
        .map(({ rule }) => ({
          pass: true,
          rule: { ...rule, protocol: 'tcp', ports: [[port, port]] as [number, number][] },
        })),
    ),
  );
  return {
    path: ports[0]?.path ?? `${code}/kubernetes`,
    name: 'NetworkPolicies behind node ports',
    steps: [
      ...steps,
      { pass: false, rule: { protocol: 'tcp', ports: [NODE_PORTS] } },
      { pass: true, rule: {} },
    ],
  };
}

/** Balancers of OpenStack take nothing but what a listener is for. */
const listenerGate = (host: Host, code: string, points: ReturnType<typeof stackPoints>): Gate => ({
  path: `${code}/openstack/cdk.tf.json`,
  name: `listeners of ${host.name}`,
  steps: points
    .filter(({ name }) => name.startsWith(`balancer ${host.name} `))
    .flatMap(({ rules }) => rules)
    .map((rule) => ({ pass: true, rule })),
});

/** Where HAProxy listens it takes those alone whom it does not reject; ports of others are not its business. */
function bindGates(host: Host, points: ReturnType<typeof balancerPoints>): Gate[] {
  const own = points.filter(({ of }) => of === host.name);
  if (own.length === 0) return [];
  const rules = own.flatMap((each) => each.rules);
  return [
    {
      path: own[0]!.path,
      name: `HAProxy of ${host.name}`,
      steps: [
        ...rules.map((rule) => ({ pass: true, rule })),
        ...rules.map(({ from: _, ...rule }) => ({ pass: false, rule })),
        { pass: true, rule: {} },
      ],
    },
  ];
}

/** The side of the front firewall on which an address is. */
export const sideOf = ({ networks }: Place, address: string): 'public' | 'nodes' =>
  networks.public.length > 0 && !networks.nodes.some((range) => isWithin(range, address))
    ? 'public'
    : 'nodes';
