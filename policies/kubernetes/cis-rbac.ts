import type { Tree } from '../law.ts';
import { say } from '../named/check.ts';
import { ofKind, type Rendered } from '../reading/objects.ts';
import { listOf } from '../reading/texts.ts';
import type { KubernetesRow } from './kubernetes-pack.ts';

const ROLES = ['Role', 'ClusterRole'];
/** A role whose rules allow one of the verbs on one of the resources, each by its name: stars are kube-linter's. */
const names = (resources: string[], verbs: string[]) => (at: Rendered) =>
  listOf(at.object.rules).some(
    (rule) =>
      resources.some((each) => listOf(rule.resources).includes(each)) &&
      (verbs.length === 0 || verbs.some((each) => listOf(rule.verbs).includes(each))),
  );
const row = (
  id: string,
  title: string,
  what: { avoid: string; fact: string; fix: string; why: string },
  broken: (at: Rendered, tree: Tree) => boolean,
): KubernetesRow => ({
  id,
  title,
  avoid: what.avoid,
  fix: what.fix,
  why: what.why,
  kinds: ROLES,
  object: (at, tree) => say(broken(at, tree), what.fact),
});

/** CIS 5.1 and 5.3: what roles of the tree allow beyond what kube-linter asks about, and which namespaces are open. */
export const RBAC: KubernetesRow[] = [
  {
    id: '5.1.7',
    title: 'nobody is bound to the group system:masters',
    avoid: 'subjects: [{kind: Group, name: system:masters}]',
    fix: 'bind a group of your own',
    why: 'The API server asks no role about that group, and no binding takes away what it may.',
    kinds: ['RoleBinding', 'ClusterRoleBinding'],
    object: ({ object }) =>
      say(
        listOf(object.subjects).some(({ name }) => name === 'system:masters'),
        'binds system:masters',
      ),
  },
  row(
    '5.1.8',
    'no role may give itself more',
    {
      avoid: 'verbs: [bind, escalate, impersonate]',
      fact: 'may bind, escalate or impersonate',
      fix: 'take the verb off the rule',
      why: 'Each of the three is a way to become cluster-admin.',
    },
    ({ object }) =>
      listOf(object.rules).some((rule) =>
        listOf(rule.verbs).some((verb) => ['bind', 'escalate', 'impersonate'].includes(verb)),
      ),
  ),
  row(
    '5.1.9',
    'no role may make persistent volumes',
    {
      avoid: 'create on persistentvolumes',
      fact: 'may make persistent volumes',
      fix: 'take persistentvolumes off the rule',
      why: 'A volume may be any folder of any node.',
    },
    names(['persistentvolumes'], ['create', 'update', 'patch']),
  ),
  row(
    '5.1.10',
    'no role passes through the API to kubelets',
    {
      avoid: 'resources: [nodes/proxy]',
      fact: 'may pass through to kubelets',
      fix: 'take nodes/proxy off the rule',
      why: 'A kubelet runs commands in any of its pods, and no audit log of the API says so.',
    },
    names(['nodes/proxy'], []),
  ),
  row(
    '5.1.11',
    'no role approves certificates',
    {
      avoid: 'update on certificatesigningrequests/approval',
      fact: 'may approve certificates',
      fix: 'take certificatesigningrequests/approval off the rule',
      why: 'Anybody who approves a certificate becomes whom it names.',
    },
    names(['certificatesigningrequests/approval'], []),
  ),
  row(
    '5.1.12',
    'no role changes what requests pass through',
    {
      avoid: 'resources: [validatingwebhookconfigurations]',
      fact: 'may change webhooks of the API',
      fix: 'take the webhook configurations off the rule',
      why: 'A webhook reads, and a mutating one changes, every object that is written, secrets among them.',
    },
    names(['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'], []),
  ),
  row(
    '5.1.13',
    'no role makes tokens',
    {
      avoid: 'create on serviceaccounts/token',
      fact: 'may make tokens of accounts',
      fix: 'take serviceaccounts/token off the rule',
      why: 'Anybody who makes a token of an account is that account.',
    },
    names(['serviceaccounts/token'], []),
  ),
  {
    id: '5.3.2',
    title: 'every namespace refuses what no policy admits',
    avoid: 'a Namespace without a NetworkPolicy of all its pods',
    fix: 'add a NetworkPolicy with podSelector: {} and the policyTypes Ingress and Egress',
    why: 'A pod that is added later, by hand or by an operator, is open until somebody thinks of it.',
    kinds: ['Namespace'],
    object: (at, tree) =>
      say(
        !ofKind(tree, 'NetworkPolicy').some(
          ({ site, namespace, object: { spec } }) =>
            site === at.site &&
            namespace === at.name &&
            Object.keys(spec?.podSelector ?? { some: 1 }).length === 0 &&
            listOf(spec?.policyTypes).length === 2,
        ),
        'has no policy of all its pods in both directions',
      ),
  },
];
