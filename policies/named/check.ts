import type { Tree } from '../law.ts';

/** A mistake that somebody has given a name, as it is explained. */
export interface Named {
  /** Its source and its name there, as in `kube-linter/host-pid`: findings, waivers and `--explain` say it so. */
  id: string;
  /** What holds, in one line. */
  title: string;
  /** The mistake, as it stands in a file. */
  avoid: string;
  /** What to write instead: the edit that removes the finding. */
  fix: string;
  /** What would happen otherwise. */
  why: string;
  /** Why a platform with `lab: true` is not asked. */
  lab?: string;
}

/** One that is judged on the rendered text: a row of a pack. */
export interface NamedCheck extends Named {
  /** Every place that breaks it. */
  breaks(tree: Tree): Broken[];
}

/** A place that breaks a named check. */
export interface Broken {
  path: string;
  /** What stands there: the printer points at it. */
  text?: string;
  /** Whom a waiver would name: `Deployment/education/education-api`, a unit, a resource. */
  object: string;
  /** What it does, as the rest of a sentence about the object. */
  fact: string;
}

/** Checks of one source, and where that source explains them. */
export interface Pack<Check extends Named = NamedCheck> {
  /** What ids begin with. */
  source: string;
  /** Who named them, as a reader knows it. */
  tool: string;
  page: string;
  checks: readonly Check[];
}

/** A fact, where it is broken. */
export const say = (broken: unknown, fact: string): string[] => (broken ? [fact] : []);
