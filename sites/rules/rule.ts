import type { Path } from '../load/problem.ts';
import type { Role } from '../schema/schema.ts';
import type { AddressMap } from './address-map.ts';
import type { Parts, SitePart } from './parts.ts';

/** What rules judge: what the files say, and every address and network that they name. */
export interface RuleInput extends Parts {
  addressMap: AddressMap;
}

/** A sentence about the platform that has to be true, or, of a note, one that its people should know not to be. */
export interface Rule {
  /** In kebab case and stable. */
  code: string;
  /** What would happen otherwise. */
  why: string;
  check(input: RuleInput): Finding[];
}
/** Where it is not true. Paths begin with the site's code, or with `platform`. */
export interface Finding {
  at: Path;
  /** The key is what is wrong, not its value. */
  key?: boolean;
  message: string;
  other?: Path;
  found?: string;
  allowed?: string[];
  fix: string;
  /** A lab may be so: there it is a note. */
  lab?: boolean;
  edit?: { at: Path; set: unknown } | { at: Path; remove: true };
}

/** The same judgement of each site. */
export const eachSite =
  (check: (site: SitePart, input: RuleInput) => Finding[]) =>
  (input: RuleInput): Finding[] =>
    input.sites.flatMap((site) => check(site, input));

/** Short names of the hosts of a role, in the order of the file. */
export const hostsWith = (site: SitePart, role: Role): string[] =>
  Object.keys(site.hosts).filter((key) => site.hosts[key]!.role === role);

/**
 * The hosts that carry a database node, as `databaseNodes` has it for the model; where the cluster is forgotten, its workers
 * all the same.
 */
export function databaseHosts(site: SitePart): string[] {
  if (!site.database) return [];
  const rented = hostsWith(site, 'database');
  return site.kubernetes || rented.length === 0 ? hostsWith(site, 'worker') : rented;
}

/** `1 host`, `3 hosts`, `no host`. */
export const count = (number: number, noun: string): string =>
  `${number || 'no'} ${noun}${number > 1 ? 's' : ''}`;
/** `a, b and c`. */
export const list = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
