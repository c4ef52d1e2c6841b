import type { Tree } from '#policies/law.ts';
import type { Data } from '#policies/reading/objects.ts';
import { edited } from './edited-tree.ts';
import type { Case } from './named-checks.ts';

/** An edit of an object, of the pod that it makes, or of the pod's first container. */
export type Change = (object: Data, pod: Data, container: Data) => unknown;
export const changed = (path: string, change: Change) => (from: Tree) =>
  edited(from, path, (object) => {
    const pod = object.spec?.template?.spec;
    change(object, pod, pod?.containers[0]);
  });
/** Two edits of one file, and checks that look at the same words. */
export const of = (path: string, damage: Change, mend: Change, also?: string[]): Case => ({
  break: changed(path, damage),
  mend: changed(path, mend),
  ...(also ? { also } : {}),
});
