import type { Tree } from '#policies/law.ts';
import type { Rendered, Workload } from '#policies/reading/objects.ts';

/** One named check: of pods, or of objects of any kind. It says the facts that break it. */
export interface Check {
  id: string;
  pod?: (workload: Workload, tree: Tree) => string[];
  object?: (rendered: Rendered, tree: Tree) => string[];
  fix: string;
}

/** A fact, where it is broken. */
export const say = (broken: unknown, fact: string): string[] => (broken ? [fact] : []);
