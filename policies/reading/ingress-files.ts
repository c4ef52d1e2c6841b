import type { Tree } from '../law.ts';
import { type Data, ofKind } from './objects.ts';
import { jsonOf, yamlOf } from './texts.ts';

/** What Traefik reads at one site: its start-up file and the file it watches, as data. */
export interface TraefikFiles {
  site: string;
  path: string;
  fixed: Data;
  watched: Data;
  /** Instances that run: one a worker. */
  daemonSet: Data;
}

export function traefikFiles(tree: Tree): TraefikFiles[] {
  return ofKind(tree, 'ConfigMap')
    .filter(({ namespace, name }) => namespace === 'traefik' && name === 'traefik')
    .map(({ site, path, object }) => ({
      site,
      path,
      fixed: yamlOf(object.data?.['traefik.yaml']) ?? {},
      watched: yamlOf(object.data?.['dynamic.yaml']) ?? {},
      daemonSet: ofKind(tree, 'DaemonSet').find(
        (each) => each.site === site && each.namespace === 'traefik' && each.name === 'traefik',
      )?.object,
    }));
}

/** A target of a layer-4 balancer, in the words of HAProxy or of Octavia. */
export interface Target {
  site: string;
  path: string;
  /** How to find the place in the file. */
  text: string;
  /** Port that is dialled. */
  port: number;
  sendsProxy: boolean;
  /** From the first failed check to the last new connection; undefined where it has no check. */
  noticedSeconds?: number;
}

const known = new WeakMap<Tree, { all: Target[]; bySite: Map<string, Target[]> }>();
/**
 * Every target of every balancer in the tree, or of a site; read once, for the configuration of an edge names the machines of all sites.
 */
export function targets(tree: Tree, site?: string): readonly Target[] {
  const { all, bySite } = known.get(tree) ?? targetsOf(tree);
  return site === undefined ? all : (bySite.get(site) ?? []);
}
function targetsOf(tree: Tree) {
  const all = [...tree].flatMap(([path, text]) => read(path, text));
  const found = { all, bySite: Map.groupBy(all, ({ site }) => site) };
  known.set(tree, found);
  return found;
}

function read(path: string, text: string): Target[] {
  const site = path.split('/')[0]!;
  if (path.endsWith('/etc/haproxy/haproxy.cfg')) return haproxy(site, path, text);
  return path.endsWith('/openstack/cdk.tf.json') ? octavia(site, path, jsonOf(text) ?? {}) : [];
}

/** `server` lines with the words of the `default-server` lines above them in their section and in `defaults`. */
function haproxy(site: string, path: string, text: string): Target[] {
  const found: Target[] = [];
  let inherited: string[] = [];
  let own: string[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (/^[a-z]/.test(line)) {
      if (section === 'defaults') inherited = own;
      section = words[0]!;
      own = section === 'defaults' ? [] : inherited;
    }
    if (words[0] === 'default-server') own = [...own, ...words.slice(1)];
    // A check that is not answered fails after this long.
    if (words[0] === 'timeout' && words[1] === 'check') own = [...own, 'timeout-check', words[2]!];
    if (words[0] !== 'server') continue;
    const all = [...own, ...words.slice(3)];
    const wait = seconds(after(all, 'timeout-check') ?? '0');
    found.push({
      site,
      path,
      text: line.trim(),
      port: Number(/:(\d+)$/.exec(words[2] ?? '')?.[1]),
      sendsProxy: all.some((word) => word.startsWith('send-proxy')),
      noticedSeconds: all.includes('check')
        ? seconds(after(all, 'inter') ?? '2s') * Number(after(all, 'fall') ?? 3) + wait
        : undefined,
    });
  }
  return found;
}
/** The last value given, as HAProxy takes it. */
const after = (words: string[], key: string): string | undefined =>
  words[words.lastIndexOf(key) + 1 || words.length];

function octavia(site: string, path: string, { resource = {} }: Data): Target[] {
  const named = (type: string): [string, Data][] => Object.entries(resource[type] ?? {});
  const poolOf = (value: Data): string => /openstack_lb_pool_v2\.([\w-]+)/.exec(value.pool_id)?.[1] ?? '';
  return [...named('openstack_lb_member_v2'), ...named('openstack_lb_members_v2')].flatMap(
    ([name, value]) => {
      const members: Data[] = value.member ? [value.member].flat() : [value];
      const pool = poolOf(value);
      const monitor = named('openstack_lb_monitor_v2').find(([, each]) => poolOf(each) === pool)?.[1];
      return members.map((member) => ({
        site,
        path,
        text: `"${name}"`,
        port: member.protocol_port,
        sendsProxy: String(resource.openstack_lb_pool_v2?.[pool]?.protocol).startsWith('PROXY'),
        noticedSeconds:
          monitor && monitor.delay * (monitor.max_retries_down ?? monitor.max_retries) + monitor.timeout,
      }));
    },
  );
}

/** `500ms`, `10s`, `2m`, in seconds; a bare number is HAProxy's milliseconds. */
export function seconds(text: string): number {
  const [, number, unit] = /^(\d+)(ms|s|m|h)?$/.exec(text) ?? [];
  return Number(number) * { ms: 0.001, s: 1, m: 60, h: 3600 }[(unit ?? 'ms') as 'ms' | 's' | 'm' | 'h'];
}
