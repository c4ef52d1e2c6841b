import type { Rendered, Workload } from './objects.ts';
import type { Tree } from './policy.ts';

/** One named check: of pods, or of objects of any kind. It says the facts that break it. */
export interface Check {
  id: string;
  pod?: (workload: Workload, tree: Tree) => string[];
  object?: (rendered: Rendered, tree: Tree) => string[];
  fix: string;
}

/** A fact, where it is broken. */
export const say = (broken: unknown, fact: string): string[] => (broken ? [fact] : []);
