import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from './folder.ts';
import { lock } from './lock.ts';
import { CannotLook, cannot } from './main.ts';
import { VERSION } from './version.ts';

/** What one place of the generated tree lost and gained. Paths are relative to the place. */
export interface Change {
  added: string[];
  changed: string[];
  removed: string[];
  /** Files of ours that somebody changed by hand since; they are replaced. */
  edited: string[];
}
/** Hashes of what the last run made, by place and path: only these are ever replaced or removed. */
type Made = Record<string, Record<string, string>>;
/** What stands beside the places: who made them, and what. */
interface Manifest {
  /** Of the toolkit. */
  version: string;
  made: Made;
}

const MANIFEST = '.fredu.json';
const STAGING = '.fredu.next';
const RETIRED = '.fredu.old';
const LOCK = '.fredu.lock';

/**
 * Replaces places of a generated tree, each by one rename of a folder that was complete before: a run that is stopped at
 * any moment leaves every place as it was or as it will be. Files that are not ours move along untouched.
 *
 * @throws CannotLook when the folder cannot be written, or another run is writing it
 */
export function writeTree(
  out: string,
  places: Map<string, Map<string, string>>,
  keep: (place: string) => boolean,
) {
  try {
    makeFolder(out);
    return locked(out, () => replace(out, places, keep));
  } catch (error) {
    throw error instanceof CannotLook ? error : cannot('write', out, error);
  }
}

function replace(out: string, places: Map<string, Map<string, string>>, keep: (place: string) => boolean) {
  recover(out);
  const manifest = readMade(out);
  const next: Made = {};
  const changes = new Map<string, Change>();
  const staging = join(out, STAGING);
  for (const place of Object.keys(manifest)) {
    if (keep(place)) next[place] = manifest[place]!;
    else if (!places.has(place)) places.set(place, new Map()); // a site whose file is gone
  }
  const moving: string[] = [];
  for (const [place, files] of places) {
    const known = manifest[place] ?? {};
    const change = compare(join(out, place), files, known);
    changes.set(place, change);
    if (files.size > 0)
      next[place] = Object.fromEntries([...files].map(([path, text]) => [path, digest(text)]));
    if (change.added.length + change.changed.length + change.removed.length === 0) continue;
    stage(join(out, place), join(staging, place), files, change);
    moving.push(place);
  }
  fs.mkdirSync(staging, { recursive: true });
  const written: Manifest = { version: VERSION, made: next };
  fs.writeFileSync(join(staging, MANIFEST), `${JSON.stringify(written, null, 1)}\n`);
  for (const place of moving) swap(out, place);
  fs.renameSync(join(staging, MANIFEST), join(out, MANIFEST));
  clean(out);
  return changes;
}

function compare(old: string, files: Map<string, string>, known: Record<string, string>): Change {
  const change: Change = { added: [], changed: [], removed: [], edited: [] };
  const there = listFiles(old);
  for (const [path, text] of files) {
    if (!there.has(path)) {
      change.added.push(path);
      continue;
    }
    const before = fs.readFileSync(join(old, path), 'utf8');
    if (before === text) continue;
    change.changed.push(path);
    if (known[path] !== undefined && digest(before) !== known[path]) change.edited.push(path);
  }
  change.removed = [...there].filter((path) => !files.has(path) && path in known);
  return change;
}

/** Builds the whole place beside the old one: new texts written, unchanged ones linked, files of others copied. */
function stage(old: string, fresh: string, files: Map<string, string>, change: Change): void {
  const folders = new Set<string>();
  const room = (path: string) => {
    const folder = dirname(join(fresh, path));
    if (!folders.has(folder)) fs.mkdirSync(folder, { recursive: true });
    folders.add(folder);
    return join(fresh, path);
  };
  fs.mkdirSync(fresh, { recursive: true });
  const written = new Set([...change.added, ...change.changed]);
  for (const [path, text] of files) {
    if (written.has(path)) fs.writeFileSync(room(path), text);
    else fs.linkSync(join(old, path), room(path));
  }
  for (const path of listFiles(old)) {
    if (files.has(path) || change.removed.includes(path)) continue;
    fs.cpSync(join(old, path), room(path), { preserveTimestamps: true, verbatimSymlinks: true });
  }
}

function swap(out: string, place: string): void {
  const retired = join(out, RETIRED);
  fs.mkdirSync(retired, { recursive: true });
  if (fs.existsSync(join(out, place))) fs.renameSync(join(out, place), join(retired, place));
  const fresh = join(out, STAGING, place);
  if (fs.readdirSync(fresh).length > 0) fs.renameSync(fresh, join(out, place));
}

/** After a run that was stopped: a place that is out but not yet in goes back; what was only staged is dropped. */
function recover(out: string): void {
  const retired = join(out, RETIRED);
  for (const place of fs.existsSync(retired) ? fs.readdirSync(retired) : []) {
    if (!fs.existsSync(join(out, place))) fs.renameSync(join(retired, place), join(out, place));
  }
  clean(out);
}

function clean(out: string): void {
  for (const name of [STAGING, RETIRED]) fs.rmSync(join(out, name), { recursive: true, force: true });
}

/** Hashes of what the last run made there, by place and path. @throws CannotLook where its stamp cannot be read */
export const madeOf = (out: string): Record<string, Record<string, string>> => readMade(out);

function readMade(out: string): Made {
  try {
    const manifest = JSON.parse(fs.readFileSync(join(out, MANIFEST), 'utf8')) as Manifest | Made;
    return isManifest(manifest) ? manifest.made : manifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new CannotLook(
      `cannot read ${join(out, MANIFEST)}: remove it, and files made before will be kept as foreign`,
    );
  }
}

/** Beside trees of older releases the hashes stand alone. */
const isManifest = (manifest: Manifest | Made): manifest is Manifest => typeof manifest.version === 'string';

function locked<T>(out: string, work: () => T): T {
  const path = join(out, LOCK);
  const unlock = lock(path, {
    what: 'npm run synth',
    refusal: (owner) =>
      `another run (process ${owner?.pid}) is writing ${out}; wait for it, or remove ${path}`,
  });
  try {
    return work();
  } finally {
    unlock();
  }
}

/** Every file and link below a folder, as paths relative to it; empty where there is no folder. */
export function listFiles(folder: string): Set<string> {
  const found = new Set<string>();
  const walk = (below: string) => {
    for (const entry of fs.readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below ? `${below}/${entry.name}` : entry.name;
      if (entry.isDirectory()) walk(path);
      else found.add(path);
    }
  };
  if (fs.existsSync(folder)) walk('');
  return found;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
