import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-28';
import type { Family } from '#sites/address.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';

/** Labels every object of an app carries; `app.kubernetes.io/name` is what flows and policies select by. */
export const labels = (app: string, component?: string): Record<string, string> => ({
  'app.kubernetes.io/name': app,
  'app.kubernetes.io/part-of': 'fredu',
  ...(component ? { 'app.kubernetes.io/component': component } : {}),
});
/** The immutable part of the labels. */
export const selector = (app: string) => ({ matchLabels: { 'app.kubernetes.io/name': app } });

/**
 * What the Pod Security Standard *restricted* asks of a pod, and more: no root, no token, the runtime's seccomp profile.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const restrictedPod = (
  user: number,
): Pick<k8s.PodSpec, 'securityContext' | 'automountServiceAccountToken' | 'enableServiceLinks'> => ({
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  },
});
/** The container's half of *restricted*, with a root file system that cannot be written. */
export const restrictedContainer: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
};

/** One pod a worker while there are workers enough. */
export const spread = (
  app: string,
  when: 'DoNotSchedule' | 'ScheduleAnyway' = 'ScheduleAnyway',
): k8s.TopologySpreadConstraint[] => [
  {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: when,
    labelSelector: selector(app),
    matchLabelKeys: ['pod-template-hash'],
  },
];

/** The same wish in the older words, which checkers of manifests know: rather not two pods of an app on one worker. */
export const apart = (app: string): k8s.Affinity => ({
  podAntiAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 100,
        podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: selector(app) },
      },
    ],
  },
});

/**
 * What a container asks for and may use. No processor limit: it would slow a busy pod on an idle worker; memory beyond the
 * limit ends the pod before it hurts its neighbours. Scratch space is small, for nothing here keeps data in a pod.
 */
export const resources = ({
  cpu,
  memory,
  memoryLimit = memory,
  scratch = '64Mi',
  scratchLimit = '256Mi',
}: {
  cpu: string;
  memory: string;
  memoryLimit?: string;
  scratch?: string;
  scratchLimit?: string;
}): k8s.ResourceRequirements => ({
  requests: {
    cpu: quantity(cpu),
    memory: quantity(memory),
    'ephemeral-storage': quantity(scratch),
  },
  limits: { memory: quantity(memoryLimit), 'ephemeral-storage': quantity(scratchLimit) },
});

/** Kubernetes' names of the address families. */
const IP_FAMILY = { ipv4: 'IPv4', ipv6: 'IPv6' } as const satisfies Record<Family, string>;

/** A Service has every address family that its site has, IPv4 first. */
export const serviceFamilies = ({
  kubernetes: { families },
}: KubernetesSite): Pick<k8s.ServiceSpec, 'ipFamilyPolicy' | 'ipFamilies'> => {
  const ipFamilies = families.map((family) => IP_FAMILY[family]);
  return { ipFamilyPolicy: ipFamilies.length > 1 ? 'RequireDualStack' : 'SingleStack', ipFamilies };
};

/** Short digest of a text that a pod reads only at its start: as an annotation it makes a new text start new pods. */
export const checksum = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The name of a job, which cannot be changed once it exists: another name for whatever else it would run. */
export const jobName = (name: string, ...runs: unknown[]): string =>
  `${name}-${checksum(JSON.stringify(runs)).slice(0, 10)}`;

export const quantity = k8s.Quantity.fromString;
export const port = k8s.IntOrString.fromNumber;
