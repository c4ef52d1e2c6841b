import type { Point } from './point.ts';
import type { Opening } from './reach.ts';

/**
 * Somebody reaches more than before, or less. `newcomers`: only machines that are new themselves. `gate`: one gate on the way lets more or
 * less through, and nobody reaches more or less for it, for another one refuses.
 */
export interface Exposure {
  how: 'wider' | 'narrower' | 'newcomers' | 'gate';
  text: string;
  paths: string[];
}

/** One way that is open now, or closed, at one place. */
export interface Way {
  how: Exposure['how'];
  point: Point;
  opening: Opening;
}

/** What ports are called when they are spoken of. */
export const PORTS: Record<number, string> = {
  22: 'SSH',
  53: 'DNS',
  80: 'HTTP',
  443: 'HTTPS',
  2379: 'etcd',
  2380: 'etcd',
  6432: 'the pooler',
  6443: 'the Kubernetes API',
  9090: 'Prometheus',
  9100: 'the node exporter',
  10250: 'the kubelet',
  11211: 'memcached',
  26257: 'the database',
  26258: 'the database between its nodes',
};

/** Ways in words: those of one place on the same ports as one, and hosts that differ alike as one. */
export function waysText(ways: readonly Way[]): Exposure[] {
  const doors = ({ opening }: Way) => doorsText(opening);
  const first = Map.groupBy(ways, (way) =>
    JSON.stringify([
      way.how,
      way.point.place,
      way.point.name,
      way.point.direction,
      doors(way),
      way.opening.to,
    ]),
  );
  const joined = [...first.values()].map((same) => ({
    ...same[0]!,
    opening: { ...same[0]!.opening, from: [...new Set(same.flatMap(({ opening }) => opening.from))] },
  }));
  const doorsJoined = Map.groupBy(joined, ({ how, point, opening: { from, to, protocol } }) =>
    JSON.stringify([how, point.place, point.name, point.direction, protocol, from, to]),
  );
  const whole = [...doorsJoined.values()].map((same) => ({
    ...same[0]!,
    opening: { ...same[0]!.opening, ports: same.flatMap(({ opening }) => opening.ports) },
  }));
  const second = Map.groupBy(whole, (way) => {
    const { of, name, place, direction } = way.point;
    const what = of === undefined ? name : name.slice(of.length);
    return JSON.stringify([way.how, place, what, direction, doors(way), way.opening.from]);
  });
  return [...second.values()].map((same) => ({
    how: same[0]!.how,
    text: sentence(same),
    paths: [...new Set(same.map(({ point }) => point.path))],
  }));
}

function sentence(same: readonly Way[]): string {
  const { how, point, opening } = same[0]!;
  const places = [...new Set(same.map((way) => way.point.of ?? ''))];
  const suffix = point.of === undefined ? point.name : point.name.slice(point.of.length).trim();
  const where =
    point.of === undefined ? point.name : suffix ? `${suffix} of ${places.join(', ')}` : places.join(', ');
  const targets = [...new Set(same.flatMap((way) => way.opening.to))];
  const target = targets.length > 0 && targets.length <= 4 ? ` at ${targets.join(', ')}` : '';
  const who = opening.from.join(', ');
  const wide = how !== 'narrower';
  if (point.direction === 'out')
    return `${point.place}, ${where}: ${who} ${wide ? 'can now' : 'can no longer'} be reached on ${doorsText(opening)}`;
  return `${point.place}, ${where}: ${doorsText(opening)}${target} is ${wide ? 'now' : 'no longer'} open to ${who}`;
}

function doorsText({ protocol, ports }: Opening): string {
  const isAll = ports.every(([first, last]) => first === 0 && last === 65535);
  if (isAll) return protocol === 'any' ? 'everything' : protocol;
  const said = ports.map(([first, last]) => (first === last ? first : `${first}–${last}`)).join(', ');
  const names = ports.flatMap(([first, last]) => (first === last && PORTS[first] ? [PORTS[first]] : []));
  return `${protocol} ${said}${names.length > 0 ? ` (${[...new Set(names)].join(', ')})` : ''}`;
}
