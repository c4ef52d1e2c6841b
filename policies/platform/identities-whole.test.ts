import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { identitiesWhole } from './identities-whole.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => identitiesWhole.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

const path = 'platform/certificates.yaml';
// biome-ignore lint/suspicious/noExplicitAny: a row of the table
const row = (id: string, change: (identity: any) => void) =>
  edited(tree, path, ({ identities }) => change(identities.find((each: { id: string }) => each.id === id)));

it.each([
  [
    'a key that is missing',
    (each: { places: { files: string[] }[] }) => each.places[0]!.files.pop(),
    'sxb/cockroachdb-node has ca.crt, node.crt at cockroachdb-node, where an authority, a certificate and its key belong',
  ],
  [
    'a name of somebody else',
    (each: { names: string[] }) => each.names.push('grafana.example'),
    'sxb/cockroachdb-node holds the name grafana.example, which nobody of the tree has',
  ],
  [
    'an address of somebody else',
    (each: { addresses: string[] }) => each.addresses.push('192.0.2.77'),
    'sxb/cockroachdb-node holds the address 192.0.2.77, which nobody of the platform has',
  ],
  [
    'a Secret that is misspelt',
    (each: { places: { secret: string }[] }) => {
      each.places[0]!.secret = 'cockroach-node';
    },
    'sxb/cockroachdb-node goes to the Secret cockroachdb/cockroach-node of sxb, which nothing there reads',
  ],
  [
    'no use',
    (each: { usages: string[] }) => {
      each.usages = ['all'];
    },
    'sxb/cockroachdb-node is for all',
  ],
  [
    'a site that is none',
    (each: { places: { site: string }[] }) => {
      each.places[0]!.site = 'nyc';
    },
    'sxb/cockroachdb-node goes to nyc, which is no site',
  ],
])('%s', (_, change, message) => {
  expect(messages(row('sxb/cockroachdb-node', change))).toContain(message);
});
