import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../folder.ts';
import { cannot } from '../main.ts';

/**
 * Writes files as a whole or not at all: all of them beside their places, on disk, and only then each into its place. Only
 * their owner may read them.
 * @throws CannotLook where one cannot be written; then none has changed
 */
export function replaceFiles(files: ReadonlyMap<string, string>): void {
  const beside = new Map<string, string>();
  try {
    for (const [path, text] of files) {
      const next = `${path}.${process.pid}.next`;
      try {
        makeFolder(dirname(path));
        beside.set(path, next);
        const file = openSync(next, 'wx', 0o600);
        try {
          writeFileSync(file, text);
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
      } catch (error) {
        throw cannot('write', path, error);
      }
    }
    for (const [path, next] of beside) {
      renameSync(next, path);
      beside.delete(path);
    }
  } finally {
    for (const next of beside.values()) rmSync(next, { force: true });
  }
}
