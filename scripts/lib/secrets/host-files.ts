import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants as system, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SecretFile } from './site-secrets.ts';

/** Memory that looks like a folder, where the system has it: what is written there reaches no disk. */
const MEMORY = [process.env.XDG_RUNTIME_DIR, '/dev/shm'];

/** A folder that only this person may enter, in memory where the system can; it is gone when `use` has ended, however it ends. */
export async function withPrivateFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const below = MEMORY.find((folder) => folder && isWritable(folder)) ?? tmpdir();
  const folder = mkdtempSync(join(below, 'fredu-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const end = (signal: NodeJS.Signals) => {
    // Ctrl-C may be for whoever works in the folder, and then ends them and not this process.
    if (signal === 'SIGINT' && process.listenerCount('SIGINT') > 1) return;
    remove();
    process.exit(128 + system.signals[signal]);
  };
  process.once('exit', remove);
  for (const signal of ENDINGS) process.on(signal, end);
  try {
    return await use(folder);
  } finally {
    remove();
    process.off('exit', remove);
    for (const signal of ENDINGS) process.off(signal, end);
  }
}
/** A signal ends a process without asking it for anything, unless it listens. */
const ENDINGS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Lays files of hosts out as a playbook expects them, `<folder>/<host>/<path>`, for as long as it runs: Ansible reads files only.
 */
export const withHostFiles = <Result>(
  files: readonly SecretFile[],
  use: (folder: string) => Promise<Result>,
): Promise<Result> =>
  withPrivateFolder((folder) => {
    for (const { host, path, text } of files) {
      const place = join(folder, host, path);
      mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
      writeFileSync(place, text, { mode: 0o600 });
    }
    return use(folder);
  });
