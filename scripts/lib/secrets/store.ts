import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CannotLook, cannot } from '../main.ts';
import { identities, recipientsFor } from './age-keys.ts';
import { replaceFiles } from './replace-files.ts';
import { type Kept, namesOf, open, readersOf, type Tree, write } from './sops-file.ts';

/** The name of the file with the private halves of all authorities: only who issues certificates need be able to read it. */
export const AUTHORITIES = 'authorities';

/**
 * The folder with the encrypted files of a platform: one a site, and one with the authorities. It may be kept in git: names can
 * be read in it, values cannot.
 */
export class Store {
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  /** Files that were opened, as they were then. */
  readonly #opened = new Map<string, { text: string; tree: Tree; kept: Kept }>();

  constructor(folder: string, environment: NodeJS.ProcessEnv = process.env) {
    this.folder = folder;
    this.#environment = environment;
  }

  /** Where the values of a site stand, or the authorities. */
  path(name: string): string {
    return join(this.folder, `${name}.yaml`);
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  /** Files of the folder, without their end. */
  names(): string[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => name.endsWith('.yaml') && !name.startsWith('.'))
      .map((name) => name.slice(0, -'.yaml'.length))
      .sort();
  }

  /** @throws CannotLook for a file that cannot be read, or not by the keys of this person */
  async read(name: string): Promise<Tree> {
    if (!this.has(name)) return {};
    const text = this.#text(name);
    const keys = identities(this.#environment);
    let opened = this.#opened.get(name);
    if (opened?.text !== text) opened = { text, ...(await open(text, { keys, shown: this.#shown(name) })) };
    this.#opened.set(name, opened);
    return structuredClone(opened.tree);
  }

  /** What a file is about, without a key: names with values that stay encrypted. */
  encrypted(name: string): Tree {
    return this.has(name) ? namesOf(this.#text(name), this.#shown(name)) : {};
  }

  /** For whom a file is sealed now, by the file itself. */
  readers(name: string): string[] {
    return readersOf(this.#text(name), this.#shown(name));
  }

  /**
   * Writes files, all or none; those that say what they said before stay as they are.
   * @param fresh with a new data key, for the recipients of now
   * @throws CannotLook where the folder cannot be written, or nobody is named who may read them; then none has changed
   */
  async write(
    trees: ReadonlyMap<string, Tree>,
    { now, fresh = false }: { now: Date; fresh?: boolean },
  ): Promise<string[]> {
    const files = new Map<string, string>();
    const written: string[] = [];
    for (const [name, tree] of trees) {
      const recipients = recipientsFor(this.folder, `${name}.yaml`);
      const kept = this.#opened.get(name)?.kept;
      if (!fresh && this.has(name) && kept && sameAs(await this.read(name), tree)) continue;
      files.set(this.path(name), await write(tree, { recipients, now, ...(fresh || !kept ? {} : { kept }) }));
      written.push(name);
    }
    replaceFiles(files);
    return written;
  }

  #shown(name: string): string {
    const path = relative(process.cwd(), this.path(name));
    return path.startsWith('..') ? this.path(name) : path;
  }

  #text(name: string): string {
    try {
      return readFileSync(this.path(name), 'utf8');
    } catch (error) {
      throw cannot('read', this.path(name), error);
    }
  }
}

const sameAs = (a: Tree, b: Tree): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A value at a place of a tree, if there is one that says something. */
export function valueAt(tree: Tree, path: readonly string[]): string | undefined {
  let node: string | Tree | undefined = tree;
  for (const name of path) {
    if (node === undefined || typeof node === 'string') return undefined;
    node = Object.hasOwn(node, name) ? node[name] : undefined;
  }
  return typeof node === 'string' && node !== '' ? node : undefined;
}

/** Puts a value to its place; folders that lead there are made. @throws CannotLook where a value stands in the way */
export function setAt(tree: Tree, path: readonly string[], value: string): void {
  const [name, ...rest] = path;
  if (rest.length === 0) {
    tree[name!] = value;
    return;
  }
  tree[name!] ??= {};
  const below = tree[name!]!;
  if (typeof below === 'string')
    throw new CannotLook(
      `${name} is a value, and ${rest.join(' ')} belongs below it; mend it by \`npm run secrets -- edit\``,
    );
  setAt(below, rest, value);
}

/** Every value of a tree by its place. */
export const valuesOf = (tree: Tree, path: string[] = []): [path: string[], value: string][] =>
  Object.entries(tree).flatMap(([name, value]): [string[], string][] =>
    typeof value === 'string' ? [[[...path, name], value]] : valuesOf(value, [...path, name]),
  );
