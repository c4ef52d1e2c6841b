import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import type { Policy, Tree } from '#policies/law.ts';
import { replaced, without } from './edited-tree.ts';
import { threeSites } from './three-sites.ts';

/** One thing wrong in the healthy tree: words of a file changed, or the file gone, and what the law says of it first. */
export type Broken =
  | [path: string, from: string | RegExp, to: string, message: string | RegExp]
  | [path: string, message: string | RegExp];

/**
 * Declares the tests that every law has: our own tree keeps it; each thing broken in it is found at its file, with a mend; and as soon as it is put
 * right again nothing is found any more.
 */
export function findsEach(law: Policy, cases: Broken[]): void {
  const model = threeSites();
  const tree: Tree = artefacts(model);
  const found = (changed: Tree) => law.check(model, changed);

  it('our own sites keep it', () => {
    expect(found(tree)).toEqual([]);
  });

  it.each(
    cases.map((each): [string, Broken] => [
      each.length === 2 ? `${each[0]}: gone` : `${each[0]}: ${String(each[2]) || 'dropped'}`,
      each,
    ]),
  )('%s', (_name, each) => {
    const [path] = each;
    const message = each.at(-1)!;
    const changed = each.length === 2 ? without(tree, path) : replaced(tree, path, each[1], each[2]);
    const [first, ...more] = found(changed);
    expect(first?.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    expect([first!.path.length > 0, first!.fix.length > 2]).toEqual([true, true]);
    // What points at words of a file points at words that stand there.
    for (const { path: at, text } of [first!, ...more])
      if (text !== undefined && changed.has(at))
        expect([at, text, changed.get(at)!.includes(text)]).toEqual([at, text, true]);
    expect(found(new Map([...changed, [path, tree.get(path)!]]))).toEqual([]);
  });
}
