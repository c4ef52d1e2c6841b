import type { Tree } from '../../../law.ts';
import { merged, type Range, texts } from '../reach.ts';
import type { Exposure } from '../ways.ts';
import type { End, Journey } from './end.ts';
import { journeys, networksOf } from './journeys.ts';
import { type Lane, less } from './lanes.ts';
import { places } from './places.ts';

/** A way that is open after a change and was not before, or the other way round. */
export interface Move {
  how: Exposure['how'];
  from: End;
  to: End;
  /** The forms of the front firewall where it is true; none: whichever stands there, or none is on the way. */
  forms: string[];
  protocol: string;
  ports: [number, number][];
  /** Of the world and of neighbours: who, or whom. */
  who: string[];
  paths: string[];
}

/** Ways of two trees that differ, those of what is gone left out: nobody misses them. */
export function moves(before: Tree, after: Tree): Move[] {
  const strangers = [
    ...new Set(
      [before, after].flatMap((tree) =>
        places(tree).flatMap(({ hosts }) =>
          hosts.flatMap(({ addresses, outer }) => [...addresses, ...outer.values()]),
        ),
      ),
    ),
  ];
  const networks = networksOf(before, after);
  const [was, is] = [before, after].map((tree) => byKey(journeys(tree, strangers, networks))) as [Ways, Ways];
  const [old, fresh] = [endsIn(was), endsIn(is)];
  const oldSites = new Set(places(before).map(({ code }) => code));
  const found: Move[] = [];
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    const [one, other] = [was.get(key), is.get(key)];
    const { from, to, form } = (other ?? one)!;
    if (!fresh.has(from.key) || !fresh.has(to.key)) continue;
    if (one && other && same(one.lanes, other.lanes)) continue;
    const isNewTarget = !old.has(to.key);
    const isNewSource = !old.has(from.key);
    if (isNewTarget && from.kind !== 'world') continue;
    if (isNewSource && (from.kind === 'pods' || (from.site === to.site && !oldSites.has(from.site))))
      continue;
    const paths = [...new Set([...(one?.paths ?? []), ...(other?.paths ?? [])])];
    const said = (how: Move['how'], lanes: Lane[]) => {
      for (const part of parts(lanes, from, to))
        found.push({ how, from, to, forms: form ? [form] : [], paths, ...part });
    };
    said(isNewTarget || isNewSource ? 'newcomers' : 'wider', less(other?.lanes ?? [], one?.lanes ?? []));
    if (!isNewTarget && !isNewSource) said('narrower', less(one?.lanes ?? [], other?.lanes ?? []));
  }
  return withForms(found, [...was.values(), ...is.values()]);
}

type Ways = ReadonlyMap<string, Journey>;
const byKey = (all: readonly Journey[]): Ways =>
  new Map(all.map((each) => [`${each.from.key}|${each.to.key}|${each.form ?? ''}`, each]));
const endsIn = (all: ReadonlyMap<string, Journey>): Set<string> =>
  new Set([...all.values()].flatMap(({ from, to }) => [from.key, to.key]));

const textOf = ({ far, protocol, first, last }: Lane): string =>
  `${far.first}-${far.last} ${protocol} ${first}-${last}`;
const same = (some: readonly Lane[], others: readonly Lane[]): boolean =>
  some.length === others.length && some.every((each, index) => textOf(each) === textOf(others[index]!));

/** Lanes as words need them: ports that are open to the same ones as one. */
function parts(lanes: readonly Lane[], from: End, to: End): Pick<Move, 'protocol' | 'ports' | 'who'>[] {
  const isNamed = from.kind !== 'world' && from.kind !== 'neighbours' && to.kind !== 'world';
  // Where protocols without a name are open too, everything is as good as open.
  const rest = lanes.filter(({ protocol }) => protocol === 'other');
  const told = lanes.filter(
    (lane) =>
      lane.protocol === 'other' || less([{ ...lane, protocol: 'other', first: 0, last: 0 }], rest).length > 0,
  );
  const doors = Map.groupBy(told, ({ protocol, first, last }) => `${protocol} ${first} ${last}`);
  const open = [...doors.values()].map((all) => {
    const { first, last } = all[0]!;
    const protocol = all[0]!.protocol === 'other' ? 'any' : all[0]!.protocol;
    const far = all
      .map((each) => each.far)
      .sort((a, b) => (a.first < b.first ? -1 : Number(a.first > b.first)));
    return {
      protocol,
      port: [first, last] as [number, number],
      who: isNamed || isMost(far, from) ? [] : texts(merged(far)),
    };
  });
  return [...Map.groupBy(open, ({ protocol, who }) => `${protocol} ${who}`).values()].map((all) => ({
    protocol: all[0]!.protocol,
    who: all[0]!.who,
    ports: joined(all.map(({ port }) => port)),
  }));
}

/** Nearly all neighbours are named as such: hosts of ours among them are said by name. */
const isMost = (far: readonly Range[], { size }: End): boolean =>
  size !== undefined && far.reduce((sum, { first, last }) => sum + last - first + 1n, 0n) * 4n > size * 3n;

function joined(ports: [number, number][]): [number, number][] {
  const found: [number, number][] = [];
  for (const [first, last] of ports.sort((a, b) => a[0] - b[0])) {
    const before = found.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else found.push([first, last]);
  }
  return found;
}

/** What is true for every form of the front firewall is said without one. */
function withForms(all: readonly Move[], known: readonly Journey[]): Move[] {
  const forms = new Map<string, Set<string>>();
  for (const { form, from, to } of known) {
    if (!form) continue;
    const key = `${from.key}|${to.key}`;
    forms.set(key, (forms.get(key) ?? new Set()).add(form));
  }
  const alike = Map.groupBy(all, ({ how, from, to, protocol, ports, who }) =>
    JSON.stringify([how, from.key, to.key, to.name, protocol, ports, who]),
  );
  return [...alike.values()].map((each) => {
    const [first] = each;
    const said = [...new Set(each.flatMap((one) => one.forms))];
    const possible = forms.get(`${first!.from.key}|${first!.to.key}`)?.size ?? 0;
    return {
      ...first!,
      forms: said.length === possible ? [] : said,
      paths: [...new Set(each.flatMap((one) => one.paths))],
    };
  });
}
