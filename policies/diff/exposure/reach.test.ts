import { describe, expect, it } from 'vitest';
import { contains } from '#sites/address.ts';
import { beyond, type Rule, rest } from './reach.ts';

describe('what one rule opens beyond others', () => {
  it.each<[string, Rule, Rule[], ReturnType<typeof beyond>]>([
    [
      'nothing, where a wider one is there',
      { from: ['10.0.0.0/24'], protocol: 'tcp', ports: [[80, 80]] },
      [{ from: ['10.0.0.0/8'] }],
      [],
    ],
    [
      'nothing, where two others make it up',
      { from: ['10.0.0.0/24'], protocol: 'tcp', ports: [[80, 81]] },
      [
        { from: ['10.0.0.0/25'], protocol: 'tcp', ports: [[80, 90]] },
        { from: ['10.0.0.128/25'], ports: [[1, 100]] },
      ],
      [],
    ],
    [
      'the half that nobody else lets in',
      { from: ['10.0.0.0/24'], protocol: 'tcp', ports: [[80, 80]] },
      [{ from: ['10.0.0.0/25'], protocol: 'tcp' }],
      [{ from: ['10.0.0.128/25'], to: [], protocol: 'tcp', ports: [[80, 80]] }],
    ],
    [
      'the ports that are new',
      { from: ['10.0.0.1'], protocol: 'tcp', ports: [[80, 90]] },
      [{ from: ['10.0.0.1'], protocol: 'tcp', ports: [[82, 85]] }],
      [
        {
          from: ['10.0.0.1'],
          to: [],
          protocol: 'tcp',
          ports: [
            [80, 81],
            [86, 90],
          ],
        },
      ],
    ],
    [
      'everybody, where few were let in',
      { protocol: 'tcp', ports: [[22, 22]] },
      [{ from: ['10.0.0.9'], protocol: 'tcp', ports: [[22, 22]] }],
      [{ from: ['0.0.0.0/0', '::/0'], to: [], protocol: 'tcp', ports: [[22, 22]] }],
    ],
    [
      'another protocol',
      { from: ['10.0.0.1'], protocol: 'udp', ports: [[53, 53]] },
      [{ from: ['10.0.0.1'], protocol: 'tcp', ports: [[53, 53]] }],
      [{ from: ['10.0.0.1'], to: [], protocol: 'udp', ports: [[53, 53]] }],
    ],
    [
      'another way in, by its interfaces',
      { from: ['10.0.0.1'], via: ['from $world'] },
      [{ from: ['10.0.0.1'], via: ['from $nodes'] }],
      [{ from: ['10.0.0.1'], to: [], protocol: 'any', ports: [[0, 65535]] }],
    ],
    [
      'pods by name',
      { from: ['pods web of shop'] },
      [{ from: ['pods web of shop', 'pods api of shop'] }],
      [],
    ],
  ])('%s', (_, rule, others, expected) => {
    expect(beyond(rule, others)).toEqual(expected);
  });
});

/** Independent of ranges and cuts: every address and port of a small world is asked one by one. */
it('agrees with a count over every address and port, for two thousand pairs of rule sets', () => {
  let seed = 1;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const network = () => {
    const length = 28 + next(5);
    const size = 2 ** (32 - length);
    return `10.0.0.${Math.floor(next(16) / size) * size}/${length}`;
  };
  const rule = (): Rule => {
    const first = next(6);
    return {
      ...(next(5) === 0 ? {} : { from: Array.from({ length: 1 + next(2) }, network) }),
      ...(next(3) === 0 ? { to: [network()] } : {}),
      ...(next(5) === 0 ? {} : { protocol: next(2) ? 'tcp' : 'udp' }),
      ...(next(4) === 0 ? {} : { ports: [[first, first + next(6 - first)]] }),
    };
  };
  const lets = (each: Rule, from: string, to: string, protocol: string, port: number): boolean =>
    (each.from?.some((other) => contains(other, from)) ?? true) &&
    (each.to?.some((other) => contains(other, to)) ?? true) &&
    (each.protocol === undefined || each.protocol === protocol) &&
    (each.ports?.some(([a, b]) => a <= port && port <= b) ?? true);
  const addresses = Array.from({ length: 16 }, (_, index) => `10.0.0.${index}`);
  for (let round = 0; round < 2000; round += 1) {
    const own = { ...rule(), protocol: 'tcp' };
    const others = Array.from({ length: next(4) }, rule);
    const counted = addresses.some((from) =>
      addresses.some((to) =>
        [0, 1, 2, 3, 4, 5, 6].some(
          (port) =>
            lets(own, from, to, 'tcp', port) && !others.some((each) => lets(each, from, to, 'tcp', port)),
        ),
      ),
    );
    // Outside of the small world a rule for everybody opens more than it; there is nothing to count there.
    const isWithin = own.from !== undefined && own.to !== undefined && own.ports !== undefined;
    const opened = beyond(own, others).length > 0;
    if (isWithin || counted) expect({ round, opened }).toEqual({ round, opened: counted });
  }
});

it('takes networks out of a network', () => {
  expect(rest('10.0.0.0/29', ['10.0.0.2/31'])).toEqual(['10.0.0.0-10.0.0.1', '10.0.0.4-10.0.0.7']);
});
