import type { Part } from './parts.ts';
import { type Analysis, type State, statesOf } from './states.ts';
import { servicesOf, VERDICTS, type Verdict } from './verdicts.ts';

/** All states in one pass: how many there are, and what only two things together do. */
export interface Coverage {
  states: number;
  pairs: number;
  /** By service: pairs after which it is down, at once. */
  down: number[];
  /** Pairs that stop, at once, what neither of the two does alone. */
  together: { parts: readonly Part[]; services: string[]; state: State }[];
}

export function coverageOf(analysis: Analysis): Coverage {
  const services = servicesOf(analysis.world);
  const alone = new Map<Part, readonly Verdict[]>();
  const down = services.map(() => 0);
  const together: Coverage['together'] = [];
  let [states, pairs] = [0, 0];
  for (const state of statesOf(analysis)) {
    states += 1;
    const { parts, phase, judged } = state;
    if (phase !== 'at once') continue;
    const [first, second] = parts;
    if (first && !second) alone.set(first, judged.verdicts);
    if (!first || !second) continue;
    pairs += 1;
    const stopped = (verdicts: readonly Verdict[], index: number) =>
      rank(verdicts[index]!) >= rank('read-only');
    const worse = services.filter((_, index) => {
      if (judged.verdicts[index] === 'down') down[index]! += 1;
      const before = [alone.get(first)!, alone.get(second)!];
      return (
        stopped(judged.verdicts, index) &&
        !before.some((each) => rank(each[index]!) >= rank(judged.verdicts[index]!))
      );
    });
    if (worse.length > 0) together.push({ parts, services: worse, state });
  }
  return { states, pairs, down, together };
}

const rank = (verdict: Verdict): number => VERDICTS.indexOf(verdict);
