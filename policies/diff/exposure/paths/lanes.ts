import type { Range } from '../reach.ts';

/** What a gate lets through to one address: from whom, by which protocol, on which ports. */
export interface Lane {
  far: Range;
  /** `any` where the rule names none. */
  protocol: string;
  first: number;
  last: number;
}

/** Everything, to or from some addresses. */
export const anything = (far: Range): Lane => ({ far, protocol: 'any', first: 0, last: 65535 });

/** What any protocol is, when one of them is taken away; the last one stands for all that have no name here. */
export const PROTOCOLS: readonly string[] = ['tcp', 'udp', 'icmp', 'vrrp', 'other'];

/** What passes both of two gates. */
export function meet(some: readonly Lane[], others: readonly Lane[]): Lane[] {
  return some.flatMap((one) =>
    others.flatMap((other) => {
      const far = shared(one.far, other.far);
      const protocol = one.protocol === 'any' ? other.protocol : one.protocol;
      const [first, last] = [Math.max(one.first, other.first), Math.min(one.last, other.last)];
      if (!far || first > last || (other.protocol !== 'any' && other.protocol !== protocol)) return [];
      return [{ far, protocol, first, last }];
    }),
  );
}

/** What is left of lanes when others are taken away, address by address and port by port. */
export const less = (lanes: readonly Lane[], taken: readonly Lane[]): Lane[] =>
  taken.reduce<readonly Lane[]>((left, each) => left.flatMap((lane) => without(lane, each)), lanes) as Lane[];

function without(lane: Lane, taken: Lane): Lane[] {
  const far = shared(lane.far, taken.far);
  const [first, last] = [Math.max(lane.first, taken.first), Math.min(lane.last, taken.last)];
  if (!far || first > last) return [lane];
  if (taken.protocol !== 'any' && taken.protocol !== lane.protocol)
    return lane.protocol === 'any'
      ? PROTOCOLS.flatMap((protocol) => without({ ...lane, protocol }, taken))
      : [lane];
  const { family } = lane.far;
  return [
    ...(lane.far.first < far.first
      ? [{ ...lane, far: { family, first: lane.far.first, last: far.first - 1n } }]
      : []),
    ...(far.last < lane.far.last
      ? [{ ...lane, far: { family, first: far.last + 1n, last: lane.far.last } }]
      : []),
    ...(lane.first < first ? [{ ...lane, far, last: first - 1 }] : []),
    ...(last < lane.last ? [{ ...lane, far, first: last + 1 }] : []),
  ];
}

/** Addresses that two ranges have in common. */
export function shared(a: Range, b: Range): Range | undefined {
  if (a.family !== b.family) return undefined;
  const first = a.first > b.first ? a.first : b.first;
  const last = a.last < b.last ? a.last : b.last;
  return first <= last ? { family: a.family, first, last } : undefined;
}
