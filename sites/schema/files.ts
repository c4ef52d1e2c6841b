import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { PlatformSchema } from './platform.ts';
import { ProcedureSchema } from './procedure.ts';
import { SiteSchema } from './site.ts';

/**
 * What is written out from the schema: a JSON Schema for editors of each kind of file, and the validators as code. Making
 * validators takes ajv longer than everything else that loading does, so it is done once, by `npm run schemas`, and a test
 * refuses stale ones.
 */
export function schemaFiles(): [name: string, text: string][] {
  return [
    ['platform.schema.json', json(PlatformSchema)],
    ['site.schema.json', json(SiteSchema)],
    ['procedure.schema.json', json(ProcedureSchema)],
    ['validate.gen.js', validators()],
  ];
}

const json = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`;

/** One module without imports: a function for each kind of file, which keeps its errors in `errors`. */
function validators(): string {
  const ajv = new Ajv({
    allErrors: true,
    messages: false,
    discriminator: true,
    allowUnionTypes: true,
    // A list's own limits stand beside those of a single value: see `perFamily`.
    strictTypes: false,
    code: { source: true, esm: true },
  });
  ajv.addSchema([SiteSchema, PlatformSchema]);
  const generate = standalone as unknown as (ajv: Ajv, names: Record<string, string>) => string;
  return `// Written by \`npm run schemas\` from sites/schema/.\n${generate(ajv, { site: 'site', platform: 'platform' })}\n`;
}
