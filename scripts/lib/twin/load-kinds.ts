import type { Family } from '#sites/address.ts';
import type { PersonOfTwin } from './probes.ts';

/** Who loads a twin for so many seconds: settings of `node loading.ts SETTINGS RESULTS`. */
export interface LoadSettings {
  names: string;
  /** The file of the authority that they trust. */
  authority: string;
  /** Of the platform. */
  url: string;
  seconds: number;
  family: Family;
  /** Pupils behind one address, who sign in one after the other. */
  school?: { from: string; people: PersonOfTwin[]; password: string };
  /** People at home who read, so many questions a second all together. */
  readers?: { from: string[]; perSecond: number; course: string };
  /** Somebody who opens connections, and tries passwords of one account. */
  attacker?: { from: string; connectionsPerSecond: number; guessesPerSecond: number; email: string };
}

/** One thing that somebody of a load did. */
export interface Done {
  who: 'school' | 'readers' | 'flood' | 'guesses';
  /** What it was: a name looked up, a connection, a page, its files, … */
  what: string;
  /** Milliseconds since 1970 when it began. */
  at: number;
  milliseconds: number;
  status?: number;
  error?: string;
}
