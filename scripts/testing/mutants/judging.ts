import type { Finding, Policy, Tree } from '#policies/law.ts';
import type { Model } from '#sites/model.ts';

/** A tree that remembers which of its texts were asked for. */
class WatchedTree extends Map<string, string> {
  readonly read = new Set<string>();

  override get(path: string): string | undefined {
    this.read.add(path);
    return super.get(path);
  }
  override *entries(): MapIterator<[string, string]> {
    for (const path of super.keys()) yield this.#pair(path);
  }
  override [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }
  override *values(): MapIterator<string> {
    for (const path of super.keys()) yield this.get(path)!;
  }
  override forEach(visit: (text: string, path: string, tree: Map<string, string>) => void): void {
    for (const path of super.keys()) visit(this.get(path)!, path, this);
  }
  /** A law that takes only the path out of a pair has not read the text. */
  #pair(path: string): [string, string] {
    return Object.defineProperty([path, ''], 1, { get: () => this.get(path), enumerable: true }) as [
      string,
      string,
    ];
  }
}

/** A law, which texts of the healthy tree it reads, and how long that takes. */
interface Watched {
  law: Policy;
  read: ReadonlySet<string>;
  milliseconds: number;
}

/**
 * Judges trees that differ little from one that every law accepts. A law is a function of the model and the tree alone, so one that
 * did not read the text that is other now says what it said before, and need not be asked. Where a file is gone all are asked.
 */
export function judging(model: Model, tree: Tree, laws: readonly Policy[]) {
  const watched = laws.map((law): Watched => {
    const copy = new WatchedTree(tree);
    const start = performance.now();
    const found = law.check(model, copy);
    if (found.length > 0) throw new Error(`the healthy tree breaks ${law.id}: ${found[0]!.message}`);
    return { law, read: copy.read, milliseconds: performance.now() - start };
  });
  watched.sort((a, b) => a.milliseconds - b.milliseconds);
  return {
    watched,
    /** What the first law that notices says; the quick ones are asked first. */
    notice(
      other: Tree,
      changes: ReadonlyMap<string, string | undefined>,
    ): { law: Policy; found: Finding } | undefined {
      const isGone = [...changes.values()].includes(undefined);
      for (const { law, read } of watched) {
        if (!isGone && ![...changes.keys()].some((path) => read.has(path))) continue;
        const [found] = law.check(model, other);
        if (found) return { law, found };
      }
      return undefined;
    },
  };
}
