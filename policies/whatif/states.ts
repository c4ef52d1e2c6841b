import { type Judged, judgeOf, type Scenario } from './judge.ts';
import { failures, maintenance, type Part } from './parts.ts';
import type { World } from './world.ts';

/**
 * When a state is looked at: at the moment of the loss, when what heals by itself has healed, or, of two losses, when the first
 * had healed before the second came.
 */
const PHASES = ['at once', 'later', 'one after the other'] as const;
export type Phase = (typeof PHASES)[number];

/** One state of the platform. */
export interface State {
  /** In the order in which they stop where they do not at once; maintenance before a failure. */
  parts: readonly Part[];
  phase: Phase;
  judged: Judged;
}

/** Parts that stop in this order; maintenance is begun before anything fails, and its pods have moved away. */
export function scenarioOf(parts: readonly Part[], phase: Phase): Scenario {
  const begun = parts.filter(({ orderly }) => orderly);
  const failed = parts.filter(({ orderly }) => !orderly);
  const steps: Part[][] =
    phase === 'one after the other' && failed.length > 0 ? failed.map((part) => [part]) : [failed];
  const heals = (step: number): Scenario[number]['heals'] =>
    step < steps.length - 1 || phase === 'later' ? 'all' : 'none';
  return [
    ...(begun.length > 0 ? [{ parts: begun, heals: 'pods' as const }] : []),
    ...steps.map((step, index) => ({ parts: step, heals: heals(index) })),
  ];
}

export interface Analysis {
  world: World;
  failures: Part[];
  maintenance: Part[];
  judge(parts: readonly Part[], phase: Phase): Judged;
}

export function analysisOf(world: World): Analysis {
  const judged = judgeOf(world);
  return {
    world,
    failures: failures(world),
    maintenance: maintenance(world),
    judge: (parts, phase) => judged(scenarioOf(parts, phase)),
  };
}

/**
 * Every state: nothing lost, each failure, each pair of failures in both orders, each state of maintenance alone and with each
 * failure. The narrowest first.
 */
export function* statesOf({ failures: all, maintenance: begun, judge }: Analysis): Generator<State> {
  const state = (parts: readonly Part[], phase: Phase): State => ({
    parts,
    phase,
    judged: judge(parts, phase),
  });
  yield state([], 'at once');
  for (const part of begun) yield state([part], 'at once');
  for (const part of all) {
    yield state([part], 'at once');
    yield state([part], 'later');
  }
  for (const work of begun)
    for (const part of all) {
      yield state([work, part], 'at once');
      yield state([work, part], 'later');
    }
  for (const [index, first] of all.entries())
    for (const second of all.slice(index + 1)) {
      yield state([first, second], 'at once');
      yield state([first, second], 'later');
      yield state([first, second], 'one after the other');
      yield state([second, first], 'one after the other');
    }
}
