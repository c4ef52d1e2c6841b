import { k8s } from 'cdk8s-plus-28';

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

export const quantity = k8s.Quantity.fromString;
export const port = k8s.IntOrString.fromNumber;
