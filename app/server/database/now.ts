import { sql } from 'kysely';

/** The present moment, as the database has it: the same in a whole transaction. */
export const now = sql<Date>`now()`;
