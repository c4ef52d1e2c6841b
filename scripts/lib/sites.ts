import { join, resolve } from 'node:path';
import { type Loaded, load } from '#sites/load/load.ts';
import { print } from '#sites/load/problem.ts';
import type { Model } from '#sites/model.ts';

/** The project's own folder: commands do the same from any working directory. */
export const ROOT = join(import.meta.dirname, '../..');
/**
 * The option of every command that reads a platform: the folder with its files. Where other programs start a command, and
 * hand no options on (`cdk8s synth`, `cdktn synth`, a test), the environment says it.
 */
export const SITES = {
  sites: { type: 'string', default: process.env.FREDU_SITES || join(ROOT, 'sites') },
} as const;

/**
 * What the files of a folder say, or every problem printed; notes are printed as well, but with `json`, where who asked has
 * to. @throws CannotLook when the folder cannot be read
 */
export function loadSites(folder: string = SITES.sites.default, { json = false } = {}): Loaded {
  const loaded = load(resolve(folder));
  if (json && !loaded.model)
    process.stdout.write(`${JSON.stringify({ problems: loaded.problems }, null, 2)}\n`);
  else if (!json) process.stderr.write(print([...loaded.problems, ...loaded.notes]));
  return loaded;
}
/** The model alone, as most commands need it. @throws CannotLook as above */
export const loadModel = (folder?: string, how?: { json?: boolean }): Model | undefined =>
  loadSites(folder, how).model;
