import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { artefacts } from '#charts/artefacts.ts';
import type { Tree } from '#policies/law.ts';
import { alertsOf } from '#policies/whatif/alerts.ts';
import { capacitiesOf } from '#policies/whatif/capacity.ts';
import { type Coverage, coverageOf } from '#policies/whatif/coverage.ts';
import type { Judged } from '#policies/whatif/judge.ts';
import { bottlenecks, grown, relief, servesOf } from '#policies/whatif/load.ts';
import type { Part } from '#policies/whatif/parts.ts';
import { type Analysis, analysisOf } from '#policies/whatif/states.ts';
import { untold } from '#policies/whatif/untold.ts';
import { type World, worldOf } from '#policies/whatif/world.ts';
import { nearest } from '#sites/load/near.ts';
import type { Model } from '#sites/model.ts';
import { CannotLook, main, options } from './lib/main.ts';
import { folderTree } from './lib/named-tree.ts';
import { loadModel, SITES } from './lib/sites.ts';
import { caseData, summaryData } from './lib/whatif-data.ts';
import { alertsText, chain, growthText, matrix, paintOf, togetherText } from './lib/whatif-text.ts';

const USAGE = `npm run whatif [-- --sites FOLDER] [--tree FOLDER] [--json] | npm run whatif -- --explain "SITE + HOST" | --grow TIMES | --alerts
  Says what every failure, every two failures and every state of maintenance do to each service, from the files alone;
  --explain tells one case as a chain of causes, --grow what gives way first at so many times the load,
  --alerts which alerts tell of which failure. --tree judges a tree on disk, such as dist, in place of what the files of
  --sites (default sites/, or FREDU_SITES) become. NO_COLOR, or a pipe, leaves colours out.`;

/** Lines about pairs before the rest is left to --json. */
const PAIR_LINES = 24;

if (import.meta.main) {
  await main(() => {
    const { values } = options(USAGE, {
      alerts: { type: 'boolean' },
      explain: { type: 'string' },
      grow: { type: 'string' },
      json: { type: 'boolean' },
      tree: { type: 'string' },
      ...SITES,
    });
    const model = loadModel(values.sites, { json: values.json });
    if (!model) return 1;
    const tree = values.tree === undefined ? artefacts(model) : treeAt(resolve(values.tree));
    const analysis = analysisOf(readWorld(model, tree, values.tree));
    const paint = paintOf(process.stdout.isTTY === true && !process.env.NO_COLOR);
    const say = (text: string) => process.stdout.write(`${text.trimEnd()}\n`);
    const capacities = capacitiesOf(model, tree);
    const serves = (judged: Judged) => servesOf(analysis.world, capacities, judged, model.load);
    // Read only where they are asked for.
    let firedBy: ReturnType<typeof alertsOf> | undefined;
    const alerts = (parts: readonly Part[]) => {
      firedBy ??= alertsOf(analysis.world, tree);
      return firedBy(parts, analysis.judge);
    };
    if (values.alerts) {
      const all = analysis.failures.map((part) => {
        const fired = alerts([part]);
        return { id: part.id, alerts: fired, ...(fired.length === 0 ? { untold: untold(part) } : {}) };
      });
      say(values.json ? JSON.stringify(all, null, 2) : alertsText(analysis, alerts));
      return 0;
    }
    if (values.grow !== undefined) {
      const times = Number(values.grow);
      if (!(times > 0 && times <= 1e6))
        throw new CannotLook(`--grow ${values.grow} is no number of times; write one such as 10`);
      const limits = bottlenecks(
        analysis.world,
        capacities,
        analysis.judge([], 'at once'),
        grown(model.load, times),
      );
      say(
        values.json
          ? JSON.stringify(
              {
                times,
                limits: limits.map(({ limit, share }) => ({
                  ...limit,
                  wanted: share,
                  relief: relief(limit, share),
                })),
              },
              null,
              2,
            )
          : growthText({ analysis, capacities, load: model.load }, times),
      );
      return 0;
    }
    if (values.explain !== undefined) {
      const parts = partsOf(analysis, values.explain);
      say(
        values.json
          ? JSON.stringify({ ...caseData(analysis, parts, serves), alerts: alerts(parts) }, null, 2)
          : chain(analysis, parts, paint, { serves, alerts }),
      );
      return 0;
    }
    const coverage = coverageOf(analysis);
    say(
      values.json
        ? JSON.stringify(summaryData(analysis, coverage, serves), null, 2)
        : [
            matrix(analysis, paint, serves),
            togetherText(analysis, coverage, PAIR_LINES),
            covered(analysis, coverage),
          ].join('\n'),
    );
    return 0;
  });
}

/** @throws CannotLook for a tree on disk whose objects have another shape than they should */
function readWorld(model: Model, tree: Tree, folder: string | undefined): World {
  try {
    return worldOf(model, tree);
  } catch (error) {
    if (folder === undefined) throw error;
    throw new CannotLook(
      `${folder} has an object that is not what its kind says (${(error as Error).message}); npm run check says which`,
    );
  }
}

/** @throws CannotLook when there is no such folder, or nothing of ours is in it */
function treeAt(folder: string): Tree {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new CannotLook(`${folder} is no folder; --tree names a tree that synth wrote`);
  const tree = folderTree(folder);
  if (!tree.has('platform/sql/zones.sql'))
    throw new CannotLook(
      `${folder} has no platform/sql/zones.sql; --tree names a whole tree, as npm run synth writes it`,
    );
  return tree;
}

/** `sxb + dc-worker2` as parts. @throws CannotLook for a name that is none */
export function partsOf({ failures, maintenance, world }: Analysis, text: string): Part[] {
  const all = [...failures, ...maintenance];
  // A machine that carries one host is that host.
  const aliases = new Map(
    world.sites.flatMap(({ hosts }) => hosts.map(({ machine, name }) => [machine, name])),
  );
  const names = text.split(/\s*[+,]\s*/).map((each) => each.trim());
  return names.map((name) => {
    const part = all.find(({ id }) => id === name) ?? all.find(({ id }) => id === aliases.get(name));
    if (part) return part;
    const near = nearest(
      name,
      all.map(({ id }) => id),
    );
    throw new CannotLook(
      `nothing called ${JSON.stringify(name)} can fail here; ${near ? `did you mean ${near}?` : 'npm run whatif lists what can'}`,
    );
  });
}

function covered({ failures, maintenance }: Analysis, { states, pairs }: Coverage): string {
  const count = (value: number) => value.toLocaleString('en');
  return `${count(states)} states: ${failures.length} failures, ${maintenance.length} states of maintenance, ${count(pairs)} pairs of them; failures at once, healed, and in both orders`;
}
