import type { Finding, Policy, Tree } from '../law.ts';
import { objects, type Rendered } from '../reading/objects.ts';

export const objectsFiled: Policy = {
  id: 'objects-filed',
  title:
    'every file holds the object whose kind, name and namespace its path says, and every object says which component it belongs to',
  why: 'Avoid: `limitrange-workloads.yaml` with an object of another name, a label with a slip in it, a component that nothing else of the site has. Prefer: a path that says what is in it, `app.kubernetes.io/name` on every object. Rationale: reviewers and runbooks go by the path, `kubectl get -l app.kubernetes.io/name=…` and what prunes by it go by the label; an object under another name is applied beside the one that it was to replace.',
  check: (_model, tree) => {
    const kinds = components(tree);
    return objects(tree).flatMap((each) => [...filed(each), ...labelled(each, kinds)]);
  },
};

/** By site and component, the kinds of objects that belong to it. */
function components(tree: Tree): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { site, kind, object } of objects(tree)) {
    const key = `${site} ${object.metadata?.labels?.[NAME]}`;
    found.set(key, (found.get(key) ?? new Set()).add(kind));
  }
  return found;
}
const NAME = 'app.kubernetes.io/name';
/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
const RECOMMENDED = new Set(['name', 'instance', 'version', 'component', 'part-of', 'managed-by']);
/** What belongs to the whole platform, or says what it is by its own name. */
const OF_ALL = new Set(['Namespace', 'PriorityClass']);
/** Objects of one kind alone, whose component nothing else has. */
const ALONE: Record<string, string> = {
  NetworkPolicy: 'network-policies',
  ClusterIssuer: 'cert-manager',
  APIService: 'metrics-server',
};

function filed({ path, kind, name, namespace }: Rendered): Finding[] {
  const [, folder, file] = /\/kubernetes\/([^/]+)\/([^/]+)\.yaml$/.exec(path) ?? [];
  const wanted = `${kind.toLowerCase()}-${name}`;
  return [
    ...(file === wanted
      ? []
      : [
          {
            path,
            text: name || 'metadata',
            message: `the file ${file} holds the ${kind || 'object'} ${name || 'of no name'}`,
            fix: `call it ${file?.slice(file.indexOf('-') + 1)}, or the file ${wanted}.yaml`,
          },
        ]),
    ...(folder === (namespace || 'cluster')
      ? []
      : [
          {
            path,
            text: namespace || name,
            message: `${wanted} is of ${namespace || 'the whole cluster'}, and lies among what is of ${folder}`,
            fix: `put it into ${namespace || 'cluster'}/`,
          },
        ]),
  ];
}

function labelled(
  { path, site, kind, name, object }: Rendered,
  kinds: ReadonlyMap<string, ReadonlySet<string>>,
): Finding[] {
  const labels: Record<string, unknown> = object.metadata?.labels ?? {};
  const component = labels[NAME];
  const strange = Object.keys(labels).filter((key) => /kubernetes\.io\//.test(key) && !isKnown(key));
  return [
    ...strange.map((key) => ({
      path,
      text: key,
      message: `${kind} ${name} has the label ${key}, which Kubernetes has not`,
      fix: `write one of app.kubernetes.io/${[...RECOMMENDED].join(', ')}`,
    })),
    ...(component === undefined && !OF_ALL.has(kind)
      ? [
          {
            path,
            text: name,
            message: `${kind} ${name} does not say which component it belongs to`,
            fix: `add the label ${NAME}`,
          },
        ]
      : []),
    ...(component !== undefined &&
    component !== name &&
    !(ALONE[kind] ? ALONE[kind] === component : (kinds.get(`${site} ${component}`)?.size ?? 0) > 1)
      ? [
          {
            path,
            text: String(component),
            message: `${kind} ${name} is of ${String(component)}, to which nothing else of ${site} belongs`,
            fix: 'write the name of its component',
          },
        ]
      : []),
  ];
}
const isKnown = (key: string): boolean =>
  key.startsWith('pod-security.kubernetes.io/') ||
  key === 'kubernetes.io/metadata.name' ||
  (key.startsWith('app.kubernetes.io/') && RECOMMENDED.has(key.slice('app.kubernetes.io/'.length)));
