import type { Tree } from '../law.ts';

/** A line of `tmpfiles.d`: `d /run/fredu 0755 root root -`. */
export interface Tmpfile {
  path: string;
  root: string;
  text: string;
  fields: readonly string[];
}

interface HostFiles {
  tmpfiles: Tmpfile[];
  users: { path: string; root: string; text: string; fields: readonly string[] }[];
  settings: { path: string; root: string; text: string; key: string; value: string }[];
}
const known = new WeakMap<Tree, HostFiles>();

/** What hosts are given beside units: folders, users, settings of the kernel, read once for all laws. */
export function hostFiles(tree: Tree): HostFiles {
  const read = known.get(tree);
  if (read) return read;
  const found: HostFiles = { tmpfiles: [], users: [], settings: [] };
  for (const path of tree.keys()) {
    const [, root, folder] =
      /^([^/]+\/(?:hosts|front-firewall)\/[^/]+\/)etc\/(tmpfiles|sysusers|sysctl)\.d\/[^/]+\.conf$/.exec(
        path,
      ) ?? [];
    if (!root) continue;
    for (const raw of tree.get(path)!.split('\n')) {
      const text = raw.trim();
      if (text === '' || /^[#;]/.test(text)) continue;
      const fields = (text.match(/"[^"]*"|\S+/g) ?? []).map(String);
      if (folder === 'tmpfiles') found.tmpfiles.push({ path, root, text, fields });
      else if (folder === 'sysusers') found.users.push({ path, root, text, fields });
      else {
        const [, key = '', value = ''] = /^(\S+?)\s*=\s*(.*)$/.exec(text) ?? [];
        found.settings.push({ path, root, text, key, value });
      }
    }
  }
  known.set(tree, found);
  return found;
}

/** Users that a host makes by itself; each has a group of its name. */
export const accounts = (tree: Tree, root: string): Set<string> =>
  new Set(
    hostFiles(tree)
      .users.filter((each) => each.root === root)
      .map(({ fields }) => fields[1] ?? ''),
  );
/** Folders that it makes at its start. */
export const folders = (tree: Tree, root: string): string[] =>
  hostFiles(tree)
    .tmpfiles.filter((each) => each.root === root && /^[dDv]/.test(each.fields[0] ?? ''))
    .map(({ fields }) => fields[1] ?? '');
