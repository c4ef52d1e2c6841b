import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { madeOrListed } from './made-or-listed.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => [
  ...new Set(madeOrListed.check(model, changed).map(({ message }) => message)),
];
const page = (site: string) => `${site}/before-the-first-time.md`;
const row = (name: string) => new RegExp(`^\\| \`${name.replaceAll('.', '\\.')}\`.*\n`, 'm');

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it.each([
  ['sxb', 'education/education-s3', 'sxb: nobody makes the Secret education/education-s3'],
  ['dc', 'cert-manager/acme-tsig', 'dc: nobody makes the Secret cert-manager/acme-tsig'],
  ['sxb', 'rook-ceph/terraform-s3', 'sxb: nobody makes the Secret rook-ceph/terraform-s3'],
  ['sxb', '/etc/haproxy/kubernetes-ca.crt', 'sxb: nobody puts /etc/haproxy/kubernetes-ca.crt there'],
  ['do', '/etc/cockroachdb/backup.env', 'do: nobody puts /etc/cockroachdb/backup.env there'],
])('%s: a page without %s', (site, name, message) => {
  expect(messages(replaced(tree, page(site), row(name), ''))).toEqual([message]);
});

it('a page that says nothing of who makes it, of a key, of a signer, and no page at all', () => {
  const secret = 'education/education-smtp';
  const empty = replaced(tree, page('sxb'), /(\| `education\/education-smtp`.*)\|[^|]*\|$/m, '$1|  |');
  expect(messages(empty)).toEqual([`sxb: nobody says who makes ${secret}`]);
  const keyless = replaced(tree, page('sxb'), '`url` | education-api', '`address` | education-api');
  expect(messages(keyless)).toEqual([`sxb: the page lists ${secret} without its key url`]);
  expect(messages(replaced(tree, page('dc'), 'TSIG key `acme-dc`', 'TSIG key'))).toEqual([
    'dc: nobody makes the key acme-dc',
  ]);
  expect(messages(without(tree, page('sxb'))).length).toBeGreaterThan(20);
});

it('what is made no more: a ConfigMap, a Certificate, a bucket, a file of a host', () => {
  expect(messages(without(tree, 'sxb/kubernetes/traefik/configmap-traefik.yaml'))).toEqual([
    'sxb: nobody makes the ConfigMap traefik/traefik',
  ]);
  const misspelt = edited(tree, 'sxb/kubernetes/education/deployment-education-api.yaml', ({ spec }) => {
    spec.template.spec.imagePullSecrets = [{ name: 'registry' }];
  });
  expect(messages(misspelt)).toEqual(['sxb: nobody makes the Secret education/registry']);
  const bucketless = without(
    replaced(tree, page('dc'), row('terraform-state'), ''),
    'sxb/kubernetes/rook-ceph/objectbucketclaim-terraform-state.yaml',
  );
  expect(messages(bucketless)).toEqual(['dc: nobody makes the bucket terraform-state']);
  expect(messages(without(tree, 'dc/hosts/dc-cp1/etc/fredu/etcd-backup.rclone.conf'))).toEqual([
    'dc: nobody puts /etc/fredu/etcd-backup.rclone.conf there',
  ]);
});
