import { statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../lib/run.ts';
import { ROOT } from '../lib/sites.ts';

/** The files of the project, new ones included, by their paths in it. */
export async function trackedFiles(): Promise<string[]> {
  const { stdout } = await run(['git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
  });
  // Those that are removed and not yet committed are still listed; a link to a folder, as to the packages of a copy, is no file.
  return stdout
    .split('\0')
    .filter((path) => path && statSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile());
}
