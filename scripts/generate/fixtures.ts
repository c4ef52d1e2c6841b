import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judge, read } from '#sites/load/load.ts';
import { print } from '#sites/load/problem.ts';
import { main, options } from '../lib/main.ts';
import { ROOT } from '../lib/sites.ts';
import { apply, parseFixture, withPrinted } from '../testing/fixture.ts';
import { THREE_SITES } from '../testing/three-sites.ts';

const USAGE = `npm run fixtures
  Writes into each input of sites/fixtures/refused/ what is said of it now; the diff is for a person to read. They are
  described by how they differ from sites/examples/three-sites/, so they are the same whatever stands in sites/.`;

if (import.meta.main) {
  await main(() => {
    options(USAGE, {});
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
