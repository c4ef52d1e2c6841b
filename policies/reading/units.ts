import type { Tree } from '../law.ts';

/** A service of ours on a host, with its drop-ins: what systemd makes of all its files together. */
export interface Unit {
  path: string;
  host: string;
  /** `cockroachdb.service`. */
  name: string;
  /** Each `Key=value`, in the order in which systemd reads them, of the sections [Unit] and [Service]. */
  lines: readonly (readonly [key: string, value: string])[];
}

/** A file that systemd or one of its daemons reads: a unit of any kind, a drop-in, a network, the journal's settings. */
export interface SystemdFile {
  path: string;
  /** `sxb-edge1`, or `firewall1` of a front firewall. */
  host: string;
  /** What all paths of the host begin with: `sxb/hosts/sxb-edge1/`. */
  root: string;
  /** `service`, `timer`, `mount`, `network`, `netdev`, `journald`, `logind`. */
  kind: string;
  /** `cockroachdb.service`, of a drop-in the unit that it changes. */
  name: string;
  isAddition: boolean;
  /** In the order of the file; a line before any section has the section ''. */
  lines: readonly { section: string; key: string; value: string }[];
}

const files = new WeakMap<Tree, SystemdFile[]>();
const SYSTEMD =
  /^([^/]+\/(?:hosts|front-firewall)\/([^/]+)\/)etc\/systemd\/(?:(?:system|network)\/([^/]+\.(service|timer|mount|network|netdev))|((journald|logind))\.conf)(\.d\/[^/]+\.conf)?$/;
/** Every file of systemd on a host, read once for all laws. */
export function systemdFiles(tree: Tree): SystemdFile[] {
  const found =
    files.get(tree) ??
    [...tree.keys()].flatMap((path): SystemdFile[] => {
      const [, root, host, unit, ending, daemon, , addition] = SYSTEMD.exec(path) ?? [];
      const [name, kind] = [unit ?? daemon, ending ?? daemon];
      return root && host && name && kind
        ? [
            {
              path,
              host,
              root,
              kind,
              name,
              isAddition: addition !== undefined,
              lines: sectionsOf(tree.get(path)!),
            },
          ]
        : [];
    });
  files.set(tree, found);
  return found;
}

const known = new WeakMap<Tree, { services: Unit[]; additions: Unit[] }>();
const FILE =
  /^([^/]+\/(?:hosts|front-firewall)\/([^/]+)\/etc\/systemd\/system\/)([^/]+\.service)(\.d\/[^/]+\.conf)?$/;

/** Services whose unit file is ours, drop-ins included. */
export const services = (tree: Tree): Unit[] => read(tree).services;
/** Drop-ins to units of packages: their own words alone. */
export const additions = (tree: Tree): Unit[] => read(tree).additions;

function read(tree: Tree): { services: Unit[]; additions: Unit[] } {
  const found = known.get(tree);
  if (found) return found;
  const files = [...tree].flatMap(([path, text]) => {
    const [, folder, host, name, addition] = FILE.exec(path) ?? [];
    return folder && host && name
      ? [{ path, host, name, addition, unit: `${folder}${name}`, lines: linesOf(text) }]
      : [];
  });
  const own = new Set(files.filter(({ addition }) => !addition).map(({ unit }) => unit));
  const added = files.filter(({ addition }) => addition).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const result = {
    services: files
      .filter(({ addition }) => !addition)
      .map(({ path, host, name, unit, lines }) => ({
        path,
        host,
        name,
        lines: [...lines, ...added.filter((each) => each.unit === unit).flatMap((each) => each.lines)],
      })),
    additions: added
      .filter(({ unit }) => !own.has(unit))
      .map(({ path, host, name, lines }) => ({ path, host, name, lines })),
  };
  known.set(tree, result);
  return result;
}

const linesOf = (text: string): [key: string, value: string][] =>
  sectionsOf(text)
    .filter(({ key }) => key !== '')
    .map(({ key, value }) => [key, value]);

/** Lines with their section; what is no `Key=value` has no key. */
function sectionsOf(text: string): SystemdFile['lines'] {
  let section = '';
  return text
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => {
      const head = /^\[(.*)\]\s*$/.exec(line)?.[1];
      if (head !== undefined) section = head;
      if (head !== undefined || /^\s*([#;]|$)/.test(line)) return [];
      const [, key, value] = /^([A-Za-z0-9]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      return [{ section, key: key ?? '', value: key === undefined ? line : value! }];
    });
}

/** The last value of a key, which is the one that counts; nothing where nothing is said. */
export const last = ({ lines }: Unit, key: string): string | undefined =>
  lines.findLast(([name]) => name === key)?.[1];

export const isYes = (value: string | undefined): boolean => /^(1|y|yes|t|true|on)$/i.test(value ?? '');

/** Words of a list that grows line by line, and that an empty line begins again; `undefined` where it is never said. */
export function words({ lines }: Unit, key: string): string[] | undefined {
  const said = lines.filter(([name]) => name === key).map(([, value]) => value);
  if (said.length === 0) return undefined;
  return said.slice(said.lastIndexOf('') + 1).flatMap((value) => {
    const minus = value.startsWith('~') ? '~' : '';
    return value
      .replace(/^~/, '')
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => `${minus}${word}`);
  });
}
