import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import custom from '#policies/reading/schemas/custom-resources.json' with { type: 'json' };
import { main, options } from '../lib/main.ts';
import { ROOT } from '../lib/sites.ts';
import { reachable, type Schema } from './slim-schema.ts';

const GROUPS = ['ceph.rook.io/', 'objectbucket.io/'];

/** `spec` of each kind of Rook that we use, as TypeScript, from the schemas that its objects are checked against. */
export async function rookTypings(): Promise<string> {
  const definitions: Record<string, Schema> = custom.definitions;
  const kinds = Object.entries(custom.kinds)
    .filter(([kind]) => GROUPS.some((group) => kind.startsWith(group)))
    .map(([, name]) => name);
  const specs = Object.fromEntries(
    kinds.map((name) => [name, { ...definitions[name]!.properties.spec, title: `${name}Spec` }]),
  );
  const needed = reachable(['specs'], { ...definitions, specs });
  const schema = {
    title: 'RookSpecs',
    type: 'object',
    properties: specs,
    required: kinds,
    additionalProperties: false,
    definitions: Object.fromEntries(
      [...needed].filter((name) => name !== 'specs').map((name) => [name, definitions[name]]),
    ),
  };
  return compile(schema as JSONSchema, 'RookSpecs', {
    bannerComment: `// Made by \`npm run typings:rook\` from policies/reading/schemas/custom-resources.json: ${custom.sources[0]!.url}`,
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 110 },
  });
}

const USAGE = `npm run typings:rook
  Writes constructs/kubernetes/ceph/rook.gen.ts from the schemas of custom resources, after npm run schemas:custom.`;

if (import.meta.main) {
  await main(async () => {
    options(USAGE, {});
    writeFileSync(join(ROOT, 'constructs/kubernetes/ceph/rook.gen.ts'), await rookTypings());
    process.stdout.write('constructs/kubernetes/ceph/rook.gen.ts\n');
    return 0;
  });
}
