import { contains } from '#sites/address.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { ADDRESS_TYPES, dnsRecords } from '../reading/dns-records.ts';
import { inventories } from '../reading/kubespray-tree.ts';
import { ofKind, workloads } from '../reading/objects.ts';

export const namesResolve: Policy = {
  id: 'names-resolve',
  title: 'every name that something dials resolves where it is dialled, and at a time when it can',
  why: 'A name without a record is "no such host" on the first day, in the middle of an installation. A kubelet that needs a name to reach the API never gets it: the DNS of its node is a pod that this kubelet would have to start first. Names of services exist for pods alone, and short ones for nobody else.',
  check(model, tree) {
    return [
      ...(model.dns ? ofTheDomain(model.domain, tree) : []),
      ...ofServices(tree),
      ...endpoints(tree),
      ...resolvers(tree),
      ...logins(tree),
    ];
  },
};

/** What stands before a name that is compared with a certificate, that a host calls itself, or that takes mail: nobody looks it up. */
const NOT_DIALLED = /(?:verifyhost |check-sni |server_?name: "?|fqdn: |^Host .*|(?:^|[\s"'<:,])[\w.+-]+@)$/im;
/** Zones define names, and certificates are for names that another law compares with the zones. */
const NOT_READ = /^platform\/(?:dns\/|certificates\.yaml$)/;

interface Named {
  path: string;
  site: string;
  name: string;
}

/** Every name that ends so, decoded where it stands in an address that is a parameter of another; files without the mark have none. */
function dialled(tree: Tree, ending: string, mark: string): Named[] {
  const pattern = new RegExp(String.raw`(?<![\w.-])((?:[a-z0-9][a-z0-9-]*\.)*${ending})(?![\w-]|\.\w)`, 'gi');
  return [...tree].flatMap(([path, written]) => {
    if (NOT_READ.test(path) || !written.toLowerCase().includes(mark)) return [];
    const text = written.replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll(String.raw`\n`, '\n');
    return [...text.matchAll(pattern)]
      .filter(({ index }) => !NOT_DIALLED.test(text.slice(text.lastIndexOf('\n', index - 1) + 1, index)))
      .map(([, name = '']) => ({ path, site: path.split('/')[0]!, name: name.toLowerCase() }));
  });
}

function ofTheDomain(domain: string, tree: Tree): Finding[] {
  const types: string[] = Object.values(ADDRESS_TYPES);
  const known = new Set(
    dnsRecords(tree)
      .filter(({ type }) => types.includes(type) || type === 'CNAME')
      .map(({ name }) => name),
  );
  return once(dialled(tree, domain.replaceAll('.', String.raw`\.`), domain.toLowerCase()))
    .filter(({ name }) => !known.has(name))
    .map(({ path, name }) => ({
      path,
      text: name,
      message: `${name} has no address in any zone`,
      fix: `dial an address, or give the name a record in the zone ${domain}`,
    }));
}

function ofServices(tree: Tree): Finding[] {
  const services = new Set([
    'default/kubernetes',
    ...ofKind(tree, 'Service').map(({ site, namespace, name }) => `${site}/${namespace}/${name}`),
    // Rook makes the one before the gateways of a store.
    ...ofKind(tree, 'CephObjectStore').map(
      ({ site, namespace, name }) => `${site}/${namespace}/rook-ceph-rgw-${name}`,
    ),
  ]);
  const named = dialled(tree, String.raw`svc(?:\.cluster\.local)?`, 'svc');
  const lost = once(named).flatMap(({ path, site, name }): Finding[] => {
    if (!path.startsWith(`${site}/kubernetes/`))
      return site === 'platform'
        ? []
        : [
            {
              path,
              text: name,
              message: `${name} is a name of the cluster, which its hosts cannot look up`,
              fix: 'dial an address',
            },
          ];
    const [namespace, service] = name
      .replace(/\.svc(\.cluster\.local)?$/, '')
      .split('.')
      .reverse();
    if (services.has(`${namespace}/${service}`) || services.has(`${site}/${namespace}/${service}`)) return [];
    const fix = 'dial a Service that is made there';
    return [{ path, text: name, message: `no Service of ${site} is called ${name}`, fix }];
  });
  const onHosts = workloads(tree)
    .filter(({ pod }) => pod.hostNetwork && pod.dnsPolicy !== 'ClusterFirstWithHostNet')
    .filter(({ path }) => named.some((each) => each.path === path))
    .map(({ path, name }) => ({
      path,
      text: 'dnsPolicy',
      message: `${name} dials a Service by its name, and asks the resolver of its host`,
      fix: 'set dnsPolicy: ClusterFirstWithHostNet',
    }));
  return [...lost, ...onHosts];
}

const isAddress = (text: unknown): boolean => /^(?:[\d.]+|[\da-f:]*:[\da-f:]*)$/i.test(String(text));

/** How nodes find their API: by an address, and one that the kubelet's own firewall lets it reach. */
const endpoints = (tree: Tree): Finding[] =>
  inventories(tree).flatMap(({ paths: { all: path }, all, cluster }): Finding[] => {
    const { loadbalancer_apiserver: balancer, apiserver_loadbalancer_domain_name: name } = all;
    const endpoint = name ?? balancer?.address;
    if (endpoint === undefined) return [];
    const at = (message: string, fix: string) => [{ path, text: `${endpoint}`, message, fix }];
    if (!isAddress(endpoint))
      return at(
        `a node that starts looks up ${endpoint} to find its API, and has no DNS before it has found it`,
        'leave apiserver_loadbalancer_domain_name out: the address of the balancer is its default',
      );
    const allowed = String(cluster.kubelet_secure_addresses ?? '')
      .split(' ')
      .filter((network) => network.includes('/'));
    return allowed.length === 0 || allowed.some((network) => contains(network, `${endpoint}`))
      ? []
      : at(
          `kubelets may not reach ${endpoint}: kubelet_secure_addresses does not have it`,
          `add its network to kubelet_secure_addresses`,
        );
  });

/** Whom hosts and the cluster ask: nobody who has to be started by them first, and nobody who would ask them in turn. */
const resolvers = (tree: Tree): Finding[] =>
  inventories(tree).flatMap(({ site, paths: { all: path }, all, cluster }): Finding[] => {
    const { kube_pods_subnet, kube_service_addresses, kube_pods_subnet_ipv6, kube_service_addresses_ipv6 } =
      cluster;
    const inside = ['127.0.0.0/8', '169.254.0.0/16', '::1/128', 'fe80::/10'].concat(
      [kube_pods_subnet, kube_service_addresses, kube_pods_subnet_ipv6, kube_service_addresses_ipv6].filter(
        Boolean,
      ),
    );
    const asked: string[] = all.upstream_dns_servers ?? [];
    return [
      ...((all.resolvconf_mode ?? 'host_resolvconf') === 'none'
        ? []
        : [
            {
              path,
              text: 'resolvconf_mode',
              message: `hosts of ${site} look names up at a pod, which is not there when they start`,
              fix: 'resolvconf_mode: none',
            },
          ]),
      ...asked
        .filter((address) => inside.some((network) => contains(network, address)))
        .map((address) => ({
          path,
          text: address,
          message: `the cluster of ${site} asks itself for names of others: ${address}`,
          fix: 'name servers outside the cluster',
        })),
    ];
  });

/** Hosts of an inventory are aliases of the file that leads to them. */
const logins = (tree: Tree): Finding[] =>
  [...tree].flatMap(([path, text]): Finding[] => {
    const [, site] = /^([^/]+)\/inventory\/.*\.yaml$/.exec(path) ?? [];
    if (!site) return [];
    const aliases = new Set(
      [...(tree.get(`${site}/inventory/ssh_config`) ?? '').matchAll(/^Host (.*)$/gm)].flatMap(
        ([, names = '']) => names.split(' '),
      ),
    );
    return [...text.matchAll(/^\s+ansible_host: (\S+)$/gm)]
      .map(([, name = '']) => name)
      .filter((name) => !aliases.has(name) && !isAddress(name))
      .map((name) => ({
        path,
        text: name,
        message: `ssh knows no ${name}`,
        fix: `add it to ${site}/inventory/ssh_config`,
      }));
  });

/** One finding a name and file. */
const once = (all: Named[]): Named[] => [
  ...new Map(all.map((each) => [`${each.path} ${each.name}`, each])).values(),
];
