import type { Tree } from '../law.ts';
import type { NamedCheck } from '../named/check.ts';
import {
  type Data,
  objectName,
  objects,
  type Rendered,
  type Workload,
  workloads,
} from '../reading/objects.ts';

/** A named check of pods, or of objects of some kinds: it says the facts that break it. */
export interface KubernetesRow extends Omit<NamedCheck, 'breaks'> {
  pod?: (workload: Workload, tree: Tree) => string[];
  /** Kinds that it looks at. @default every kind */
  kinds?: readonly string[];
  object?: (rendered: Rendered, tree: Tree) => string[];
}

/** Rows about Kubernetes objects, as checks under the name of their source. */
export const kubernetesPack = (source: string, rows: readonly KubernetesRow[]): NamedCheck[] =>
  rows.map(({ pod, kinds, object, ...row }) => ({
    ...row,
    id: `${source}/${row.id}`,
    breaks: (tree) => [
      ...(pod
        ? workloads(tree).flatMap((each) => pod(each, tree).map((fact) => ({ ...place(each), fact })))
        : []),
      ...(object
        ? objects(tree)
            .filter(({ kind }) => !kinds || kinds.includes(kind))
            .flatMap((each) => object(each, tree).map((fact) => ({ ...place(each), fact })))
        : []),
    ],
  }));

const place = (each: Rendered) => ({ path: each.path, object: objectName(each) });

/** A fact of every container, start-up ones included. */
export const eachContainer = (
  { containers, starters }: Workload,
  fact: (container: Data) => string | false | undefined,
): string[] =>
  [...containers, ...starters].flatMap((container) => {
    const found = fact(container);
    return found ? [`container ${container.name} ${found}`] : [];
  });

export const security = (container: Data): Data => container.securityContext ?? {};
