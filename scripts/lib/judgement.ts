import { type Survival, survivalOf } from '#policies/diff/index.ts';
import { POLICIES } from '#policies/index.ts';
import type { Tree } from '#policies/law.ts';
import { load } from '#sites/load/load.ts';
import type { Model } from '#sites/model.ts';

/** What the laws and the what-if say of a tree. */
export interface Judgement {
  findings: { law: string; message: string }[];
  survival: Survival;
}

/** Judges a tree with the site files that it was made from; nothing where these are refused by the rules of today. */
export function judgementOf({ sites, tree }: { sites: string; tree: Tree }): Judgement | undefined {
  const { model } = load(sites);
  if (!model) return undefined;
  return { findings: findingsOf(model, tree), survival: survivalOf(model, tree) };
}

/** What a lab does not promise is no finding there. */
export const findingsOf = (model: Model, tree: Tree): Judgement['findings'] =>
  POLICIES.flatMap((law) => {
    const found = law.check(model, tree);
    const isPromised = !model.lab || law.lab === undefined || found.some(({ bug }) => bug);
    return isPromised ? found.map(({ check, message }) => ({ law: check ?? law.id, message })) : [];
  });
