import { stringify } from 'yaml';
import type { Site } from '../sites/model.ts';
import type { Gate, Plan } from '../sites/schema/plan.ts';
import lock from './charts.lock.json' with { type: 'json' };
import { lockedImage } from './images.ts';
import { OBJECT_STORE } from './object-store.ts';
import { CLAIM_FIELDS } from './object-store-users.ts';
import { labels } from './pod.ts';
import { priorityClass } from './priority-classes.ts';

const CHART = 'rook-ceph';

/** A Helm chart as it was reviewed; the hash is null until `npm run images -- --resolve` has found it. */
export interface LockedChart {
  repository: string;
  version: string;
  sha256: string | null;
}

/**
 * How Rook's operator comes into a cluster: by its own chart in the pinned release, which also brings the definitions of its
 * kinds. It watches its own namespace, and installs no driver for volumes, for we keep objects only.
 * @see https://rook.io/docs/rook/v1.20/Helm-Charts/operator-chart/
 */
export function rookOperator({
  site,
  chart: { repository, version, sha256 } = lock[CHART],
}: {
  site: Site;
  chart?: LockedChart;
}): Plan {
  const file = `${CHART}-${version}.tgz`;
  const source = sha256 ? [`./${file}`] : [CHART, `--repo=${repository}`, `--version=${version}`];
  const cluster = (command: string[], more: Omit<Gate, 'in' | 'command'> = {}): Gate => ({
    in: 'cluster',
    command,
    ...more,
  });
  return {
    id: 'rook-operator',
    title: `Install Rook ${version} at ${site.code}`,
    when: 'Once the namespaces and priority classes of the tree are applied, and before the rest of it; again after a change of its release or values.',
    places: {
      here: { prefix: [] },
      cluster: {
        site: site.code,
        prefix: ['kubectl', `--context=${site.code}`, `--namespace=${OBJECT_STORE.namespace}`],
      },
      helm: {
        site: site.code,
        prefix: ['helm', `--kube-context=${site.code}`, `--namespace=${OBJECT_STORE.namespace}`],
      },
    },
    steps: [
      ...(sha256
        ? [
            {
              id: 'fetch',
              title: 'Fetch the chart and compare it with what was reviewed',
              why: 'What is installed here may do anything in the cluster.',
              do: {
                in: 'here',
                command: ['helm', 'pull', CHART, `--repo=${repository}`, `--version=${version}`],
              },
              until: [{ in: 'here', command: ['sha256sum', file], matches: [`^${sha256} `] }],
              timeoutSeconds: 120,
              undo: { why: 'A file on this machine is all there is.', do: [] },
            },
          ]
        : []),
      {
        id: 'namespace',
        title: 'Find the namespace as the tree has it',
        why: 'Helm would make one without its Pod Security level, and Ceph would be refused its disks later.',
        until: [
          cluster(['get', 'namespace', OBJECT_STORE.namespace, '--output=json'], {
            json: [{ at: ['metadata', 'labels', 'pod-security.kubernetes.io/enforce'], is: 'privileged' }],
          }),
        ],
        timeoutSeconds: 60,
        undo: { why: 'Nothing was changed.', do: [] },
      },
      {
        id: 'install',
        title: 'Install the operator and its definitions',
        why: 'It makes Ceph from the objects of the tree and keeps it running.',
        do: {
          in: 'helm',
          command: ['upgrade', CHART, ...source, '--install', '--atomic', '--timeout=10m', '--values=-'],
          input: operatorValues(),
        },
        until: [
          cluster(['rollout', 'status', 'deployment/rook-ceph-operator', '--timeout=10s']),
          cluster(['wait', '--for=condition=Established', '--timeout=10s', 'crd/cephclusters.ceph.rook.io']),
        ],
        timeoutSeconds: 900,
        undo: {
          why: 'The release before it; a first installation is left alone, for without an operator nothing would be healed.',
          do: [{ in: 'helm', command: ['rollback', CHART, '--wait'] }],
        },
      },
    ],
  };
}

function operatorValues(): string {
  const { name, tag, digest } = lockedImage('rook');
  return stringify({
    image: { repository: name, tag: digest ? `${tag}@${digest}` : tag },
    crds: { enabled: true },
    currentNamespaceOnly: true,
    enableOBCWatchOperatorNamespace: true,
    obcAllowAdditionalConfigFields: ['maxObjects', 'maxSize', ...CLAIM_FIELDS].join(','),
    operatorPodLabels: labels('rook-ceph-operator'),
    priorityClassName: priorityClass('data'),
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    enableDiscoveryDaemon: false,
    allowLoopDevices: false,
    csi: {
      enableRbdDriver: false,
      enableCephfsDriver: false,
      disableCsiDriver: 'true',
      nfs: { enabled: false },
    },
    monitoring: { enabled: false },
  });
}
