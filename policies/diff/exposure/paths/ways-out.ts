import { type Family, familyOf } from '#sites/address.ts';
import { all, type Range } from '../reach.ts';
import { type End, type Journey, WORLD } from './end.ts';
import type { Front, Gate } from './gate.ts';
import { type Side, through } from './gates.ts';
import { anything, type Lane, less, meet } from './lanes.ts';
import { point } from './places.ts';
import { podsEnd, type SiteGates, type Source, sideOf } from './site-gates.ts';

/** What leaves a host, by the policies of its pods and its own gates. */
export const leaving = ({ pods, gates }: Source, from: string, there: Range): Lane[] =>
  [...(pods ? [pods] : []), ...gates].reduce<Lane[]>(
    (lanes, gate) => (lanes.length === 0 ? lanes : meet(lanes, through(gate, { near: from, far: there }))),
    [anything(there)],
  );
/** The same ports, said of who dials instead of whom they dial. */
export const seenFrom = (lanes: readonly Lane[], far: Range): Lane[] =>
  lanes.map((lane) => ({ ...lane, far }));

/** What apps of a site reach at one another. */
export function betweenPods({ place, rules }: SiteGates): Journey[] {
  const far = point('0.0.0.0');
  return place.pods.flatMap((to) =>
    place.pods
      .filter((from) => from !== to)
      .map(
        (from): Journey => ({
          from: podsEnd(from),
          to: podsEnd(to),
          lanes: rules.between(from, to).map((ports) => ({ far, ...ports })),
          paths: [...rules.paths(from), ...rules.paths(to)],
        }),
      ),
  );
}

/** Whom hosts and pods of a site reach in the world. */
export function outwards(site: SiteGates, strangers: readonly string[]): Journey[] {
  const ours = [...site.place.networks.nodes, ...site.place.networks.public].map(anything);
  return site.sources.flatMap((source) =>
    (['ipv4', 'ipv6'] as Family[]).flatMap((family): Journey[] => {
      const own = source.host.addresses.find((each) => familyOf(each) === family);
      if (own === undefined) return [];
      const known = strangers
        .filter((each) => familyOf(each) === family)
        .map((each) => anything(point(each)));
      const lanes = less(leaving(source, own, all(family)), [...known, ...ours]);
      const ways: { form?: string; lanes: Lane[]; gates: Gate[] }[] =
        site.fronts.length === 0
          ? [{ lanes, gates: [] }]
          : site.fronts.map(({ name, gate }) => ({
              form: name,
              gates: [gate],
              lanes: meet(
                lanes,
                through(gate, {
                  near: own,
                  far: all(family),
                  across: { from: sideOf(site.place, own), to: 'world', starts: 'near' },
                }),
              ),
            }));
      return ways.map(({ form, lanes: open, gates }) => ({
        from: source.end,
        to: { ...WORLD, key: `world ${family}` },
        ...(form ? { form } : {}),
        lanes: open,
        paths: [...gates, ...source.gates, ...(source.pods ? [source.pods] : [])].map(({ path }) => path),
      }));
    }),
  );
}

/** What a front firewall takes itself: from the world, and from hosts on each of its sides. */
export function onto({ name, own }: Front, { place, sources }: SiteGates): Journey[] {
  if (!own) return [];
  const to: End = { key: `${place.code} ${name}`, site: place.code, name, kind: 'host', role: 'firewall' };
  // Its rules name no address of its own: they count for all.
  const asked = (family: Family, far: Range, from: Side): Lane[] =>
    through(own, {
      near: family === 'ipv4' ? '0.0.0.0' : '::',
      far,
      across: { from, to: from, starts: 'far' },
    });
  const families: Family[] = ['ipv4', 'ipv6'];
  const hosts = sources.filter(({ pods }) => !pods);
  return [
    {
      from: WORLD,
      to,
      lanes: families.flatMap((family) => asked(family, all(family), 'world')),
      paths: [own.path],
    },
    ...hosts.map(
      ({ host, end, gates }): Journey => ({
        from: end,
        to,
        lanes: host.addresses.flatMap((each) => asked(familyOf(each), point(each), sideOf(place, each))),
        paths: [own.path, ...gates.map(({ path }) => path)],
      }),
    ),
  ];
}
