import { both, contains, familyOf } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { reachable } from '#sites/questions.ts';
import { FLOWS, type Flow } from '#sites/traffic/flows.ts';
import { isPods, type Party } from '#sites/traffic/parties.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { type Data, ofKind, type Rendered, selects, workloads } from '../reading/objects.ts';
import { hostsOfParty, sourcesSeen, targetsDialled } from '../reading/parties.ts';

/** One end of a conversation: a pod by its labels, or an address outside the pod network. */
type End = PodEnd | { address: string; name: string };
interface PodEnd {
  pod: { namespace: string; app: string; labels: Record<string, string> };
  /** Whether the site has such pods; others are only asked about as peers. */
  runs: boolean;
  name: string;
}
type Direction = 'ingress' | 'egress';
interface Rule {
  rule: Data;
  /** Of its policy: a peer without a namespace is in the same one. */
  namespace: string;
}
interface Door {
  protocol: 'TCP' | 'UDP';
  port: number;
}

export const networkFlows: Policy = {
  id: 'network-flows',
  title: 'NetworkPolicies admit exactly the flows of the table, for every pair and every port',
  why: 'A pod that may talk to more than it needs is a way on for an intruder; one that may talk to less fails on the day its first packet is sent. One table says who may talk; a policy that says otherwise is wrong, wherever it comes from.',
  check(model, tree) {
    return model.sites.filter(({ kubernetes }) => kubernetes).flatMap((site) => judge(model, site, tree));
  },
};

function judge(model: Model, site: Site, tree: Tree): Finding[] {
  const policies = ofKind(tree, 'NetworkPolicy').filter((each) => each.site === site.code);
  const namespaces = ofKind(tree, 'Namespace').filter((each) => each.site === site.code);
  const guarded = new Set(namespaces.map(({ name }) => name));
  const found = namespaces
    .filter(({ name }) => !deniesAll(policies, name))
    .map(
      ({ path, name }): Finding => ({
        path,
        message: `namespace ${name} of ${site.code} has no policy that denies what is not allowed`,
        fix: 'add a NetworkPolicy over all its pods, for both directions, with no rules',
      }),
    );
  const pods = endsInPods(site, tree, guarded);
  const ends = [...pods, ...endsOutside(model, site)];
  const doors = everyDoor();
  const asSource = new Map(
    ends.map((end) => [end, FLOWS.filter((flow) => isSource(model, site, flow, end))]),
  );
  const asTarget = new Map(
    ends.map((end) => [end, new Set(FLOWS.filter((flow) => isTarget(model, site, flow, end)))]),
  );
  for (const self of pods.filter(({ pod, runs }) => runs && guarded.has(pod.namespace))) {
    for (const direction of ['egress', 'ingress'] as const) {
      const rules = rulesFor(policies, direction, self);
      for (const peer of ends) {
        if (peer === self) continue;
        const [from, to] = direction === 'egress' ? [self, peer] : [peer, self];
        const rows = asSource
          .get(from)!
          .filter(
            (flow) =>
              asTarget.get(to)!.has(flow) && (flow.reach !== 'others' || !('pod' in from && 'pod' in to)),
          );
        const open = rules === 'all' ? rules : rules.filter((rule) => letsIn(rule, direction, peer));
        if (rows.length === 0 && open.length === 0) continue;
        for (const door of doors) {
          const expected = rows.some((flow) => leadsThrough(flow, to, door));
          const admitted =
            open === 'all' ||
            open.some(({ rule }) => (rule.ports ?? [door]).some((port: Data) => opens(port, door)));
          if (expected === admitted) continue;
          found.push({
            path: policyPath(policies, self) ?? namespacePath(namespaces, self),
            message: `${site.code}: ${from.name} to ${to.name}, ${door.protocol} ${door.port}: ${expected ? 'in the table of flows and refused' : 'admitted and not in the table of flows'}`,
            fix: expected ? 'admit it' : 'refuse it, or add the flow to the table',
          });
        }
      }
    }
  }
  return found;
}

const everyDoor = (): Door[] => {
  const doors = FLOWS.filter(({ protocol }) => protocol === 'tcp' || protocol === 'udp').flatMap(
    ({ protocol, ports }) =>
      ports.flatMap(({ port, end = port, nodePort = port }) =>
        // Both ends of a range and its neighbours, where an error of one shows.
        [port, end, port - 1, end + 1, nodePort].map((each) => `${protocol.toUpperCase()} ${each}`),
      ),
  );
  return [...new Set(doors)].map((text) => {
    const [protocol, port] = text.split(' ') as ['TCP' | 'UDP', string];
    return { protocol, port: Number(port) };
  });
};

/**
 * Pods of the tree that have an address of their own; those that the table names and others install; and in every namespace
 * one that nobody named.
 */
function endsInPods(site: Site, tree: Tree, guarded: Set<string>): PodEnd[] {
  const operated = new Set(
    ofKind(tree, 'CephCluster')
      .filter((each) => each.site === site.code)
      .map(({ namespace }) => namespace),
  );
  const own = workloads(tree)
    .filter((each) => each.site === site.code && !each.pod.hostNetwork)
    .map(({ namespace, labels }) => ({ namespace, app: labels['app.kubernetes.io/name'] ?? '', labels }));
  const named = FLOWS.flatMap(({ from, to }) => [from, to]).flatMap((party) => {
    if (party.kind !== 'pods') return [];
    const key = party.namespace === 'kube-system' ? 'k8s-app' : 'app.kubernetes.io/name';
    return [{ namespace: party.namespace, app: party.app, labels: { [key]: party.app } }];
  });
  const strangers = [...guarded, 'default'].map((namespace) => ({ namespace, app: '', labels: {} }));
  const all = [
    ...named.map((pod) => ({ pod, runs: operated.has(pod.namespace) })),
    ...[...strangers, ...own].map((pod) => ({ pod, runs: true })),
  ].map((end) => ({ ...end, name: `${end.pod.namespace}/${end.pod.app || 'any other pod'}` }));
  return [...new Map(all.map((end) => [end.name, end])).values()];
}

/** Every address of every host and balancer, a neighbour of theirs in each network, and two of nobody's in each family. */
function endsOutside(model: Model, site: Site): End[] {
  const ours = model.sites.flatMap((each) => [
    ...each.hosts.flatMap((host) =>
      [...both(host.address), ...both(host.public)].map((address) => ({ address, name: host.name })),
    ),
    ...(['app', 'api', 'database'] as const).flatMap((balancer) =>
      targetsDialled({ kind: 'balancer', balancer }, site, each).map((address) => ({
        address,
        name: `${balancer} balancer of ${each.code}`,
      })),
    ),
    ...targetsDialled({ kind: 'octavia' }, site, each).map((address) => ({
      address,
      name: `Octavia of ${each.code}`,
    })),
    ...[each.networks.nodes, each.networks.public, each.networks.balancers]
      .flatMap(both)
      .map((network) => ({ address: inside(network), name: `a neighbour in ${each.code}` })),
  ]);
  const all = [
    ...ours,
    { address: NODE_LOCAL_DNS, name: 'the DNS cache of the node' },
    ...['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'].map((address) => ({
      address,
      name: 'the internet',
    })),
    ...['172.20.1.1', 'fd99::1'].map((address) => ({ address, name: 'a private network of others' })),
  ];
  const known = all.filter(({ address }) => site.kubernetes!.families.includes(familyOf(address)));
  return [
    ...new Map(known.map((end) => [end.address, { ...end, name: `${end.name} (${end.address})` }])).values(),
  ];
}
/** Some address of a network. */
const inside = (network: string): string =>
  network.split('/')[0]!.replace(/\.0$/, '.13').replace(/::$/, '::13');

// What the table says.

/** Pods of another site are dialled at the node ports of its workers. */
const leadsThrough = ({ protocol, ports, to: party }: Flow, to: End, door: Door): boolean =>
  protocol.toUpperCase() === door.protocol &&
  ports.some(({ port, end = port, nodePort }) =>
    party.kind === 'pods' && 'address' in to && to.address !== NODE_LOCAL_DNS && nodePort
      ? door.port === nodePort
      : door.port >= port && door.port <= end,
  );

const isPod = (party: Party, { pod }: PodEnd): boolean =>
  party.kind === 'all-pods' ||
  (party.kind === 'namespace' && party.namespace === pod.namespace) ||
  (party.kind === 'pods' && party.namespace === pod.namespace && party.app === pod.app);

function isSource(model: Model, site: Site, { from, reach = 'own' }: Flow, end: End): boolean {
  if ('pod' in end) return isPod(from, end);
  const inPods = isPods(from);
  return model.sites
    .filter((each) => (each === site ? reach !== 'others' && !inPods : reach !== 'own'))
    .flatMap((each) => sourcesSeen(from, model, each, site))
    .some((text) => (text.includes('/') ? contains(text, end.address) : text === end.address));
}

/** As dialled from the site: its own pods by themselves, others by the addresses that the world knows. */
function isTarget(model: Model, site: Site, { to, reach = 'own' }: Flow, end: End): boolean {
  const inPods = isPods(to);
  if ('pod' in end) return isPod(to, end);
  if (to.kind === 'outside') return !isOurs(model, end.address);
  if (to.kind === 'pods' && to.app === 'kube-dns' && end.address === NODE_LOCAL_DNS) return true;
  return model.sites
    .filter((each) => (each === site ? reach !== 'others' && !inPods : reach !== 'own'))
    .some((each) =>
      to.kind === 'balancer' || to.kind === 'router' || to.kind === 'octavia'
        ? targetsDialled(to, site, each).includes(end.address)
        : hostsOfParty(to, each).some((host) =>
            (each === site ? both(host.address) : [reachable(host)]).includes(end.address),
          ),
    );
}
/** Where the DNS cache of each node answers its pods. */
const NODE_LOCAL_DNS = '169.254.25.10';
const isOurs = (model: Model, address: string): boolean =>
  NOBODYS.some((network) => contains(network, address)) ||
  model.sites.some(({ networks }) =>
    [networks.nodes, networks.public, networks.balancers]
      .flatMap(both)
      .some((network) => contains(network, address)),
  );
/** Private, link-local and loopback addresses lead to no service of others. */
const NOBODYS = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
];

// What the policies say: the meaning of the API's fields, read once more from its documentation.

const directed = (policy: Rendered, direction: Direction): boolean => {
  const types: string[] = policy.object.spec.policyTypes ?? ['Ingress'];
  return types.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
};
const chosenFor = (policies: Rendered[], end: End): Rendered[] =>
  'pod' in end
    ? policies.filter(
        ({ namespace, object }) =>
          namespace === end.pod.namespace && selects(object.spec.podSelector, end.pod.labels),
      )
    : [];

/** The rules that speak for a pod; without a policy for a direction everything passes. */
function rulesFor(policies: Rendered[], direction: Direction, self: PodEnd): Rule[] | 'all' {
  const chosen = chosenFor(policies, self).filter((policy) => directed(policy, direction));
  if (chosen.length === 0) return 'all';
  return chosen.flatMap(({ object, namespace }) =>
    (object.spec[direction] ?? []).map((rule: Data) => ({ rule, namespace })),
  );
}
const letsIn = ({ rule, namespace }: Rule, direction: Direction, peer: End): boolean =>
  peersOf(rule, direction).some((each) => matches(each, namespace, peer));
const peersOf = (rule: Data, direction: Direction): Data[] => {
  const peers: Data[] | undefined = direction === 'ingress' ? rule.from : rule.to;
  return peers?.length ? peers : [undefined];
};
const opens = ({ protocol = 'TCP', port, endPort = port }: Data, door: Door): boolean =>
  protocol === door.protocol && (port === undefined || (door.port >= port && door.port <= endPort));

function matches(peer: Data, namespace: string, end: End): boolean {
  if (peer === undefined) return true;
  if ('address' in end)
    return (
      peer.ipBlock !== undefined &&
      contains(peer.ipBlock.cidr, end.address) &&
      !(peer.ipBlock.except ?? []).some((network: string) => contains(network, end.address))
    );
  if (peer.ipBlock) return false;
  const inNamespace = peer.namespaceSelector
    ? selects(peer.namespaceSelector, { 'kubernetes.io/metadata.name': end.pod.namespace })
    : end.pod.namespace === namespace;
  return inNamespace && selects(peer.podSelector, end.pod.labels);
}

const deniesAll = (policies: Rendered[], namespace: string): boolean =>
  (['ingress', 'egress'] as const).every((direction) =>
    policies.some(
      (policy) =>
        policy.namespace === namespace &&
        directed(policy, direction) &&
        Object.keys(policy.object.spec.podSelector ?? {}).length === 0 &&
        !policy.object.spec[direction]?.length,
    ),
  );

const policyPath = (policies: Rendered[], end: End): string | undefined =>
  chosenFor(policies, end).toSorted(
    (a, b) =>
      Object.keys(b.object.spec.podSelector ?? {}).length -
      Object.keys(a.object.spec.podSelector ?? {}).length,
  )[0]?.path;
const namespacePath = (namespaces: Rendered[], end: End): string =>
  namespaces.find(({ name }) => 'pod' in end && name === end.pod.namespace)?.path ?? '';
