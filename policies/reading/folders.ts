import type { Tree } from '../law.ts';

type Files = readonly (readonly [path: string, text: string])[];

const known = new WeakMap<Tree, Map<string, [string, string][]>>();

/**
 * The files below a folder of the tree, in its order: a law that asks for those of each host looks them up, for a tree of fifty
 * sites has fourteen thousand.
 *
 * @param folder with or without a slash at its end
 */
export function below(tree: Tree, folder: string): Files {
  const folders = known.get(tree) ?? foldersOf(tree);
  known.set(tree, folders);
  return folders.get(folder.replace(/\/$/, '')) ?? [];
}

function foldersOf(tree: Tree): Map<string, [string, string][]> {
  const folders = new Map<string, [string, string][]>();
  for (const file of tree) {
    const [path] = file;
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      const files = folders.get(folder);
      if (files) files.push(file);
      else folders.set(folder, [file]);
    }
  }
  return folders;
}
