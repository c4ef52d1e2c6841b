import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { only, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { SURVIVAL_GOALS } from '#sites/schema/choices.ts';
import type { SurvivalGoal } from '#sites/schema/schema.ts';
import { REPLICAS, voters } from '#sites/voters.ts';
import type { Tree } from '../law.ts';
import { databaseSurvival } from './database-survival.ts';

const model = threeSites();
const tree = only(artefacts(model), /cockroachdb|pgbouncer|platform|haproxy|openstack/);

const ZONES = 'platform/sql/zones.sql';
const CONSTRAINTS = '{"+region=sxb": 2, "+region=dc": 2, "+region=do": 1}';

it('holds for our own sites', () => {
  expect(databaseSurvival.check(model, tree)).toEqual([]);
});

it('counts who is left without a site', () => {
  const wrong = replaced(tree, ZONES, CONSTRAINTS, '{"+region=sxb": 3, "+region=dc": 2}');
  expect(databaseSurvival.check(model, wrong)).toEqual([
    {
      path: ZONES,
      text: 'ALTER RANGE default ',
      message: 'RANGE default: without sxb, 2 of 5 replicas are left; 3 are needed',
      fix: 'spread the replicas, or have more of them',
    },
  ]);
});

it('wants every replica placed, on nodes that exist, and no system range forgotten', () => {
  const message = (from: string | RegExp, to: string) =>
    databaseSurvival.check(model, replaced(tree, ZONES, from, to))[0]?.message;
  expect(message(CONSTRAINTS, '{"+region=sxb": 2, "+region=dc": 2}')).toBe(
    'RANGE default: 4 of 5 replicas have a place',
  );
  expect(message('num_replicas = 5', 'num_replicas = 3')).toBe('RANGE default: 5 of 3 replicas have a place');
  expect(message(CONSTRAINTS, '{"+region=sxb": 2, "+region=lyn": 1, "+region=dc": 2}')).toBe(
    'RANGE default: 1 replicas must be in lyn, which has 0 nodes',
  );
  expect(message('RANGE liveness', 'RANGE tenants')).toBe('RANGE liveness has no zone of its own');
});

/** A world of sites with some nodes each, placed by the model's own deal or by any other. */
function world(
  sizes: number[],
  goal: SurvivalGoal,
  counts: number[],
  replicas: number,
): { model: Model; tree: Tree } {
  const codes = sizes.map((_, index) => `s${index}`);
  const constraints = counts.map((count, index) => `"+region=${codes[index]}": ${count}`).join(', ');
  const zone = (target: string) =>
    `ALTER ${target} CONFIGURE ZONE USING num_replicas = ${replicas}, constraints = '{${constraints}}', lease_preferences = '[]';`;
  const targets = [
    'RANGE default',
    'RANGE meta',
    'RANGE liveness',
    'RANGE system',
    'DATABASE system',
    'DATABASE app',
  ];
  const flags = sizes.flatMap((size, site) =>
    Array.from({ length: size }, (_, node): [string, string] => [
      `${codes[site]}/hosts/h${node}/etc/systemd/system/cockroachdb.service`,
      `ExecStart=cockroach start --locality=region=${codes[site]},host=h${node}\n`,
    ]),
  );
  return {
    model: { database: { name: 'app', survive: goal }, sites: [] } as unknown as Model,
    tree: new Map([[ZONES, targets.map(zone).join('\n')], ...flags]),
  };
}

/** Independent of the law: every replica gets a host, every loss that the goal names is taken, and who is left is counted. */
function survives(sizes: number[], goal: SurvivalGoal, counts: number[], replicas: number): boolean {
  if (counts.some((count, site) => count > sizes[site]!)) return false;
  const homes = counts.flatMap((count, site) =>
    Array.from({ length: count }, (_, node) => `${site}.${node}`),
  );
  if (homes.length !== replicas) return false;
  const hosts = sizes.flatMap((size, site) => Array.from({ length: size }, (_, node) => `${site}.${node}`));
  const sites = sizes.map((_, site) => hosts.filter((host) => host.startsWith(`${site}.`)));
  const lost = {
    host: hosts.map((host) => [host]),
    site: sites,
    'site-and-host': sites.flatMap((site) => [site, ...hosts.map((host) => [...site, host])]),
  }[goal];
  return lost.every((gone) => homes.filter((home) => !gone.includes(home)).length * 2 > replicas);
}

/** Nodes of each site, and how many replicas may be asked of one; four sites in fewer sizes, for time. */
const worlds = [1, 2, 3].flatMap((length) => tuples(length, [1, 2, 3])).concat(tuples(4, [1, 3]));
const asked = (sites: number): number[] => (sites === 4 ? [0, 1, 2] : [0, 1, 2, 3]);
function tuples(length: number, values: number[]): number[][] {
  return length === 0
    ? [[]]
    : tuples(length - 1, values).flatMap((rest) => values.map((value) => [...rest, value]));
}

it('agrees with a count over all losses of all placements in all small worlds', () => {
  let seen = 0;
  for (const sizes of worlds)
    for (const counts of tuples(sizes.length, asked(sizes.length))) {
      const replicas = counts.reduce((sum, count) => sum + count, 0);
      if (replicas === 0) continue;
      for (const goal of SURVIVAL_GOALS) {
        const { model: of, tree: rendered } = world(sizes, goal, counts, replicas);
        const clean = databaseSurvival.check(of, rendered).length === 0;
        seen += 1;
        if (clean !== survives(sizes, goal, counts, replicas))
          throw new Error(`${sizes} ${counts} ${goal}: the law says ${clean}`);
      }
    }
  expect(seen).toBe(9_375);
});

it('accepts what the model deals, wherever a deal that survives exists', () => {
  for (const sizes of worlds) {
    const sites = sizes.map(
      (size, index) =>
        ({
          code: `s${index}`,
          database: {},
          hosts: Array.from(
            { length: size },
            (_, node) => ({ name: `${index}.${node}`, role: 'database' }) as Host,
          ),
        }) as Site,
    );
    for (const goal of SURVIVAL_GOALS) {
      const replicas = REPLICAS[goal];
      const possible = tuples(sizes.length, asked(sizes.length)).some((counts) =>
        survives(sizes, goal, counts, replicas),
      );
      if (!possible) continue;
      const dealt = voters(replicas, goal, sites.slice(0, 1), sites);
      const counts = sites.map((site) => dealt.find((each) => each.site === site)?.count ?? 0);
      expect({ sizes, goal, counts, survives: survives(sizes, goal, counts, replicas) }).toMatchObject({
        survives: true,
      });
    }
  }
});
