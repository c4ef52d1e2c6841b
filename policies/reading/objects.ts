import type { Tree } from '../law.ts';
import { type Data, listOf, yamlOf } from './texts.ts';

export type { Data };

/** One Kubernetes object of the rendered tree, and where it stands. */
export interface Rendered {
  path: string;
  /** Code of the site that the object is for. */
  site: string;
  kind: string;
  name: string;
  /** Empty for objects of the whole cluster. */
  namespace: string;
  object: Data;
}

const read = new WeakMap<Tree, Rendered[]>();
/** By path, the last two texts seen and what they say: trees that differ in one file are read in one file, and a tree is compared with another. */
const texts = new Map<string, { text: string; object: Data }[]>();
/** What a YAML text of a tree says; its readers change nothing in it. */
export function parsed(path: string, text: string): Data {
  const known = texts.get(path) ?? [];
  const last = known.find((each) => each.text === text);
  if (last) return last.object;
  const object: Data = yamlOf(text);
  texts.set(path, [{ text, object }, ...known.slice(0, 1)]);
  return object;
}

/** Every Kubernetes object of the tree, read once for all laws, which therefore change nothing in it. */
export function objects(tree: Tree): Rendered[] {
  const known = read.get(tree);
  if (known) return known;
  const all = [...tree].flatMap(([path, text]): Rendered[] => {
    const site = /^([^/]+)\/kubernetes\/.+\.yaml$/.exec(path)?.[1];
    if (!site) return [];
    const object = parsed(path, text);
    if (typeof object !== 'object' || object === null) return []; // reported by `readable-files`
    const { name = '', namespace = '' } = object.metadata ?? {};
    return [
      {
        path,
        site,
        kind: String(object.kind ?? ''),
        name: String(name),
        namespace: String(namespace),
        object,
      },
    ];
  });
  read.set(tree, all);
  return all;
}

/** An object as people name it: `Deployment/education/education-api`, `Namespace/education`. */
export const objectName = ({ kind, namespace, name }: Rendered): string =>
  [kind, ...(namespace ? [namespace] : []), name].join('/');

const byKind = new WeakMap<Tree, Map<string, Rendered[]>>();
/** Objects of one kind, or of several in the order of the tree. */
export function ofKind(tree: Tree, ...kinds: string[]): Rendered[] {
  if (kinds.length > 1) return objects(tree).filter(({ kind }) => kinds.includes(kind));
  const known = byKind.get(tree) ?? Map.groupBy(objects(tree), ({ kind }) => kind);
  byKind.set(tree, known);
  return known.get(kinds[0]!) ?? [];
}

/** What makes pods, with the pods that it makes. */
export interface Workload extends Rendered {
  pod: Data;
  labels: Record<string, string>;
  /** Containers that run as long as the pod, sidecars included. */
  containers: Data[];
  /** Containers that end before the others start. */
  starters: Data[];
  /** Fewest pods while all is well; a DaemonSet counts as one, for it has one a worker. */
  replicas: number;
  /** Most pods that its autoscaler allows. */
  maxReplicas: number;
}

/** Kinds whose pods stay, and therefore serve. */
export const STAYING = ['Deployment', 'StatefulSet', 'DaemonSet'];
const MAKERS = [...STAYING, 'Job', 'CronJob'];

const makers = new WeakMap<Tree, Workload[]>();
/** What makes pods in the tree, read once for all laws. */
export function workloads(tree: Tree): Workload[] {
  const known = makers.get(tree);
  if (known) return known;
  const found = readWorkloads(tree);
  makers.set(tree, found);
  return found;
}

function readWorkloads(tree: Tree): Workload[] {
  const scalers = ofKind(tree, 'HorizontalPodAutoscaler');
  return ofKind(tree, ...MAKERS).flatMap((rendered): Workload[] => {
    const { kind, object, site, namespace, name } = rendered;
    const template = kind === 'CronJob' ? object.spec?.jobTemplate?.spec?.template : object.spec?.template;
    const pod = template?.spec;
    // One without pods is reported by `known-fields`.
    if (!Array.isArray(pod?.containers)) return [];
    const starting: Data[] = pod.initContainers ?? [];
    const scaler = scalers.find(
      (each) =>
        each.site === site && each.namespace === namespace && each.object.spec?.scaleTargetRef?.name === name,
    )?.object.spec;
    const replicas = scaler?.minReplicas ?? object.spec?.replicas ?? 1;
    return [
      {
        ...rendered,
        pod,
        labels: template.metadata?.labels ?? {},
        containers: [...pod.containers, ...starting.filter((each) => each.restartPolicy === 'Always')],
        starters: starting.filter((each) => each.restartPolicy !== 'Always'),
        replicas,
        maxReplicas: scaler?.maxReplicas ?? replicas,
      },
    ];
  });
}

/** Whether a label selector chooses these labels; an empty one chooses everything. */
export function selects(selector: Data, labels: Record<string, string>): boolean {
  return (
    Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    listOf(selector?.matchExpressions).every(({ key, operator, values = [] }: Data) => {
      const value = labels[key];
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      return operator === 'Exists' ? value !== undefined : value === undefined;
    })
  );
}

const UNITS: Record<string, number> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};
/** A Kubernetes quantity in cores or bytes; 0 where nothing is said, NaN where it cannot be read. */
export function amount(quantity: string | number | undefined): number {
  const [, number = Number.NaN, unit = ''] = /^([\d.]+)(\w*)$/.exec(String(quantity ?? '0')) ?? [];
  return Number(number) * (UNITS[unit] ?? Number.NaN);
}
