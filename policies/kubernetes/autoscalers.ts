import type { Finding, Policy, Tree } from '../law.ts';
import { amount, type Data, ofKind, type Rendered, STAYING, workloads } from '../reading/objects.ts';
import { listOf } from '../reading/texts.ts';

export const autoscalers: Policy = {
  id: 'autoscalers',
  title:
    'every autoscaler moves a workload that is there, by the processor and the memory that its pods ask for, up at once and down slowly',
  why: 'Avoid: a target that nobody has, a metric that no pod asks for, fewer than two pods at the least, a step down that takes all at once. Prefer: utilisation of processor and memory below 90 %, two pods a step up, minutes before a step down. Rationale: an autoscaler that cannot read its metric stays where it is, at nine in the morning as at midnight; one that goes down at once goes up and down all day.',
  check: (_model, tree) => {
    const all = ofKind(tree, 'HorizontalPodAutoscaler');
    return [...all.flatMap((each) => judge(tree, each)), ...unread(tree, all)];
  },
};

/** Sites whose API server does not believe who has the metrics: Kubespray's own object refuses its certificate. */
function unread(tree: Tree, all: Rendered[]): Finding[] {
  const believed = ofKind(tree, 'APIService').filter(
    ({ object: { spec } }) =>
      spec?.group === 'metrics.k8s.io' && (spec.insecureSkipTLSVerify === true || spec.caBundle),
  );
  const sites = [...new Set(all.map(({ site }) => site))];
  return sites
    .filter((site) => !believed.some((each) => each.site === site))
    .map((site) => ({
      path: all.find((each) => each.site === site)!.path,
      text: 'metrics',
      message: `the API server of ${site} does not believe metrics-server, whose certificate is its own`,
      fix: 'an APIService v1beta1.metrics.k8s.io with insecureSkipTLSVerify: true',
    }));
}

function judge(tree: Tree, { path, site, namespace, name, object }: Rendered): Finding[] {
  const { scaleTargetRef: target, minReplicas, maxReplicas, metrics, behavior } = (object.spec ?? {}) as Data;
  const wrong = (text: string, message: string, fix: string): Finding => ({
    path,
    text,
    message: `${name} of ${site} ${message}`,
    fix,
  });
  const moved = workloads(tree).find(
    (each) =>
      each.site === site &&
      each.namespace === namespace &&
      STAYING.includes(each.kind) &&
      each.kind === target?.kind &&
      each.name === target?.name,
  );
  const read = listOf(metrics);
  return [
    ...(moved
      ? []
      : [
          wrong(
            'scaleTargetRef',
            `moves ${String(target?.kind)} ${String(target?.name)}, which is not there`,
            'name a workload of its namespace',
          ),
        ]),
    ...(moved && moved.kind !== 'StatefulSet' && moved.object.spec?.replicas !== undefined
      ? [
          {
            path: moved.path,
            text: 'replicas',
            other: { path },
            message: `${moved.name} of ${site} says how many pods it has, and ${name} says it too: each apply undoes the other`,
            fix: 'leave replicas out',
          },
        ]
      : []),
    ...(minReplicas >= 2 && maxReplicas > minReplicas
      ? []
      : [
          wrong(
            'minReplicas',
            `has from ${String(minReplicas)} to ${String(maxReplicas)} pods`,
            'two at the least, and room above',
          ),
        ]),
    ...['cpu', 'memory']
      .filter(
        (each) => !read.some((metric: Data) => metric.type === 'Resource' && metric.resource?.name === each),
      )
      .map((each) => wrong('metrics', `does not look at ${each}`, `type: Resource, resource.name: ${each}`)),
    ...read.flatMap((metric: Data) => {
      const { type, averageUtilization } = metric.resource?.target ?? {};
      const asked = moved?.containers.every(
        (container) => amount(container.resources?.requests?.[metric.resource?.name]) > 0,
      );
      return [
        ...(metric.type === 'Resource' &&
        type === 'Utilization' &&
        averageUtilization >= 30 &&
        averageUtilization <= 90
          ? []
          : [
              wrong(
                'metrics',
                `waits for ${String(averageUtilization)} % (${String(metric.type)}, ${String(type)})`,
                'Resource, Utilization, from 30 to 90',
              ),
            ]),
        ...(moved && !asked
          ? [
              wrong(
                'metrics',
                `looks at ${String(metric.resource?.name)}, of which a container asks for nothing`,
                'let every container ask for some',
              ),
            ]
          : []),
      ];
    }),
    ...(['scaleUp', 'scaleDown'] as const).flatMap((way) => {
      const { policies, selectPolicy, stabilizationWindowSeconds: window } = behavior?.[way] ?? {};
      const most = listOf(policies);
      const isSlow = most.every((each: Data) => (each.type === 'Pods' ? each.value <= 2 : each.value <= 50));
      return [
        ...(selectPolicy === 'Max'
          ? []
          : [
              wrong(
                way,
                `takes the ${String(selectPolicy)} of its steps ${way === 'scaleUp' ? 'up' : 'down'}`,
                'selectPolicy: Max',
              ),
            ]),
        ...(most.length > 0 &&
        most.every(
          (each: Data) =>
            /^(Pods|Percent)$/.test(each.type) &&
            each.value >= 1 &&
            each.periodSeconds >= 10 &&
            each.periodSeconds <= 300,
        )
          ? []
          : [
              wrong(
                way,
                `has no steps ${way === 'scaleUp' ? 'up' : 'down'} that can be taken`,
                'policies of Pods or Percent, every 10 to 300 s',
              ),
            ]),
        ...((way === 'scaleUp' ? window === 0 : window >= 120 && window <= 1800 && isSlow)
          ? []
          : [
              wrong(
                way,
                way === 'scaleUp'
                  ? `waits ${String(window)} s before it goes up`
                  : `goes down after ${String(window)} s, by ${most.map((each: Data) => `${each.value} ${each.type}`).join(' or ')}`,
                way === 'scaleUp'
                  ? 'stabilizationWindowSeconds: 0'
                  : 'after two minutes at the least, two pods at a time at most',
              ),
            ]),
      ];
    }),
  ];
}
