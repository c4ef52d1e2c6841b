import { expect, it } from 'vitest';
import { testApp } from '../../testing/test-app.ts';

interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  [key: string]: unknown;
}
interface Operation {
  requestBody?: { content: Record<string, { schema: Schema }> };
  parameters?: { name: string; schema: Schema; example?: unknown; examples?: object }[];
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

const { app } = await testApp();
const document = app.swagger() as unknown as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
const JSON_TYPE = 'application/json';

/** What says by itself which values it takes. */
const speaks = (schema: Schema) =>
  ['examples', 'enum', 'const', 'default'].some((key) => key in schema) ||
  ['null', 'boolean'].includes(schema.type ?? '');

/** The places of a schema that nobody can guess a value of. */
function bare(schema: Schema, at: string): string[] {
  if (schema.$ref) return bare(document.components.schemas[schema.$ref.split('/').at(-1)!]!, at);
  if (speaks(schema)) return [];
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([name, each]) => bare(each, `${at}.${name}`));
  if (schema.items) return bare(schema.items, `${at}[]`);
  if (schema.anyOf) return schema.anyOf.flatMap((each) => bare(each, at));
  return schema.type === 'object' ? [] : [at];
}

it('gives an example of everything that is sent and answered as JSON', () => {
  const found = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody, parameters = [], responses }]) => {
      const body = requestBody?.content[JSON_TYPE];
      const answers = Object.entries(responses).filter(([status]) => Number(status) < 300);
      return [
        ...(body ? bare(body.schema, 'body') : []),
        ...parameters
          .filter((each) => !('example' in each || 'examples' in each))
          .flatMap(({ name, schema }) => bare(schema, name)),
        ...answers.flatMap(([status, { content }]) =>
          content?.[JSON_TYPE] ? bare(content[JSON_TYPE].schema, status) : [],
        ),
      ].map((place) => `${method} ${path}: ${place}`);
    }),
  );
  expect(found).toEqual([]);
  expect(Object.keys(document.paths).length).toBeGreaterThan(50);
});
