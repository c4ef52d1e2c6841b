import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { wholeValues } from './whole-values.ts';

const PATH = 'sxb/front-firewall/firewall1/etc/bird.conf';

it('finds nothing in the reference platform, nor where BGP speaks IPv6 alone', () => {
  expect(wholeValues.check(threeSites(), artefacts(threeSites()))).toEqual([]);
  const six = example(({ platform, sites }) => {
    platform.anycast = '2001:db8:ffff::1';
    sites.lyn!.routing!.peer.address = '2001:db8:1:1::1';
  });
  expect(wholeValues.check(six, artefacts(six))).toEqual([]);
});

it.each([
  ['router id undefined;', 'bird.conf says router id undefined;'],
  ['  weight NaN', 'bird.conf says weight NaN'],
  ['neighbor [object Object] as 1;', 'bird.conf says neighbor [object Object] as 1;'],
])('finds %s', (line, message) => {
  const tree = new Map(artefacts(threeSites())).set(PATH, `# a router\n${line}\n`);
  expect(wholeValues.check(threeSites(), tree)).toEqual([
    expect.objectContaining({ path: PATH, message, text: expect.any(String) }),
  ]);
  // The value, given, removes it; a word that contains one is none.
  tree.set(PATH, '# a router\nrouter id 192.0.2.1; # undefinedness\n');
  expect(wholeValues.check(threeSites(), tree)).toEqual([]);
});
