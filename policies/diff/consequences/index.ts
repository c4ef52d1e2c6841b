import type { Tree } from '../../law.ts';
import { type Change, type Consequence, subject, worse } from '../change.ts';
import { isMap } from '../compare.ts';
import { placeOf } from '../thing.ts';
import { ofFile } from './files.ts';
import { ofHost } from './hosts.ts';
import { ofObject } from './objects.ts';
import { ofSql, ofZone } from './platform.ts';
import { ofStack } from './stack.ts';
import type { Trees } from './trees.ts';

/** Every change with what it does, the worst first. */
export function withConsequences(changes: readonly Change[], trees: Trees): Change[] {
  const stack = ofStack(changes, trees.after);
  return changes.map((change) => ({
    ...change,
    consequences: consequencesOf(change, trees, stack).toSorted((a, b) => worse(a.level, b.level)),
  }));
}

function consequencesOf(
  change: Change,
  trees: Trees,
  stack: ReadonlyMap<Change, Consequence[]>,
): Consequence[] {
  if (change.how === 'layout') return [{ level: 'nothing', text: 'only comments or layout differ' }];
  if (change.how === 'changed' && change.fields.every(({ how }) => how === 'order'))
    return [{ level: 'nothing', text: 'the same in another order, which means nothing here' }];
  const { path, kind, place } = subject(change);
  if (!hasPlace(trees.after, place))
    return [
      {
        level: 'outage',
        text: 'the site is gone from the tree: what runs there runs on, and nobody looks after it',
      },
    ];
  if (!hasPlace(trees.before, place)) return [{ level: 'nothing', text: 'the site is new' }];
  if (path.includes('/kubernetes/') && isMap(subject(change).data) && subject(change).data.kind)
    return ofObject(change, trees);
  if (path.endsWith('.tf.json')) return stack.get(change) ?? [];
  if (/^[^/]+\/(hosts|front-firewall)\/[^/]+\//.test(path)) return ofHost(change, trees);
  if (kind === 'SQL') return ofSql(change);
  if (kind === 'zone') return ofZone(change);
  return ofFile(change);
}

const places = new WeakMap<Tree, Set<string>>();
function hasPlace(tree: Tree, place: string): boolean {
  const known = places.get(tree) ?? new Set([...tree.keys()].map(placeOf));
  places.set(tree, known);
  return known.has(place);
}
