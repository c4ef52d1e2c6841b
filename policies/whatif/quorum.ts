import type { Judged } from './judge.ts';
import { majority } from './ranges.ts';
import type { World } from './world.ts';

/** Who holds which majority. */
export function quorumsOf(world: World, { database, locals }: Judged): string[] {
  const lines: string[] = [];
  if (database) {
    const { placement, fewest, most, leases, lost } = database;
    const leaders = world.sites.flatMap(({ index, code }) =>
      (leases[index] ?? 0) > 0 ? [`${code} ${Math.round(leases[index]! * 100)} %`] : [],
    );
    const left = fewest === most ? `${fewest}` : `${fewest} to ${most}`;
    lines.push(
      lost.over === lost.under
        ? `ranges: nobody, ${majority(placement.replicas)} of ${placement.replicas} voters are needed`
        : `ranges: ${left} of ${placement.replicas} voters, ${majority(placement.replicas)} are needed; leases at ${leaders.join(', ')}`,
    );
  }
  for (const { index, code, cluster, zone } of world.sites) {
    const { api, store } = locals[index]!;
    if (cluster)
      lines.push(
        `etcd of ${code}: ${api!.members} of ${api!.of}${api!.members * 2 > api!.of ? '' : ', no majority'}`,
      );
    if (zone)
      lines.push(
        `monitors of ${code}: ${store!.monitors} of ${zone.monitors}${store!.monitors * 2 > zone.monitors ? '' : ', no majority'}`,
      );
  }
  return lines;
}
