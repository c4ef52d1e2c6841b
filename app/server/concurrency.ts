import { busy } from './problems/general.ts';

/** Runs work when it may begin. @throws a refusal when too many wait already */
export type ConcurrencyLimit = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Limits how much costly work runs at once. Beyond `waitingMax` in the queue it is better to refuse than to let people wait. */
export function limitConcurrency({
  atOnce,
  waitingMax,
}: {
  atOnce: number;
  waitingMax: number;
}): ConcurrencyLimit {
  let working = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (working >= atOnce) {
      if (waiting.length >= waitingMax) throw busy({}, { headers: { 'retry-after': '3' } });
      // What finishes hands its place on.
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
