import type { Tree } from '../law.ts';
import type { Data } from './objects.ts';
import { jsonOf } from './texts.ts';

/** A resource of a rendered stack. */
export interface Resource {
  /** Without `openstack_`. */
  type: string;
  name: string;
  value: Data;
}
export interface Stack {
  site: string;
  path: string;
  text: string;
  whole: Data;
  resources: Resource[];
}

const known = new WeakMap<Tree, Stack[]>();
/** Every OpenStack stack of the tree, read once for all laws, which therefore change nothing in it. */
export function stacks(tree: Tree): Stack[] {
  const found = known.get(tree) ?? readStacks(tree);
  known.set(tree, found);
  return found;
}

const readStacks = (tree: Tree): Stack[] =>
  [...tree]
    .filter(([path]) => path.endsWith('/openstack/cdk.tf.json'))
    .flatMap(([path, text]) => {
      const whole = jsonOf(text);
      if (typeof whole !== 'object' || whole === null) return [];
      return { site: path.split('/')[0]!, path, text, whole, resources: resourcesOf(whole.resource ?? {}) };
    });

const resourcesOf = (all: Data): Resource[] =>
  Object.entries<Data>(all ?? {}).flatMap(([type, named]) =>
    Object.entries<Data>(named ?? {})
      .filter(([, value]) => typeof value === 'object' && value !== null)
      .map(([name, value]) => ({
        type: type.replace(/^openstack_/, ''),
        name,
        value,
      })),
  );

export const ofType = (stack: Stack, type: string): Resource[] =>
  stack.resources.filter((each) => each.type === type);

/** The local name in `${openstack_type.name.id}`. */
export const referred = (expression: unknown): string =>
  /\$\{(?:data\.)?openstack_\w+\.([\w-]+)\.\w+\}/.exec(String(expression))?.[1] ?? '';
