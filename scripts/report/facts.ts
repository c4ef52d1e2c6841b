import { artefacts } from '#charts/artefacts.ts';
import type { Report } from '#policies/diff/index.ts';
import type { Tree } from '#policies/law.ts';
import { alertsOf, type Fired } from '#policies/whatif/alerts.ts';
import { capacitiesOf, type SiteCapacity } from '#policies/whatif/capacity.ts';
import { type Coverage, coverageOf } from '#policies/whatif/coverage.ts';
import type { Judged } from '#policies/whatif/judge.ts';
import { type Serves, servesOf } from '#policies/whatif/load.ts';
import type { Part } from '#policies/whatif/parts.ts';
import { type Analysis, analysisOf } from '#policies/whatif/states.ts';
import { worldOf } from '#policies/whatif/world.ts';
import type { Problem } from '#sites/load/problem.ts';
import type { Model } from '#sites/model.ts';
import { judged } from '../check.ts';

/** All that the page says of a platform, asked once. */
export interface Facts {
  model: Model;
  tree: Tree;
  /** Of the toolkit. */
  version: string;
  analysis: Analysis;
  coverage: Coverage;
  capacities: ReadonlyMap<string, SiteCapacity>;
  /** What a state serves of the peak. */
  serves(judged: Judged): Serves;
  /** Which alerts tell of it. */
  alerts(parts: readonly Part[]): Fired[];
  /** What laws find, and what a lab does not promise. */
  problems: Problem[];
  notes: Problem[];
  /** What changed since another tree; or why nobody looked. */
  changes: Report | string;
}

export function factsOf(
  model: Model,
  { version, changes, tree = artefacts(model) }: Pick<Facts, 'version' | 'changes'> & { tree?: Tree },
): Facts {
  const analysis = analysisOf(worldOf(model, tree));
  const capacities = capacitiesOf(model, tree);
  const fired = alertsOf(analysis.world, tree);
  return {
    model,
    tree,
    version,
    analysis,
    coverage: coverageOf(analysis),
    capacities,
    serves: (state) => servesOf(analysis.world, capacities, state, model.load),
    alerts: (parts) => fired(parts, analysis.judge),
    ...judged(model, tree),
    changes,
  };
}
