import type { Finding, Policy } from '../law.ts';
import { type Data, objectName, objects, type Rendered } from '../reading/objects.ts';

export const apiWords: Policy = {
  id: 'api-words',
  title: 'fields of the API that take one of a few words have one of these',
  why: 'Avoid: a type, a mode, a policy or a family with a slip in it. Prefer: the words of the API reference, letter by letter. Rationale: the schema of most such fields says only that a text stands there, so a slip passes every check that has no cluster; the API server refuses the object in the middle of a rollout, or a controller passes over the field.',
  check: (_model, tree) =>
    objects(tree).flatMap((rendered) => {
      const found: Finding[] = [];
      visit(rendered, rendered.object, rendered.kind, found);
      return [...found, ...modes(rendered)];
    }),
};

const words = (text: string): RegExp => new RegExp(`^(${text.replaceAll(' ', '|')})$`);

/**
 * Which words a field takes, by how its path ends; the kind of the object stands first, and lists leave no trace.
 * @see https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/
 * @see https://cert-manager.io/docs/reference/api-docs/
 */
const FIELDS: readonly [path: RegExp, form: RegExp][] = (
  [
    ['^Service\\.spec\\.type', 'ClusterIP NodePort LoadBalancer ExternalName'],
    ['^Service\\.spec\\.ports\\.protocol|\\.containerPorts?\\.protocol|\\.ports\\.protocol', 'TCP UDP SCTP'],
    ['^Gateway\\.spec\\.listeners\\.protocol', 'HTTP HTTPS TLS TCP UDP'],
    ['\\.ipFamilies', 'IPv4 IPv6'],
    ['\\.ipFamilyPolicy', 'SingleStack PreferDualStack RequireDualStack'],
    ['\\.(in|ex)ternalTrafficPolicy', 'Cluster Local'],
    ['\\.sessionAffinity', 'None ClientIP'],
    ['\\.fsGroupChangePolicy', 'OnRootMismatch Always'],
    ['\\.seccompProfile\\.type', 'RuntimeDefault Localhost Unconfined'],
    ['\\.imagePullPolicy', 'Always IfNotPresent Never'],
    ['\\.restartPolicy', 'Always OnFailure Never'],
    ['\\.dnsPolicy', 'ClusterFirst ClusterFirstWithHostNet Default None'],
    ['\\.terminationMessagePolicy', 'File FallbackToLogsOnError'],
    ['\\.volumeMode', 'Filesystem Block'],
    ['\\.accessModes', 'ReadWriteOnce ReadWriteOncePod ReadOnlyMany ReadWriteMany'],
    ['\\.persistentVolumeReclaimPolicy|^StorageClass\\.reclaimPolicy', 'Retain Delete'],
    ['\\.volumeBindingMode', 'WaitForFirstConsumer Immediate'],
    ['\\.podManagementPolicy', 'OrderedReady Parallel'],
    ['^(DaemonSet|StatefulSet)\\.spec\\.updateStrategy\\.type', 'RollingUpdate OnDelete'],
    ['^Deployment\\.spec\\.strategy\\.type', 'RollingUpdate Recreate'],
    ['\\.concurrencyPolicy', 'Allow Forbid Replace'],
    ['\\.completionMode', 'NonIndexed Indexed'],
    ['\\.whenUnsatisfiable', 'DoNotSchedule ScheduleAnyway'],
    [
      '\\.(node|pod)?[aA]ffinity.*\\.operator|\\.matchExpressions\\.operator',
      'In NotIn Exists DoesNotExist Gt Lt',
    ],
    ['\\.tolerations\\.operator', 'Equal Exists'],
    ['\\.(tolerations|taints)\\.effect', 'NoSchedule PreferNoSchedule NoExecute'],
    ['\\.pathType', 'Exact Prefix ImplementationSpecific'],
    ['\\.hostPath\\.type', 'Directory DirectoryOrCreate File FileOrCreate Socket CharDevice BlockDevice'],
    ['\\.emptyDir\\.medium', 'Memory'],
    ['\\.unhealthyPodEvictionPolicy', 'IfHealthyBudget AlwaysAllow'],
    ['\\.policyTypes', 'Ingress Egress'],
    ['\\.httpGet\\.scheme', 'HTTP HTTPS'],
    ['\\.metrics\\.type', 'Resource ContainerResource Pods Object External'],
    ['\\.behavior\\..*\\.selectPolicy', 'Max Min Disabled'],
    ['\\.behavior\\..*\\.policies\\.type', 'Pods Percent'],
    ['\\.preemptionPolicy', 'PreemptLowerPriority Never'],
    ['^Certificate\\.spec\\.issuerRef\\.kind', 'Issuer ClusterIssuer'],
    ['^Certificate\\.spec\\.issuerRef\\.group', 'cert-manager\\.io'],
    ['^Certificate\\.spec\\.privateKey\\.algorithm', 'RSA ECDSA Ed25519'],
    ['^Certificate\\.spec\\.privateKey\\.rotationPolicy', 'Always Never'],
    ['^Certificate\\.spec\\.privateKey\\.encoding', 'PKCS1 PKCS8'],
    ['^(Cluster)?RoleBinding\\.subjects\\.kind', 'ServiceAccount User Group'],
    ['^(Cluster)?RoleBinding\\.roleRef\\.kind', 'Role ClusterRole'],
    ['^PersistentVolume\\.spec\\.claimRef\\.kind', 'PersistentVolumeClaim'],
    ['\\.backendRefs\\.kind', 'Service'],
    ['\\.certificateRefs\\.kind', 'Secret'],
  ] as const
).map(([path, list]) => [new RegExp(`(?:${path})$`), words(list)]);

/** By path, for the same paths come again in every object of a kind. */
const known = new Map<string, RegExp | undefined>();
function formOf(path: string): RegExp | undefined {
  if (!known.has(path)) known.set(path, FIELDS.find(([ends]) => ends.test(path))?.[1]);
  return known.get(path);
}

function visit(rendered: Rendered, value: Data, path: string, found: Finding[]): void {
  if (Array.isArray(value)) {
    for (const each of value) visit(rendered, each, path, found);
    return;
  }
  if (typeof value === 'object' && value !== null) {
    // What these hold has a shape of its own.
    for (const [key, each] of Object.entries(value))
      if (path !== 'ConfigMap' || key !== 'data') visit(rendered, each, `${path}.${key}`, found);
    return;
  }
  if (typeof value !== 'string') return;
  const form = formOf(path);
  if (!form || form.test(value)) return;
  const field = path.slice(path.indexOf('.') + 1);
  found.push({
    path: rendered.path,
    text: value,
    message: `${objectName(rendered)}: ${field} is ${value}, which the API does not know`,
    fix: `write one of ${form.source.slice(2, -2).replaceAll('|', ', ').replaceAll('\\', '')}`,
  });
}

/** The level of a namespace is refused by, warned of and written down alike, or one of them says something that does not hold. */
function modes(rendered: Rendered): Finding[] {
  if (rendered.kind !== 'Namespace') return [];
  const labels: Record<string, unknown> = rendered.object.metadata?.labels ?? {};
  const level = (mode: string) => String(labels[`pod-security.kubernetes.io/${mode}`]);
  return ['audit', 'warn']
    .filter((mode) => level(mode) !== level('enforce'))
    .map((mode) => ({
      path: rendered.path,
      text: 'pod-security.kubernetes.io/enforce',
      message: `namespace ${rendered.name} enforces ${level('enforce')}, and has ${level(mode)} for ${mode}`,
      fix: `pod-security.kubernetes.io/${mode}: ${level('enforce')}`,
    }));
}
