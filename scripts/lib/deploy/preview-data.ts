import { identityOf } from './object.ts';
import type { Preview } from './preview.ts';

/** A preview for programs: what the text says, as data. */
export function previewData({
  site,
  context,
  tree,
  inventory,
  differences,
  report,
  unready,
  ...rest
}: Preview) {
  return {
    site,
    context,
    tree,
    deployed: inventory.tree
      ? { tree: inventory.tree, since: inventory.since, version: inventory.version }
      : null,
    objects: differences
      .filter(({ how }) => how !== 'same')
      .map(({ how, wanted, why }) => ({ how, ...identityOf(wanted), ...(why ? { why } : {}) })),
    meanings: report.meanings.map(({ level, text, at }) => ({ level, text, at })),
    unready: unready.map(({ identity, why }) => ({ ...identity, why })),
    ...rest,
  };
}
