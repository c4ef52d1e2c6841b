import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { main } from './main.ts';
import { loadModel, ROOT, synth } from './synth.ts';

/** The generated tree of our own sites as it is kept in git, for reviewers and for the test beside this file. */
export const GOLDEN = join(ROOT, 'charts', 'golden');

if (import.meta.main) {
  await main(() => {
    const model = loadModel();
    if (!model) return 1;
    rmSync(GOLDEN, { recursive: true, force: true }); // what is made no more must go, on a fresh clone as well
    for (const { place, files } of synth(model, GOLDEN)) {
      process.stdout.write(`${place}: ${files} files\n`);
    }
    return 0;
  });
}
