import type { Rules } from '../rule.ts';
import { cockroachdb } from './cockroachdb.ts';

/** Every component that is watched; one file a component. */
export const RULES: Rules[] = [cockroachdb];
