/** Draws numbers below a bound, the same ones in every run from the same seed. */
export type Dice = (below: number) => number;

/** Lehmer's generator. @see https://doi.org/10.1145/63039.63042 (Park and Miller: multiplier 48271) */
export function dice(seed: number): Dice {
  let state = (seed % 2147483646) + 1;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

/** One of several. */
export const pick = <T>(roll: Dice, values: readonly T[]): T => values[roll(values.length)]!;
