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
  const paths = differing(before, after);
  const sites = new Set(paths.map(placeOf));
  const [was, is] = [limitsOf(before, sites), limitsOf(after, sites)];
  return moved(was, is);
}

function limitsOf(tree: Tree, sites: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  const put = (place: string, what: string, value: Data) => {
    if (value !== undefined && value !== '') found.set(`${place}|${what}`, String(value));
  };
  for (const { site, name, object } of ofKind(tree, 'ConfigMap')) {
    if (!sites.has(site)) continue;
    if (name === 'traefik') ofTraefik(tree, site, object, put);
    for (const [file, text] of Object.entries<Data>(object.data ?? {})) {
      if (file !== 'pgbouncer.ini') continue;
      const { pgbouncer = {} } = sections(String(text));
      for (const key of ['default_pool_size', 'max_client_conn', 'max_db_connections'])
        put(site, `pgbouncer ${key}`, pgbouncer[key]);
    }
  }
  for (const { site, namespace, name, object } of ofKind(tree, 'HorizontalPodAutoscaler'))
    if (sites.has(site))
      put(
        site,
        `pods of ${namespace}/${name} by its autoscaler`,
        `${object.spec?.minReplicas ?? 1}–${object.spec?.maxReplicas}`,
      );
  for (const { site, namespace, name, object } of ofKind(tree, 'PodDisruptionBudget'))
    if (sites.has(site))
      put(
        site,
        `pods of ${namespace}/${name} that a drain may take`,
        object.spec?.maxUnavailable ?? `all but ${object.spec?.minAvailable}`,
      );
  for (const { site, namespace, object } of ofKind(tree, 'ResourceQuota'))
    for (const [key, value] of Object.entries(sites.has(site) ? (object.spec?.hard ?? {}) : {}))
      put(site, `quota of ${namespace}, ${key}`, value);
  for (const [path, text] of tree) if (sites.has(placeOf(path))) ofFile(path, text, put);
  return found;
}
type Put = (place: string, what: string, value: Data) => void;

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
