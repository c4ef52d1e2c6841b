import type { App } from '../app.ts';
import { allowed, type Caller, type Permission } from '../permissions.ts';

/** A schema of the OpenAPI document, as far as our own ones go. */
export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: unknown[];
  anyOf?: Schema[];
  format?: string;
  pattern?: string;
  examples?: unknown[];
  minimum?: number;
  minLength?: number;
  'x-typed'?: 'line' | 'text' | 'document';
}

/** One operation of the OpenAPI document, for tests that ask all of them the same. */
export interface Operation {
  route: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** Somebody who may call it. */
  caller: Caller;
  parameters: { name: string; in: string; schema?: Schema }[];
  body: Schema | undefined;
}

interface OperationObject {
  parameters?: Operation['parameters'];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

export function operationsOf(app: App): Operation[] {
  const { paths } = app.swagger() as unknown as { paths: Record<string, Record<string, OperationObject>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([name, { parameters = [], requestBody }]) => {
      const method = name.toUpperCase() as Operation['method'];
      const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
      const declared = app.declaredRoutes.find((each) => each.url === url && each.method === method);
      return {
        route: `${method} ${path}`,
        method,
        path,
        caller: (['administrator', 'student'] as const).find((each) =>
          allowed(declared!.access as Permission, each),
        )!,
        parameters,
        body: requestBody?.content['application/json']?.schema,
      };
    }),
  );
}

/** The path with ids that nothing has. */
export const filled = (path: string): string =>
  path
    .replace('/site-pages/{name}', '/site-pages/conditions')
    .replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      name === 'version' ? '1' : name === 'name' ? 'a.txt' : '00000000-0000-4000-8000-00000000ffff',
    );

/** A value that a schema takes. */
export function valid(schema: Schema): unknown {
  if (schema.examples) return schema.examples[0];
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return valid(schema.anyOf[0]!);
  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, each]) => [name, valid(each)]),
      );
    case 'array':
      return [valid(schema.items!)];
    case 'integer':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    default:
      if (schema.format === 'date-time') return '2099-01-01T00:00:00.000Z';
      // A token of a letter has a length.
      return schema.pattern?.includes('{43}') ? 'x'.repeat(43) : 'trois chats verts';
  }
}

/** Where a schema has texts that somebody types, each as the way to it. */
export function textsOf(schema: Schema, way: string[] = []): string[][] {
  if (schema.anyOf) return schema.anyOf.flatMap((each) => textsOf(each, way));
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([name, each]) => textsOf(each, [...way, name]));
  if (schema.items) return textsOf(schema.items, [...way, '0']);
  return schema.type === 'string' && !schema.enum ? [way] : [];
}

/** The schema of a text that `textsOf` found. */
export function schemaAt(schema: Schema, [name, ...rest]: string[]): Schema | undefined {
  if (schema.anyOf) return schema.anyOf.map((each) => schemaAt(each, [name!, ...rest])).find(Boolean);
  if (name === undefined) return schema;
  const inner = name === '0' && schema.items ? schema.items : schema.properties?.[name];
  return inner && schemaAt(inner, rest);
}

/** The same value with another one at that place. */
export function withValue(whole: unknown, [name, ...rest]: string[], value: unknown): unknown {
  if (name === undefined) return value;
  if (Array.isArray(whole))
    return whole.map((each, at) => (String(at) === name ? withValue(each, rest, value) : each));
  const fields = whole as Record<string, unknown>;
  return { ...fields, [name]: withValue(fields[name], rest, value) };
}
