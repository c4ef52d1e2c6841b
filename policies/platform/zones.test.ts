import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { inStack, only, replaced } from '#scripts/testing/edited-tree.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { zones } from './zones.ts';

const model = threeSites();
const tree = only(artefacts(model), /\.zone$|certificate/);
const messages = (changed: Tree) => zones.check(model, changed).map(({ message }) => message);
const ZONE = 'platform/dns/fredu.fr.zone';
const changed = (from: string | RegExp, to: string, path = ZONE) => messages(replaced(tree, path, from, to));

it('our own zones keep it', () => {
  expect([...tree.keys()].filter((path) => path.includes('certificate')).length).toBeGreaterThan(3);
  expect(messages(tree)).toEqual([]);
});

it('zones that an OpenStack keeps are read there', () => {
  const world = example(({ platform, sites }) => {
    platform.dns = { servers: { ns1: '203.0.113.53', ns2: '198.51.100.53' } };
    Object.assign(sites.par!.openstack!, { designate: true, nameServers: ['ns1.cloud.example.net'] });
  });
  const made = only(artefacts(world), /\.zone$|certificate|openstack/);
  const found = (of: Tree) => zones.check(world, of).map(({ message }) => message);
  expect(found(made)).toEqual([]);
  const changed = inStack(made, 'par', (all) => {
    delete all.dns_recordset_v2['name_s3-par-example-org-a'];
    all.dns_recordset_v2['name_worker1-par-example-org-a'].records = ['10.2.0.21'];
  });
  expect(found(changed)).toEqual([
    's3.par.example.org leads to nothing in ipv4; it is served at 198.18.2.10',
    'worker1.par.example.org shows the private address 10.2.0.21',
    '21.2.18.198.in-addr.arpa leads back to worker1.par.example.org, which has another address',
  ]);
});

it.each<[string, string[], string[]]>([
  [
    'a name that leads nowhere',
    messages(replaced(tree, ZONE, /^s3\.dc 300 .*\n/m, '')),
    ['s3.dc.fredu.fr leads to nothing in ipv4; it is served at 198.51.100.10'],
  ],
  [
    'a family that nobody serves',
    changed('dc 300 IN A 198', 'dc 300 IN AAAA 2001:db8::1\ndc 300 IN A 198'),
    ['dc.fredu.fr leads to 2001:db8::1 in ipv6; it is served at nothing'],
  ],
  [
    'a shared name that is one site',
    changed('@ 300 IN A 198.51.100.250', '@ 300 IN A 198.51.100.10'),
    ['fredu.fr leads to 198.51.100.10 in ipv4; it is served at 198.51.100.250'],
  ],
  [
    'a shared name without its IPv6',
    changed('@ 300 IN AAAA 2001:db8:ffff::1\n', ''),
    ['fredu.fr leads to nothing in ipv6; it is served at 2001:db8:ffff::1'],
  ],
  [
    'a private address',
    changed('worker1.dc 3600', 'db.dc 3600 IN A 10.20.0.21\nworker1.dc 3600'),
    ['db.dc.fredu.fr shows the private address 10.20.0.21'],
  ],
  [
    'an address that leads back to another',
    changed(/^9 /m, '8 ', 'platform/dns/0-25.2.0.192.in-addr.arpa.zone'),
    ['8.0-25.2.0.192.in-addr.arpa leads back to bastion.sxb.fredu.fr, which has another address'],
  ],
  [
    'the same in IPv6',
    changed(/^5\.0/m, '6.0', 'platform/dns/1.0.0.0.0.1.0.0.8.b.d.0.1.0.0.2.ip6.arpa.zone'),
    [
      '6.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.1.0.0.8.b.d.0.1.0.0.2.ip6.arpa leads back to edge2.sxb.fredu.fr, which has another address',
    ],
  ],
  ['anybody who signs', changed(/^@ 3600 IN CAA .*\n/gm, ''), ['anybody may sign for fredu.fr']],
  [
    'a zone of nobody',
    changed(/^.* IN NS .*\n/gm, '', 'platform/dns/0-28.113.0.203.in-addr.arpa.zone'),
    ['nobody serves this zone'],
  ],
])('%s', (_, found, expected) => {
  expect(found).toEqual(expected);
});
