import { both, canonical, type PerFamily, preferred } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { apiAddress } from '#sites/questions.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { type Inventory, inventories } from '../reading/kubespray-tree.ts';
import type { Data } from '../reading/objects.ts';
import { listOf } from '../reading/texts.ts';

export const clusterVariables: Policy = {
  id: 'cluster-variables',
  title:
    'Kubespray is given the networks, addresses, resolvers and time servers of the site, and they overlap nothing',
  why: 'Avoid: a network of pods, a balancer or a resolver in Kubespray’s variables that the site’s file does not have. Prefer: the addresses of the site, in both families where it has both. Rationale: firewalls, policies and trusted hops are written for the networks of the file; a cluster that was installed with others cannot be reached, and its networks cannot be changed afterwards.',
  check: (model, tree) =>
    inventories(tree)
      .flatMap((inventory) => {
        const site = model.sites.find(({ code }) => code === inventory.site);
        return site?.kubernetes ? judge(model, site, inventory) : [];
      })
      .concat(missing(model, tree)),
};

const fix = 'make the tree again with `npm run synth`';
const missing = ({ sites }: Model, tree: Tree): Finding[] =>
  sites
    .filter((site) => site.kubernetes && !inventories(tree).some((each) => each.site === site.code))
    .map(({ code }) => ({
      path: `${code}/inventory/kubespray`,
      message: `${code} has no variables for Kubespray`,
      fix,
    }));

function judge(model: Model, site: Site, { all, cluster, paths }: Inventory): Finding[] {
  const { pods, services, families, resolvers } = site.kubernetes!;
  const wrong = (path: string, key: string, found: unknown, wanted: unknown): Finding[] =>
    String(found) === String(wanted)
      ? []
      : [
          {
            path,
            text: key,
            message: `${key} is ${String(found)}, and follows from ${site.code}’s file as ${String(wanted)}`,
            fix,
          },
        ];
  const list = (value: Data): string =>
    listOf(value)
      .map((each: Data) => String(each))
      .sort()
      .join(', ');
  const networks: [key: string, network: PerFamily][] = [
    ['kube_pods_subnet', pods],
    ['kube_service_addresses', services],
  ];
  const api = apiAddress(site);
  const secured = [
    ...both(site.networks.nodes),
    ...both(site.networks.balancers),
    ...both(pods),
    ...both(services),
  ];
  return [
    ...networks.flatMap(([key, network]) => [
      ...(network.ipv4 ? wrong(paths.cluster, key, cluster[key], network.ipv4) : []),
      ...(network.ipv6
        ? wrong(paths.cluster, `${key}_ipv6`, read(cluster[`${key}_ipv6`]), network.ipv6)
        : []),
    ]),
    ...wrong(paths.cluster, 'ipv4_stack', cluster.ipv4_stack, families.includes('ipv4')),
    ...wrong(paths.cluster, 'ipv6_stack', cluster.ipv6_stack, families.includes('ipv6')),
    ...(families.includes('ipv6')
      ? wrong(paths.cluster, 'nat_outgoing_ipv6', cluster.nat_outgoing_ipv6, true)
      : []),
    ...(families.includes('ipv4') ? wrong(paths.cluster, 'nat_outgoing', cluster.nat_outgoing, true) : []),
    ...('ipv4' in api || all.loadbalancer_apiserver
      ? [
          ...wrong(paths.all, 'loadbalancer_apiserver', all.loadbalancer_apiserver?.address, preferred(api)),
          ...wrong(paths.all, 'port', all.loadbalancer_apiserver?.port, 6443),
          ...wrong(
            paths.all,
            'loadbalancer_apiserver_localhost',
            all.loadbalancer_apiserver_localhost,
            false,
          ),
        ]
      : []),
    ...wrong(
      paths.all,
      'supplementary_addresses_in_ssl_keys',
      list(all.supplementary_addresses_in_ssl_keys),
      both(api).sort().join(', '),
    ),
    ...(resolvers.length > 0
      ? wrong(
          paths.all,
          'upstream_dns_servers',
          listOf(all.upstream_dns_servers).join(', '),
          resolvers.join(', '),
        )
      : []),
    ...wrong(
      paths.all,
      'ntp_servers',
      listOf(all.ntp_servers)
        .map((each: Data) => String(each).split(' ')[0])
        .join(', '),
      model.time.join(', '),
    ),
    ...wrong(paths.all, 'ntp_enabled', all.ntp_enabled, true),
    ...wrong(paths.all, 'ntp_manage_config', all.ntp_manage_config, true),
    ...wrong(
      paths.cluster,
      'kubelet_secure_addresses',
      String(cluster.kubelet_secure_addresses)
        .split(' ')
        .filter((each) => /\d/.test(each))
        .sort()
        .join(' '),
      secured.sort().join(' '),
    ),
    ...Object.entries(KEPT).flatMap(([key, wanted]) => {
      if (!families.includes('ipv4') && IPV4_ONLY.has(key)) return [];
      const [path, found] = key in cluster ? [paths.cluster, cluster[key]] : [paths.all, all[key]];
      return wrong(path, key, found, wanted);
    }),
  ];
}
/** Of a site with IPv6 only Calico has keys of its own, and pods ask the cluster's DNS without a cache. */
const IPV4_ONLY = new Set([
  'calico_vxlan_mode',
  'calico_ipip_mode',
  'enable_nodelocaldns',
  'nodelocaldns_ip',
]);
const read = (text: unknown): unknown =>
  typeof text === 'string' && text.includes(':') ? canonical(text) : text;

/**
 * What other files of the tree are written for: who changes one of these changes them as well.
 * @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/docs/ansible/vars.md
 */
const KEPT = {
  cluster_name: 'cluster.local', // every name of a Service in the tree
  kube_network_plugin: 'calico', // the flow pod-overlay: VXLAN on port 4789
  calico_network_backend: 'vxlan',
  calico_vxlan_mode: 'Always',
  calico_ipip_mode: 'Never',
  enable_network_policy: true,
  kube_proxy_mode: 'nftables',
  calico_nftable_mode: 'Enabled', // kube-proxy and Calico write one kind of rules
  etcd_deployment_type: 'host', // fredu-etcd-backup runs beside it
  kube_read_only_port: 0,
  gateway_api_enabled: true, // the routes of the ingress
  cert_manager_enabled: false, // it comes by a plan of its own
  metrics_server_enabled: true, // autoscalers
  enable_nodelocaldns: true, // the network policies of all pods
  nodelocaldns_ip: '169.254.25.10',
  resolvconf_mode: 'none',
  download_validate_certs: true,
  unsafe_show_logs: false,
};
