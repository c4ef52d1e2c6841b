import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../lib/sites.ts';
import { trackedFiles } from './tracked.ts';

/** The project as git has it, with what is not committed yet, in a folder where a test may write; its packages are those here. */
export async function copyProject(folder: string, without: (path: string) => boolean = () => false) {
  for (const path of (await trackedFiles()).filter((each) => !without(each))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path), { verbatimSymlinks: true });
  }
  for (const modules of ['node_modules', 'app/node_modules'])
    symlinkSync(join(ROOT, modules), join(folder, modules));
}
