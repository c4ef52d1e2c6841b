import { stringify } from 'yaml';
import type { Procedure } from '#sites/schema/procedure.ts';
import charts from '../charts.lock.json' with { type: 'json' };
import { lockedImage } from '../images.ts';
import { OBJECT_STORE } from '../kubernetes/ceph/object-store-names.ts';
import { CLAIM_FIELDS } from '../kubernetes/ceph/object-store-users.ts';
import { labels } from '../kubernetes/pod.ts';
import { priorityClass } from '../kubernetes/priority-classes.ts';
import { chartPlan, type LockedChart } from './chart-plan.ts';

/**
 * How Rook's operator comes into a cluster: by its own chart in the pinned release, which also brings the definitions of its
 * kinds. It watches its own namespace, and installs no driver for volumes, for we keep objects only.
 * @see https://rook.io/docs/rook/v1.20/Helm-Charts/operator-chart/
 */
export const rookOperator = ({
  site,
  chart = charts['rook-ceph'],
}: {
  /** The code of the site. */
  site: string;
  /** @default the locked one */
  chart?: LockedChart;
}): Procedure =>
  chartPlan({
    site,
    chart,
    id: 'rook-operator',
    title: `Install Rook ${chart.version} at ${site}`,
    when: 'Once the namespaces and priority classes of the tree are applied, and before the rest of it; again after a change of its release or values.',
    name: 'rook-ceph',
    namespace: OBJECT_STORE.namespace,
    level: 'privileged',
    why: 'It makes Ceph from the objects of the tree and keeps it running.',
    values: operatorValues(),
    deployments: ['rook-ceph-operator'],
    definitions: ['cephclusters.ceph.rook.io'],
    undo: 'The release before it; a first installation is left alone, for without an operator nothing would be healed.',
  });

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
