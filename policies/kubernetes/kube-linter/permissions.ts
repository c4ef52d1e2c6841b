import { type Data, ofKind, type Rendered } from '#policies/reading/objects.ts';
import { listOf } from '#policies/reading/texts.ts';
import type { Tree } from '../../law.ts';
import { say } from '../../named/check.ts';
import type { KubernetesRow } from '../kubernetes-pack.ts';

const BINDINGS = ['RoleBinding', 'ClusterRoleBinding'];
const MAKERS = ['pods', 'deployments', 'statefulsets', 'replicasets', 'cronjobs', 'jobs', 'daemonsets'];

/** The rules that a binding gives; a role that no file shows is one of the cluster. */
function granted({ site, namespace, object }: Rendered, tree: Tree): Data[] {
  const { kind, name } = object.roleRef ?? {};
  return listOf(
    ofKind(tree, kind).find(
      (role) =>
        role.site === site && role.name === name && (kind === 'ClusterRole' || role.namespace === namespace),
    )?.object.rules,
  );
}

/** Whether a rule allows one of the verbs on one of the resources; a star is everything. */
const allows = (rule: Data, resources: string[], verbs: string[]): boolean =>
  [...resources, '*'].some((each) => listOf(rule.resources).includes(each)) &&
  [...verbs, '*'].some((each) => listOf(rule.verbs).includes(each));

/** kube-linter's checks of who may do what. */
export const PERMISSIONS: KubernetesRow[] = [
  {
    id: 'access-to-create-pods',
    title: 'nobody of the tree may make pods',
    avoid: 'a bound rule with create on pods or on what makes them',
    fix: 'take create off the rule',
    why: 'Anybody who makes a pod mounts any secret of the namespace and runs as any account of it.',
    kinds: BINDINGS,
    object: (at, tree) =>
      say(
        granted(at, tree).some((rule) => allows(rule, MAKERS, ['create'])),
        'lets its subjects make pods',
      ),
  },
  {
    id: 'access-to-secrets',
    title: 'nobody of the tree may read or change secrets',
    avoid: 'a bound rule with get, list, watch, create or delete on secrets',
    fix: 'take secrets off the rule, or name the one by resourceNames and mount it',
    why: 'List is read: anybody who may list the secrets of a namespace has all of them.',
    kinds: BINDINGS,
    object: (at, tree) =>
      say(
        granted(at, tree).some((rule) =>
          allows(rule, ['secrets'], ['get', 'list', 'watch', 'create', 'delete']),
        ),
        'lets its subjects at secrets',
      ),
  },
  {
    id: 'cluster-admin-role-binding',
    title: 'nobody of the tree is cluster-admin',
    avoid: 'roleRef.name: cluster-admin',
    fix: 'bind a role with the rules that are needed',
    why: 'One stolen token is then the whole cluster.',
    kinds: BINDINGS,
    object: ({ object }) => say(object.roleRef?.name === 'cluster-admin', 'makes its subjects cluster-admin'),
  },
  {
    id: 'wildcard-in-rules',
    title: 'a rule names what it allows',
    avoid: 'resources: ["*"]',
    fix: 'name the resources and verbs',
    why: 'A star allows what the next release and the next definition bring as well.',
    kinds: ['Role', 'ClusterRole'],
    object: ({ object }) =>
      say(
        listOf(object.rules).some((rule) => [...listOf(rule.resources), ...listOf(rule.verbs)].includes('*')),
        'allows everything of something',
      ),
  },
];
