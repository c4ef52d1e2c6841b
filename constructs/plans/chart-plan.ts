import type { Gate, Procedure, Step } from '#sites/schema/procedure.ts';
import charts from '../charts.lock.json' with { type: 'json' };

/** A Helm chart as it was reviewed; the hash is null until `npm run images -- --resolve` has found it. */
export interface LockedChart {
  repository: string;
  version: string;
  sha256: string | null;
}
type ChartName = keyof typeof charts;

export interface ChartPlanProps {
  /** The code of the site, which kubectl and Helm know its cluster by. */
  site: string;
  /** Of the procedure, in kebab case. */
  id: string;
  title: string;
  when: string;
  name: ChartName;
  /** @default the locked one */
  chart?: LockedChart;
  namespace: string;
  /** Level of the Pod Security Standard that the tree gives the namespace; without one, Helm makes the namespace. */
  level?: string;
  why: string;
  /** Documents for `--values`. */
  values: string;
  /** Deployments that are there afterwards, and the definitions of their kinds. */
  deployments: string[];
  definitions: string[];
  undo: string;
}

/**
 * How a program that looks after objects of the tree comes into a cluster: by its own chart in the release that is locked, which
 * also brings the definitions of its kinds.
 * @see https://helm.sh/docs/helm/helm_upgrade/
 */
export function chartPlan(props: ChartPlanProps): Procedure {
  const { site, id, title, when, name, namespace, level, values, undo } = props;
  const chart: LockedChart = props.chart ?? charts[name];
  const source = chart.sha256
    ? [`./${file(name, chart)}`]
    : [name, `--repo=${chart.repository}`, `--version=${chart.version}`];
  return {
    id,
    title,
    when,
    places: {
      here: { prefix: [] },
      cluster: { site, prefix: ['kubectl', `--context=${site}`, `--namespace=${namespace}`] },
      helm: { site, prefix: ['helm', `--kube-context=${site}`, `--namespace=${namespace}`] },
    },
    steps: [
      ...(chart.sha256 ? [fetched(name, chart, chart.sha256)] : []),
      ...(level ? [namespaceThere(namespace, level)] : []),
      {
        id: 'install',
        title: 'Install the operator and its definitions',
        why: props.why,
        do: {
          in: 'helm',
          command: [
            ...(['upgrade', name] as const),
            ...source,
            ...(level ? [] : ['--create-namespace']),
            ...['--install', '--atomic', '--timeout=10m', '--values=-'],
          ],
          input: values,
        },
        until: [
          ...props.deployments.map((each) =>
            cluster(['rollout', 'status', `deployment/${each}`, '--timeout=10s']),
          ),
          ...props.definitions.map((each) =>
            cluster(['wait', '--for=condition=Established', '--timeout=10s', `crd/${each}`]),
          ),
        ],
        timeoutSeconds: 900,
        undo: { why: undo, do: [{ in: 'helm', command: ['rollback', name, '--wait'] }] },
      },
    ],
  };
}

const file = (name: string, { version }: LockedChart): string => `${name}-${version}.tgz`;
const cluster = (command: string[], more: Omit<Gate, 'in' | 'command'> = {}): Gate => ({
  in: 'cluster',
  command,
  ...more,
});

const fetched = (name: string, chart: LockedChart, sha256: string): Step => ({
  id: 'fetch',
  title: 'Fetch the chart and compare it with what was reviewed',
  why: 'What is installed here may do anything in the cluster.',
  do: {
    in: 'here',
    command: ['helm', 'pull', name, `--repo=${chart.repository}`, `--version=${chart.version}`],
  },
  until: [{ in: 'here', command: ['sha256sum', file(name, chart)], matches: [`^${sha256} `] }],
  timeoutSeconds: 120,
  undo: { why: 'A file on this machine is all there is.', do: [] },
});

const namespaceThere = (namespace: string, level: string): Step => ({
  id: 'namespace',
  title: 'Find the namespace as the tree has it',
  why: 'Helm would make one without its Pod Security level, and Ceph would be refused its disks later.',
  until: [
    cluster(['get', 'namespace', namespace, '--output=json'], {
      json: [{ at: ['metadata', 'labels', 'pod-security.kubernetes.io/enforce'], is: level }],
    }),
  ],
  timeoutSeconds: 60,
  undo: { why: 'Nothing was changed.', do: [] },
});
