import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  generate,
  type PrintedSchema,
  type ProviderSchema,
  slimSchema,
} from '#constructs/openstack/provider/generate.ts';
import { USED } from '#constructs/openstack/provider/used.ts';
import { cannot, main, options } from '../lib/main.ts';
import { ROOT } from '../lib/sites.ts';

const USAGE = `npm run provider [-- SCHEMA.json]
  Makes the typed resources of OpenStack from what \`terraform providers schema -json\` prints,
  and keeps what they were made from for the checks. Without a file, makes them from what is kept.`;

export const SCHEMA = 'policies/reading/schemas/openstack.json';
export const TYPES = 'constructs/openstack/provider/openstack.gen.ts';

if (import.meta.main) {
  await main(() => {
    const [file] = options(USAGE, {}, { words: true }).positionals;
    const slim = file
      ? slimSchema(read<PrintedSchema>(file), USED)
      : read<ProviderSchema>(join(ROOT, SCHEMA));
    if (file) writeFileSync(join(ROOT, SCHEMA), `${JSON.stringify(slim, null, 1)}\n`);
    writeFileSync(join(ROOT, TYPES), generate(slim));
    process.stdout.write(`${USED.source} ${USED.version}: ${Object.keys(slim.resources).length} resources\n`);
    return 0;
  });
}

function read<Schema>(file: string): Schema {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw cannot('read', file, error);
  }
}
