import type { Model } from '#sites/model.ts';

/** A generated tree: path below `dist/` -> text. */
export type Tree = ReadonlyMap<string, string>;

/** One law of the platform, judged on the rendered text. */
export interface Policy {
  /** In kebab case, as in `error[database-survival]` and `--explain database-survival`. */
  id: string;
  /** What holds, in one line. */
  title: string;
  /** What would happen otherwise: the manual of the law. */
  why: string;
  /** What a platform with `lab: true` does not promise: there a finding of this law is a note. */
  lab?: string;
  check(model: Model, tree: Tree): Finding[];
}

/** A place in the tree that breaks a law. */
export interface Finding {
  /** The law itself failed: the place is in its code, and `path` is empty. */
  bug?: true;
  /** The named check that it breaks, where the law is about many. */
  check?: string;
  /** The fact, with its numbers. */
  message: string;
  /** The file, below `dist/`. */
  path: string;
  /** What stands there: the printer points at its first occurrence. */
  text?: string;
  /** The second place, where two disagree. */
  other?: { path: string; text?: string };
  /** An edit that the reader can make. */
  fix: string;
}
