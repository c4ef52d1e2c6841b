import type { Finding, Policy } from '../law.ts';
import { ofKind, type Workload, workloads } from '../reading/objects.ts';

export const noSpareTokens: Policy = {
  id: 'no-spare-tokens',
  title: 'every workload has an account of its own, and a token only where a role is bound to it',
  why: 'The token of a pod that never asks the Kubernetes API is a gift to an intruder, and an account shared by two apps gives each what the other needs.',
  check(_model, tree) {
    const all = workloads(tree);
    const accounts = ofKind(tree, 'ServiceAccount');
    const bound = new Set(
      ofKind(tree, 'RoleBinding', 'ClusterRoleBinding').flatMap(({ site, object }) =>
        (object.subjects ?? []).map(
          (subject: { namespace: string; name: string }) => `${site}/${subject.namespace}/${subject.name}`,
        ),
      ),
    );
    return all.flatMap((workload): Finding[] => {
      const { site, namespace, path, pod } = workload;
      const account = pod.serviceAccountName as string | undefined;
      const at = (message: string, fix: string): Finding[] => [
        {
          path,
          text: 'serviceAccountName',
          message: `${workload.kind.toLowerCase()} ${namespace}/${workload.name} ${message}`,
          fix,
        },
      ];
      const its = accounts.find(
        (each) => each.site === site && each.namespace === namespace && each.name === account,
      );
      if (!account || account === 'default')
        return at('runs as the account that everyone shares', 'give it a ServiceAccount of its own');
      if (!its) return at(`runs as ${account}, which does not exist`, 'add the ServiceAccount');
      const other = all.find((each) => each !== workload && sameAccount(each, workload));
      if (other) return at(`shares the account ${account} with ${other.name}`, 'give each its own');
      const mounted = pod.automountServiceAccountToken ?? its.object.automountServiceAccountToken ?? true;
      if (mounted && !bound.has(`${site}/${namespace}/${account}`))
        return at('gets a token that opens nothing', 'set automountServiceAccountToken: false');
      return [];
    });
  },
};

/** Jobs of one app may share an account: only one of them is at work. */
const sameAccount = (a: Workload, b: Workload): boolean =>
  a.site === b.site &&
  a.namespace === b.namespace &&
  a.pod.serviceAccountName === b.pod.serviceAccountName &&
  a.labels['app.kubernetes.io/name'] !== b.labels['app.kubernetes.io/name'];
