import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { inStack, only, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { stackState } from './stack-state.ts';

const model = threeSites();
const tree: Tree = only(artefacts(model), /^dc\/openstack\/|\/objectbucketclaim-/);
const messages = (changed: Tree) => stackState.check(model, changed).map(({ message }) => message);
const changed = (change: (resources: Data, whole: Data) => void) => messages(inStack(tree, 'dc', change));

it('our own data centre keeps it', () => {
  expect(messages(tree)).toEqual([]);
});

it('a bucket that nobody makes', () => {
  expect(messages(without(tree, 'sxb/kubernetes/rook-ceph/objectbucketclaim-terraform-state.yaml'))).toEqual([
    'nobody makes the bucket terraform-state at https://s3.sxb.fredu.fr, so no state of dc is ever written',
  ]);
});

it.each<[string, (whole: Data) => void, string]>([
  ['no backend', (whole) => delete whole.terraform.backend, 'the stack of dc has no backend'],
  [
    'its own store',
    (whole) => {
      whole.terraform.backend.s3.endpoints.s3 = 'https://s3.dc.fredu.fr';
    },
    'the state of dc is in the object store of dc',
  ],
  [
    'no lock',
    (whole) => delete whole.terraform.backend.s3.use_lockfile,
    'two people may apply the stack of dc at once',
  ],
  [
    'an absolute path',
    (whole) => {
      whole.terraform.backend = { local: { path: '/var/lib/terraform.tfstate' } };
    },
    'the state of dc is at /var/lib/terraform.tfstate',
  ],
  [
    'a secret',
    (whole) => {
      whole.provider.openstack[0].password = 'x';
    },
    'the stack of dc has a password',
  ],
  [
    'a path of one machine',
    (whole) => {
      whole.provider.openstack[0].cacert_file = '/home/somebody/ca.pem';
    },
    'the stack of dc has a path of one machine',
  ],
])('%s', (_, change, message) => {
  expect(changed((__, whole) => change(whole))).toEqual([message]);
});

it('two stacks with one state', () => {
  const text = tree.get('dc/openstack/cdk.tf.json')!;
  const two = new Map([
    ...tree,
    ['sxb/openstack/cdk.tf.json', text.replace('s3.sxb', 's3.dc')],
    ['dc/openstack/cdk.tf.json', text.replace('s3.sxb', 's3.dc')],
  ]);
  expect(messages(two)).toContain('the stacks of dc and sxb have one state');
});
