import type { Tree } from '../law.ts';
import { chainPoints, changedRefusals } from './exposure/chains.ts';
import { balancerPoints, servicePoints } from './exposure/edges.ts';
import { newHosts } from './exposure/newcomers.ts';
import { fronts } from './exposure/paths/gates.ts';
import { type Move, moves } from './exposure/paths/moves.ts';
import { places } from './exposure/paths/places.ts';
import { sentences } from './exposure/paths/sentences.ts';
import { podPoints } from './exposure/pods.ts';
import type { Point } from './exposure/point.ts';
import { beyond, type Opening } from './exposure/reach.ts';
import { changedRights } from './exposure/rights.ts';
import { stackPoints } from './exposure/stacks.ts';
import { type Exposure, type Way, waysText } from './exposure/ways.ts';
import { differing, placeOf } from './thing.ts';

const ORDER = ['wider', 'newcomers', 'narrower', 'gate'];

/**
 * Who reaches what before and after, by computation along whole ways: from the world, another site, a host or a pod through every gate to the
 * port. What a single gate lets through, without a way for it, is said apart.
 */
export function exposures(before: Tree, after: Tree): Exposure[] {
  const codes = (tree: Tree) => new Set([...tree.keys()].map(placeOf));
  const [old, fresh] = [codes(before), codes(after)];
  const own = differing(before, after).filter((path) => old.has(placeOf(path)) && fresh.has(placeOf(path)));
  if (own.length === 0) return [];
  const changed = new Set(own);
  const ways = isAboutWays(own) ? moves(before, after) : [];
  const found = [
    ...sentences(ways, before, after, changed),
    ...gates(before, after, own, ways),
    ...changedRefusals(before, after, own),
    ...changedRights(before, after, own, newHosts(before, after)),
  ];
  return found.sort((a, b) => ORDER.indexOf(a.how) - ORDER.indexOf(b.how));
}

/** Files that say who may reach whom, or who there is. */
const WAYS =
  /\/(nftables\.conf|haproxy\.cfg|pfsense\.xml|cdk\.tf\.json|hosts\.yaml|inventory\.yaml|ssh_config)$|\.(network|zone)$|\/kubernetes\/.*\/(networkpolicy|service|namespace|deployment|statefulset|daemonset|job|cronjob)-/;
const isAboutWays = (paths: readonly string[]): boolean => paths.some((path) => WAYS.test(path));

/** What single gates let through now or no longer where no way shows it; a name that is answered to is a way by itself. */
function gates(before: Tree, after: Tree, own: readonly string[], ways: readonly Move[]): Exposure[] {
  const [was, is] = [pointsOf(before, own), pointsOf(after, own)];
  const moved = [...new Set([...was.keys(), ...is.keys()])].flatMap((key): Way[] => {
    const [one, other] = [was.get(key), is.get(key)];
    const point = (other ?? one)!;
    if (!(one && other) && point.of !== undefined) return [];
    const between = (how: 'wider' | 'narrower', rules: Point['rules'], others: Point['rules']): Way[] =>
      openings(rules, others).map((opening) => ({ how, point, opening }));
    return [
      ...between('wider', other?.rules ?? [], one?.rules ?? []),
      ...between('narrower', one?.rules ?? [], other?.rules ?? []),
    ];
  });
  const isRoute = ({ point }: Way) => /^(Ingress|\w+Route) /.test(point.name);
  const isSeen = ({ how, point, opening }: Way): boolean =>
    ways.some(
      (move) =>
        (how === 'narrower') === (move.how === 'narrower') &&
        isAt(move, point) &&
        move.ports.some(([first, last]) => opening.ports.some(([a, b]) => a <= last && first <= b)),
    );
  const unseen = moved.filter((way) => !isRoute(way) && !isSeen(way) && !isAboutOthers(way, before, after));
  return [
    ...waysText(moved.filter(isRoute)),
    ...waysText(unseen).map(
      (each): Exposure => ({
        ...each,
        how: 'gate',
        text: `${each.text}; nobody reaches ${each.how === 'wider' ? 'more' : 'less'} for it`,
      }),
    ),
  ];
}

/** Whether a way leads through a gate. */
const isAt = ({ from, to, paths }: Move, { name, place, path }: Point): boolean =>
  name.startsWith('pods ')
    ? [from, to].some((end) => end.kind === 'pods' && end.site === place && `pods ${end.name}` === name)
    : paths.includes(path);

/** Whether a way of a gate is about addresses that only one of the trees has: who comes or goes is said elsewhere. */
function isAboutOthers({ opening }: Way, before: Tree, after: Tree): boolean {
  const [was, is] = [before, after].map(addresses) as [Set<string>, Set<string>];
  return [opening.from, opening.to].some(
    (side) => side.length > 0 && side.every((each) => isIn(each, was) !== isIn(each, is)),
  );
}
/** `10.0.0.4–10.0.0.6`, `10.0.0.4/31` are judged by their first address. */
const isIn = (text: string, known: ReadonlySet<string>): boolean => known.has(text.split(/[/–-]/)[0]!);
const addresses = (tree: Tree): Set<string> =>
  new Set(
    places(tree).flatMap(({ hosts }) => hosts.flatMap((host) => [...host.addresses, ...host.outer.values()])),
  );

function pointsOf(tree: Tree, paths: readonly string[]): Map<string, Point> {
  const sites = new Set(paths.filter((path) => path.includes('/kubernetes/')).map(placeOf));
  const all = [
    ...stackPoints(tree, paths),
    ...chainPoints(tree, paths),
    ...frontPoints(tree, paths),
    ...balancerPoints(tree, paths),
    ...podPoints(tree, sites),
    ...servicePoints(tree, sites),
  ];
  return new Map(all.map((point) => [`${point.place} ${point.name} ${point.direction}`, point]));
}

/** What a pfSense lets pass, as one gate. */
const frontPoints = (tree: Tree, paths: readonly string[]): Point[] =>
  places(tree)
    .filter(({ code }) => paths.includes(`${code}/front-firewall/pfsense.xml`))
    .flatMap((place) => fronts(tree, place).filter(({ name }) => name === 'pfSense'))
    .map(
      ({ gate, own }): Point => ({
        place: placeOf(gate.path),
        path: gate.path,
        name: 'pfSense',
        direction: 'through',
        rules: [...gate.steps, ...(own?.steps ?? [])].filter(({ pass }) => pass).map(({ rule }) => rule),
      }),
    );

const openings = (rules: Point['rules'], others: Point['rules']): Opening[] => {
  const same = new Set(others.map((rule) => JSON.stringify(rule)));
  return rules.filter((rule) => !same.has(JSON.stringify(rule))).flatMap((rule) => beyond(rule, others));
};
