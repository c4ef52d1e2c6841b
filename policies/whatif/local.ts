import { PODS, type Pods } from './cluster.ts';
import type { ObjectZone } from './object-zone.ts';
import type { WorldSite } from './world.ts';

/**
 * One site after losses, in steps: in each something stops, and then, where there was time, what mends itself has done so.
 * Where it is chance which pod or which copy was hit, the worst that may be is what counts.
 */
export interface Local {
  /** Nothing of it answers. */
  dead: boolean;
  /** After each step: nobody outside reaches it, nor it them, for its front firewalls are gone. */
  isolatedAfter: readonly boolean[];
  isolated: boolean;
  /** Database nodes that run: before anything happened, then after each step. */
  nodesAfter: readonly number[];
  /** The same after the last. */
  nodes: number;
  /** Whether pods here reach a node through the site's balancer. */
  databaseWay: boolean;
  api?: { members: number; of: number; quorum: boolean; address: boolean; bastion: boolean };
  /** Fewest pods left, by name. */
  pods: ReadonlyMap<string, number>;
  /** Nobody tells the workers that pods are gone, so that what is sent to those is lost. */
  stale: boolean;
  wayIn: boolean;
  announces: boolean;
  store?: Store;
  names: boolean;
}
interface Store {
  state: 'whole' | 'degraded' | 'blocked';
  /** Hosts with disks that are left, copies of the worst-hit object, monitors. */
  hosts: number;
  copies: number;
  monitors: number;
  /** Whether lost copies find another host. */
  target: boolean;
  gateways: number;
  syncs: number;
}
/** What stops in one step, and whether time passes after it. */
export interface Step {
  gone: readonly string[];
  /** Pods are recreated elsewhere; monitors and copies too, where `all`. */
  heals: 'none' | 'pods' | 'all';
}

export function localOf(site: WorldSite, steps: readonly Step[]): Local {
  const gone = new Set<string>();
  const has: Has = (atom) => !gone.has(atom);
  const up = (name: string) => has(`host:${name}`);
  const diskUp = (name: string) => up(name) && has(`disk:${name}`);
  const { cluster, zone } = site;
  const all = cluster?.workers ?? [];
  const spreads = new Map((cluster?.pods ?? []).map((each) => [each.name, spreadOver(each, all.length)]));
  const gateways = spreadOver({ replicas: zone?.gateways ?? 0 }, all.length);
  let copies = zone?.size ?? 0;
  let monitors = Math.min(zone?.monitors ?? 0, zone?.osds.length ?? 0);
  let stale = false;
  const nodesAfter = [site.nodes.length];
  const isolatedAfter: boolean[] = [];
  for (const { gone: more, heals } of steps) {
    const [workers, disks] = [all.filter(up).length, zone?.osds.filter(diskUp).length ?? 0];
    for (const atom of more) gone.add(atom);
    nodesAfter.push(
      has('process:cockroachdb') ? site.nodes.filter((name) => up(name) && has(`node:${name}`)).length : 0,
    );
    isolatedAfter.push(site.firewalls.length > 0 && site.firewalls.every((name) => !has(`firewall:${name}`)));
    const [workersLeft, disksLeft] = [all.filter(up).length, zone?.osds.filter(diskUp).length ?? 0];
    for (const spread of [...spreads.values(), gateways]) spread.lose(workers - workersLeft);
    copies = Math.max(0, copies - (disks - disksLeft));
    monitors = Math.max(0, monitors - (disks - disksLeft));
    const { quorum = false, address = false } = controlOf(site, has) ?? {};
    const managed = quorum && address;
    stale ||= workersLeft < workers && !managed;
    if (heals === 'none' || !managed) continue;
    stale = false;
    for (const spread of [...spreads.values(), gateways]) spread.heal(workersLeft);
    const voting = zone && has('process:ceph-mon') && monitors * 2 > zone.monitors;
    if (heals !== 'all' || !voting || copies === 0 || !has('process:ceph-osd')) continue;
    copies = Math.min(zone.size, disksLeft);
    monitors = Math.min(zone.monitors, disksLeft);
  }
  const pods = new Map(
    [...spreads].map(([name, spread]) => [name, has(`process:${name}`) ? spread.fewest() : 0]),
  );
  const ways = waysOf(site, has);
  const nodes = nodesAfter.at(-1)!;
  return {
    dead: site.hosts.every(({ name }) => !up(name)),
    isolatedAfter,
    isolated: isolatedAfter.at(-1) ?? false,
    nodesAfter,
    nodes,
    databaseWay: ways.database && nodes > 0,
    api: controlOf(site, has),
    pods,
    stale,
    wayIn: ways.app,
    // An edge that finds no Traefik gives its addresses away, and announces what it holds; a balancer of OpenStack does not.
    announces: ways.announces && (site.wayIn?.kind === 'octavia' || (pods.get(PODS.traefik) ?? 0) > 0),
    store: zone && {
      ...storeState(zone, has('process:ceph-osd') ? copies : 0, has('process:ceph-mon') ? monitors : 0),
      hosts: zone.osds.filter(diskUp).length,
      target: zone.osds.filter(diskUp).length >= zone.size,
      gateways: has('process:ceph-rgw') ? gateways.fewest() : 0,
      // One that was on a lost worker is recreated within minutes; copying goes on where it was.
      syncs: has('process:ceph-rgw-sync') && !stale && all.some(up) ? zone.syncs : 0,
    },
    names: site.resolvers.length === 0 || site.resolvers.some((address) => has(`resolver:${address}`)),
  };
}

type Has = (atom: string) => boolean;

function controlOf(site: WorldSite, has: Has): Local['api'] {
  const { cluster, hosts } = site;
  if (!cluster) return undefined;
  const up = (name: string) => has(`host:${name}`);
  const members = has('process:etcd') ? cluster.etcd.filter(up).length : 0;
  const bastions = hosts.filter(({ role }) => role === 'bastion');
  const server = has('process:kube-apiserver') && cluster.control.some(up);
  return {
    members,
    of: cluster.etcd.length,
    quorum: members * 2 > cluster.etcd.length && server,
    address: waysOf(site, has).api,
    bastion: bastions.length === 0 || bastions.some(({ name }) => up(name)),
  };
}

function waysOf({ wayIn, firewalls }: WorldSite, has: Has) {
  if (!wayIn) return { app: false, api: false, database: true, announces: false };
  const open = firewalls.length === 0 || firewalls.some((name) => has(`firewall:${name}`));
  const balancer = (part: string) =>
    wayIn.balancers.some((each) => each.part === part && has(`balancer:${each.name}`));
  const edge =
    has('process:haproxy') && has('process:keepalived') && wayIn.edges.some((name) => has(`host:${name}`));
  const [app, api, database] =
    wayIn.kind === 'haproxy' ? [edge, edge, edge] : [balancer('app'), balancer('api'), balancer('database')];
  const announces =
    wayIn.announces && open && (wayIn.kind === 'haproxy' ? app && has('process:bird') : balancer('anycast'));
  return { app: app && open, api, database, announces };
}

function storeState({ size, minSize, monitors: of }: ObjectZone, copies: number, monitors: number) {
  const blocked = monitors * 2 <= of || copies < minSize;
  const state: Store['state'] = blocked ? 'blocked' : copies < size ? 'degraded' : 'whole';
  return { state, copies, monitors };
}

/** Fewest of `count` things, spread evenly over `places`, that are left when `lost` places are. */
const fewest = (count: number, places: number, lost: number): number => {
  if (lost >= places) return 0;
  const least = Math.floor(count / places);
  const full = count % places;
  return count - (least * lost + Math.min(full, lost));
};

/** Pods spread evenly over the workers that there were when they were last placed; where no rule spreads them, all on one. */
function spreadOver(
  { replicas, bound, kind, spread = true }: Pick<Pods, 'replicas'> & Partial<Pods>,
  workers: number,
) {
  let [count, places, lost, allLost] = [replicas, workers, 0, 0];
  return {
    lose(more: number) {
      lost += more;
      allLost += more;
    },
    heal(alive: number) {
      if (!bound) [count, places, lost] = [alive > 0 ? replicas : 0, alive, 0];
    },
    fewest() {
      if (kind === 'DaemonSet') return Math.max(0, workers - allLost);
      return spread ? fewest(count, places, lost) : lost > 0 ? 0 : count;
    },
  };
}
