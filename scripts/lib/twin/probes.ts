import type { Family } from '#sites/address.ts';

/** What people do all the time, from where they are: settings of `node probing.ts SETTINGS RESULTS`. */
export interface ProbeSettings {
  names: string;
  /** The file of the authorities that those who ask trust. */
  authority: string;
  targets: Target[];
  /** Addresses of one's own, in turn; none: the kernel's choice. */
  from: Partial<Record<Family, string>>[];
  /** Who signs in and writes, in turn. */
  people: PersonOfTwin[];
  password: string;
}
export interface Target {
  probe: string;
  url: string;
  kind: 'read' | 'sign in' | 'write';
  /** Where it is asked, in each family in which it is. @default by the name, in both */
  addresses?: Partial<Record<Family, string>>;
  servername?: string;
}
export interface PersonOfTwin {
  email: string;
  /** One that they follow. */
  course: string;
}
export interface Probed {
  /** Milliseconds since 1970 when it was asked. */
  at: number;
  probe: string;
  family: Family;
  milliseconds: number;
  /** Absent when there was no answer. */
  status?: number;
  /** Who says to have answered. */
  by?: string;
  error?: string;
}

/** Milliseconds from one question to the next: reading is cheap; a password costs the platform a tenth of a second of a processor. */
export const everyOf = (probe: string): number => EVERY[probe] ?? 1000;
const EVERY: Record<string, number> = { page: 250, course: 250, 'sign-in': 2000, write: 2000 };

export const isServed = ({ status }: Probed): boolean => status !== undefined && status < 400;

/** The longest time in which nobody was served, in seconds, of results in the order of their start. */
export function withoutService(results: readonly Probed[], from: number, to: number): number {
  let last = from;
  let longest = 0;
  for (const result of results) {
    if (!isServed(result)) continue;
    longest = Math.max(longest, result.at - last);
    last = Math.max(last, result.at);
  }
  return Math.max(longest, to - last) / 1000;
}
