import { columnsOf } from '#policies/whatif/columns.ts';
import type { Coverage } from '#policies/whatif/coverage.ts';
import type { Part } from '#policies/whatif/parts.ts';
import { quorumsOf } from '#policies/whatif/quorum.ts';
import { allReasons } from '#policies/whatif/reasons.ts';
import { repairsOf } from '#policies/whatif/repairs.ts';
import type { Analysis, Phase } from '#policies/whatif/states.ts';
import { lastingsOf } from '#policies/whatif/timers.ts';
import { servicesOf } from '#policies/whatif/verdicts.ts';
import type { Serving } from './whatif-text.ts';

/** One case: what stops in each phase, why, for how long, and what repairs it. */
export function caseData({ world, judge }: Analysis, parts: readonly Part[], serves: Serving) {
  const phases: Phase[] = ['at once', 'later', 'one after the other'];
  return {
    parts: parts.map(({ id, words }) => ({ id, words })),
    states: phases.map((phase) => {
      const judged = judge(parts, phase);
      return {
        phase,
        ...columnsOf(world, judged),
        services: allReasons(world, judged),
        load: serves(judged),
        majorities: quorumsOf(world, judged),
        lasts: lastingsOf(world, parts),
        mends: repairsOf(world, parts, judged),
      };
    }),
  };
}

/** Every failure and state of maintenance with its verdicts, and the pairs that stop a service. */
export function summaryData(
  analysis: Analysis,
  { states, pairs, down, together }: Coverage,
  serves: Serving,
) {
  const { world, failures, maintenance, judge } = analysis;
  const services = servicesOf(world);
  const verdicts = (all: readonly string[]) =>
    Object.fromEntries(services.map((name, index) => [name, all[index]]));
  const one = (part: Part, phase: Phase) => {
    const judged = judge([part], phase);
    return {
      phase,
      ...columnsOf(world, judged),
      verdicts: verdicts(judged.verdicts),
      percentOfPeak: serves(judged).percent,
    };
  };
  return {
    states,
    pairs,
    services,
    down: Object.fromEntries(services.map((name, index) => [name, down[index]])),
    failures: failures.map((part) => ({
      id: part.id,
      kind: part.kind,
      words: part.words,
      states: [one(part, 'at once'), one(part, 'later')],
    })),
    maintenance: maintenance.map((part) => ({
      id: part.id,
      kind: part.kind,
      words: part.words,
      states: [one(part, 'at once')],
    })),
    together: together.map(({ parts, services: stopped, state }) => ({
      parts: parts.map(({ id }) => id),
      stopped,
      ...columnsOf(world, state.judged),
    })),
  };
}
