import type { Tree } from '../law.ts';
import { type Data, ofKind, workloads } from '../reading/objects.ts';
import { yamlOf } from '../reading/texts.ts';
import { type Moved, moved } from './moved.ts';
import { nftables } from './readers/blocks.ts';
import { haproxy } from './readers/haproxy.ts';
import { sections } from './readers/lines.ts';
import { sql } from './readers/sql.ts';
import { differing, placeOf } from './thing.ts';

/** Limits that are others than before, as they are met: a rate of one instance times its instances. */
export function limits(before: Tree, after: Tree): Moved[] {
  const sites = new Set(differing(before, after).map(placeOf));
  const [was, is] = [limitsOf(before, sites), limitsOf(after, sites)];
  const values = ({ found }: Limits) => new Map([...found].map(([key, { value }]) => [key, value]));
  /** Of a file that is in both trees a limit that only one has is none in the other; a file that comes or goes is its own news. */
  const none = (own: Limits, other: Limits, tree: Tree) =>
    [...own.found].flatMap(([key, { path }]): [string, string][] =>
      !other.found.has(key) && tree.has(path) ? [[key, 'no limit']] : [],
    );
  return moved(
    new Map([...values(was), ...none(is, was, before)]),
    new Map([...values(is), ...none(was, is, after)]),
  );
}

interface Limits {
  found: Map<string, { value: string; path: string }>;
}
type Put = (place: string, what: string, value: Data) => void;

function limitsOf(tree: Tree, sites: ReadonlySet<string>): Limits {
  const found: Limits['found'] = new Map();
  let path = '';
  const put: Put = (place, what, value) => {
    if (value !== undefined && value !== '') found.set(`${place}|${what}`, { value: String(value), path });
  };
  for (const each of ofKind(tree, 'ConfigMap')) {
    const { site, name, object } = each;
    if (!sites.has(site)) continue;
    path = each.path;
    if (name === 'traefik') ofTraefik(tree, site, object, put);
    for (const [file, text] of Object.entries<Data>(object.data ?? {})) {
      if (file !== 'pgbouncer.ini') continue;
      const { pgbouncer = {} } = sections(String(text));
      for (const key of ['default_pool_size', 'max_client_conn', 'max_db_connections'])
        put(site, `pgbouncer ${key}`, pgbouncer[key]);
    }
  }
  for (const each of ofKind(tree, 'HorizontalPodAutoscaler')) {
    const { site, namespace, name, object } = each;
    path = each.path;
    if (sites.has(site))
      put(
        site,
        `pods of ${namespace}/${name} by its autoscaler`,
        `${object.spec?.minReplicas ?? 1}–${object.spec?.maxReplicas}`,
      );
  }
  for (const each of ofKind(tree, 'PodDisruptionBudget')) {
    const { site, namespace, name, object } = each;
    path = each.path;
    if (sites.has(site))
      put(
        site,
        `pods of ${namespace}/${name} that a drain may take`,
        object.spec?.maxUnavailable ?? `all but ${object.spec?.minAvailable}`,
      );
  }
  for (const each of ofKind(tree, 'ResourceQuota')) {
    const { site, namespace, object } = each;
    path = each.path;
    for (const [key, value] of Object.entries(sites.has(site) ? (object.spec?.hard ?? {}) : {}))
      put(site, `quota of ${namespace}, ${key}`, value);
  }
  for (const [file, text] of tree) {
    path = file;
    if (sites.has(placeOf(file))) ofFile(file, text, put);
  }
  return { found };
}
/** The limit is counted by each instance for itself: a client meets the sum of them. */
function ofTraefik(tree: Tree, site: string, object: Data, put: Put): void {
  const limit = yamlOf(object.data?.['dynamic.yaml'])?.http?.middlewares?.limit?.rateLimit;
  if (!limit) {
    put(site, 'requests per second of one client (Traefik)', 'no limit');
    return;
  }
  const own = workloads(tree).find((each) => each.site === site && each.name === 'traefik');
  const nodes = new Set(
    [...tree.keys()].flatMap(
      (path) => new RegExp(`^${site}/hosts/([^/]*worker[^/]*)/`).exec(path)?.[1] ?? [],
    ),
  );
  const count = own?.kind === 'DaemonSet' ? nodes.size : (own?.replicas ?? 1);
  put(
    site,
    'requests per second of one client (Traefik)',
    `${limit.average * count} (${limit.average} × ${count})`,
  );
  put(site, 'requests at once of one client (Traefik)', `${limit.burst * count} (${limit.burst} × ${count})`);
}

function ofFile(path: string, text: string, put: Put): void {
  const [place = '', , host = ''] = path.split('/');
  if (path.endsWith('/haproxy.cfg')) {
    for (const [section, said] of Object.entries<Data>(haproxy(text))) {
      if (said.maxconn) put(place, `${host} HAProxy ${section}, connections`, said.maxconn);
      for (const rule of said['tcp-request']?.rules ?? []) {
        const [, table, rate] = /sc\d_conn_rate\((\S+)\) gt (\d+)/.exec(rule) ?? [];
        if (rate)
          put(
            place,
            `${host} HAProxy ${section}, new connections of one address (${table})`,
            `${rate} in 10 s`,
          );
      }
    }
  }
  if (path.endsWith('/nftables.conf')) {
    for (const [chain, said] of Object.entries<Data>(nftables(text)['table inet fredu'] ?? {}))
      for (const rule of said?.rules ?? []) {
        const rate = /limit rate over (\S+) burst (\d+)/.exec(rule);
        const open = /ct count over (\d+)/.exec(rule);
        if (rate)
          put(place, `${host} nftables ${chain}, packets of one address`, `${rate[1]}, ${rate[2]} at once`);
        if (open) put(place, `${host} nftables ${chain}, open connections of one address`, open[1]);
      }
  }
  if (path.endsWith('.sql')) {
    const { users = {}, zones = {} } = sql(text);
    for (const [user, said] of Object.entries<Data>(users))
      for (const [key, value] of Object.entries(said)) put(place, `SQL user ${user}, ${key}`, value);
    for (const [zone, said] of Object.entries<Data>(zones))
      put(place, `replicas of ${zone}`, said.num_replicas);
  }
}
