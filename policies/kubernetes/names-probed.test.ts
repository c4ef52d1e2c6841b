import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { namesProbed } from './names-probed.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => namesProbed.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it('a name that nobody asks for, in the families that the cluster has', () => {
  const path = 'sxb/kubernetes/monitoring/configmap-prometheus.yaml';
  const gone = replaced(tree, path, '__host: s3.dc.fredu.fr', '__host: s3.dc.fredu.de');
  expect(messages(gone)).toEqual(['sxb does not ask dc for s3.dc.fredu.fr in ipv4']);
  expect(messages(replaced(gone, path, 's3.dc.fredu.de', 's3.dc.fredu.fr'))).toEqual([]);
});
