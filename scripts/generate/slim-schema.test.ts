import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { lines, reachable, type Schema, share, slim } from './slim-schema.ts';

it('keeps what binds a value, and closes every map with named fields', () => {
  expect(
    slim({
      type: ['object', 'null'],
      description: 'words',
      required: ['size'],
      'x-kubernetes-preserve-unknown-fields': true,
      properties: {
        description: { type: 'string', description: 'a field of that name stays' },
        size: { type: 'integer', format: 'int32', minimum: 1, nullable: true },
        labels: { type: 'object', additionalProperties: { type: ['string', 'null'] } },
        raw: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    }),
  ).toEqual({
    type: 'object',
    required: ['size'],
    properties: {
      description: { type: 'string' },
      size: { type: 'integer', minimum: 1 },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      raw: { type: 'object' },
    },
    additionalProperties: false,
  });
});

it('takes a number or a text where both are meant, and drops alternatives that bind nothing', () => {
  expect(
    slim({
      anyOf: [{ type: 'integer' }, { type: 'string' }],
      'x-kubernetes-int-or-string': true,
      pattern: '^1',
    }),
  ).toEqual({ type: ['integer', 'string'], pattern: '^1' });
  expect(slim({ type: 'object', anyOf: [{ description: 'x' }, { required: ['a'] }] })).toEqual({
    type: 'object',
    anyOf: [{ required: ['a'] }],
  });
});

it('does not close a branch: the fields of the whole may stand beside those it speaks of', () => {
  const schema = slim({
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'string' } },
    oneOf: [
      { required: ['a'], properties: { a: { minLength: 2 } } },
      { required: ['b'], not: { required: ['a'] } },
    ],
  });
  const valid = new Ajv({ strict: false }).compile(schema);
  expect([{ a: 'xx' }, { a: 'xx', b: 'y' }, { b: 'y' }].map((each) => valid(each))).toEqual([
    true,
    true,
    true,
  ]);
  expect([{}, { a: 'x' }, { a: 'xx', c: 1 }].map((each) => valid(each))).toEqual([false, false, false]);
});

it('shares what occurs twice under the name of its field, and changes no verdict', () => {
  const part = (name: string): Schema => ({
    type: 'object',
    properties: Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`${name}${index}`, { type: 'string', minLength: index }]),
    ),
    additionalProperties: false,
  });
  const whole = (name: string): Schema => ({
    type: 'object',
    properties: { pool: part(name), pools: { type: 'array', items: part(name) } },
  });
  const before = { A: whole('x'), B: whole('x'), C: whole('y') };
  const { schemas, definitions } = share(before);
  expect(Object.keys(definitions)).toEqual(['Pool', 'Pool2']);
  expect(JSON.stringify({ schemas, definitions }).length).toBeLessThan(JSON.stringify(before).length / 2);
  const values = [
    { pool: { x11: 'short' } },
    { pool: { x1: 'a' } },
    { pools: [{ x1: '' }] },
    { pools: [{ y1: 'a' }] },
  ];
  for (const [name, schema] of Object.entries(before)) {
    const plain = new Ajv({ strict: false }).compile(schema);
    const shared = new Ajv({ strict: false }).compile({ ...schemas[name], definitions });
    expect(values.map((value) => shared(value))).toEqual(values.map((value) => plain(value)));
  }
});

it('finds every definition that one needs, round a circle too', () => {
  const to = (...names: string[]) => ({ anyOf: names.map((name) => ({ $ref: `#/definitions/${name}` })) });
  expect([...reachable(['a'], { a: to('b'), b: to('c', 'a'), c: {}, d: to('a') })]).toEqual(['a', 'b', 'c']);
});

it('writes one definition a line', () => {
  const value = {
    source: 'x',
    kinds: {},
    definitions: { A: { type: 'object' }, B: null },
    changes: { '2': { A: {} } },
  };
  expect(lines(value)).toBe(`{
 "source": "x",
 "kinds": {},
 "definitions": {
  "A": {"type":"object"},
  "B": null
 },
 "changes": {
  "2": {
   "A": {}
  }
 }
}
`);
  expect(JSON.parse(lines(value))).toEqual(value);
});
