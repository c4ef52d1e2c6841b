import { expect, it } from 'vitest';
import { wrongIn } from '../testing/cyclonedx.ts';
import { bill, type Component, machineParts, npmParts, packageOf, toolkitParts } from './bill.ts';
import { VERSION } from './version.ts';

it('is one by the schema of CycloneDX, and a wrong one is not', () => {
  const made = bill('fredu', toolkitParts());
  expect(wrongIn(made)).toEqual([]);
  expect(wrongIn({ ...made, components: [{ type: 'library' } as Component] })).toEqual([
    "/components/0 must have required property 'name'",
  ]);
});

it('has what production is run with, and nothing of what only makes or tests it', () => {
  const names = toolkitParts().map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['cdk8s', 'constructs', 'yaml', 'fastify', 'pg']));
  for (const name of ['vitest', 'knip', 'dependency-cruiser']) expect(names).not.toContain(name);
});

it('names a part once, with version, licence and hash, and itself with the release', () => {
  const [yaml] = npmParts(['node_modules/yaml']);
  const made = bill('x', [yaml!, yaml!]);
  expect(made.metadata.component).toMatchObject({ name: 'x', version: VERSION });
  expect(made.components).toEqual([
    {
      type: 'library',
      'bom-ref': yaml!.purl,
      name: 'yaml',
      version: expect.stringMatching(/^2\./),
      purl: `pkg:npm/yaml@${yaml!.version}`,
      licenses: [{ expression: 'ISC' }],
      hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
    },
  ]);
});

it('knows the package of a file that is bundled', () => {
  expect(
    [
      'node_modules/pg/lib/index.js',
      'node_modules/a/node_modules/@b/c/d.js',
      'app/node_modules/@opentelemetry/api/build/x.js',
      'app/server/main.ts',
    ].map(packageOf),
  ).toEqual([
    'node_modules/pg',
    'node_modules/a/node_modules/@b/c',
    'app/node_modules/@opentelemetry/api',
    undefined,
  ]);
});

it('says of a file that no package knows that it is one', async () => {
  expect(await machineParts(['/nowhere/lib.so', '/nowhere/lib.so'])).toEqual([
    { type: 'file', name: '/nowhere/lib.so' },
  ]);
});
