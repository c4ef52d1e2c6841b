import { familyOf, isPrivate } from '#sites/address.ts';
import type { Tree } from '../../../law.ts';
import { all, type Range } from '../reach.ts';
import { type End, type Journey, WORLD } from './end.ts';
import type { Gate } from './gate.ts';
import { through } from './gates.ts';
import { anything, type Lane, less, meet } from './lanes.ts';
import { type Place, places, point } from './places.ts';
import { type SiteGates, type Source, sideOf, siteOf, type Target } from './site-gates.ts';
import { betweenPods, leaving, onto, outwards, seenFrom } from './ways-out.ts';

/**
 * Every way of a tree, through every gate on it. Whoever stands between is asked: a NetworkPolicy as a pod leaves, the firewall or the security
 * groups of its host, the front firewall of its site, that of the other site with its translations, the firewall or the groups
 * there, and the NetworkPolicy behind a node port. The world has no gate of its own; a neighbour stands in a network of the site.
 *
 * @param strangers addresses that are a host's in one of the trees that are compared, and therefore not just anybody's
 * @param networks of each site, those of all trees that are compared
 */
export function journeys(
  tree: Tree,
  strangers: readonly string[],
  networks: Networks = networksOf(tree),
): Journey[] {
  const key = `${strangers.toSorted().join()} ${[...networks]
    .flatMap(([code, { nodes, public: open }]) => [
      code,
      ...[...nodes, ...open].map(({ first, last }) => `${first}-${last}`),
    ])
    .toSorted()
    .join()}`;
  const before = known.get(tree);
  if (before?.key === key) return before.found;
  const found = read(tree, strangers, networks);
  known.set(tree, { key, found });
  return found;
}
/** Of each tree what was asked last: a tree is compared with others, both ways. */
const known = new WeakMap<Tree, { key: string; found: Journey[] }>();

function read(tree: Tree, strangers: readonly string[], networks: Networks): Journey[] {
  const sites = places(tree).map((place) => siteOf(tree, place, networks.get(place.code) ?? place.networks));
  return sites.flatMap((site) => [
    ...site.targets.flatMap((target) => into(target, site, sites, strangers)),
    ...betweenPods(site),
    ...outwards(site, strangers),
    ...site.fronts.flatMap((front) => onto(front, site)),
  ]);
}

type Networks = ReadonlyMap<string, Place['networks']>;
/** Networks of each site of one or more trees. */
export function networksOf(...trees: readonly Tree[]): Networks {
  const all = Map.groupBy(
    trees.flatMap((tree) => places(tree)),
    ({ code }) => code,
  );
  return new Map(
    [...all].map(([code, same]) => [
      code,
      {
        nodes: same.flatMap(({ networks }) => networks.nodes),
        public: same.flatMap(({ networks }) => networks.public),
      },
    ]),
  );
}

const lanesOf = (gates: readonly Gate[], near: string, far: Range): Lane[] =>
  gates.reduce(
    (lanes, gate) => meet(lanes, through(gate, { near, far })),
    [{ far, protocol: 'any', first: 0, last: 65535 }],
  );

/** What reaches one address: the world, neighbours in its network, hosts and pods of its own site and of others. */
function into(
  target: Target,
  site: SiteGates,
  sites: readonly SiteGates[],
  strangers: readonly string[],
): Journey[] {
  const family = familyOf(target.address);
  const { place } = site;
  const side = sideOf(place, target.address);
  const journey = (from: End, lanes: Lane[], gates: readonly Gate[], form?: string): Journey => ({
    from,
    to: target.end,
    ...(form ? { form } : {}),
    lanes,
    paths: [...gates, ...target.gates].map(({ path }) => path),
  });
  const found: Journey[] = [];
  const known = strangers.filter((each) => familyOf(each) === family).map((each) => anything(point(each)));
  const ours = [...place.networks.nodes, ...place.networks.public];
  const anybody = less(lanesOf(target.gates, target.address, all(family)), known);
  const arrivals = arriving(site, target);
  for (const { form, gate, isKnown } of arrivals) {
    if (!isKnown) continue;
    const crossed = gate
      ? meet(
          anybody,
          through(gate, {
            near: target.address,
            far: all(family),
            across: { from: 'world', to: side, starts: 'far' },
          }),
        )
      : anybody;
    found.push(journey(WORLD, less(crossed, ours.map(anything)), gate ? [gate] : [], form));
  }
  const near = place.networks[side].filter((range) => range.family === family);
  const neighbours = near.flatMap((range) => meet(anybody, [anything(range)]));
  found.push(
    journey(
      {
        key: `${place.code} ${side} neighbours`,
        site: place.code,
        name: `any neighbour in ${place.code}`,
        kind: 'neighbours',
        size: near.reduce((sum, { first, last }) => sum + last - first + 1n, 0n),
      },
      neighbours,
      [],
    ),
  );
  for (const from of sites)
    for (const source of from.sources)
      for (const each of from === site
        ? within(source, target, site, side)
        : across(source, from, target, site, arrivals, side))
        found.push(
          journey(
            source.end,
            each.lanes,
            [...each.gates, ...source.gates, ...(source.pods ? [source.pods] : [])],
            each.form,
          ),
        );
  return found;
}

interface Arrival {
  form?: string;
  gate?: Gate;
  /** What others dial, and whether there is such an address. */
  dialled: string;
  isKnown: boolean;
}
/** How packets of the world come to an address: by each form of the front firewall, through a floating address, or straight. */
function arriving({ fronts: forms, isOpenStack }: SiteGates, { host, address }: Target): Arrival[] {
  const outer = host.outer.get(address);
  if (forms.length === 0) {
    const dialled = outer ?? address;
    return [
      { dialled, isKnown: isOpenStack ? outer !== undefined || !isPrivate(address) : !isPrivate(address) },
    ];
  }
  return forms.map((front) => {
    const dialled = front.outer.get(address) ?? address;
    return { form: front.name, gate: front.gate, dialled, isKnown: !isPrivate(dialled) };
  });
}

interface Way {
  lanes: Lane[];
  gates: Gate[];
  form?: string;
}
/** As a host of the same site, or pods on it, reaches an address. */
function within(source: Source, target: Target, site: SiteGates, side: 'public' | 'nodes'): Way[] {
  const { family } = point(target.address);
  const own = source.host.addresses.filter((each) => familyOf(each) === family);
  if (source.host === target.host && !source.pods) return [];
  const from = own.find((each) => sideOf(site.place, each) === side) ?? own[0];
  if (from === undefined) return [];
  const there = point(target.address);
  const started = leaving(source, from, there);
  if (started.length === 0) return [];
  const arrived = lanesOf(target.gates, target.address, point(from));
  const lanes = meet(seenFrom(started, point(from)), arrived);
  const fromSide = sideOf(site.place, from);
  if (fromSide === side || site.fronts.length === 0) return [{ lanes, gates: [] }];
  return site.fronts.map(({ name, gate }) => ({
    lanes: meet(
      lanes,
      through(gate, {
        near: target.address,
        far: point(from),
        across: { from: fromSide, to: side, starts: 'far' },
      }),
    ),
    gates: [gate],
    form: name,
  }));
}

/** As a host of another site, or pods on it, reaches an address: by what both sites show to each other. */
function across(
  source: Source,
  from: SiteGates,
  target: Target,
  to: SiteGates,
  arrivals: readonly Arrival[],
  side: 'public' | 'nodes',
): Way[] {
  const family = familyOf(target.address);
  return arrivals.flatMap(({ form, gate, dialled, isKnown }): Way[] => {
    if (!isKnown || familyOf(dialled) !== family) return [];
    const front = from.fronts.find(({ name }) => name === form) ?? from.fronts[0];
    const own = source.host.addresses.filter((each) => familyOf(each) === family);
    const pick = own
      .map((each) => ({ own: each, shown: front?.outer.get(each) ?? source.host.outer.get(each) ?? each }))
      .find(({ shown }) => !isPrivate(shown));
    if (!pick) return [];
    let lanes = leaving(source, pick.own, point(dialled));
    if (lanes.length > 0 && front)
      lanes = meet(
        lanes,
        through(front.gate, {
          near: pick.own,
          far: point(dialled),
          across: { from: sideOf(from.place, pick.own), to: 'world', starts: 'near' },
        }),
      );
    if (lanes.length === 0) return [];
    const seen = point(pick.shown);
    lanes = meet(seenFrom(lanes, seen), lanesOf(target.gates, target.address, seen));
    if (gate)
      lanes = meet(
        lanes,
        through(gate, {
          near: target.address,
          far: seen,
          across: { from: 'world', to: side, starts: 'far' },
        }),
      );
    const forms = to.fronts.length > 0 ? form : from.fronts.length > 0 ? front?.name : undefined;
    return [
      {
        lanes,
        gates: [...(gate ? [gate] : []), ...(front ? [front.gate] : [])],
        ...(forms ? { form: forms } : {}),
      },
    ];
  });
}
