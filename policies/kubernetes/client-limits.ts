import type { Finding, Policy, Tree } from '../law.ts';
import { traefikFiles } from '../reading/ingress-files.ts';
import { type Data, ofKind } from '../reading/objects.ts';

export const clientLimits: Policy = {
  id: 'client-limits',
  title: 'one client meets the same ceiling on IPv4 and on IPv6, at the edge and at Traefik',
  why: 'The holder of an IPv6 line has 2^64 addresses: counted one by one, no limit is ever reached. Each Traefik counts for itself, so what one of them allows times their number is what a client gets. A limit on no entry point limits nobody.',
  check(model, tree) {
    return [
      ...traefikFiles(tree).flatMap(({ path, site, fixed, watched, daemonSet }): Finding[] => {
        const names: string[] = fixed.entryPoints?.websecure?.http?.middlewares ?? [];
        const limits: Data[] = names.flatMap(
          (name) => watched.http?.middlewares?.[name.replace('@file', '')]?.rateLimit ?? [],
        );
        const [limit] = limits;
        const at = (text: string, message: string, fix: string) => [{ path, text, message, fix }];
        if (!limit || limits.length > 1)
          return at(
            'middlewares',
            `${site}: the public entry point applies ${limits.length} rate limits`,
            'apply one',
          );
        const { ipStrategy, requestHeaderName, requestHost } = limit.sourceCriterion ?? {};
        if (ipStrategy?.ipv6Subnet !== 64 || ipStrategy.depth || requestHeaderName || requestHost)
          return at(
            'rateLimit',
            `${site}: a client is not its IPv4 address or its IPv6 /64`,
            'count by ipStrategy with ipv6Subnet: 64 and nothing else',
          );
        const instances = model.sites
          .find(({ code }) => code === site)!
          .hosts.filter(({ role }) => role === 'worker').length;
        const total = limit.average * instances;
        const wanted = model.limits.requestsPerSecond;
        if (!daemonSet || total < wanted || total - wanted >= instances)
          return at(
            `average: ${limit.average}`,
            `${site}: ${instances} instances x ${limit.average} requests a second are ${total}; the model says ${wanted}`,
            `set average to ${Math.ceil(wanted / instances)}`,
          );
        return printed(tree, path, { total, instances, average: limit.average, burst: limit.burst });
      }),
      ...[...tree]
        .filter(([path]) => path.endsWith('/etc/haproxy/haproxy.cfg'))
        .flatMap(([path, text]) => haproxy(path, text)),
    ];
  },
};

/** What a client gets at the end is written where people look for it, and is what the numbers make. */
function printed(
  tree: Tree,
  path: string,
  { total, instances, average, burst }: Record<'total' | 'instances' | 'average' | 'burst', number>,
): Finding[] {
  const key = 'fredu.fr/requests-per-second';
  const said: unknown = ofKind(tree, 'ConfigMap').find((each) => each.path === path)?.object.metadata
    ?.annotations?.[key];
  const wanted = `${total} of one client on one route: ${instances} instances x ${average}, ${burst} at once; machines of ours at the object store: no limit`;
  if (said === wanted) return [];
  return [
    {
      path,
      ...(said === undefined ? {} : { text: key }),
      message: `${key} says \`${String(said ?? 'nothing')}\`, and a client gets ${total} requests a second`,
      fix: wanted,
    },
  ];
}

/** Each family is tracked in a table of its own type, IPv6 by /64, and refused beyond the same number. */
function haproxy(path: string, text: string): Finding[] {
  const lines = text.split('\n').map((line) => line.trim());
  const tracks = lines.filter((line) => /\btrack-sc\d\b/.test(line));
  const bare = tracks.filter((line) => {
    const table = /\btable\s+(\S+)/.exec(line)?.[1];
    const start = lines.findIndex((each) => each === `backend ${table}` || each === `table ${table}`);
    const type = /stick-table\s+type\s+(\S+)|type\s+(\S+)/.exec(
      start < 0 ? line : (lines.slice(start).find((each) => each.includes('type ')) ?? ''),
    );
    return (type?.[1] ?? type?.[2]) === 'ipv6' && !/ipmask\(\s*\d+\s*,\s*64\s*\)/.test(line);
  });
  const ceilings = new Set(
    lines
      .filter((line) => /\breject\b/.test(line))
      .flatMap((line) =>
        [...line.matchAll(/sc\d?_?conn_rate(?:\([^)]*\))?\s*(?:gt\s+|-m int gt )(\d+)/g)].map(
          (match) => match[1],
        ),
      ),
  );
  return [
    ...bare.map((line) => ({
      path,
      text: line,
      message: 'an IPv6 client is counted by its whole address',
      fix: 'track src,ipmask(32,64)',
    })),
    ...(ceilings.size > 1
      ? [
          {
            path,
            text: 'conn_rate',
            message: `clients are refused beyond ${[...ceilings].join(' or ')} connections, by their family`,
            fix: 'use one number',
          },
        ]
      : []),
  ];
}
