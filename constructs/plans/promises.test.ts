import { expect, it } from 'vitest';
import { example, room } from '#scripts/testing/example-sites.ts';
import { roomOf } from '#scripts/testing/sites-of.ts';
import { VRRP } from '../hosts/edge/keepalived.ts';
import { promises, promisesPage } from './promises.ts';

const model = example(({ platform }) => {
  platform.anycast = ['198.18.100.1', '2001:db8:100::1'];
});
const site = roomOf(model, 'lyn');
const seconds = Object.fromEntries(promises({ model, site }).map(({ id, seconds: each }) => [id, each]));

it('promises another edge within a second of a lost one, and within four of a lost process', () => {
  // Three adverts of 0.2 s, and the skew of priority 100: (256 − 100) × 0.2 ÷ 256.
  expect(seconds.host).toBe(0.72);
  expect(seconds.link).toBe(seconds.host);
  // One check of 2 s that may take 1 s, and the skew.
  expect(seconds.process).toBe(3.12);
  expect(seconds.worker).toBe(7);
  expect(seconds.site).toBe(0.3);
});

it('reads the timers of the files, the slowest edge last', () => {
  const three = example(({ sites }) => {
    const lyn = room(1);
    lyn.machines?.push('pi3');
    lyn.hosts.edge3 = { ...lyn.hosts.edge1!, machine: 'pi3', address: '10.1.0.7', public: '198.18.1.7' };
    sites.lyn = lyn;
  });
  const lowest = VRRP.priority - 2 * VRRP.step;
  const host = promises({ model: three, site: roomOf(three, 'lyn') }).find(({ id }) => id === 'host')!;
  expect(host.seconds).toBeCloseTo(3 * VRRP.advertSeconds + ((256 - lowest) * VRRP.advertSeconds) / 256, 2);
});

it('says nothing of announcements where there are none, and shows each sum', () => {
  const still = example(({ platform }) => {
    delete platform.anycast;
  });
  const page = promisesPage({ model: still, site: roomOf(still, 'lyn') });
  expect(page).not.toContain('BFD');
  expect(page).toContain('| an edge is lost | three adverts are missing | 3 × 0.2 + 0.12 | 0.72 |');
});
