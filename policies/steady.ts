import type { Finding, Policy, Tree } from './law.ts';
import { definitionsOf, KINDS, RELEASES, validator } from './reading/api-schemas.ts';
import { type Data, objects } from './reading/objects.ts';

/**
 * A law that never throws. Laws read objects as the API has them; where one has another shape, `known-fields` tells it, and the
 * law is asked again about the tree without it. What it throws then is a mistake of its own, and a finding like others: one law
 * that fails takes no other law's findings along.
 */
export const steady = (law: Policy): Policy => ({
  ...law,
  check(model, tree) {
    try {
      return law.check(model, tree);
    } catch {
      try {
        return law.check(model, soundPart(tree));
      } catch (error) {
        return [failure(error as Error)];
      }
    }
  },
});

function failure({ message, stack = '' }: Error): Finding {
  const at = /\/policies\/([\w.-]+\.ts:\d+)/.exec(stack)?.[1];
  return {
    bug: true,
    path: '',
    message: `this law failed and judged nothing: ${message.split('\n')[0]}${at ? ` (policies/${at})` : ''}`,
    fix: 'this is a bug in fredu, please report it; the findings of the other laws stand',
  };
}

const sound = new WeakMap<Tree, Tree>();
/** The tree without objects that have not the shape of their kind: a text where a list belongs, no name, no kind. */
function soundPart(tree: Tree): Tree {
  const known = sound.get(tree);
  if (known) return known;
  const lame = new Set(
    objects(tree)
      .filter(({ object }) => !isShapely(object))
      .map(({ path }) => path),
  );
  const part = new Map([...tree].filter(([path]) => !lame.has(path)));
  sound.set(tree, part);
  return part;
}

function isShapely(object: Data): boolean {
  if (typeof object.metadata?.name !== 'string') return false;
  const kind = `${String(object.apiVersion)} ${String(object.kind)}`;
  const release = RELEASES.at(-1)!;
  // The API makes an empty one where there is none, and then refuses it.
  const { properties } = (definitionsOf(release)[KINDS[kind] ?? ''] ?? {}) as Data;
  if (properties?.spec && (typeof object.spec !== 'object' || object.spec === null)) return false;
  return validator(release, kind)?.(object) === true;
}
