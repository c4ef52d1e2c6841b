import { familyOf, isPrivate } from '#sites/address.ts';
import type { Tree } from '../../../law.ts';
import { dnsRecords } from '../../../reading/dns-records.ts';
import { below } from '../../../reading/folders.ts';
import { type Data, ofKind, workloads } from '../../../reading/objects.ts';
import { ofType, referred, stacks } from '../../../reading/openstack-tree.ts';
import { yamlOf } from '../../../reading/texts.ts';
import { endsOf, type Range } from '../reach.ts';

/** A host of a site, or a balancer of its OpenStack, as the tree alone tells of it. */
export interface Host {
  site: string;
  name: string;
  /** As the inventory has it: `worker`, `edge`; `balancer` of Octavia's. */
  role: string;
  /** Addresses that packets for it have when they arrive. */
  addresses: string[];
  /** What others dial for an address of it that they cannot route to. */
  outer: Map<string, string>;
  /** Local names of the security groups of its port; none where it has no port. */
  groups?: string[];
}
/** Pods of one app of one site. */
export interface Pods {
  site: string;
  namespace: string;
  app: string;
  labels: Record<string, string>;
  name: string;
}
export interface Place {
  code: string;
  hosts: Host[];
  pods: Pods[];
  /** Networks of which each host of the site may be a neighbour, without a firewall between them. */
  networks: { nodes: Range[]; public: Range[] };
}

/** Stands for a pod that nobody named. */
export const ANY_OTHER = 'any other pod';
/** Namespaces of a cluster that the tree does not make: no policy of it speaks for anybody there. */
export const FOREIGN: readonly string[] = ['default', 'kube-system'];

const known = new WeakMap<Tree, Place[]>();
/** Every site of a tree, read from its inventories, zones, stacks, network files and objects. */
export function places(tree: Tree): Place[] {
  const found = known.get(tree) ?? read(tree);
  known.set(tree, found);
  return found;
}

function read(tree: Tree): Place[] {
  const codes = [...tree.keys()].flatMap((path) => /^([^/]+)\/inventory\//.exec(path)?.[1] ?? []);
  const published = Map.groupBy(
    dnsRecords(tree).filter(({ type }) => type === 'A' || type === 'AAAA'),
    ({ name }) => name.split('.').slice(0, 2).join('.'),
  );
  return [...new Set(codes)].map((code) => {
    const hosts = hostsOf(tree, code, (short) =>
      (published.get(`${short}.${code}`) ?? []).map(({ data }) => data),
    );
    return { code, hosts, pods: podsOf(tree, code), networks: networksOf(tree, code, hosts) };
  });
}

function hostsOf(tree: Tree, code: string, published: (short: string) => string[]): Host[] {
  const groups: Data = yamlOf(tree.get(`${code}/inventory/hosts/inventory.yaml`))?.all?.children ?? {};
  const cluster: Data = yamlOf(tree.get(`${code}/inventory/kubespray/hosts.yaml`))?.all?.hosts ?? {};
  const ssh = new Map(
    [...(tree.get(`${code}/inventory/ssh_config`) ?? '').matchAll(/^Host (\S+).*\n\s*HostName (\S+)/gm)].map(
      ([, name = '', address = '']) => [name, address],
    ),
  );
  const stack = stacks(tree).find(({ site }) => site === code);
  const ports = new Map(
    (stack ? ofType(stack, 'networking_port_v2') : []).map((port) => [String(port.value.name), port]),
  );
  const floating = new Map(
    (stack ? ofType(stack, 'networking_floatingip_v2') : []).map(({ value }) => [
      referred(value.port_id),
      String(value.address),
    ]),
  );
  const named = Object.entries<Data>(groups).flatMap(([role, group]) =>
    Object.keys(group?.hosts ?? {}).map((name): Host => {
      const port = ports.get(name);
      const files = below(tree, `${code}/hosts/${name}`);
      const texts = (pattern: RegExp) =>
        files
          .filter(([path]) => pattern.test(path))
          .map(([, text]) => text)
          .join('\n');
      const input = /hook input[\s\S]*?^ {2}\}/m.exec(texts(/etc\/nftables\.conf$/))?.[0] ?? '';
      const inner = [
        cluster[name]?.ip,
        cluster[name]?.ip6,
        ...[port?.value.fixed_ip].flat().map((each: Data) => each?.ip_address),
        ...[...texts(/\.network$/).matchAll(/^Address=([^/\s]+)/gm)].map(([, each]) => each),
        ...[...input.matchAll(/ip6? daddr (\{[^}]*\}|\S+)/g)].flatMap(([, list = '']) =>
          list.replaceAll(/[{}\s]/g, '').split(','),
        ),
      ].filter(
        (each): each is string => /^[\da-f:.]+$/.test(String(each)) && !/^(fe80|ff)/.test(String(each)),
      );
      const outside = [
        ...published(name.replace(`${code}-`, '')),
        ssh.get(name),
        floating.get(port?.name ?? ''),
      ];
      const outer = new Map<string, string>();
      const addresses = [...new Set(inner)];
      for (const each of outside) {
        if (!each || !/^[\da-f:.]+$/.test(each) || addresses.includes(each)) continue;
        const behind = addresses.find((own) => familyOf(own) === familyOf(each) && isPrivate(own));
        if (behind) outer.set(behind, each);
        else addresses.push(each);
      }
      const admitted = port?.value.security_group_ids;
      return {
        site: code,
        name,
        role,
        addresses,
        outer,
        ...(port ? { groups: [admitted ?? []].flat().map(referred) } : {}),
      };
    }),
  );
  const balancers = (stack ? ofType(stack, 'lb_loadbalancer_v2') : []).map(({ name, value }): Host => {
    const outer = floating.get(name);
    const own = value.vip_address ? String(value.vip_address) : outer;
    return {
      site: code,
      name: String(value.name ?? name),
      role: 'balancer',
      addresses: own ? [own] : [],
      outer: new Map(own && outer && own !== outer ? [[own, outer]] : []),
    };
  });
  return [...named, ...balancers];
}

/** Pods that the tree makes, those of a policy that an operator makes, and in each namespace one that nobody named. */
function podsOf(tree: Tree, code: string): Pods[] {
  const own = workloads(tree)
    .filter(({ site, pod }) => site === code && !pod.hostNetwork)
    .map(({ namespace, name, labels }) => ({
      namespace,
      labels,
      app: labels['app.kubernetes.io/name'] ?? name,
    }));
  const chosen = ofKind(tree, 'NetworkPolicy')
    .filter(({ site }) => site === code)
    .flatMap(({ namespace, object }) => {
      const labels: Record<string, string> = object.spec?.podSelector?.matchLabels ?? {};
      const app = Object.values(labels)[0];
      return app === undefined ? [] : [{ namespace, labels, app: String(app) }];
    });
  const namespaces = ofKind(tree, 'Namespace').filter(({ site }) => site === code);
  const strangers =
    own.length === 0
      ? []
      : [...new Set([...namespaces.map(({ name }) => name), ...FOREIGN])].map((namespace) => ({
          namespace,
          labels: {},
          app: ANY_OTHER,
        }));
  const all = [...chosen, ...own, ...strangers].map((each) => ({
    ...each,
    site: code,
    name: `${each.namespace}/${each.app}`,
  }));
  return [...new Map(all.map((each) => [each.name, each])).values()];
}

function networksOf(tree: Tree, code: string, hosts: readonly Host[]): Place['networks'] {
  const linked = [
    ...new Set(
      below(tree, `${code}/hosts`)
        .filter(([path]) => path.endsWith('.network'))
        .flatMap(([, text]) => [...text.matchAll(/^Address=(\S+)/gm)].map(([, each]) => each!)),
    ),
  ];
  const stack = stacks(tree).find(({ site }) => site === code);
  const subnets = (stack ? ofType(stack, 'networking_subnet_v2') : []).map(({ value }) => String(value.cidr));
  const nodes = hosts.filter(({ role }) => role !== 'edge' && role !== 'balancer');
  const isNodes = (range: Range) =>
    nodes.some(({ addresses }) => addresses.some((each) => isWithin(range, each)));
  const ranges = [...linked, ...subnets].flatMap((each) =>
    endsOf([each]).filter((end) => typeof end !== 'string'),
  );
  return {
    nodes: ranges.filter((range) => stack !== undefined || isNodes(range)),
    public: ranges.filter((range) => stack === undefined && !isNodes(range)),
  };
}

/** The one address as a range. */
export const point = (address: string): Range => endsOf([address])[0] as Range;
export const isWithin = (range: Range, address: string): boolean => {
  const { family, first } = point(address);
  return family === range.family && range.first <= first && first <= range.last;
};
