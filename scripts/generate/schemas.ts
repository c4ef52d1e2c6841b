import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaFiles } from '#sites/schema/files.ts';
import { main, options } from '../lib/main.ts';

const USAGE = `npm run schemas
  Writes the JSON Schemas for editors and the validators below sites/schemas/, after a change of sites/schema/.`;

if (import.meta.main) {
  await main(() => {
    options(USAGE, {});
    for (const [name, text] of schemaFiles()) {
      // Not by way of the loader, which reads what this writes.
      writeFileSync(join(import.meta.dirname, '../../sites/schemas', name), text);
      process.stdout.write(`sites/schemas/${name}\n`);
    }
    return 0;
  });
}
