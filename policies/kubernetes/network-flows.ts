import { both, familyOf } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { reachable } from '#sites/questions.ts';
import { FLOWS, type Flow } from '#sites/traffic/flows.ts';
import { isPods, type Party } from '#sites/traffic/parties.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { type Crowd, crowd } from '../reading/crowd.ts';
import { openDoors } from '../reading/doors.ts';
import {
  ANYTHING,
  type Direction,
  type Door,
  deniesAll,
  type End,
  opens,
  type PodEnd,
  policyPath,
  type Rule,
  rulesFor,
  rulesOf,
} from '../reading/network-policies.ts';
import { type Data, ofKind, type Rendered, workloads } from '../reading/objects.ts';
import { pairwise } from '../reading/pairs.ts';
import {
  hostsOfParty,
  leadsFrom,
  sourcesAt,
  targetsDialled,
  targetsFrom,
  type Whose,
} from '../reading/parties.ts';

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
  const [starts, answers] = [startersOf(model, site), answerersOf(model, site)];
  const rules = { egress: rulesOf(policies, 'egress'), ingress: rulesOf(policies, 'ingress') };
  const all = {
    egress: [...rules.egress.values()].flat(),
    ingress: [...rules.ingress.values()].flat(),
  };
  const about = (end: End, direction: Direction): Rule[] =>
    all[direction].filter(({ isPeer }) => isPeer(end));
  const known = ends.map((end) => {
    const [starting, answering] = [starts(end), answers(end)];
    return {
      end,
      rows: { egress: starting, ingress: answering },
      /** As the other end of a pod's egress it answers, of its ingress it starts. */
      peer: {
        egress: { rows: answering, rules: [ANYTHING, ...about(end, 'egress')] },
        ingress: { rows: starting, rules: [ANYTHING, ...about(end, 'ingress')] },
      },
    };
  });
  const doorsOf = openDoors(everyDoor(), (opener: Row | Rule, door) =>
    'isPeer' in opener ? admits(opener, door) : leadsThrough(opener, door),
  );
  /** Doors that are open and should not be, or the other way round. */
  const faults = pairwise((rows: Row[], open: Rule[]) =>
    doorsOf([...rows, ...open]).flatMap((door) => {
      const expected = rows.some((row) => leadsThrough(row, door));
      const admitted = open.some((rule) => admits(rule, door));
      return expected === admitted ? [] : [{ door, expected }];
    }),
  );
  for (const { end: self, rows } of known) {
    if (!('pod' in self && self.runs && guarded.has(self.pod.namespace))) continue;
    for (const direction of ['egress', 'ingress'] as const) {
      const side = { rows: rows[direction], rules: rulesFor(policies, rules[direction], direction, self) };
      for (const { end, peer } of known) {
        if (end === self) continue;
        const [from, to] = direction === 'egress' ? [self, end] : [end, self];
        for (const { door, expected } of faults(side, peer[direction]))
          found.push({
            path: policyPath(policies, self) ?? namespacePath(namespaces, self),
            message: `${site.code}: ${from.name} to ${to.name}, ${door.protocol} ${door.port}: ${expected ? 'in the table of flows and refused' : 'admitted and not in the table of flows'}`,
            fix: expected ? 'admit it' : 'refuse it, or add the flow to the table',
          });
      }
    }
  }
  return found;
}

const admits = ({ ports }: Rule, door: Door): boolean =>
  (ports ?? [door]).some((port: Data) => opens(port, door));

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

/** A flow of the table to pods, to the cache of a node, or to an address. */
interface Row {
  flow: Flow;
  to: 'pod' | 'cache' | 'address';
}
const ROWS: readonly Row[] = FLOWS.flatMap((flow) =>
  (['pod', 'cache', 'address'] as const).map((to) => ({ flow, to })),
);

/** Pods of another site are dialled at the node ports of its workers. */
const leadsThrough = ({ flow: { protocol, ports, to: party }, to }: Row, door: Door): boolean =>
  protocol.toUpperCase() === door.protocol &&
  ports.some(({ port, end = port, nodePort }) =>
    party.kind === 'pods' && to === 'address' && nodePort
      ? door.port === nodePort
      : door.port >= port && door.port <= end,
  );

const isPod = (party: Party, { pod }: PodEnd): boolean =>
  party.kind === 'all-pods' ||
  (party.kind === 'namespace' && party.namespace === pod.namespace) ||
  (party.kind === 'pods' && party.namespace === pod.namespace && party.app === pod.app);

const WHOSE = ['own', 'others'] as const;
/** Whether a flow comes from, or leads to, addresses of the site or of others; pods of the site are known by what they are. */
const isMet = (flow: Flow, party: Party, whose: Whose): boolean =>
  leadsFrom(flow, whose) && !(whose === 'own' && isPods(party));

/** The rows that an end may start. */
function startersOf(model: Model, site: Site): (end: End) => Row[] {
  const known = ROWS.map((row) => {
    const { from } = row.flow;
    const sources = WHOSE.filter((whose) => isMet(row.flow, from, whose));
    return { row, sources: sources.map((whose) => sourcesAt(from, model, site, whose)) };
  });
  return (end) =>
    known
      .filter(({ row: { flow, to }, sources }) =>
        'pod' in end
          ? isPod(flow.from, end) && !(flow.reach === 'others' && to === 'pod')
          : sources.some((isOne) => isOne(end.address)),
      )
      .map(({ row }) => row);
}

/** The rows that an end may answer, as dialled from the site: its own pods by themselves, others by the addresses that the world knows. */
function answerersOf(model: Model, site: Site): (end: End) => Row[] {
  const dialled = (party: Party, whose: Whose): Crowd => {
    if (party.kind === 'balancer' || party.kind === 'router' || party.kind === 'octavia')
      return targetsFrom(party, model, site, whose);
    const places = model.sites.filter((each) => (each === site) === (whose === 'own'));
    return crowd(
      places.flatMap((each) =>
        hostsOfParty(party, each).flatMap((host) => (each === site ? both(host.address) : [reachable(host)])),
      ),
    );
  };
  const known = FLOWS.map((flow) => ({
    flow,
    targets: WHOSE.filter((whose) => isMet(flow, flow.to, whose)).map((whose) => dialled(flow.to, whose)),
  }));
  const isAnswer = ({ flow: { to }, targets }: (typeof known)[number], end: End): boolean => {
    if ('pod' in end) return isPod(to, end);
    if (to.kind === 'outside') return !isOurs(model, end.address);
    if (to.kind === 'pods' && to.app === 'kube-dns' && end.address === NODE_LOCAL_DNS) return true;
    return targets.some((isOne) => isOne(end.address));
  };
  return (end) => {
    const as = 'pod' in end ? 'pod' : end.address === NODE_LOCAL_DNS ? 'cache' : 'address';
    const flows = new Set(known.filter((each) => isAnswer(each, end)).map(({ flow }) => flow));
    return ROWS.filter(({ flow, to }) => to === as && flows.has(flow));
  };
}
/** Where the DNS cache of each node answers its pods. */
const NODE_LOCAL_DNS = '169.254.25.10';
function isOurs(model: Model, address: string): boolean {
  const isOne =
    ours.get(model) ??
    crowd([
      ...NOBODYS,
      ...model.sites.flatMap(({ networks }) =>
        [networks.nodes, networks.public, networks.balancers].flatMap(both),
      ),
    ]);
  ours.set(model, isOne);
  return isOne(address);
}
const ours = new WeakMap<Model, Crowd>();
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

const namespacePath = (namespaces: Rendered[], end: End): string =>
  namespaces.find(({ name }) => 'pod' in end && name === end.pod.namespace)?.path ?? '';
