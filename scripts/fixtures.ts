import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apply, parseFixture, withPrinted } from '../sites/fixtures/fixture.ts';
import { judge, read } from '../sites/load.ts';
import { print } from '../sites/problem.ts';
import { THREE_SITES } from '../sites/three-sites.ts';
import { main } from './main.ts';
import { ROOT } from './synth.ts';

/** `npm run fixtures`: writes into each refused input what is said of it now; the diff is for a person to read. */
if (import.meta.main) {
  await main(() => {
    const folder = join(ROOT, 'sites/fixtures/refused');
    const files = read(THREE_SITES);
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), 'utf8');
      const { problems } = judge(apply(files, parseFixture(text)));
      if (problems.length === 0) process.stderr.write(`${name} is not refused\n`);
      writeFileSync(join(folder, name), withPrinted(text, print(problems)));
    }
    return 0;
  });
}
