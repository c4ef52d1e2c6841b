import { type Data, listOf } from '#policies/reading/texts.ts';
import type { Cluster } from './cluster.ts';
import { liveObjects } from './differences.ts';
import type { Inventory } from './inventory.ts';
import { type Identity, identityOf, type KubernetesObject, keyOf, shown } from './object.ts';
import { readinessOf } from './readiness.ts';

/** An object that a step stopped at. */
export interface Stuck {
  identity: Identity;
  why: string;
  live?: Data;
  /** Waiting does not help. */
  isHopeless?: boolean;
}

/** Objects that are not ready, each with why. */
export async function unready(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  { completed }: Pick<Inventory, 'completed'>,
  signal?: AbortSignal,
): Promise<Stuck[]> {
  const identities = objects.map(identityOf);
  const live = await liveObjects(cluster, identities, signal);
  return identities.flatMap((identity): Stuck[] => {
    const now = live.get(keyOf(identity));
    if (!now) return completed.includes(keyOf(identity)) ? [] : [{ identity, why: 'it is not there' }];
    const readiness = readinessOf(now);
    if (readiness.state === 'ready') return [];
    return [{ identity, live: now, why: readiness.why, isHopeless: readiness.state === 'never' }];
  });
}

/** Of the objects of a wave so many are told in full: the others most often wait for the same. */
const TOLD_MAX = 3;
const EVENTS_MAX = 4;
const LOG_LINES_MAX = 6;

/** What a person needs to find out why: conditions, the last events, and lines of logs, of the first objects that are stuck. */
export async function explained(cluster: Cluster, stuck: readonly Stuck[]): Promise<string[]> {
  const lines: string[] = [];
  for (const one of stuck.slice(0, TOLD_MAX)) {
    lines.push(`${shown(one.identity)}: ${one.why}`);
    if (!one.live) continue;
    lines.push(...conditionsOf(one.live), ...(await eventsOf(cluster, one.identity)));
    for (const pod of (await podsOf(cluster, one.live)).slice(0, TOLD_MAX))
      lines.push(...(await podLines(cluster, pod)));
  }
  if (stuck.length > TOLD_MAX)
    lines.push(
      `and ${stuck.length - TOLD_MAX} more: ${stuck
        .slice(TOLD_MAX)
        .map(({ identity }) => shown(identity))
        .join(', ')}`,
    );
  return lines;
}

const oneLine = (text: unknown): string =>
  String(text ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
/** Conditions that are good when they are false. */
const BAD = /^(ReplicaFailure|Failed|FailureTarget|Stalled|Suspended|DisruptionTarget)$/;
const conditionsOf = ({ status }: Data): string[] =>
  listOf(status?.conditions)
    .filter(({ type, status: is }) => (BAD.test(type) ? is === 'True' : is !== 'True'))
    .map(({ type, status: is, reason, message }) =>
      oneLine(`  condition ${type} is ${is}: ${[reason, message].filter(Boolean).join(': ')}`),
    )
    .map((line) => `  ${line}`);

/** Events are kept for an hour, and often not readable: then there are none. */
async function eventsOf(cluster: Cluster, { kind, namespace, name }: Identity): Promise<string[]> {
  const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name}`;
  const path = `/api/v1${namespace ? `/namespaces/${namespace}` : ''}/events`;
  const { status, body } = await cluster.ask('GET', path, { query: { fieldSelector } });
  if (status !== 200) return [];
  const when = (event: Data): string =>
    event.lastTimestamp ?? event.eventTime ?? event.metadata?.creationTimestamp ?? '';
  const all = listOf(body.items).toSorted((a, b) => when(a).localeCompare(when(b), 'en'));
  const bad = all.filter(({ type }) => type !== 'Normal');
  return (bad.length > 0 ? bad : all)
    .slice(-EVENTS_MAX)
    .map((event) => `  event ${when(event)} ${event.reason}: ${oneLine(event.message ?? event.note)}`);
}

/** Pods of a workload that are not ready. */
async function podsOf(cluster: Cluster, { spec, metadata, kind }: Data): Promise<Data[]> {
  const labels: Record<string, string> | undefined = spec?.selector?.matchLabels;
  if (!labels || !/^(Deployment|StatefulSet|DaemonSet|Job)$/.test(kind)) return [];
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const { status, body } = await cluster.ask('GET', `/api/v1/namespaces/${metadata.namespace}/pods`, {
    query: { labelSelector },
  });
  if (status !== 200) return [];
  return listOf(body.items).filter(
    (pod) =>
      pod.status?.phase !== 'Succeeded' &&
      !listOf(pod.status?.conditions).some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
}

async function podLines(cluster: Cluster, pod: Data): Promise<string[]> {
  const { name, namespace } = pod.metadata;
  const identity = { apiVersion: 'v1', kind: 'Pod', namespace, name };
  const containers = [
    ...listOf(pod.status?.initContainerStatuses),
    ...listOf(pod.status?.containerStatuses),
  ].filter(({ ready, state }) => !ready && state?.terminated?.exitCode !== 0);
  const states = containers.flatMap(({ name: container, state, restartCount }) => {
    const { waiting, terminated } = state ?? {};
    const said = waiting ?? terminated;
    return said
      ? [
          `  pod ${name}, ${container}: ${oneLine([said.reason, said.message].filter(Boolean).join(': '))}${restartCount ? `, ${restartCount} restarts` : ''}`,
        ]
      : [];
  });
  const logs = await Promise.all(containers.map((container) => logLines(cluster, identity, container)));
  const own = states.length > 0 ? states : [`  pod ${name}: ${pod.status?.phase ?? 'unknown'}`];
  return [...own, ...conditionsOf(pod), ...(await eventsOf(cluster, identity)), ...logs.flat()];
}

/** Words of a program that says why it ends. */
const MATTERS = /error|fatal|panic|denied|refused|cannot|failed|invalid|no such|timeout|unable/i;

/** The lines of a container's log that say why, of the run before where it was started again. */
async function logLines(
  cluster: Cluster,
  { namespace, name }: Identity,
  { name: container, restartCount }: Data,
): Promise<string[]> {
  const { status, body } = await cluster.ask('GET', `/api/v1/namespaces/${namespace}/pods/${name}/log`, {
    query: { container, tailLines: '60', ...(restartCount ? { previous: 'true' } : {}) },
  });
  if (status !== 200) return [];
  const all = (typeof body === 'string' ? body : JSON.stringify(body)).split('\n').filter(Boolean);
  const telling = all.filter((line) => MATTERS.test(line));
  return (telling.length > 0 ? telling : all)
    .slice(-LOG_LINES_MAX)
    .map((line) => `  log ${container}: ${oneLine(line)}`);
}
