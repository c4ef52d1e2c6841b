import { type Family, familyOf, fromNumber, hostRoute, rangeOf, toNumber } from '#sites/address.ts';

/** What a rule of a firewall lets through; whatever is not said is anything. */
export interface Rule {
  /** Networks, addresses, or names of what has no address of its own: `pods app=web`. */
  from?: readonly string[];
  to?: readonly string[];
  family?: Family;
  protocol?: string;
  ports?: readonly (readonly [number, number])[];
  /** Names of the interfaces between which it counts. */
  via?: readonly string[];
}

/** A part of what a rule lets through, in words. */
export interface Opening {
  from: string[];
  to: string[];
  protocol: string;
  ports: [number, number][];
}

/** Addresses of one family in a row, both ends among them. */
export interface Range {
  family: Family;
  first: bigint;
  last: bigint;
}
/** Addresses in a row, or a name. */
export type End = Range | string;
const LAST: Record<Family, bigint> = { ipv4: (1n << 32n) - 1n, ipv6: (1n << 128n) - 1n };
/** Every address of a family. */
export const all = (family: Family): Range => ({ family, first: 0n, last: LAST[family] });
const FULL: [number, number] = [0, 65535];

/** What the rule lets through and none of the others does: exactly, address by address and port by port. */
export function beyond(rule: Rule, others: readonly Rule[]): Opening[] {
  const near = others.filter((each) => alike(each, rule));
  if (near.some((each) => covers(each, rule))) return [];
  const cut = (own: End[], by: (each: Rule) => End[]) => own.flatMap((end) => pieces(end, near.flatMap(by)));
  const from = cut(endsOf(rule.from, rule.family), (each) => endsOf(each.from, each.family));
  const to = cut(endsOf(rule.to, rule.family), (each) => endsOf(each.to, each.family));
  const ports = portPieces(rule, near);
  const open = new Map<string, { from: End[]; to: End[]; ports: [number, number][] }>();
  for (const source of from) {
    const ways = to.flatMap((target) => {
      if (typeof source !== 'string' && typeof target !== 'string' && source.family !== target.family)
        return [];
      const doors = ports.filter((door) => !near.some((each) => leads(each, source, target, door)));
      return doors.length > 0 ? [{ target, doors: joined(doors) }] : [];
    });
    for (const [doors, same] of Map.groupBy(ways, (way) => JSON.stringify(way.doors))) {
      const targets = same.map(({ target }) => target);
      const key = `${doors} ${rule.to === undefined && isAll(targets) ? '' : targets.map(endText).join()}`;
      const known = open.get(key);
      if (known) known.from.push(source);
      else open.set(key, { from: [source], to: same.map(({ target }) => target), ports: same[0]!.doors });
    }
  }
  return [...open.values()].map((each) => ({
    from: rule.from === undefined && whole(each.from, rule.family) ? anybody(rule.family) : texts(each.from),
    to: rule.to === undefined ? [] : texts(each.to),
    protocol: rule.protocol ?? 'any',
    ports: each.ports,
  }));
}
const anybody = (family?: Family): string[] =>
  family === undefined ? ['anybody'] : [family === 'ipv4' ? '0.0.0.0/0' : '::/0'];
/** All addresses of each family that is among them. */
const isAll = (ends: readonly End[]): boolean =>
  merged(ends).every((end) => typeof end !== 'string' && end.first === 0n && end.last === LAST[end.family]);
const whole = (ends: readonly End[], family?: Family): boolean =>
  isAll(ends) && merged(ends).length === (family === undefined ? 2 : 1);

const alike = (other: Rule, rule: Rule): boolean =>
  (other.protocol === undefined || other.protocol === rule.protocol) &&
  (other.family === undefined || rule.family === undefined || other.family === rule.family) &&
  (other.via === undefined || (rule.via?.every((each) => other.via!.includes(each)) ?? false));

const covers = (other: Rule, rule: Rule): boolean =>
  (other.family === undefined || other.family === rule.family) &&
  within(rule.from, other.from) &&
  within(rule.to, other.to) &&
  (other.ports === undefined ||
    (rule.ports?.every(([first, last]) => other.ports!.some(([a, b]) => a <= first && last <= b)) ?? false));
const within = (inner: readonly string[] | undefined, outer: readonly string[] | undefined): boolean =>
  outer === undefined || (inner?.every((each) => outer.includes(each)) ?? false);

function leads(rule: Rule, from: End, to: End, [first, last]: readonly [number, number]): boolean {
  return (
    has(rule.from, rule.family, from) &&
    has(rule.to, rule.family, to) &&
    (rule.ports === undefined || rule.ports.some(([a, b]) => a <= first && last <= b))
  );
}
const has = (list: readonly string[] | undefined, family: Family | undefined, end: End): boolean => {
  if (typeof end === 'string') return list === undefined ? family === undefined : list.includes(end);
  return endsOf(list, family).some(
    (each) =>
      typeof each !== 'string' &&
      each.family === end.family &&
      each.first <= end.first &&
      end.last <= each.last,
  );
};

const ends = new Map<string, Range>();
/** What a rule names, as addresses in a row where it names addresses; everything where it names nothing. */
export function endsOf(list: readonly string[] | undefined, family?: Family): End[] {
  if (list === undefined) return family === undefined ? [all('ipv4'), all('ipv6')] : [all(family)];
  return list.map((each) => {
    const text = String(each); // of a tree that somebody edited by hand
    if (!/^[\da-f.:]+([/-][\da-f.:]+)?$/i.test(text) || !/[.:]/.test(text)) return text;
    const known = ends.get(text);
    if (known) return known;
    const range = rangeIn(text);
    if (!range) return text;
    ends.set(text, range);
    return range;
  });
}

/** `10.0.0.0/8`, `10.0.0.1`, `10.0.0.1-10.0.0.9`; nothing where it is none of these. */
function rangeIn(text: string): Range | undefined {
  const [first = '', last] = text.split('-');
  try {
    if (last !== undefined) return { family: familyOf(first), first: toNumber(first), last: toNumber(last) };
    return { family: familyOf(text), ...rangeOf(text.includes('/') ? text : hostRoute(text)) };
  } catch {
    return undefined; // a name that looks like an address
  }
}

/** A network without some others within it, as ranges of addresses. */
export function rest(network: string, except: readonly string[]): string[] {
  const [own] = endsOf([network]);
  if (own === undefined || typeof own === 'string' || except.length === 0) return [network];
  const holes = endsOf(except);
  const inHole = (end: End) =>
    typeof end !== 'string' &&
    holes.some(
      (hole) =>
        typeof hole !== 'string' &&
        hole.family === end.family &&
        hole.first <= end.first &&
        end.last <= hole.last,
    );
  return merged(pieces(own, holes).filter((end) => !inHole(end))).map((end) =>
    typeof end === 'string'
      ? end
      : `${fromNumber(end.family, end.first)}-${fromNumber(end.family, end.last)}`,
  );
}

function pieces(end: End, others: readonly End[]): End[] {
  if (typeof end === 'string') return [end];
  const starts = new Set([end.first]);
  for (const other of others) {
    if (typeof other === 'string' || other.family !== end.family) continue;
    for (const each of [other.first, other.last + 1n])
      if (each > end.first && each <= end.last) starts.add(each);
  }
  const sorted = [...starts].sort((a, b) => (a < b ? -1 : 1));
  return sorted.map((first, index) => ({
    family: end.family,
    first,
    last: index + 1 < sorted.length ? sorted[index + 1]! - 1n : end.last,
  }));
}

function portPieces(rule: Rule, others: readonly Rule[]): [number, number][] {
  return (rule.ports ?? [FULL]).flatMap(([first, last]) => {
    const starts = new Set([first]);
    for (const each of others.flatMap(({ ports }) => ports ?? []))
      for (const port of [each[0], each[1] + 1]) if (port > first && port <= last) starts.add(port);
    const sorted = [...starts].sort((a, b) => a - b);
    return sorted.map((start, index): [number, number] => [start, (sorted[index + 1] ?? last + 1) - 1]);
  });
}
const joined = (doors: readonly [number, number][]): [number, number][] => {
  const found: [number, number][] = [];
  for (const [first, last] of doors) {
    const before = found.at(-1);
    if (before && before[1] + 1 === first) before[1] = last;
    else found.push([first, last]);
  }
  return found;
};

/** Neighbours in a sorted list as one. */
export function merged(list: readonly End[]): End[] {
  const found: End[] = [];
  for (const end of list) {
    const before = found.at(-1);
    if (
      typeof end !== 'string' &&
      before !== undefined &&
      typeof before !== 'string' &&
      before.family === end.family &&
      before.last + 1n === end.first
    )
      found[found.length - 1] = { ...before, last: end.last };
    else found.push(end);
  }
  return found;
}
/** A family of which next to nothing is left out is said as a whole: who was let in before is no news. */
export const texts = (list: readonly End[]): string[] =>
  [...Map.groupBy(merged(list), (end) => (typeof end === 'string' ? '' : end.family))].flatMap(
    ([family, ends]) => {
      const size = ends.reduce(
        (sum, end) => sum + (typeof end === 'string' ? 0n : end.last - end.first + 1n),
        0n,
      );
      const most = family !== '' && size > (LAST[family] / 8n) * 7n;
      return most ? [family === 'ipv4' ? '0.0.0.0/0' : '::/0'] : ends.map(endText);
    },
  );
function endText(end: End): string {
  if (typeof end === 'string') return end;
  const size = end.last - end.first + 1n;
  const bits = size.toString(2).length - 1;
  const first = fromNumber(end.family, end.first);
  if (size === 1n) return first;
  const length = (end.family === 'ipv4' ? 32 : 128) - bits;
  if (size === 1n << BigInt(bits) && end.first % size === 0n) return `${first}/${length}`;
  return `${first}–${fromNumber(end.family, end.last)}`;
}
