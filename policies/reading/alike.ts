import type { Model } from '#sites/model.ts';
import type { Data } from './objects.ts';
import { yamlOf } from './texts.ts';

/** A text in which what sites, hosts and addresses are called is the same everywhere. */
export type Plain = (text: string) => string;

/** What sites, hosts and addresses are called is the same everywhere: `{site}`, `{host}`, `{address}`. */
export function placeholders(model: Model): Plain {
  const words = new Map<string, string>();
  for (const site of model.sites) {
    words.set(site.code, '{site}').set(site.domain, '{domain}');
    for (const host of site.hosts)
      words.set(host.name, '{host}').set(host.fqdn, '{host}').set(host.key, '{host}');
    if (site.objects) words.set(site.objects.zone, '{site}');
  }
  const known = new Map<string, string>();
  const heads = new Set([...words.keys()].map((word) => word.split(/[^A-Za-z0-9]+/)[0]!));
  const replaced: Plain = (text) =>
    text.replace(ADDRESS, '{address}').replace(/[A-Za-z0-9][\w.-]*/g, (token) => {
      const whole = words.get(token);
      if (whole) return whole;
      // Most words have no part that a site is called by, and fifty sites have a thousand names.
      if (!token.split(/[^A-Za-z0-9]+/).some((each) => heads.has(each))) return token;
      // `s3.sxb.fredu.fr`, `cockroachdb-sxb`, `sxb-worker1-4`
      return [...words].reduce(
        (text, [word, name]) => (text.includes(word) ? part(text, word, name) : text),
        token,
      );
    });
  return (text) => {
    const said = known.get(text) ?? replaced(text);
    known.set(text, said);
    return said;
  };
}
const ADDRESS =
  /\[?(?<![\w:.])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4})(?![\w.])\]?(?:\/\d+)?/g;
const part = (text: string, word: string, name: string): string =>
  text.split(word).reduce((before, after) => {
    const isWhole = !/[A-Za-z0-9]$/.test(before) && !/^[A-Za-z0-9]/.test(after);
    return before + (isWhole ? name : word) + after;
  });

/** A place where two values say something else, whatever their sites are called. */
export interface Difference {
  /** Keys and names of list items: `.spec.containers[api].image`. */
  at: string;
  a: Data;
  b: Data;
}

/** All differences of two values that are not between names or addresses of sites. */
export function differences(a: Data, b: Data, plain: Plain): Difference[] {
  const found: Difference[] = [];
  compare(a, b, '', { plain }, found);
  return found;
}

interface Pair {
  plain: Plain;
}

function compare(a: Data, b: Data, at: string, pair: Pair, found: Difference[]): void {
  if (a === b) return;
  if (typeof a === 'string' && typeof b === 'string') {
    compareTexts(a, b, at, pair, found);
  } else if (Array.isArray(a) && Array.isArray(b)) {
    compareLists(a, b, at, pair, found);
  } else if (isMap(a) && isMap(b)) {
    const isSame = Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((key) => key in b);
    const [left, right] = isSame ? [a, b] : [a, b].map((map) => plainKeys(map, pair.plain));
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
      compare(left[key], right[key], `${at}.${key}`, pair, found);
  } else found.push({ at, a, b });
}
const plainKeys = (map: Data, plain: Plain): Data =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [plain(key), value]));
const isMap = (value: Data): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

function compareTexts(a: string, b: string, at: string, pair: Pair, found: Difference[]): void {
  if (!a.includes('\n') && !b.includes('\n')) {
    const [left, right] = [a, b].map((text) => uniqueParts(pair.plain(text)));
    if (left !== right) found.push({ at, a, b });
    return;
  }
  const [left, right] = [yamlOf(a), yamlOf(b)];
  if (typeof left === 'object' && left !== null && typeof right === 'object' && right !== null)
    compare(left, right, at, pair, found);
  else compareLists(a.split('\n'), b.split('\n'), at, pair, found);
}
/** Lists of addresses within a text are as long as the site has hosts. */
const uniqueParts = (text: string): string =>
  [...new Set(text.split(/(?<=,)|\s+|(?=\|)|(?<=\|)/).map((part) => part.replace(/,$/, '')))].join(' ');

function compareLists(a: Data[], b: Data[], at: string, pair: Pair, found: Difference[]): void {
  const name = (each: Data): string | undefined => {
    const key = ['name', 'alert', 'record', 'job_name', 'title', 'receiver'].find(
      (word) => typeof each?.[word] === 'string',
    );
    return key && pair.plain(String(each[key]));
  };
  const named = [a, b].map((list) => new Map(list.map((each) => [name(each), each])));
  if (named.every((map, index) => map.size === [a, b][index]!.length && !map.has(undefined))) {
    for (const key of new Set([...named[0]!.keys(), ...named[1]!.keys()]))
      compare(named[0]!.get(key), named[1]!.get(key), `${at}[${key}]`, pair, found);
    return;
  }
  if (a.length === b.length) {
    for (const [index, each] of a.entries()) compare(each, b[index], `${at}[]`, pair, found);
    return;
  }
  // Lists of different lengths: as many as there are addresses, and each of a form that the other list has too.
  const form = (each: Data): string => pair.plain(JSON.stringify(each));
  const [left, right] = [a, b].map((list) => new Map(list.map((each) => [form(each), each])));
  for (const [key, each] of left!) if (!right!.has(key)) found.push({ at: `${at}[]`, a: each, b: undefined });
  for (const [key, each] of right!) if (!left!.has(key)) found.push({ at: `${at}[]`, a: undefined, b: each });
}

/** A value as a finding quotes it. */
export const short = (value: Data): string => {
  const text = value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
};
/** What to look for in a file. */
export const firstWord = (value: Data): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value).split('\n')[0] : undefined;
