import type * as kysely from 'kysely';
import type { Tables } from './tables.ts';

/** A transaction that is open: what its statements are run by. */
export type Transaction = kysely.Transaction<Tables>;

/** What comes back from JSON as it went in: no Date, no undefined, no Map. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
