import { busy } from './problems/general.ts';

/** Runs costly work a few at once; the others wait. @throws a refusal when too many wait already */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Turns for `atOnce` at a time. Beyond `waitingMax` it is better to say so than to let people wait. */
export function turns({ atOnce, waitingMax }: { atOnce: number; waitingMax: number }): InTurn {
  let working = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (working >= atOnce) {
      if (waiting.length >= waitingMax) throw busy({}, { headers: { 'retry-after': '3' } });
      // Whoever finishes hands his place on.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else working += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else working -= 1;
    }
  };
}
