import type { Finding, Policy, Tree } from '../law.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { asks, type Permission } from './permissions-asked.ts';

export const permissions: Policy = {
  id: 'permissions',
  title: 'every account may do exactly what its program asks the Kubernetes API for, in each namespace',
  why: 'A program that may not watch one of its kinds waits for it for ever and does none of its work: Traefik serves no route of a Gateway because of a kind that nobody uses. A permission that nothing asks for is there only for an intruder.',
  check: (_model, tree) =>
    accounts(tree).flatMap(({ site, namespace, name, path }): Finding[] => {
      const who = `${namespace}/${name} of ${site}`;
      const asked = asks(tree, { site, namespace, name });
      if (!asked)
        return [
          {
            path,
            message: `nothing says what ${who} asks for`,
            fix: 'list it, with its source, in policies/kubernetes/permissions-asked.ts',
          },
        ];
      const given = granted(tree, { site, namespace, name });
      const wanted = new Map(asked.map((each) => [key(each), each]));
      return [
        ...[...wanted]
          .filter(([text]) => !given.has(text) && !given.has(everywhere(text)))
          .map(([text]) => ({
            path: roleOf(given, wanted.get(text)!) ?? path,
            message: `${who} asks for ${text} and may not`,
            fix: 'allow it in the role',
          })),
        ...[...given]
          .filter(([text]) => !wanted.has(text))
          .map(([text, role]) => ({
            path: role,
            message: `${who} may ${text} and never asks for it`,
            fix: 'take it out of the role',
          })),
      ];
    }),
};

/** `list secrets in education`, `get /metrics in the cluster`. */
const key = ({ verb, group, resource, namespace }: Permission): string =>
  `${verb} ${group ? `${resource}.${group}` : resource} in ${namespace || 'the cluster'}`;
const everywhere = (text: string): string => text.replace(/ in .*$/, ' in the cluster');

interface Account {
  site: string;
  namespace: string;
  name: string;
}
/** Accounts of ours that a binding names, each once, and where the first binding stands. */
function accounts(tree: Tree): (Account & { path: string })[] {
  const all = bindings(tree).flatMap(({ site, path, object }) =>
    (object.subjects ?? [])
      .filter(({ kind }: Data) => kind === 'ServiceAccount')
      .map(({ namespace, name }: Data) => ({ site, namespace, name, path })),
  );
  return [
    ...new Map(
      all.toReversed().map((each) => [`${each.site}/${each.namespace}/${each.name}`, each]),
    ).values(),
  ];
}
const bindings = (tree: Tree) => ofKind(tree, 'RoleBinding', 'ClusterRoleBinding');

/** What an account may do, by key, and the role that says so. */
function granted(tree: Tree, { site, namespace, name }: Account): Map<string, string> {
  const may = new Map<string, string>();
  for (const binding of bindings(tree)) {
    const { roleRef, subjects = [] } = binding.object;
    const isMeant = (subject: Data) =>
      subject.kind === 'ServiceAccount' && subject.namespace === namespace && subject.name === name;
    if (binding.site !== site || !subjects.some(isMeant)) continue;
    const role = ofKind(tree, roleRef.kind).find(
      (each) =>
        each.site === site &&
        each.name === roleRef.name &&
        (roleRef.kind === 'ClusterRole' || each.namespace === binding.namespace),
    );
    for (const rule of role?.object.rules ?? [])
      for (const verb of rule.verbs)
        for (const [group, resource] of targets(rule))
          may.set(key({ verb, group, resource, namespace: binding.namespace }), role!.path);
  }
  return may;
}

const targets = (rule: Data): [group: string, resource: string][] => [
  ...(rule.nonResourceURLs ?? []).map((url: string): [string, string] => ['', url]),
  ...(rule.apiGroups ?? []).flatMap((group: string) =>
    (rule.resources ?? []).map((resource: string): [string, string] => [group, resource]),
  ),
];

/** The role where one would look for it: any that speaks of the same namespace. */
const roleOf = (given: Map<string, string>, { namespace }: Permission): string | undefined =>
  [...given].find(([text]) => text.endsWith(` in ${namespace || 'the cluster'}`))?.[1];
