import type { Host, Site } from '#sites/model.ts';
import { workers } from '#sites/questions.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { below } from '../reading/folders.ts';
import { amount, type Data, ofKind, type Workload, workloads } from '../reading/objects.ts';

/** Pods alike, and how a worker meets them. */
interface Group {
  name: string;
  path: string;
  each: Room;
  /** Once on every worker, at most once on a worker, or wherever there is room. */
  place: 'every' | 'apart' | 'anywhere';
  count: number;
}
interface Room {
  milliCpus: number;
  memoryMebibytes: number;
}

export const siteFits: Policy = {
  id: 'site-fits',
  title:
    'everything that a site runs fits on its workers after the loss of any one of them, every autoscaler at its maximum',
  why: 'A worker is lost in the hour of the most load, for load is what finds the weak one. If the rest has no room then, the scheduler evicts by priority what the platform needs next, or leaves the app pending while the autoscaler asks for more.',
  check(model, tree) {
    return model.sites
      .filter(({ kubernetes }) => kubernetes)
      .flatMap((site) => {
        const groups = groupsOf(site, tree);
        const reserved = reservedOf(site, tree);
        const nodes = workers(site);
        // With one worker there is nothing left to judge; the survival of the site is another law.
        return nodes.length < 2
          ? []
          : nodes.flatMap((lost) => pack(site, lost, groups, reserved)).slice(0, 1);
      });
  },
};

/**
 * Places what is fixed first, then the largest pods, each where most is left of what is scarcer there, as the scheduler
 * scores nodes (NodeResourcesFit by LeastAllocated); says the first that finds no room.
 */
function pack(site: Site, lost: Host, groups: Group[], reserved: Room): Finding[] {
  const left = workers(site)
    .filter((host) => host !== lost)
    .map((host) => ({
      host,
      milliCpus: host.cpus * 1000 - reserved.milliCpus,
      memoryMebibytes: host.memoryBytes / 2 ** 20 - reserved.memoryMebibytes,
    }));
  type Node = (typeof left)[number];
  const after = ({ each }: Group, { host, milliCpus, memoryMebibytes }: Node): number =>
    Math.min(
      (milliCpus - each.milliCpus) / (host.cpus * 1000),
      (memoryMebibytes - each.memoryMebibytes) / (host.memoryBytes / 2 ** 20),
    );
  const take = (group: Group, nodes: Iterable<Node>): Node | undefined => {
    const [node] = [...nodes]
      .filter((each) => after(group, each) >= 0)
      .sort((a, b) => after(group, b) - after(group, a));
    if (node) {
      node.milliCpus -= group.each.milliCpus;
      node.memoryMebibytes -= group.each.memoryMebibytes;
    }
    return node;
  };
  const share = ({ each }: Group): number => each.milliCpus / 1000 + each.memoryMebibytes / 4096;
  const order = { every: 0, apart: 1, anywhere: 2 };
  for (const group of groups.toSorted((a, b) => order[a.place] - order[b.place] || share(b) - share(a))) {
    const count = group.place === 'anywhere' ? group.count : Math.min(group.count, left.length);
    const free = new Set(left);
    for (let placed = 0; placed < count; placed += 1) {
      const node = take(group, free);
      if (node && group.place !== 'anywhere') free.delete(node);
      if (!node) return [full(site, lost, group, placed, count, left)];
    }
  }
  return [];
}

function full(
  site: Site,
  lost: Host,
  group: Group,
  placed: number,
  count: number,
  left: (Room & { host: Host })[],
): Finding {
  const rest = left.map((node) => `${node.host.name} ${show(node)}`).join(', ');
  return {
    path: group.path,
    message: `without ${lost.name}, ${placed} of ${count} pods of ${group.name} find room: each asks for ${show(group.each)}, and left are ${rest}`,
    fix: `give the workers of ${site.code} more, or let what runs there ask for less`,
  };
}
const show = ({ milliCpus, memoryMebibytes }: Room): string =>
  `${Math.round(milliCpus)}m and ${Math.round(memoryMebibytes)}Mi`;

function groupsOf(site: Site, tree: Tree): Group[] {
  const own = workloads(tree).filter((each) => each.site === site.code);
  const operated = ofKind(tree, 'CephCluster', 'CephObjectStore').filter((each) => each.site === site.code);
  return [
    ...own.map(
      (workload): Group => ({
        name: `${workload.kind.toLowerCase()} ${workload.namespace}/${workload.name}`,
        path: workload.path,
        each: asks(workload),
        place: workload.kind === 'DaemonSet' ? 'every' : apart(workload) ? 'apart' : 'anywhere',
        count: workload.kind === 'DaemonSet' ? Number.POSITIVE_INFINITY : workload.maxReplicas,
      }),
    ),
    ...operated.flatMap(({ kind, path, name, object }) =>
      kind === 'CephCluster' ? ceph(path, object.spec) : gateways(path, name, object.spec),
    ),
  ];
}

/** A pod asks for its containers together, or for its hungriest start-up container where that is more. */
function asks({ containers, starters }: Workload): Room {
  const of = (container: Data, key: 'cpu' | 'memory'): number => amount(container.resources?.requests?.[key]);
  const most = (key: 'cpu' | 'memory'): number =>
    Math.max(
      containers.reduce((sum, each) => sum + of(each, key), 0),
      ...starters.map((each) => of(each, key)),
    );
  return { milliCpus: most('cpu') * 1000, memoryMebibytes: most('memory') / 2 ** 20 };
}

function apart({ pod }: Workload): boolean {
  const must: Data[] = pod.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const spread: Data[] = pod.topologySpreadConstraints ?? [];
  return (
    must.some((each) => each.topologyKey === 'kubernetes.io/hostname') ||
    spread.some(
      (each) => each.topologyKey === 'kubernetes.io/hostname' && each.whenUnsatisfiable === 'DoNotSchedule',
    )
  );
}

const room = (resources: Data): Room => ({
  milliCpus: amount(resources?.requests?.cpu) * 1000,
  memoryMebibytes: amount(resources?.requests?.memory) / 2 ** 20,
});

/** The daemons that Rook makes of a CephCluster, with what it says they ask for. */
function ceph(path: string, spec: Data): Group[] {
  const devices = Math.max(
    1,
    ...(spec.storage?.nodes ?? []).map((node: Data) => (node.devices ?? []).length),
    (spec.storage?.devices ?? []).length,
  );
  const daemon = (name: string, place: Group['place'], count: number): Group => ({
    name: `Ceph's ${name}`,
    path,
    each: room(spec.resources?.[name]),
    place,
    count,
  });
  return [
    ...Array.from({ length: devices }, () => daemon('osd', 'every', Number.POSITIVE_INFINITY)),
    daemon('mon', 'apart', spec.mon?.count ?? 3),
    daemon('mgr', 'anywhere', spec.mgr?.count ?? 2),
    daemon('crashcollector', 'every', Number.POSITIVE_INFINITY),
    daemon('exporter', 'every', Number.POSITIVE_INFINITY),
  ];
}
const gateways = (path: string, name: string, { gateway }: Data): Group[] => [
  {
    name: `object store ${name}`,
    path,
    each: room(gateway?.resources),
    place: 'anywhere',
    count: gateway?.instances ?? 1,
  },
];

/** What Kubespray keeps from pods on every node, and what a kubelet keeps free before it evicts. */
function reservedOf(site: Site, tree: Tree): Room {
  const text = below(tree, `${site.code}/inventory`)
    .map(([, each]) => each)
    .join('\n');
  const said = (key: string): number =>
    [...text.matchAll(new RegExp(`^(?:kube|system)_${key}_reserved: "?([\\w.]+)`, 'gm'))]
      .map((match) => amount(match[1]))
      .reduce((sum, each) => sum + each, 0);
  return { milliCpus: said('cpu') * 1000, memoryMebibytes: said('memory') / 2 ** 20 + EVICTION_MEBIBYTES };
}
/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#hard-eviction-thresholds */
const EVICTION_MEBIBYTES = 100;
