import type { Policy } from '../law.ts';
import { objects } from '../reading/objects.ts';

/** Namespaces that are there before the tree: Kubernetes makes the first, the plan of cert-manager the second. */
const THERE = new Set(['kube-system', 'cert-manager']);

export const namespacesExist: Policy = {
  id: 'namespaces-exist',
  title: 'every object is in a namespace that the tree of its site makes, or that is there before',
  why: 'The API server refuses an object whose namespace is not there, and the whole of an application of the tree stops with it: at the one site that lacks what the namespace is for, where nobody tried.',
  check(_model, tree) {
    const all = objects(tree);
    const made = new Set(
      all.filter(({ kind }) => kind === 'Namespace').map(({ site, name }) => `${site}/${name}`),
    );
    return all
      .filter(
        ({ site, namespace }) =>
          namespace !== '' && !THERE.has(namespace) && !made.has(`${site}/${namespace}`),
      )
      .map(({ path, kind, namespace, name }) => ({
        path,
        text: `namespace: ${namespace}`,
        message: `${kind.toLowerCase()} ${name} is in the namespace ${namespace}, which nothing makes`,
        fix: `make the namespace, or leave the object out where the site has nothing for it`,
      }));
  },
};
