import { type Change, type Consequence, subject } from '../change.ts';
import { pathOf, word } from '../compare.ts';

/** Variables of Kubespray that a cluster keeps from its first day. */
const KEPT = [
  'kube_network_plugin',
  'kube_pods_subnet',
  'kube_pods_subnet_ipv6',
  'kube_service_addresses',
  'kube_service_addresses_ipv6',
  'kube_network_node_prefix',
  'kube_network_node_prefix_ipv6',
  'cluster_name',
  'container_manager',
  'etcd_deployment_type',
  'ipv4_stack',
  'ipv6_stack',
];

/** What a file does that no program of ours reads by itself: inventories, plans, pages. */
export function ofFile(change: Change): Consequence[] {
  const { path, name } = subject(change);
  if (path.includes('/kubernetes/') && change.how !== 'removed')
    return [{ level: 'refused', text: `${path} cannot be read as an object: it cannot be applied` }];
  if (path.endsWith('.md')) return [{ level: 'nothing', text: 'a page for people' }];
  if (path.includes('/plans/'))
    return [{ level: 'nothing', text: 'steps of a procedure: nothing until somebody runs it' }];
  if (path.includes('/cloud-init/'))
    return [
      {
        level: 'nothing',
        text: 'read at the first start of a host only: those that run keep what they have',
      },
    ];
  if (path.includes('/inventory/kubespray/')) return ofKubespray(change);
  if (path.includes('/inventory/hosts/'))
    return [{ level: 'reload', text: 'the playbook does it at its next run, host after host' }];
  if (path.endsWith('certificates.yaml')) return ofCertificates(change);
  if (path.includes('/dns/')) return [{ level: 'reload', text: 'the name servers reload' }];
  return [{ level: 'nothing', text: `${name} is read when somebody needs it` }];
}

function ofKubespray({ how, fields }: Change): Consequence[] {
  if (how !== 'changed') return [{ level: 'reload', text: 'with the next run of Kubespray' }];
  const found = fields.flatMap(({ steps, how: field, before: old, after }): Consequence[] => {
    const name = steps[0] ?? '';
    if (name === 'kube_version' && field === 'changed')
      return [
        {
          level: 'restart',
          text: `Kubernetes ${word(old)} -> ${word(after)}: every machine is drained and upgraded, one after the other`,
        },
      ];
    if (KEPT.includes(name))
      return [
        {
          level: 'recreate',
          text: `${pathOf(steps)}: a cluster keeps what it was made with; it must be made again`,
        },
      ];
    return [];
  });
  const gone = fields.filter(({ how: field, steps }) => field === 'removed' && steps.includes('hosts'));
  const hosts = gone.map(
    ({ steps }): Consequence => ({
      level: 'restart',
      text: `${steps.at(-1)} is a member no more: take it out with remove-node.yml, Kubespray does not by itself`,
    }),
  );
  return found.length + hosts.length > 0
    ? [...found, ...hosts]
    : [{ level: 'reload', text: 'with the next run of Kubespray, node after node' }];
}

function ofCertificates({ how, fields }: Change): Consequence[] {
  if (how === 'added') return [];
  const found = fields.flatMap(({ steps, how: field, before }): Consequence[] =>
    field === 'removed' && steps.includes('names')
      ? [
          {
            level: 'outage',
            text: `${word(before)} is in no certificate of ${steps[1]?.replaceAll(/[[\]]/g, '')} after the next rotation: clients that dial it by this name refuse it`,
          },
        ]
      : [],
  );
  return found.length > 0
    ? found
    : [
        {
          level: 'reload',
          text: 'certificates are issued again at the next rotation, and loaded without a restart',
        },
      ];
}
