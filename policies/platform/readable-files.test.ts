import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { readableFiles } from './readable-files.ts';

const model = threeSites();
const tree = artefacts(model);

it('is kept by the tree', () => expect(readableFiles.check(model, tree)).toEqual([]));

it.each([
  ['sxb/kubernetes/education/deployment-education-api.yaml', 'kind: [', /^line 1 is no YAML/],
  ['sxb/kubernetes/education/deployment-education-api.yaml', '', /^it holds no object of Kubernetes/],
  ['sxb/kubernetes/education/deployment-education-api.yaml', '- a', /^it holds no object of Kubernetes/],
  ['dc/openstack/cdk.tf.json', '{', /^it is no JSON/],
  ['dc/openstack/cdk.tf.json', '[]', /^it holds no map/],
  ['platform/certificates.yaml', '', /^it holds nothing/],
])('finds %s with %j', (path, text, message) => {
  expect(tree.has(path)).toBe(true);
  const findings = readableFiles.check(model, new Map([...tree, [path, text]]));
  expect(findings).toEqual([expect.objectContaining({ path, message: expect.stringMatching(message) })]);
});
