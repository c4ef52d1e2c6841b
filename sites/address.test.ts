import { describe, expect, it } from 'vitest';
import {
  both,
  contains,
  fromNumber,
  hostRoute,
  overlap,
  perFamily,
  rangeOf,
  toNumber,
  withPort,
} from './address.ts';

it('tells families apart, and writes IPv6 in its shortest form', () => {
  expect(perFamily(['2001:DB8:0:0::1', '10.0.0.1'])).toEqual({ ipv4: '10.0.0.1', ipv6: '2001:db8::1' });
  expect(perFamily('2001:db8:0::/64')).toEqual({ ipv6: '2001:db8::/64' });
  expect(perFamily(undefined)).toEqual({});
  expect(both({ ipv6: '::1', ipv4: '10.0.0.1' })).toEqual(['10.0.0.1', '::1']);
});

it('writes routes and endpoints of both families', () => {
  expect(['10.0.0.1', '2001:db8::1'].map(hostRoute)).toEqual(['10.0.0.1/32', '2001:db8::1/128']);
  expect(['10.0.0.1', '2001:db8::1'].map((address) => withPort(address, 443))).toEqual([
    '10.0.0.1:443',
    '[2001:db8::1]:443',
  ]);
});

describe('addresses as numbers', () => {
  const ADDRESSES = [
    '0.0.0.0',
    '10.0.0.1',
    '255.255.255.255',
    '::',
    '2001:db8::ff',
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ];

  it.each(ADDRESSES)('there and back: %s', (address) => {
    expect(fromNumber(address.includes(':') ? 'ipv6' : 'ipv4', toNumber(address))).toBe(address);
  });

  it('agree with `contains` and `overlap` on every pair of small networks', () => {
    const networks = ['10.0.0.0', '10.0.0.5', '10.0.0.12'].flatMap((address) =>
      [28, 29, 30, 31, 32].map((length) => `${address}/${length}`),
    );
    for (const a of networks) {
      for (const b of networks) {
        const [x, y] = [rangeOf(a), rangeOf(b)];
        expect(x.first <= y.last && y.first <= x.last, `${a} ${b}`).toBe(overlap(a, b));
      }
      for (let last = 0; last < 20; last += 1) {
        const value = toNumber(`10.0.0.${last}`);
        const { first, last: end } = rangeOf(a);
        expect(first <= value && value <= end, `${a} ${last}`).toBe(contains(a, `10.0.0.${last}`));
      }
    }
  });

  it('never meet across families', () => {
    expect(contains('::/0', '10.0.0.1')).toBe(false);
    expect(overlap('0.0.0.0/0', '::/0')).toBe(false);
  });
});
