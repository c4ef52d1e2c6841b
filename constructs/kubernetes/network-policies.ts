import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { both, familyOf, hostRoute, overlap } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import {
  FLOWS,
  type Flow,
  type Party,
  type Port,
  sourceAddresses,
  targetAddresses,
  targetSites,
} from '#sites/traffic/flows.ts';
import { NODE_LOCAL_DNS } from '../inventory/kubespray.ts';
import { labels } from './pod.ts';

type Pods = Extract<Party, { kind: 'pods' }>;
interface Place {
  model: Model;
  site: Site;
}

export interface NetworkPoliciesProps extends Place {
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
    const place = { model, site };
    for (const namespace of namespaces) {
      const metadata = { namespace, labels: labels('network-policies') };
      new k8s.KubeNetworkPolicy(this, `${namespace}-default-deny`, {
        metadata: { ...metadata, name: 'default-deny' },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      });
      new k8s.KubeNetworkPolicy(this, `${namespace}-all-pods`, {
        metadata: { ...metadata, name: 'all-pods' },
        spec: { podSelector: {}, policyTypes: ['Egress'], egress: egress(place, { kind: 'all-pods' }) },
      });
      const whole: Party = { kind: 'namespace', namespace };
      if (FLOWS.some(({ from, to }) => same(from, whole) || same(to, whole))) {
        new k8s.KubeNetworkPolicy(this, `${namespace}-namespace`, {
          metadata: { ...metadata, name: 'namespace' },
          spec: {
            podSelector: {},
            policyTypes: ['Ingress', 'Egress'],
            ingress: some(ingress(place, whole)),
            egress: some(egress(place, whole)),
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
          ingress: some(ingress(place, party)),
          egress: some(egress(place, party)),
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

function ingress({ model, site }: Place, party: Party): k8s.NetworkPolicyIngressRule[] {
  return FLOWS.filter(({ to }) => same(to, party)).flatMap((flow) => {
    const from = comesFrom(flow, { model, site });
    return from.length > 0 ? [{ from, ports: ports(flow) }] : [];
  });
}

function egress(place: Place, party: Party): k8s.NetworkPolicyEgressRule[] {
  return FLOWS.filter(({ from }) => same(from, party)).flatMap((flow) =>
    [
      { to: leadsTo(flow, place), ports: ports(flow) },
      { to: leadsAbroad(flow, place), ports: ports(flow, 'abroad') },
    ].filter(({ to }) => to.length > 0),
  );
}

type InPods = Extract<Party, { kind: 'pods' | 'namespace' | 'all-pods' }>;
const isPods = (party: Party): party is InPods => ['pods', 'namespace', 'all-pods'].includes(party.kind);

/** Who may be the source. Pods of other sites come as what their workers show, for only addresses cross sites. */
function comesFrom(flow: Flow, { model, site }: Place): k8s.NetworkPolicyPeer[] {
  const sites = model.sites.filter((from) => targetSites(flow, model, from).includes(site));
  const shown = sites.filter((from) => from !== site || !isPods(flow.from));
  return [
    ...(isPods(flow.from) && sites.includes(site) ? [podPeer(flow.from)] : []),
    ...blocks(
      site,
      shown.flatMap((from) => sourceAddresses(flow.from, model, from, site)),
    ),
  ];
}

function leadsTo(flow: Flow, { model, site }: Place): k8s.NetworkPolicyPeer[] {
  if (flow.to.kind === 'outside' || flow.to.kind === 'internet') return outside(model, site);
  const sites = targetSites(flow, model, site);
  if (isPods(flow.to)) {
    if (!sites.includes(site)) return [];
    const peer = podPeer(flow.to);
    // The cache of a node answers in the place of the cluster's DNS, at an address of the node.
    return isClusterDns(flow.to) ? [peer, ...blocks(site, [NODE_LOCAL_DNS])] : [peer];
  }
  return blocks(
    site,
    sites.flatMap((to) => targetAddresses(flow.to, site, to)),
  );
}

/** Pods of other sites are reached at the node ports of their workers. */
function leadsAbroad(flow: Flow, { model, site }: Place): k8s.NetworkPolicyPeer[] {
  if (!isPods(flow.to)) return [];
  const sites = targetSites(flow, model, site).filter((to) => to !== site);
  return blocks(
    site,
    sites.flatMap((to) => targetAddresses(flow.to, site, to)),
  );
}

const isClusterDns = (party: Party): boolean =>
  party.kind === 'pods' && party.namespace === 'kube-system' && party.app === 'kube-dns';

/** Kubespray labels the cluster's own parts by `k8s-app`; everything of ours and of Rook has the recommended label. */
const podSelector = ({ namespace, app }: Pods): k8s.LabelSelector => ({
  matchLabels: { [namespace === 'kube-system' ? 'k8s-app' : 'app.kubernetes.io/name']: app },
});
function podPeer(party: InPods): k8s.NetworkPolicyPeer {
  if (party.kind === 'all-pods') return { namespaceSelector: {} };
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': party.namespace } };
  return party.kind === 'pods'
    ? { namespaceSelector, podSelector: podSelector(party) }
    : { namespaceSelector };
}

/** Networks and addresses as blocks, of the families that the site's pods have. */
function blocks(site: Site, addresses: string[]): k8s.NetworkPolicyPeer[] {
  return [...new Set(addresses)]
    .filter((address) => site.kubernetes!.families.includes(familyOf(address)))
    .map((address) => ({ ipBlock: { cidr: address.includes('/') ? address : hostRoute(address) } }));
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

/** Everything but private addresses and the platform's own networks: whoever is outside has an address that we do not know. */
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
