import type { SurvivalGoal } from '#sites/schema/schema.ts';
import type { Finding, Policy } from '../law.ts';
import { type DatabaseZone, nodes, region, SQL_FOLDER, zones } from '../reading/database-tree.ts';

export const databaseSurvival: Policy = {
  id: 'database-survival',
  title: 'replicas are placed so that a majority of every range outlives what the platform must bear to lose',
  why: 'A range without a majority of its replicas takes no write and no consistent read until the majority is back. The system ranges count most: without them no other range is found.',
  lab: 'a lab may have fewer nodes than outlive a loss: the loss of its host is the loss of its data',
  check(model, tree) {
    const all = nodes(model, tree);
    const found = zones(tree);
    const { name } = model.database;
    const targets = [
      'RANGE default',
      'RANGE meta',
      'RANGE liveness',
      'RANGE system',
      'DATABASE system',
      found.some((zone) => zone.target === `DATABASE "${name}"`) ? `DATABASE "${name}"` : `DATABASE ${name}`,
    ];
    return [
      ...targets
        .filter((target) => !found.some((zone) => zone.target === target))
        .map((target) => ({
          path: `${SQL_FOLDER}zones.sql`,
          message: `${target} has no zone of its own`,
          fix: `ALTER ${target} CONFIGURE ZONE USING …`,
        })),
      ...found.flatMap((zone) =>
        judge(zone, model.database.survive, (code) => all.filter((node) => region(node) === code).length),
      ),
    ];
  },
};

function judge(zone: DatabaseZone, goal: SurvivalGoal, nodesAt: (code: string) => number): Finding[] {
  const at = (message: string, fix: string): Finding => ({
    path: zone.path,
    text: `ALTER ${zone.target} `,
    message: `${zone.target}: ${message}`,
    fix,
  });
  const placed = [...zone.constraints.values()].reduce((sum, count) => sum + count, 0);
  if (!(placed === zone.replicas))
    return [
      at(`${placed} of ${zone.replicas} replicas have a place`, 'let the constraints add up to num_replicas'),
    ];
  const majority = Math.floor(zone.replicas / 2) + 1;
  const crowded = [...zone.constraints].filter(([code, count]) => count > nodesAt(code));
  return [
    ...crowded.map(([code, count]) =>
      at(
        `${count} replicas must be in ${code}, which has ${nodesAt(code)} nodes`,
        `place at most ${nodesAt(code)} there`,
      ),
    ),
    ...losses(zone, goal)
      .filter(({ left }) => left < majority)
      .map(({ what, left }) =>
        at(
          `without ${what}, ${left} of ${zone.replicas} replicas are left; ${majority} are needed`,
          'spread the replicas, or have more of them',
        ),
      ),
  ];
}

/** The worst of each kind of loss that the goal names. */
function losses(
  { constraints, replicas }: DatabaseZone,
  goal: SurvivalGoal,
): { what: string; left: number }[] {
  const sites = [...constraints].filter(([, count]) => count > 0);
  if (goal === 'host') return sites.length === 0 ? [] : [{ what: 'one host', left: replicas - 1 }];
  return sites.map(([code, count]) => {
    const more = goal === 'site-and-host' && sites.length > 1 ? 1 : 0;
    return { what: more ? `${code} and one more host` : code, left: replicas - count - more };
  });
}
