import { refusedFields } from '../../kubernetes/unchangeable.ts';
import type { Tree } from '../../law.ts';
import { type Data, workloads } from '../../reading/objects.ts';
import { type Change, type Consequence, subject, withoutDigest } from '../change.ts';
import { pathOf } from '../compare.ts';
import type { Thing } from '../thing.ts';
import type { Trees } from './trees.ts';
import { ofVolume } from './volumes.ts';
import { restartOf, usersOf, WORKLOADS } from './workloads.ts';

/** What an object of Kubernetes does when it is new, gone or says something else. */
export function ofObject(change: Change, trees: Trees): Consequence[] {
  const { kind, name } = subject(change);
  const found = [...ofVolume(change), ...refused(change)];
  if (change.how === 'added') return [...found, ...ofAdded(change, trees)];
  if (change.how === 'removed') return found.length > 0 ? found : ofRemoved(change, trees);
  if (kind === 'Job')
    return change.how === 'renamed' && withoutDigest(change.before!.name) === withoutDigest(name)
      ? [...found, { level: 'nothing', text: `the job ${withoutDigest(name)} runs again` }]
      : found;
  if (change.how === 'renamed')
    return [...found, ...ofRemoved(change, trees), { level: 'nothing', text: `${name} is made` }];
  if (WORKLOADS.includes(kind)) return [...found, ...restartOf(change, trees)];
  if (kind === 'ConfigMap') return [...found, ...ofConfig(change, trees)];
  return found.length > 0 ? found : ofOther(change);
}

/** What its API server takes once only. */
function refused({ how, before, after }: Change): Consequence[] {
  if (how !== 'changed' || !before || !after) return [];
  return refusedFields(after.kind, before.data, after.data).map(({ field, instead }) => ({
    level: 'recreate',
    text: `${after.name}: ${field} cannot change once it exists: ${instead}`,
  }));
}

const ofAdded = (change: Change, { before }: Trees): Consequence[] => {
  const { kind, name, place, data } = subject(change);
  const known = [...before.keys()].some((path) => path.startsWith(`${place}/`));
  if (kind === 'NetworkPolicy' && known)
    return [
      { level: 'reload', text: `pods of ${data.metadata?.namespace} are let in and out by it at once` },
    ];
  return [{ level: 'nothing', text: `${name} is made` }];
};

/** What stops with it, by kind. */
const GONE: Record<string, string> = {
  Service: 'its name resolves no more: clients of it fail',
  Ingress: 'its names are served no more by this object',
  HTTPRoute: 'its names are served no more by this object',
  Gateway: 'nothing listens for its routes any more',
  Certificate: 'nobody renews it: it ends with the one that there is',
  ServiceAccount: 'pods of this account cannot be made',
  CephObjectStoreUser: 'its keys stop working',
  CephClient: 'its key stops working',
};
/** What is looser without it. */
const LOOSER: Record<string, string> = {
  PodDisruptionBudget: 'a drain may take all its pods at once',
  HorizontalPodAutoscaler: 'the number of pods stays what it is',
  NetworkPolicy: 'its pods follow the other policies alone',
  ResourceQuota: 'nothing bounds what the namespace asks for',
  LimitRange: 'nothing bounds what one container asks for',
};
function ofRemoved(change: Change, trees: Trees): Consequence[] {
  const { kind, name, data, path } = change.before!;
  if (change.how === 'removed' && trees.after.has(path))
    return [{ level: 'refused', text: `${path} cannot be read as an object any more` }];
  if (WORKLOADS.includes(kind)) {
    const claims: Data[] = kind === 'StatefulSet' ? (data.spec?.volumeClaimTemplates ?? []) : [];
    if (change.how === 'renamed' && claims.length > 0) return []; // reported with its volumes
    return [{ level: 'outage', text: 'a workload stops: its pods go, for good', at: name }];
  }
  if (kind === 'ConfigMap' && change.how === 'removed') {
    const users = usersOf(change.before!, trees.after);
    return users.length > 0
      ? [{ level: 'outage', text: `${users.join(', ')} cannot start without it` }]
      : [{ level: 'nothing', text: 'nobody reads it any more' }];
  }
  if (LOOSER[kind] && change.how === 'removed')
    return [{ level: 'reload', text: `${kind} goes: ${LOOSER[kind]}`, at: name }];
  const gone = GONE[kind];
  if (kind === 'ServiceAccount' && !isUsed(change.before!, trees.after))
    return [{ level: 'nothing', text: 'no pod of the tree has it' }];
  return gone
    ? [{ level: 'outage', text: `${kind} goes: ${gone}`, at: name }]
    : [{ level: 'nothing', text: `${name} goes` }];
}

function ofConfig(change: Change, trees: Trees): Consequence[] {
  const { after } = change;
  const users = usersOf(after!, trees.after);
  const only = change.fields.every(({ steps }) => steps[0] === 'metadata');
  if (only) return [{ level: 'nothing', text: 'only what is said about it' }];
  if (users.length === 0) return [{ level: 'nothing', text: 'no pod of the tree reads it' }];
  return [
    {
      level: 'reload',
      text: 'files change in the pods within a minute or two; a pod restarts only where its own template says so',
      at: users.join(', '),
    },
  ];
}

function ofOther(change: Change): Consequence[] {
  const { kind, name } = subject(change);
  const paths = change.fields.map(({ steps }) => pathOf(steps));
  if (paths.every((path) => path.startsWith('metadata.')))
    return [{ level: 'nothing', text: 'only labels and annotations of the object itself' }];
  if (kind === 'Certificate') {
    const gone = change.fields.filter(({ how, steps }) => how === 'removed' && steps[1] === 'dnsNames');
    return gone.length > 0
      ? gone.map(({ before }) => ({
          level: 'outage',
          text: `${before} has no certificate any more: clients refuse to talk to it`,
        }))
      : [{ level: 'reload', text: `the certificate is issued again and loaded without a restart` }];
  }
  if (kind === 'Service')
    return change.fields.some(
      ({ steps, how }) => how !== 'added' && /^spec\.(ports|selector|type)/.test(pathOf(steps)),
    )
      ? [{ level: 'outage', text: `connections to ${name} by what changed break until both ends know` }]
      : [{ level: 'reload', text: `new connections to ${name} follow at once` }];
  if (kind.startsWith('Ceph'))
    return [{ level: 'restart', text: `the operator carries it out: daemons of ${name} restart one by one` }];
  return [{ level: 'reload', text: `${kind} is replaced in place, at once`, at: name }];
}

const isUsed = ({ place, data }: Thing, tree: Tree): boolean =>
  workloads(tree).some(
    ({ site, namespace, pod }) =>
      site === place &&
      namespace === data.metadata?.namespace &&
      pod.serviceAccountName === data.metadata?.name,
  );
