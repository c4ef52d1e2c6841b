import { stringify } from 'yaml';
import type { Procedure } from '#sites/schema/procedure.ts';
import charts from '../charts.lock.json' with { type: 'json' };
import { priorityClass } from '../kubernetes/priority-classes.ts';
import { RELEASES } from '../releases.ts';
import { chartPlan, type LockedChart } from './chart-plan.ts';

const CERT_MANAGER = 'cert-manager';

/**
 * How cert-manager comes into a cluster: by its own chart, in the release whose definitions judge the tree. Kubespray would
 * install 1.15.3, for which its makers mend nothing any more, with definitions of its own that no variable changes.
 *
 * @throws when the locked chart is of another release than the definitions
 * @see https://cert-manager.io/docs/releases/
 * @see https://github.com/cert-manager/cert-manager/blob/v1.21.1/deploy/charts/cert-manager/values.yaml
 */
export function certManager({
  site,
  chart = charts[CERT_MANAGER],
}: {
  /** The code of the site. */
  site: string;
  /** @default the locked one */
  chart?: LockedChart;
}): Procedure {
  if (chart.version !== `v${RELEASES.certManager}`)
    throw new Error(`the chart of cert-manager is ${chart.version}; the tree is of ${RELEASES.certManager}`);
  return chartPlan({
    site,
    chart,
    id: 'cert-manager',
    title: `Install cert-manager ${chart.version} at ${site}`,
    when: 'Once the priority classes of the tree are applied, and before the rest of it; again after a change of its release or values.',
    name: CERT_MANAGER,
    namespace: CERT_MANAGER,
    why: 'It has the public names signed and renews their certificates.',
    values: stringify(VALUES, { aliasDuplicateObjects: false }),
    deployments: ['cert-manager', 'cert-manager-cainjector', 'cert-manager-webhook'],
    definitions: ['certificates.cert-manager.io', 'clusterissuers.cert-manager.io'],
    undo: 'The release before it; a first installation is left alone, for certificates outlive who made them.',
  });
}

/** Two of each part, on nodes of which one may be drained; policies that admit what the chart knows of its own parts. */
const PART = {
  replicaCount: 2,
  podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
  networkPolicy: { enabled: true },
  resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
};
const VALUES = {
  // Certificates are objects of these kinds: they stay when the release is removed.
  crds: { enabled: true, keep: true },
  global: {
    priorityClassName: priorityClass('ingress'),
    leaderElection: { namespace: CERT_MANAGER },
  },
  ...PART,
  webhook: PART,
  cainjector: PART,
};
