import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { only, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { namespacesExist } from './namespaces-exist.ts';

const model = threeSites();
const tree = only(artefacts(model), /\/kubernetes\//);

it('our own sites keep it', () => {
  expect(namespacesExist.check(model, tree)).toEqual([]);
});

it('finds what would be refused for want of a namespace', () => {
  const found = namespacesExist.check(model, without(tree, 'dc/kubernetes/cluster/namespace-traefik.yaml'));
  expect(found).toContainEqual({
    path: 'dc/kubernetes/traefik/daemonset-traefik.yaml',
    text: 'namespace: traefik',
    message: 'daemonset traefik is in the namespace traefik, which nothing makes',
    fix: 'make the namespace, or leave the object out where the site has nothing for it',
  });
  expect(found.every(({ path }) => path.startsWith('dc/kubernetes/traefik/'))).toBe(true);
});
