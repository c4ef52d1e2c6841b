import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, only } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Data } from '../reading/objects.ts';
import { cephRelease } from './ceph-release.ts';

const model = threeSites();
const tree = only(artefacts(model), /rook-ceph|\/plans\//);
const at = (site: string, kind: string, name: string) => `${site}/kubernetes/rook-ceph/${kind}-${name}.yaml`;
const changed = (path: string, change: (object: Data) => void) =>
  cephRelease.check(model, edited(tree, path, change)).map(({ message }) => message);

it('holds for our own sites', () => {
  expect(cephRelease.check(model, tree)).toEqual([]);
});

const cluster = at('dc', 'cephcluster', 'rook-ceph');
const image = (tag: string) => (object: Data) => {
  object.spec.cephVersion.image = `quay.io/ceph/ceph:${tag}`;
};

it('the two settings of 20.2.4 stand in every store', () => {
  expect(changed(at('dc', 'cephobjectstore', 'sync'), ({ spec }) => delete spec.gateway.rgwConfig)).toEqual([
    'sync of dc has rgw_sigv4_insecure: nothing; Ceph 20.2.4 needs true',
    'sync of dc has rgw_s3_client_max_sig_ver: nothing; Ceph 20.2.4 needs 2',
  ]);
});

it('a release that is not concerned gets its defaults by name', () => {
  expect(changed(cluster, image('v20.2.3-20260101'))).toEqual(
    [
      'sync of dc has rgw_sigv4_insecure: true; Ceph 20.2.3 needs false',
      'sync of dc has rgw_s3_client_max_sig_ver: 2; Ceph 20.2.3 needs -1',
      'clients of dc has rgw_sigv4_insecure: true; Ceph 20.2.3 needs false',
      'clients of dc has rgw_s3_client_max_sig_ver: 2; Ceph 20.2.3 needs -1',
    ].sort((a, b) => (a.startsWith('clients') ? 0 : 1) - (b.startsWith('clients') ? 0 : 1)),
  );
});

it.each([
  ['v20.2.5', ['nobody has looked whether Ceph 20.2.5 still refuses forwarded requests']],
  ['v20.2.0', ['dc runs Ceph 20.2.0; Rook 1.20 runs 19.2.0 or later and 20.2.1 or later']],
  ['v18.2.4', ['dc runs Ceph 18.2.4; Rook 1.20 runs 19.2.0 or later and 20.2.1 or later']],
  [
    'v20',
    [
      'dc runs the image quay.io/ceph/ceph:v20, whose tag is no release; Rook 1.20 runs 19.2.0 or later and 20.2.1 or later',
    ],
  ],
  ['v19.2.6@sha256:00', []],
])('%s', (tag, found) => {
  expect(changed(cluster, image(tag))).toEqual(found);
});
