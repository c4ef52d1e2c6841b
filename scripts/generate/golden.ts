import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { main, options } from '../lib/main.ts';
import { loadModel, ROOT, SITES } from '../lib/sites.ts';
import { synth } from '../lib/synthesis.ts';

/** The generated tree as it is kept in git, for reviewers and for the test beside this file. */
export const GOLDEN = join(ROOT, 'charts', 'golden');

const USAGE = `npm run golden [-- --sites FOLDER]
  Replaces the tree that is kept in git for reviewers (charts/golden) by what sites/*.yaml say now.`;

if (import.meta.main) {
  await main(() => {
    const { values } = options(USAGE, SITES);
    const model = loadModel(values.sites);
    if (!model) return 1;
    rmSync(GOLDEN, { recursive: true, force: true }); // what is made no more must go, on a fresh clone as well
    for (const { place, files } of synth(model, GOLDEN)) {
      process.stdout.write(`${place}: ${files} files\n`);
    }
    return 0;
  });
}
