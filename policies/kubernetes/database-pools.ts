import type { Finding, Policy, Tree } from '../law.ts';
import { nodeSet } from '../reading/database-tree.ts';
import { amount, type Data, ofKind, workloads } from '../reading/objects.ts';

/** @see https://www.cockroachlabs.com/docs/v26.2/connection-pooling#size-connection-pools */
const CONNECTIONS_PER_CPU = 4;

export const databasePools: Policy = {
  id: 'database-pools',
  title:
    'a pooler serves one SQL user and shows that user’s certificate; all of a site open at most 4 connections a processor',
  why: 'A pooler has one certificate towards the database for all its connections, so a second user would sign in as the first or not at all. More running statements than about four for each processor make every one of them slower.',
  check(_model, tree) {
    const pools = poolers(tree);
    const sites = [...new Set(pools.map((pool) => pool.site))];
    return [
      ...pools.flatMap((pool): Finding[] => {
        const at = (message: string, fix: string) => [
          { path: pool.path, text: '[databases]', message: `pooler ${pool.name}: ${message}`, fix },
        ];
        const twin = pools.find(
          (other) => other !== pool && other.site === pool.site && other.users[0] === pool.users[0],
        );
        if (pool.users.length !== 1)
          return at(
            `it serves ${pool.users.length} users: ${pool.users.join(', ')}`,
            'one pooler for each user',
          );
        if (twin) return at(`${twin.name} serves ${pool.users[0]} as well`, 'one pooler for each user');
        if (!pool.secrets.includes(`cockroachdb-client-${pool.users[0]}`))
          return at(
            `it signs in as ${pool.users[0]} without that user’s certificate`,
            `mount cockroachdb-client-${pool.users[0]}`,
          );
        return [];
      }),
      ...sites.flatMap((site): Finding[] => {
        const here = pools.filter((pool) => pool.site === site);
        const open = here.reduce((sum, pool) => sum + pool.pods * pool.connections, 0);
        const spec = nodeSet(tree, site)?.object.spec;
        const cpus = spec
          ? spec.replicas * amount(spec.template?.spec?.containers?.[0]?.resources?.requests?.cpu)
          : 0;
        if (open <= CONNECTIONS_PER_CPU * cpus) return [];
        return [
          {
            path: here[0]!.path,
            text: 'max_db_connections',
            message: `the poolers of ${site} open up to ${open} connections; its nodes have ${cpus} processors, which serve ${CONNECTIONS_PER_CPU * cpus}`,
            fix: `max_db_connections = ${Math.floor((CONNECTIONS_PER_CPU * cpus) / here.reduce((sum, pool) => sum + pool.pods, 0))}`,
          },
        ];
      }),
    ];
  },
};

interface Pooler {
  path: string;
  site: string;
  name: string;
  users: string[];
  /** Connections to the database of one pod, at most. */
  connections: number;
  /** Pods at most, those that replace others included. */
  pods: number;
  secrets: string[];
}

const poolers = (tree: Tree): Pooler[] =>
  ofKind(tree, 'ConfigMap').flatMap(({ path, site, namespace, name, object }): Pooler[] => {
    const ini: string | undefined = object.data?.['pgbouncer.ini'];
    if (ini === undefined) return [];
    const databases = /^\[databases\]\n([\s\S]*?)\n\[/m.exec(ini)?.[1] ?? '';
    const makers = workloads(tree).filter(
      (each) =>
        each.site === site &&
        each.namespace === namespace &&
        (each.pod.volumes ?? []).some((volume: Data) => volume.configMap?.name === name),
    );
    return [
      {
        path,
        site,
        name,
        users: [...new Set([...databases.matchAll(/\buser=(\S+)/g)].map(([, user = '']) => user))],
        connections: Number(/^max_db_connections = (\d+)$/m.exec(ini)?.[1] ?? Number.NaN),
        pods: makers.reduce(
          (sum, each) =>
            sum + each.maxReplicas + Number(each.object.spec.strategy?.rollingUpdate?.maxSurge ?? 0),
          0,
        ),
        secrets: makers.flatMap((each) =>
          (each.pod.volumes ?? []).flatMap((volume: Data) => volume.secret?.secretName ?? []),
        ),
      },
    ];
  });
