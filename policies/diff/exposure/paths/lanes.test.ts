import { expect, it } from 'vitest';
import { type Lane, less, meet, PROTOCOLS } from './lanes.ts';

/** Independent of ranges and cuts: every address, protocol and port of a small world is asked one by one. */
it('agrees with a count over every address, protocol and port, for five hundred pairs of sets', () => {
  let seed = 1;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const between = (most: number): [number, number] => {
    const ends = [next(most), next(most)];
    return [Math.min(...ends), Math.max(...ends)];
  };
  const lane = (): Lane => {
    const [[low, high], [first, last]] = [between(8), between(6)];
    const protocol = ['any', 'tcp', 'udp', 'other'][next(4)]!;
    return { far: { family: 'ipv4', first: BigInt(low), last: BigInt(high) }, protocol, first, last };
  };
  const holds = (lanes: readonly Lane[], address: number, protocol: string, port: number): boolean =>
    lanes.some(
      (each) =>
        each.far.first <= BigInt(address) &&
        BigInt(address) <= each.far.last &&
        (each.protocol === 'any' || each.protocol === protocol) &&
        each.first <= port &&
        port <= each.last,
    );
  for (let round = 0; round < 500; round += 1) {
    const [some, others] = [0, 1].map(() => Array.from({ length: 1 + next(3) }, lane)) as [Lane[], Lane[]];
    const [common, rest] = [meet(some, others), less(some, others)];
    for (let address = 0; address < 8; address += 1)
      for (const protocol of PROTOCOLS)
        for (let port = 0; port < 6; port += 1) {
          const [one, other] = [holds(some, address, protocol, port), holds(others, address, protocol, port)];
          if (holds(common, address, protocol, port) !== (one && other))
            throw new Error('what both let pass');
          if (holds(rest, address, protocol, port) !== (one && !other))
            throw new Error('what only one lets pass');
        }
  }
  expect(seed).not.toBe(1);
});

it('keeps the families apart', () => {
  const all = (family: 'ipv4' | 'ipv6'): Lane => ({
    far: { family, first: 0n, last: 9n },
    protocol: 'tcp',
    first: 1,
    last: 1,
  });
  expect(meet([all('ipv4')], [all('ipv6')])).toEqual([]);
  expect(less([all('ipv4')], [all('ipv6')])).toEqual([all('ipv4')]);
});
