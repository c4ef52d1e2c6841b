import { lstatSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Tree } from '#policies/law.ts';
import { nearest } from '#sites/load/near.ts';
import { CannotLook, cannot } from './main.ts';
import { run } from './run.ts';
import { ROOT } from './sites.ts';

/** Where git keeps the generated tree for reviewers, and the files that it was made from. */
const GOLDEN = 'charts/golden';
const SITES = 'sites';
/** No file of a tree is nearly as long; a log or a disk image got there by mistake. */
const FILE_BYTES_MAX = 16 * 2 ** 20;
/** Rooms of a place: a folder without any is no tree of ours. */
const ROOMS = /^[^/]+\/(kubernetes|hosts|front-firewall|openstack|inventory|plans|cloud-init|sql|dns)\//;

/** A tree that somebody named: a commit's, or a folder's. */
export interface NamedTree {
  name: string;
  tree: Tree;
  /** The commit, where it is one's. */
  commit?: string;
  /** The folder of the site files that it was made from, where that is known. */
  sites?: string;
  /** Of the tool that made it; a folder does not say. */
  version?: string;
}

/** The tree of a folder, or the golden one of a commit. @throws CannotLook when there is neither, or it cannot be read */
export async function namedTree(name: string): Promise<NamedTree> {
  if (statSync(name, { throwIfNoEntry: false })?.isDirectory())
    return { name, tree: checked(name, folderTree(name)) };
  return await commitTree(name);
}

function checked(name: string, tree: Tree): Tree {
  if (![...tree.keys()].some((path) => ROOMS.test(path)))
    throw new CannotLook(
      `${name} is no generated tree: no site in it has kubernetes/, hosts/, openstack/ or inventory/; name the folder that synth wrote`,
    );
  return tree;
}

/** Every file of the places in a folder. A link may lead elsewhere within it. @throws CannotLook for what cannot be read, or is no file of a tree */
export function folderTree(folder: string): Tree {
  const found = new Map<string, string>();
  const root = realpathSync(folder);
  const walk = (below: string) => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below ? `${below}/${entry.name}` : entry.name;
      if (!below && (entry.name.startsWith('.') || entry.isFile())) continue; // what synth keeps for itself
      if (entry.isDirectory()) walk(path);
      else found.set(path, fileText(folder, path, root));
    }
  };
  try {
    walk('');
  } catch (error) {
    throw error instanceof CannotLook ? error : cannot('read', folder, error);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function fileText(folder: string, path: string, root: string): string {
  const file = join(folder, path);
  if (lstatSync(file).isSymbolicLink()) {
    const target = realpathSync(file);
    if (relative(root, target).split(sep)[0] === '..')
      throw new CannotLook(`${file} is a link out of the tree; put the file itself there`);
  }
  const { size } = statSync(file);
  if (!statSync(file).isFile()) throw new CannotLook(`${file} is neither a file nor a folder; remove it`);
  if (size > FILE_BYTES_MAX) throw tooLong(file, size);
  return readFileSync(file, 'utf8');
}
const tooLong = (file: string, bytes: number): CannotLook =>
  new CannotLook(
    `${file} has ${Math.round(bytes / 2 ** 20)} MiB, and no file of a tree has more than ${FILE_BYTES_MAX / 2 ** 20}; remove it`,
  );

/** The golden tree as a commit has it. */
async function commitTree(name: string): Promise<NamedTree> {
  const commit = await commitOf(name);
  const tree = await filesAt(name, commit, GOLDEN);
  if (tree.size === 0)
    throw new CannotLook(
      `${name} has no ${GOLDEN}; name a commit that has one, or a folder that synth wrote`,
    );
  const { code, stdout } = await git('show', `${commit}:package.json`);
  const version = code === 0 ? (JSON.parse(stdout) as { version?: string }).version : undefined;
  return { name, commit, tree: checked(name, tree), ...(version ? { version } : {}) };
}

async function commitOf(name: string): Promise<string> {
  const { code, stdout, stderr } = await git(
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${name}^{commit}`,
  );
  if (code === 0) return stdout.trim();
  if (/not a git repository|dubious ownership/.test(stderr))
    throw new CannotLook(
      `${ROOT} is no git repository that may be read, so ${name} has no tree; name two folders`,
    );
  const { stdout: refs } = await git('for-each-ref', '--format=%(refname:short)');
  const near = nearest(name, refs.split('\n').filter(Boolean));
  throw new CannotLook(
    `there is no folder and no commit ${name}; ${near ? `did you mean ${near}?` : 'git fetch brings refs of others'}`,
  );
}

/** Files of a commit below a folder, by their path in it. */
async function filesAt(name: string, commit: string, folder: string): Promise<Map<string, string>> {
  const listed = await git('ls-tree', '-r', '-z', '-l', '--full-tree', commit, '--', folder);
  if (listed.code !== 0)
    throw new CannotLook(`git cannot list ${folder} of ${name}: ${listed.stderr.trim()}`);
  const entries = listed.stdout
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const [, mode = '', object = '', size = '', path = ''] =
        /^(\d+) \w+ (\w+) +(\S+)\t(.*)$/s.exec(line) ?? [];
      return { mode, object, bytes: Number(size), path: path.slice(folder.length + 1) };
    });
  for (const { mode, bytes, path } of entries) {
    if (mode === '120000')
      throw new CannotLook(`${name}:${folder}/${path} is a link; put the file itself there`);
    if (bytes > FILE_BYTES_MAX) throw tooLong(`${name}:${folder}/${path}`, bytes);
  }
  if (entries.length === 0) return new Map(); // asked for nothing, git would wait for a name
  const input = entries.map(({ object }) => `${object}\n`).join('');
  const { code, stdout, stderr } = await run(['git', 'cat-file', '--batch'], { cwd: ROOT, input });
  if (code !== 0) throw new CannotLook(`git cannot read ${folder} of ${name}: ${stderr.trim()}`);
  const bytes = Buffer.from(stdout);
  let at = 0;
  return new Map(
    entries
      .map(({ path }) => {
        const end = bytes.indexOf('\n', at);
        const size = Number(bytes.toString('utf8', at, end).split(' ')[2]);
        at = end + 1 + size + 1;
        return [path, bytes.toString('utf8', end + 1, end + 1 + size)] as const;
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Writes the site files of a commit into a folder. */
export async function writeSitesAt({ name, commit }: NamedTree, folder: string): Promise<void> {
  const files = await filesAt(name, commit!, SITES);
  for (const [path, text] of files) if (/^[\w-]+\.ya?ml$/.test(path)) writeFileSync(join(folder, path), text);
}

const git = (...args: string[]) => run(['git', ...args], { cwd: ROOT });
