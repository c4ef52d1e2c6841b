import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../lib/run.ts';
import { ROOT } from '../lib/sites.ts';

/** The project as git has it, with what is not committed yet, in a folder where a test may write; its packages are those here. */
export async function copyProject(folder: string, without: (path: string) => boolean = () => false) {
  const { stdout } = await run(['git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
  });
  for (const path of stdout.split('\0').filter((each) => each && !without(each))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path), { verbatimSymlinks: true });
  }
  for (const modules of ['node_modules', 'app/node_modules'])
    symlinkSync(join(ROOT, modules), join(folder, modules));
}
