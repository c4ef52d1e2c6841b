import type { Tree } from '#policies/law.ts';
import { seconds, targets } from '#policies/reading/ingress-files.ts';
import { ofType, stacks } from '#policies/reading/openstack-tree.ts';

/** How clients come in, and how pods reach the Kubernetes API and the database: by hosts or by balancers of OpenStack. */
export interface WayIn {
  kind: 'haproxy' | 'octavia';
  /** Hosts that balance, each the others' backup. */
  edges: string[];
  /** Balancers of OpenStack by what they are for. */
  balancers: { name: string; part: 'app' | 'api' | 'database' | 'anycast' }[];
  /** Whether the service addresses are announced from here. */
  announces: boolean;
  /** Until another edge holds the addresses of one that is lost. */
  takeoverSeconds: number;
  /** Until no new connection goes to a worker that is lost. */
  noticeSeconds: number;
  /** Until the router no longer sends to a site that is lost. */
  withdrawSeconds: number;
}

export function wayInOf(tree: Tree, site: string): WayIn | undefined {
  const text = (host: string, path: string) => tree.get(`${site}/hosts/${host}/etc/${path}`) ?? '';
  const edges = edgesOf(tree, site);
  const balancers = stacks(tree)
    .filter((stack) => stack.site === site)
    .flatMap((stack) => ofType(stack, 'lb_loadbalancer_v2'))
    .flatMap(({ value }): WayIn['balancers'] => {
      const part = PARTS.find((each) => (value.tags ?? []).includes(each));
      return part ? [{ name: String(value.name), part }] : [];
    });
  if (edges.length === 0 && balancers.length === 0) return undefined;
  const noticed = targets(tree, site).map(({ noticedSeconds }) => noticedSeconds ?? 0);
  const bird = edges.map((host) => text(host, 'bird/bird.conf'));
  return {
    kind: edges.length > 0 ? 'haproxy' : 'octavia',
    edges,
    balancers,
    announces:
      bird.some((each) => /^protocol bgp /m.test(each)) || balancers.some(({ part }) => part === 'anycast'),
    takeoverSeconds: Math.max(0, ...edges.map((host) => takeover(text(host, 'keepalived/keepalived.conf')))),
    noticeSeconds: Math.max(0, ...noticed),
    withdrawSeconds: Math.max(0, ...bird.map(withdrawal)),
  };
}
const PARTS = ['anycast', 'app', 'api', 'database'] as const;

const known = new WeakMap<Tree, [site: string, host: string][]>();
/** Hosts of a site that take part in VRRP; the paths of all sites are read once. */
function edgesOf(tree: Tree, site: string): string[] {
  const all =
    known.get(tree) ??
    [...tree.keys()].flatMap((path): [string, string][] => {
      if (!path.endsWith(KEEPALIVED)) return [];
      const [, at, host] = /^([^/]+)\/hosts\/([^/]+)\/etc\/keepalived\//.exec(path) ?? [];
      return at && host ? [[at, host]] : [];
    });
  known.set(tree, all);
  return all.flatMap(([at, host]) => (at === site ? [host] : []));
}
const KEEPALIVED = '/etc/keepalived/keepalived.conf';

/** Three adverts are missed, and then the skew of a backup's priority (RFC 5798 § 6.1). */
function takeover(conf: string): number {
  const instances = [...conf.matchAll(/^vrrp_instance [\s\S]*?^\}/gm)].map(([block]) => {
    const value = (key: string, usual: number) =>
      Number(new RegExp(`^\\s*${key} ([\\d.]+)`, 'm').exec(block)?.[1] ?? usual);
    const advert = value('advert_int', 1);
    return 3 * advert + ((256 - value('priority', 100)) / 256) * advert;
  });
  return Math.round(Math.max(0, ...instances) * 100) / 100;
}

/** As many packets of BFD as its multiplier, else the time that BGP holds a silent session. */
function withdrawal(conf: string): number {
  const hold = Number(/hold time (\d+)/.exec(conf)?.[1] ?? 0);
  const interval = /min tx interval (\d+) ms/.exec(conf)?.[1];
  const missed = Number(/multiplier (\d+)/.exec(conf)?.[1] ?? 0);
  return /bfd on/.test(conf) && interval ? missed * seconds(`${interval}ms`) : hold;
}

/** Hosts of the front firewall that share its addresses. */
export const firewallsOf = (tree: Tree, site: string): string[] => [
  ...new Set(
    [...tree.keys()].flatMap(
      (path) => new RegExp(`^${site}/front-firewall/([^/]+)/etc/`).exec(path)?.[1] ?? [],
    ),
  ),
];
