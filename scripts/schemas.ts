import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaFiles } from '../sites/schema/files.ts';

/** `npm run schemas`: writes the JSON Schemas for editors, and the validators, after a change of `sites/schema.ts`. */
if (import.meta.main) {
  for (const [name, text] of schemaFiles()) {
    writeFileSync(join(import.meta.dirname, '../sites/schemas', name), text);
    process.stdout.write(`sites/schemas/${name}\n`);
  }
}
