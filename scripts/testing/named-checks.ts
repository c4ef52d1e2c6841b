import { expect, it } from 'vitest';
import type { Tree } from '#policies/law.ts';
import type { NamedCheck } from '#policies/named/check.ts';
import { CHECKS } from '#policies/named/packs.ts';
import { waiverOf } from '#policies/named/waivers.ts';

/** One thing that is broken in a healthy tree, and what the fix of the check says to do about it. */
export interface Case {
  break(tree: Tree): Tree;
  mend(tree: Tree): Tree;
  /** Other checks that speak of the very same words. */
  also?: string[];
}

/** Cases by the names that checks have at their source, by their names here. */
export const named = (source: string, cases: Record<string, Case>): Record<string, Case> =>
  Object.fromEntries(Object.entries(cases).map(([id, each]) => [`${source}/${id}`, each]));

/** The checks that something in the tree breaks, but for what is waived. */
const fired = (tree: Tree): string[] =>
  CHECKS.filter(({ id, breaks }) => breaks(tree).some(({ object }) => !waiverOf(id, object)))
    .map(({ id }) => id)
    .sort();

/** Each check of a pack is silent in a healthy tree, is the one that fires when its thing is broken, and is silent again when its fix is done. */
export function proved(checks: readonly NamedCheck[], tree: Tree, cases: Record<string, Case>): void {
  it('says nothing of a healthy tree', () => {
    expect(fired(tree)).toEqual([]);
  });
  it('has one case a check', () => {
    expect(Object.keys(cases).sort()).toEqual(checks.map(({ id }) => id).sort());
  });
  it.each(Object.keys(cases))('%s: fires alone, and its fix removes it', (id) => {
    const { break: damage, mend, also = [] } = cases[id]!;
    const broken = damage(tree);
    expect(fired(broken)).toEqual([id, ...also].sort());
    expect(fired(mend(broken))).toEqual([]);
  });
}
