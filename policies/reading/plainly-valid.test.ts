import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { isPlain, RELEASES, validator } from './api-schemas.ts';
import { objects } from './objects.ts';
import { isPlainlyValid } from './plainly-valid.ts';

const VALUES: unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  7,
  '',
  'a',
  'abc',
  [],
  ['a'],
  [1, 2],
  {},
  { a: 1 },
  { a: 'x', b: null },
  { b: [] },
];
const SCHEMAS: object[] = [
  { type: 'string' },
  { type: ['integer', 'null'] },
  { type: 'object', properties: { a: { type: 'integer' } }, additionalProperties: false },
  { type: 'object', additionalProperties: { type: 'string' } },
  { type: 'object', patternProperties: { '^a': { type: 'string' } }, additionalProperties: false },
  { patternProperties: { '^.*$': { type: 'integer' }, b: { type: 'null' } } },
  { required: ['a'] },
  { items: { type: 'string' }, maxItems: 1 },
  { enum: ['a', 7] },
  { pattern: '^a' },
  {
    anyOf: [
      { type: 'number', minimum: 1 },
      { type: 'string', minLength: 2 },
    ],
  },
  { allOf: [{ maxProperties: 1 }, { minProperties: 1 }] },
  { $ref: '#/definitions/whole' },
  { not: { type: 'string' } },
];
const definitions = { whole: { type: 'integer' } };

it('accepts nothing that the library refuses, and what it understands as the library does', () => {
  for (const schema of SCHEMAS) {
    const validate = new Ajv({ strict: false }).compile({ ...schema, definitions });
    for (const value of VALUES.slice(1)) {
      const plain = isPlainlyValid(value, schema, definitions);
      if ('not' in schema) expect([schema, value, plain]).toEqual([schema, value, false]);
      else expect([schema, value, plain]).toEqual([schema, value, validate(value)]);
    }
  }
});

it('accepts objects of our own sites, as the library does in every release', () => {
  const all = objects(artefacts(threeSites()));
  const plain = all.filter(({ object }) =>
    RELEASES.every((release) => isPlain(release, `${object.apiVersion} ${object.kind}`, object)),
  );
  expect(plain.length / all.length).toBeGreaterThan(0.9);
  for (const { object } of plain.filter((_, index) => index % 25 === 0))
    expect(validator(RELEASES.at(-1)!, `${object.apiVersion} ${object.kind}`)!(object)).toBe(true);
});
