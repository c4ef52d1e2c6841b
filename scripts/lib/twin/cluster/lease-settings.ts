/** One that votes about who holds the lease of the database, and, where its site may hold it, asks for it: `node lease.ts SETTINGS`. */
export interface LeaseSettings {
  own: string;
  /** Sites that may hold it, the first choice first. */
  order: string[];
  /** The other voters, and the ways to each. */
  others: { site: string; ways: Way[] }[];
  /** Where the copies are, for a site that may hold it. */
  data?: Way;
}
export interface Way {
  host: string;
  port: number;
}

/**
 * Seconds for which a vote is given. A holder that a majority no longer answers serves nobody after it, and then another may.
 * @see https://github.com/cockroachdb/cockroach/blob/v25.2.0/pkg/base/config.go defaultRangeLeaseDuration
 */
export const LEASE_SECONDS = 6;

/** A vote, as each voter keeps it. */
export class Vote {
  #for = '';
  #until = 0;

  /** Gives it to who has it, or to anybody once it has run out. @param now seconds, of a clock that only goes on @returns who has it */
  give(candidate: string, now: number): string {
    if (this.#for === candidate || now >= this.#until) {
      this.#for = candidate;
      this.#until = now + LEASE_SECONDS;
    }
    return this.#for;
  }
  /** Who has it now, or nobody. */
  holder(now: number): string {
    return now < this.#until ? this.#for : '';
  }
}
