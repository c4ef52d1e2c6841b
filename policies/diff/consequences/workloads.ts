import type { Tree } from '../../law.ts';
import { type Data, objects } from '../../reading/objects.ts';
import type { Change, Consequence } from '../change.ts';
import { pathOf } from '../compare.ts';
import type { Thing } from '../thing.ts';
import type { Trees } from './trees.ts';

/** Kinds that keep pods. */
export const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'];

/** What a change of a workload does to its pods. */
export function restartOf({ fields, before, after }: Change, trees: Trees): Consequence[] {
  const paths = fields.map(({ steps }) => pathOf(steps));
  const found: Consequence[] = [];
  const { kind, name, data } = after!;
  const [old, fresh] = [before!.data.spec?.replicas, data.spec?.replicas];
  if (old !== fresh && typeof fresh === 'number') found.push(scaled(old, fresh, after!));
  if (kind === 'CronJob') return [...found, { level: 'nothing', text: 'its next run follows' }];
  if (paths.some((path) => path.startsWith('spec.template.'))) found.push(rolled(after!, trees.after));
  if (found.length === 0) found.push({ level: 'nothing', text: `no pod of ${name} restarts` });
  return found;
}

function scaled(old: Data, fresh: number, { kind, name, data }: Thing): Consequence {
  if (fresh === 0) return { level: 'outage', text: `${name} stops: no pod is left` };
  if (typeof old === 'number' && fresh < old) {
    const keeps = kind === 'StatefulSet' && data.spec.volumeClaimTemplates;
    const claims =
      data.spec.persistentVolumeClaimRetentionPolicy?.whenScaled === 'Delete'
        ? '; their claims go with them'
        : '; their claims stay';
    return {
      level: keeps && claims.includes('go') ? 'data loss' : 'restart',
      text: `${old - fresh} of ${old} pods end${keeps ? claims : ''}`,
    };
  }
  return { level: 'nothing', text: `${fresh - (old ?? 1)} more pods start` };
}

/** A rolling update as the workload's own strategy says it, with the time that its timers add up to. */
function rolled({ kind, name, place, data }: Thing, tree: Tree): Consequence {
  const { spec = {} } = data;
  const pod = spec.template?.spec ?? {};
  const grace: number = pod.terminationGracePeriodSeconds ?? 30;
  const settle: number = spec.minReadySeconds ?? 0;
  const replicas = replicasOf(kind, place, name, data, tree);
  if (spec.updateStrategy?.type === 'OnDelete')
    return { level: 'nothing', text: `pods of ${name} follow when somebody deletes them` };
  if (kind === 'Deployment' && spec.strategy?.type === 'Recreate')
    return { level: 'outage', text: `${name} is gone for up to ${grace + settle} s and its start` };
  const single = kind === 'DaemonSet' ? false : replicas === 1;
  const surges =
    kind === 'Deployment'
      ? spec.strategy?.rollingUpdate?.maxSurge !== 0
      : pod.hostNetwork !== true && spec.updateStrategy?.rollingUpdate?.maxSurge > 0;
  if (single && !surges)
    return { level: 'outage', text: `${name} has one pod: gone for up to ${grace + settle} s and its start` };
  const each = kind === 'DaemonSet' ? 'node after node' : 'one pod after the other';
  const count = kind === 'DaemonSet' ? 'on each worker' : `${replicas} pods`;
  const time =
    kind === 'Deployment' || kind === 'DaemonSet'
      ? `each may take ${grace} s to end`
      : `at most ${replicas} × (${grace} + ${settle}) s = ${replicas * (grace + settle)} s and their starts`;
  return { level: 'restart', text: `rolling restart of ${name}, ${each} (${count}; ${time})` };
}

function replicasOf(kind: string, place: string, name: string, data: Data, tree: Tree): number {
  const own: number = data.spec?.replicas ?? 1;
  if (kind !== 'Deployment') return own;
  const scaler = objects(tree).find(
    (each) =>
      each.site === place &&
      each.kind === 'HorizontalPodAutoscaler' &&
      `${each.namespace}/${each.object.spec?.scaleTargetRef?.name}` === name,
  );
  return scaler?.object.spec?.minReplicas ?? own;
}

/** Workloads of the tree that read a ConfigMap, by name. */
export function usersOf({ place, data }: Thing, tree: Tree): string[] {
  const { name, namespace } = data.metadata ?? {};
  return objects(tree)
    .filter(
      (each) =>
        each.site === place &&
        each.namespace === namespace &&
        [...WORKLOADS, 'Job'].includes(each.kind) &&
        names(each.object, name),
    )
    .map((each) => each.name);
}
/** Whether a pod takes files or variables from a ConfigMap. */
function names(value: Data, name: string): boolean {
  if (Array.isArray(value)) return value.some((each) => names(each, name));
  if (value === null || typeof value !== 'object') return false;
  return Object.entries<Data>(value).some(
    ([key, each]) =>
      (['configMap', 'configMapRef', 'configMapKeyRef'].includes(key) && each?.name === name) ||
      names(each, name),
  );
}
