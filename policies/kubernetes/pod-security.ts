import type { Finding, Policy } from '../law.ts';
import { type Data, ofKind, type Workload, workloads } from '../reading/objects.ts';
import { BASELINE } from './pod-security-standards/baseline.ts';
import type { Control } from './pod-security-standards/control.ts';
import { RESTRICTED } from './pod-security-standards/restricted.ts';

const LABEL = 'pod-security.kubernetes.io/enforce';
const REASON = 'fredu.fr/pod-security-reason';

export const podSecurity: Policy = {
  id: 'pod-security',
  title:
    'pods meet the Pod Security Standard that their namespace enforces; below restricted there is a reason',
  why: 'A pod that can become root on its node, or read its files, takes the node with it when it is broken into. The API server refuses such pods where the namespace says so; a namespace that says nothing lets every pod in, and one that says less than restricted without a reason will never be tightened again.',
  check(_model, tree) {
    const namespaces = ofKind(tree, 'Namespace');
    const levels = new Map(
      namespaces.map(({ site, name, object }) => [`${site}/${name}`, object.metadata.labels?.[LABEL]]),
    );
    return [
      ...namespaces.flatMap(({ path, name, object }): Finding[] => {
        const level = object.metadata.labels?.[LABEL];
        const lower = level === 'baseline' || level === 'privileged';
        if (level === 'restricted' || (lower && object.metadata.annotations?.[REASON])) return [];
        return [
          {
            path,
            text: LABEL,
            message: lower
              ? `namespace ${name} enforces ${level} and does not say why`
              : `namespace ${name} enforces no Pod Security Standard`,
            fix: lower
              ? `write the reason into the annotation ${REASON}, or enforce restricted`
              : `label it ${LABEL}: restricted`,
          },
        ];
      }),
      ...workloads(tree).flatMap((workload) => {
        const level = levels.get(`${workload.site}/${workload.namespace}`) ?? 'restricted';
        const controls = { restricted: [...BASELINE, ...RESTRICTED], baseline: BASELINE }[
          level as 'baseline'
        ];
        return (controls ?? []).flatMap((control) => broken(control, workload, level));
      }),
    ];
  },
};

function broken(control: Control, workload: Workload, level: string): Finding[] {
  const fact = control.breaks(workload.pod, allContainers(workload.pod));
  if (!fact) return [];
  return [
    {
      check: `pod-security/${control.id}`,
      path: workload.path,
      text: control.field,
      message: `${workload.kind.toLowerCase()} ${workload.namespace}/${workload.name} breaks ${control.id} of ${level}: ${fact}`,
      fix: control.fix,
    },
  ];
}

const allContainers = (pod: Data): Data[] => [
  ...(pod.initContainers ?? []),
  ...pod.containers,
  ...(pod.ephemeralContainers ?? []),
];
