import type { Tree } from '../law.ts';
import { amount, type Data, ofKind, workloads } from '../reading/objects.ts';
import { jsonOf, listOf } from '../reading/texts.ts';
import { type Moved, moved } from './moved.ts';
import { differing, placeOf } from './thing.ts';

/** What is paid for and what is asked of the workers, where it is another amount than before. */
export function costs(before: Tree, after: Tree): Moved[] {
  const sites = new Set(differing(before, after).map(placeOf));
  return moved(costsOf(before, sites), costsOf(after, sites));
}

function costsOf(tree: Tree, sites: ReadonlySet<string>): Map<string, string> {
  const sums = new Map<string, number>();
  const add = (place: string, what: string, value: number) =>
    sums.set(`${place}|${what}`, (sums.get(`${place}|${what}`) ?? 0) + value);
  for (const site of sites) {
    if (![...tree.keys()].some((path) => path.startsWith(`${site}/`))) continue;
    const whole = jsonOf(tree.get(`${site}/openstack/cdk.tf.json`));
    if (whole) ofStack(whole.resource ?? {}, site, add);
    if ([...tree.keys()].some((path) => path.startsWith(`${site}/kubernetes/`))) ofCluster(tree, site, add);
    const hosts = new Set(
      [...tree.keys()].flatMap((path) => new RegExp(`^${site}/hosts/([^/]+)/`).exec(path)?.[1] ?? []),
    );
    add(site, 'hosts', hosts.size);
  }
  return new Map([...sums].map(([key, value]) => [key, round(value)]));
}
const round = (value: number): string => String(Math.round(value * 100) / 100);
type Add = (place: string, what: string, value: number) => void;
const GIBIBYTE = 2 ** 30;

/** Flavors say their size in their name, `c16.m64`: 16 virtual processors and 64 GiB. */
function ofStack(resources: Data, site: string, add: Add): void {
  const of = (type: string): Data[] => Object.values(resources[`openstack_${type}`] ?? {});
  for (const { flavor_name } of of('compute_instance_v2')) {
    const [, cpus, memory] = /^c(\d+)\.m(\d+)$/.exec(String(flavor_name)) ?? [];
    add(site, 'virtual machines', 1);
    if (cpus) add(site, 'vCPU of virtual machines', Number(cpus));
    if (memory) add(site, 'GiB of memory of virtual machines', Number(memory));
    if (!cpus) add(site, `virtual machines of flavor ${flavor_name}`, 1);
  }
  for (const { size = 0 } of of('blockstorage_volume_v3')) {
    add(site, 'volumes', 1);
    add(site, 'GiB of volumes', size);
  }
  add(site, 'public addresses', of('networking_floatingip_v2').length);
  add(site, 'load balancers', of('lb_loadbalancer_v2').length);
}

/** What pods ask of the workers while all is well; a DaemonSet counts once for each worker. */
function ofCluster(tree: Tree, site: string, add: Add): void {
  const workers = new Set(
    [...tree.keys()].flatMap(
      (path) => new RegExp(`^${site}/hosts/([^/]*worker[^/]*)/`).exec(path)?.[1] ?? [],
    ),
  );
  for (const each of workloads(tree)) {
    if (each.site !== site || each.kind === 'Job' || each.kind === 'CronJob') continue;
    const count = each.kind === 'DaemonSet' ? workers.size : each.replicas;
    for (const container of each.containers) {
      const { cpu, memory } = container.resources?.requests ?? {};
      add(site, 'vCPU asked by pods', amount(cpu) * count);
      add(site, 'GiB of memory asked by pods', (amount(memory) / GIBIBYTE) * count);
    }
    for (const claim of listOf(each.object.spec?.volumeClaimTemplates))
      add(site, 'GiB claimed by pods', (amount(claim.spec?.resources?.requests?.storage) / GIBIBYTE) * count);
  }
  for (const { site: place, object } of ofKind(tree, 'PersistentVolume'))
    if (place === site) add(site, 'GiB of local volumes', amount(object.spec?.capacity?.storage) / GIBIBYTE);
}
