import type { Tree } from '../law.ts';
import { chainPoints, changedRefusals } from './exposure/chains.ts';
import { balancerPoints, servicePoints } from './exposure/edges.ts';
import { newcomers, newHosts } from './exposure/newcomers.ts';
import { podPoints } from './exposure/pods.ts';
import type { Point } from './exposure/point.ts';
import { beyond, type Opening } from './exposure/reach.ts';
import { changedRights } from './exposure/rights.ts';
import { stackPoints } from './exposure/stacks.ts';
import { type Exposure, type Way, waysText } from './exposure/ways.ts';
import { differing, placeOf } from './thing.ts';

const ORDER = ['wider', 'newcomers', 'narrower'];

/** Reachability before and after, by computation: of every place that lets some through and whose files differ. */
export function exposures(before: Tree, after: Tree): Exposure[] {
  const places = (tree: Tree) => new Set([...tree.keys()].map(placeOf));
  const [old, fresh] = [places(before), places(after)];
  const own = differing(before, after).filter((path) => old.has(placeOf(path)) && fresh.has(placeOf(path)));
  if (own.length === 0) return [];
  const come = newcomers(before, after);
  const [was, is] = [pointsOf(before, own), pointsOf(after, own)];
  const gone = [...was].filter(([key]) => !is.has(key)).map(([, point]) => point);
  const ways = [...new Set([...was.keys(), ...is.keys()])].flatMap((key): Way[] => {
    const [one, other] = [was.get(key), is.get(key)];
    const point = (other ?? one)!;
    if (!(one && other) && point.of !== undefined) return point === other ? arrived(point, gone) : [];
    return [
      ...openings(other?.rules ?? [], one?.rules ?? []).map((opening) => ({
        how: isForNew(opening, come) ? ('newcomers' as const) : ('wider' as const),
        point,
        opening,
      })),
      ...openings(one?.rules ?? [], other?.rules ?? []).map((opening) => ({
        how: 'narrower' as const,
        point,
        opening,
      })),
    ];
  });
  const found = [
    ...waysText(ways),
    ...changedRefusals(before, after, own),
    ...changedRights(before, after, own, newHosts(before, after)),
  ];
  return found.sort((a, b) => ORDER.indexOf(a.how) - ORDER.indexOf(b.how));
}

function pointsOf(tree: Tree, paths: readonly string[]): Map<string, Point> {
  const sites = new Set(paths.filter((path) => path.includes('/kubernetes/')).map(placeOf));
  const all = [
    ...stackPoints(tree, paths),
    ...chainPoints(tree, paths),
    ...balancerPoints(tree, paths),
    ...podPoints(tree, sites),
    ...servicePoints(tree, sites),
  ];
  return new Map(all.map((point) => [`${point.place} ${point.name} ${point.direction}`, point]));
}

const openings = (rules: Point['rules'], others: Point['rules']): Opening[] => {
  const same = new Set(others.map((rule) => JSON.stringify(rule)));
  return rules.filter((rule) => !same.has(JSON.stringify(rule))).flatMap((rule) => beyond(rule, others));
};

/** Of a host or pods that are new: what the world reaches there, and one of the same kind that is gone let nobody reach. */
function arrived(point: Point, gone: readonly Point[]): Way[] {
  const suffix = point.name.slice(point.of!.length);
  const before = gone.filter((each) => each.place === point.place && each.name.endsWith(suffix));
  return openings(
    point.rules,
    before.flatMap(({ rules }) => rules),
  )
    .filter(({ from }) => point.direction === 'in' && from.some((each) => /^(anybody|.*\/0)$/.test(each)))
    .map((opening) => ({ how: 'newcomers', point, opening }));
}

/** Whether all of one side is new. */
const isForNew = ({ from, to }: Opening, come: ReadonlySet<string>): boolean =>
  [from, to].some((side) => side.length > 0 && side.every((each) => come.has(each) || eachIn(each, come)));
/** `10.0.0.4–10.0.0.6`, `10.0.0.4/31`: a few in a row. */
function eachIn(text: string, come: ReadonlySet<string>): boolean {
  const [, head = '', first, sign, last] =
    /^(\d+\.\d+\.\d+\.)(\d+)(\/|–)(?:\d+\.\d+\.\d+\.)?(\d+)$/.exec(text) ?? [];
  if (first === undefined) return false;
  const count = sign === '/' ? 2 ** (32 - Number(last)) : Number(last) - Number(first) + 1;
  return (
    count <= 64 &&
    Array.from({ length: count }, (_, index) => `${head}${Number(first) + index}`).every((each) =>
      come.has(each),
    )
  );
}
