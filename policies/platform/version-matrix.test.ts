import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { versionMatrix } from './version-matrix.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => versionMatrix.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

const cluster = 'dc/inventory/kubespray/group_vars/k8s_cluster/fredu.yml';
it('a release that the files are not written for, and two of one program', () => {
  const old = replaced(tree, cluster, 'kube_version: 1.35.4', 'kube_version: 1.28.0');
  expect(messages(old)).toEqual([
    'dc runs kubernetes 1.28.0; the files of the tree are written for 1.33.0 to below 1.36.0',
    'sxb runs kubernetes 1.35.4, and dc 1.28.0',
    'kubespray 2.31.0 of dc is supported with kubernetes 1.33.0 to below 1.35.5, and that of the site is 1.28.0',
    'calico 3.31.5 of dc is supported with kubernetes 1.32.0 to below 1.36.0, and that of the site is 1.28.0',
    'rook 1.20.6 of dc is supported with kubernetes 1.31.0 to below 1.37.0, and that of the site is 1.28.0',
    'cert-manager 1.21.1 of dc is supported with kubernetes 1.33.0 to below 1.37.0, and that of the site is 1.28.0',
  ]);
  expect(messages(replaced(old, cluster, '1.28.0', '1.35.4'))).toEqual([]);
  expect(
    messages(
      replaced(tree, 'dc/kubernetes/traefik/daemonset-traefik.yaml', /traefik:v3[\d.]+/, 'traefik:v2.2.0'),
    ),
  ).toEqual([
    'dc runs traefik 2.2.0; the files of the tree are written for 3.6.0 to below 4.0.0',
    expect.stringMatching(/^\w+ runs traefik [\d.]+, and \w+ [\d.]+$/),
  ]);
  expect(
    messages(replaced(tree, 'dc/plans/rook-operator.yaml', '--version=v1.20.6', '--version=v1.9.0')),
  ).toHaveLength(2);
});

it('a Calico that the Kubespray of its site does not bring', () => {
  const asked = replaced(
    tree,
    cluster,
    'kube_version: 1.35.4',
    'kube_version: 1.35.4\ncalico_version: 3.32.0',
  );
  expect(messages(asked)).toEqual(
    expect.arrayContaining([
      'kubespray 2.31.0 of dc is supported with calico 3.29.0 to below 3.31.6, and that of the site is 3.32.0',
    ]),
  );
});
