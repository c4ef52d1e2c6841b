import type { Check } from './check.ts';
import { OBJECT_CHECKS } from './objects.ts';
import { POD_CHECKS } from './pods.ts';

/**
 * The 31 checks that are on without being asked for, judged here by what their pages say.
 * @see https://docs.kubelinter.io/#/generated/checks
 */
export const CHECKS: Check[] = [...POD_CHECKS, ...OBJECT_CHECKS];
