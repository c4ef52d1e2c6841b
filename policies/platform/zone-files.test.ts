import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { zoneFiles } from './zone-files.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => zoneFiles.check(model, changed).map(({ message }) => message);
const main = 'platform/dns/fredu.fr.zone';

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it.each([
  ['$ORIGIN fredu.fr.', '$ORIGIN freda.fr.', 'the zone fredu.fr has the origin freda.fr.'],
  ['$TTL 3600', '$TTL x', 'the zone fredu.fr does not say how long it may be remembered'],
  [
    '@ 3600 IN MX 10 mx1.unistra.fr.',
    '@ 3600 IN MXX 10 mx1.unistra.fr.',
    'a server cannot read the line `@ 3600 IN MXX 10 mx1.unistra.fr.`',
  ],
  [
    / 3600 600 1209600 300$/m,
    ' 600 3600 1209600 300',
    'the zone fredu.fr has times that no secondary can work with: refresh 600, retry 3600, expire 1209600, minimum 300',
  ],
  [
    '@ 86400 IN NS ns2.fredu.fr.\n',
    '',
    'the zone fredu.fr is served by ns1.fredu.fr., and platform.yaml names ns1.fredu.fr. ns2.fredu.fr.',
  ],
  ['sxb 300 IN A', 'sxb 86400 IN A', 'a client that knows the lost site remembers it for 86400 s'],
])('%s', (from, to, message) => {
  const changed = replaced(tree, main, from, to);
  expect(messages(changed)).toEqual([message]);
  if (typeof from === 'string' && to) expect(messages(replaced(changed, main, to, from))).toEqual([]);
});

it('a zone without the record of its authority', () => {
  expect(messages(replaced(tree, main, /^@ IN SOA.*\n/m, ''))).toEqual([
    'the zone fredu.fr has 0 SOA records',
  ]);
});

it('a zone that the server is not given, or with another file, or that anybody may write', () => {
  const conf = 'platform/dns/zones.conf';
  expect(messages(replaced(tree, conf, '"fredu.fr" {', '"fredo.fr" {'))).toEqual([
    'the zone fredu.fr is not in zones.conf, or twice',
    'zones.conf has the zone fredo.fr, which the tree has not',
    'the zone fredo.fr is no primary of /etc/bind/fredu/fredo.fr.zone with the rights of its kind',
  ]);
  expect(messages(without(tree, 'platform/dns/0-28.113.0.203.in-addr.arpa.zone'))).toHaveLength(1);
  const challenges = 'platform/dns/challenges.conf';
  expect(
    messages(
      replaced(
        tree,
        challenges,
        '    grant "acme-dc" name _acme-challenge.dc.fredu.fr. TXT;',
        '    grant "acme-sxb" name _acme-challenge.dc.fredu.fr. TXT;',
      ),
    ),
  ).toEqual([
    '_acme-challenge.dc.fredu.fr may be written by: grant "acme-sxb" name _acme-challenge.dc.fredu.fr. TXT;',
  ]);
  expect(
    messages(replaced(tree, challenges, /update-policy \{\n[\s\S]*?\};/, 'allow-update { any; };')),
  ).toEqual([
    expect.stringContaining('is no primary of'),
    expect.stringContaining('may be written by: nobody'),
  ]);
});
