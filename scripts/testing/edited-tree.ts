import { parse, stringify } from 'yaml';
import { openstack } from '#charts/openstack.ts';
import type { Tree } from '#policies/law.ts';
import type { Data } from '#policies/reading/objects.ts';
import type { Model } from '#sites/model.ts';
import { siteOf } from '#sites/questions.ts';

/** For tests of laws: the tree with one file changed as data; what is not touched stays as it was. @throws when no file has this path */
export function edited(tree: Tree, path: string, change: (object: Data) => void): Tree {
  const text = tree.get(path);
  if (text === undefined) throw new Error(`no ${path} in the tree`);
  const object = parse(text);
  change(object);
  return new Map([...tree, [path, stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })]]);
}

/** The tree without one file. @throws when no file has this path */
export function without(tree: Tree, path: string): Tree {
  const rest = new Map(tree);
  if (!rest.delete(path)) throw new Error(`no ${path} in the tree`);
  return rest;
}

/** The tree with one more object. */
export const added = (tree: Tree, path: string, object: Data): Tree =>
  new Map([...tree, [path, stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })]]);

/** The tree with words of one file changed. @throws when the file does not have them */
export function replaced(tree: Tree, path: string, from: string | RegExp, to: string): Tree {
  const text = tree.get(path);
  const changed = text?.replace(from, to);
  if (changed === undefined || changed === text) throw new Error(`no ${from} in ${path}`);
  return new Map([...tree, [path, changed]]);
}

/** The part of the tree whose paths match: laws that read every object are judged faster on few. */
export const only = (tree: Tree, paths: RegExp): Tree =>
  new Map([...tree].filter(([path]) => paths.test(path)));

/** The tree with one of the two files that Traefik reads at a site changed as data. */
export const inTraefik = (tree: Tree, site: string, file: string, change: (data: Data) => void): Tree =>
  edited(tree, `${site}/kubernetes/traefik/configmap-traefik.yaml`, (object) => {
    const data = parse(object.data[file]);
    change(data);
    object.data[file] = stringify(data);
  });

/** The files of one site's OpenStack. */
export const stackTree = (model: Model, site: string): Tree =>
  new Map(openstack(model, siteOf(model, site)).map(([path, text]) => [`${site}/${path}`, text]));

/** The tree with the OpenStack stack of a site changed as data. @throws when the site has none */
export function inStack(tree: Tree, site: string, change: (resources: Data, whole: Data) => void): Tree {
  const path = `${site}/openstack/cdk.tf.json`;
  const text = tree.get(path);
  if (text === undefined) throw new Error(`no ${path} in the tree`);
  const whole = JSON.parse(text);
  change(
    Object.fromEntries(
      Object.entries(whole.resource).map(([type, named]) => [type.replace(/^openstack_/, ''), named]),
    ),
    whole,
  );
  return new Map([...tree, [path, `${JSON.stringify(whole, null, 2)}\n`]]);
}
