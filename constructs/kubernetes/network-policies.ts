import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { AtSite } from '#constructs/at-site.ts';
import { type Address, addressOf, both, familyOf, hostRoute, overlap } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { type Conversation, conversations, type End, isWithin } from '#sites/traffic/conversations.ts';
import { FLOWS, type Flow, type Port } from '#sites/traffic/flows.ts';
import { allPods, isPods, type Party, type PodsParty } from '#sites/traffic/parties.ts';
import { NODE_LOCAL_DNS } from '../inventory/kubespray.ts';
import { labels } from './pod.ts';

type Pods = Extract<Party, { kind: 'pods' }>;

export interface NetworkPoliciesProps extends AtSite {
  /** Those of ours; what others install guards itself. */
  namespaces: string[];
  /** Whether the site has such pods: a policy over none only puzzles. @default every app of the table does */
  runs?: (namespace: string, app: string) => boolean;
}

/**
 * Every NetworkPolicy of a site, from the table of flows alone: in each namespace nothing may talk, then each app may do
 * exactly what the table says. Pods on the host's network are hosts to these policies; the probes of a node's own kubelet
 * always pass. A table row that cannot be said here (ICMP, VRRP) is no row of pods.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export class NetworkPolicies extends Construct {
  constructor(scope: Construct, { model, site, namespaces, runs = () => true }: NetworkPoliciesProps) {
    super(scope, 'network-policies');
    const all = conversations(model, site);
    const place = { model, site };
    for (const namespace of namespaces) {
      const metadata = { namespace, labels: labels('network-policies') };
      new k8s.KubeNetworkPolicy(this, `${namespace}-default-deny`, {
        metadata: { ...metadata, name: 'default-deny' },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      });
      new k8s.KubeNetworkPolicy(this, `${namespace}-all-pods`, {
        metadata: { ...metadata, name: 'all-pods' },
        spec: { podSelector: {}, policyTypes: ['Egress'], egress: egress(all, allPods, place) },
      });
      const whole: Party = { kind: 'namespace', namespace };
      if (FLOWS.some(({ from, to }) => same(from, whole) || same(to, whole))) {
        new k8s.KubeNetworkPolicy(this, `${namespace}-namespace`, {
          metadata: { ...metadata, name: 'namespace' },
          spec: {
            podSelector: {},
            policyTypes: ['Ingress', 'Egress'],
            ingress: some(ingress(all, whole)),
            egress: some(egress(all, whole, place)),
          },
        });
      }
    }
    for (const party of apps(namespaces)) {
      if (!runs(party.namespace, party.app)) continue;
      new k8s.KubeNetworkPolicy(this, `${party.namespace}-${party.app}`, {
        metadata: { name: party.app, namespace: party.namespace, labels: labels('network-policies') },
        spec: {
          podSelector: podSelector(party),
          policyTypes: ['Ingress', 'Egress'],
          ingress: some(ingress(all, party)),
          egress: some(egress(all, party, place)),
        },
      });
    }
  }
}

/** An empty list says the same as none; the API keeps none, so a list would be a change at every application. */
const some = <T>(rules: T[]): T[] | undefined => (rules.length > 0 ? rules : undefined);

/** Every app that a flow names in one of these namespaces, in the order of the table. */
function apps(namespaces: string[]): Pods[] {
  const found = new Map<string, Pods>();
  for (const { from, to } of FLOWS) {
    for (const party of [from, to]) {
      if (party.kind === 'pods' && namespaces.includes(party.namespace))
        found.set(`${party.namespace}/${party.app}`, party);
    }
  }
  return [...found.values()];
}

function same(a: Party, b: Party): boolean {
  if (a.kind === 'pods' && b.kind === 'pods') return a.namespace === b.namespace && a.app === b.app;
  if (a.kind === 'namespace' && b.kind === 'namespace') return a.namespace === b.namespace;
  return a.kind === b.kind;
}

function ingress(all: Conversation[], party: Party): k8s.NetworkPolicyIngressRule[] {
  const own = all.filter(({ way, flow }) => way === 'in' && same(flow.to, party));
  return [...Map.groupBy(own, ({ flow }) => flow)].flatMap(([flow, each]) => {
    const from = comesFrom(each);
    return from.length > 0 ? [{ from, ports: ports(flow) }] : [];
  });
}

function egress(all: Conversation[], party: Party, place: AtSite): k8s.NetworkPolicyEgressRule[] {
  const own = all.filter(({ way, flow }) => way === 'out' && same(flow.from, party));
  return [...Map.groupBy(own, ({ flow }) => flow)].flatMap(([flow, each]) =>
    [
      { to: leadsTo(each, place), ports: ports(flow) },
      { to: leadsAbroad(each), ports: ports(flow, 'abroad') },
    ].filter(({ to }) => to.length > 0),
  );
}

/** Who may be the source. Pods of other sites come as what their workers show, for only addresses cross sites. */
function comesFrom(all: Conversation[]): k8s.NetworkPolicyPeer[] {
  const near = all.find((each) => isWithin(each) && isPods(each.from.party));
  return [
    ...(near ? [podPeer(near.from.party as PodsParty)] : []),
    ...blocks(all.filter((each) => each !== near).map(({ from, to }) => [from, to.site])),
  ];
}

function leadsTo(all: Conversation[], { model, site }: AtSite): k8s.NetworkPolicyPeer[] {
  const [first] = all;
  const party = first!.to.party;
  if (party.kind === 'outside' || party.kind === 'internet') return outside(model, site);
  if (!isPods(party)) return blocks(all.map(({ to, from }) => [to, from.site]));
  if (!all.some(isWithin)) return [];
  // The cache of a node answers in the place of the cluster's DNS, at an address of the node.
  const cache = isClusterDns(party) ? blockOf(site, [addressOf(NODE_LOCAL_DNS)]) : [];
  return [podPeer(party), ...cache];
}

/** Pods of other sites are reached at the node ports of their workers. */
const leadsAbroad = (all: Conversation[]): k8s.NetworkPolicyPeer[] =>
  blocks(
    all.filter((each) => isPods(each.to.party) && !isWithin(each)).map(({ to, from }) => [to, from.site]),
  );

const isClusterDns = (party: Party): boolean =>
  party.kind === 'pods' && party.namespace === 'kube-system' && party.app === 'kube-dns';

/** Kubespray labels the cluster's own parts by `k8s-app`; everything of ours and of Rook has the recommended label. */
const podSelector = ({ namespace, app }: Pods): k8s.LabelSelector => ({
  matchLabels: { [namespace === 'kube-system' ? 'k8s-app' : 'app.kubernetes.io/name']: app },
});
function podPeer(party: PodsParty): k8s.NetworkPolicyPeer {
  if (party.kind === 'all-pods') return { namespaceSelector: {} };
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': party.namespace } };
  return party.kind === 'pods'
    ? { namespaceSelector, podSelector: podSelector(party) }
    : { namespaceSelector };
}

/** Ends as blocks, of the families that the pods have at the site that these rules are for. */
const blocks = (ends: [end: End, at: Site][]): k8s.NetworkPolicyPeer[] =>
  ends.length === 0
    ? []
    : blockOf(
        ends[0]![1],
        ends.flatMap(([{ addresses }]) => addresses),
      );

function blockOf(site: Site, addresses: readonly Address[]): k8s.NetworkPolicyPeer[] {
  const known = addresses.filter(({ family }) => site.kubernetes!.families.includes(family));
  return [...new Set(known.map(({ text }) => text))].map((text) => ({
    ipBlock: { cidr: text.includes('/') ? text : hostRoute(text) },
  }));
}

/**
 * Addresses that are nobody's on the internet: private, shared, link-local and loopback ones.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry/
 */
const NOT_OUTSIDE = {
  ipv4: ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  ipv6: ['::1/128', 'fc00::/7', 'fe80::/10'],
};

/** Everything but private addresses and the platform's own networks: outsiders have addresses that we do not know. */
function outside(model: Model, site: Site): k8s.NetworkPolicyPeer[] {
  const own = model.sites.flatMap(({ networks: { nodes, public: open, balancers } }) =>
    [nodes, open, balancers].flatMap(both),
  );
  return site.kubernetes!.families.map((family) => {
    const nobody = NOT_OUTSIDE[family];
    const ours = own.filter((each) => familyOf(each) === family && !nobody.some((net) => overlap(net, each)));
    const cidr = family === 'ipv4' ? '0.0.0.0/0' : '::/0';
    return { ipBlock: { cidr, except: [...new Set([...nobody, ...ours])] } };
  });
}

const ports = ({ protocol, ports: list }: Flow, abroad?: 'abroad'): k8s.NetworkPolicyPort[] =>
  list.map(({ port, end, nodePort }: Port) => ({
    protocol: protocol.toUpperCase(),
    port: k8s.IntOrString.fromNumber((abroad && nodePort) || port),
    ...(end ? { endPort: end } : {}),
  }));
