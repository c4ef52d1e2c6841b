import type { Model } from '#sites/model.ts';
import type { Tree } from '../law.ts';
import { inventories } from '../reading/kubespray-tree.ts';
import { amount, type Data, ofKind, STAYING, type Workload, workloads } from '../reading/objects.ts';
import { PODS } from './cluster.ts';
import { readable } from './world.ts';

/** What a site has to give: processors and memory of its workers, and who has asked for them already. */
export interface SiteCapacity {
  /** Of each worker, less what the system keeps. */
  workers: { name: string; room: Room }[];
  /** Taken on each worker: daemons, a node of the database, disks of the object store. */
  onEach: Room;
  /** Taken once at the site, wherever it runs: pods that stay, at the fewest that the autoscalers keep. */
  once: Room;
  api: { pod: Room; min: number; max: number; path: string };
  poolers: { count: number; connections: number };
  /** Virtual processors that a database node of the site has. */
  databaseCores: number;
  /** Connections that one edge takes; absent where the balancer says no limit. */
  edgeConnections?: number;
}
interface Room {
  cores: number;
  bytes: number;
}

/** By site code; absent where a site serves no app. */
export function capacitiesOf(model: Model, whole: Tree): Map<string, SiteCapacity> {
  const tree = readable(whole);
  const found = new Map<string, SiteCapacity>();
  for (const site of model.sites) {
    const own = workloads(tree).filter((each) => each.site === site.code && STAYING.includes(each.kind));
    const named = (name: string) => own.find((each) => `${each.namespace}/${each.name}` === name);
    const api = named(PODS.api);
    if (!api) continue;
    const reserved = reservedOf(tree, site.code);
    const ceph = ofKind(tree, 'CephCluster').find((each) => each.site === site.code)?.object.spec;
    const node = own.find(({ name }) => name === 'cockroachdb');
    const everywhere = own.filter((each) => each.kind === 'DaemonSet' || each === node);
    const others = own.filter((each) => !everywhere.includes(each) && each !== api);
    const pooler = named(PODS.pooler);
    const size = /^\s*default_pool_size = (\d+)/m.exec(
      whole.get(`${site.code}/kubernetes/education/configmap-pgbouncer.yaml`) ?? '',
    )?.[1];
    const maxconn = [...whole].flatMap(([path, text]) =>
      path.startsWith(`${site.code}/hosts/`) && path.endsWith('/etc/haproxy/haproxy.cfg')
        ? (/^\s*maxconn (\d+)/m.exec(text)?.[1] ?? [])
        : [],
    );
    found.set(site.code, {
      workers: site.hosts
        .filter(({ role }) => role === 'worker')
        .map(({ name, cpus, memoryBytes }) => ({
          name,
          room: { cores: cpus - reserved.cores, bytes: memoryBytes - reserved.bytes },
        })),
      onEach: total([
        ...everywhere.map(asks),
        ...['osd', 'exporter', 'crashcollector'].map((daemon) => asked(ceph?.resources?.[daemon])),
      ]),
      once: total([
        ...others.map((each) => times(asks(each), each.replicas)),
        times(asked(ceph?.resources?.mon), Number(ceph?.mon?.count ?? 0)),
        times(asked(ceph?.resources?.mgr), Number(ceph?.mgr?.count ?? 0)),
        ...ofKind(tree, 'CephObjectStore')
          .filter((each) => each.site === site.code)
          .map(({ object }) =>
            times(asked(object.spec?.gateway?.resources), Number(object.spec?.gateway?.instances ?? 1)),
          ),
      ]),
      api: { pod: asks(api), min: api.replicas, max: api.maxReplicas, path: api.path },
      poolers: { count: pooler?.replicas ?? 0, connections: Number(size ?? 20) },
      databaseCores: node ? asks(node).cores : 0,
      ...(maxconn.length > 0 ? { edgeConnections: Math.min(...maxconn.map(Number)) } : {}),
    });
  }
  return found;
}

const asked = (resources: Data): Room => ({
  cores: amount(resources?.requests?.cpu),
  bytes: amount(resources?.requests?.memory),
});
const asks = ({ containers }: Workload): Room => total(containers.map((each) => asked(each.resources)));
const times = ({ cores, bytes }: Room, count: number): Room => ({
  cores: cores * count,
  bytes: bytes * count,
});
const total = (rooms: Room[]): Room => ({
  cores: rooms.reduce((sum, each) => sum + each.cores, 0),
  bytes: rooms.reduce((sum, each) => sum + each.bytes, 0),
});

/** What Kubespray keeps from pods on every node. */
function reservedOf(tree: Tree, site: string): Room {
  const { all = {}, cluster = {} } = inventories(tree).find((each) => each.site === site) ?? {};
  const said = (key: string) =>
    ['kube', 'system'].reduce(
      (sum, who) => sum + amount(cluster[`${who}_${key}_reserved`] ?? all[`${who}_${key}_reserved`]),
      0,
    );
  return { cores: said('cpu'), bytes: said('memory') };
}
