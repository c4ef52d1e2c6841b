/** What comes back from JSON as it went in: no Date, no undefined, no Map. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
