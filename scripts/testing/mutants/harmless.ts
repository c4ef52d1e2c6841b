import type { Mutant } from './mutants.ts';

/** Mutants that change nothing that anybody would notice, reviewed by hand: which, and why. */
export const HARMLESS: readonly { reason: string; is(mutant: Mutant): boolean }[] = [];
