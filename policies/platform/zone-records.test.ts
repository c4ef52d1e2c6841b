import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { zoneRecords } from './zone-records.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => zoneRecords.check(model, changed).map(({ message }) => message);
const main = 'platform/dns/fredu.fr.zone';

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it.each([
  ['edge2.sxb 3600 IN A 192.0.2.5\n', '', 'edge2.sxb.fredu.fr has no A record of 192.0.2.5'],
  [
    '@ 3600 IN MX 10 mx1.unistra.fr.',
    '@ 3600 IN MX 30 mx1.unistra.fr.',
    'the MX records have another order than platform.yaml',
  ],
  [
    'include:_spf.unistra.fr -all',
    'include:_spf.unistra.fr ~all',
    'mail of fredu.fr may come from "v=spf1 include:_spf.unistra.fr ~all"; platform.yaml names _spf.unistra.fr',
  ],
  ['p=reject; sp=reject', 'p=none', 'forged mail of the domain is not refused'],
  ['; validationmethods=dns-01', '', 'an authority may be convinced without the zone'],
  ['sxb 3600 IN MX 0 .\n', '', 'sxb.fredu.fr takes mail'],
])('%s', (from, to, message) => {
  const changed = replaced(tree, main, from, to);
  expect(messages(changed)).toEqual([message]);
  if (to) expect(messages(replaced(changed, main, to, from))).toEqual([]);
});

it('an address that leads back to nothing', () => {
  expect(messages(replaced(tree, 'platform/dns/0-28.113.0.203.in-addr.arpa.zone', /^4 .*\n/m, ''))).toEqual([
    'the address of node1.do.fredu.fr leads back to nothing',
  ]);
});
