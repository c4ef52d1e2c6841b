import type { Path } from './problem.ts';

/** A JSON Schema, as far as messages need it. */
export interface Schema {
  type?: string | string[];
  title?: string;
  pattern?: string;
  description?: string;
  examples?: unknown[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  oneOf?: Schema[];
  required?: string[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  propertyNames?: Schema;
  minimum?: number;
  maximum?: number;
}

/** The schema of the value at a path, as the value itself leads through alternatives. */
export function schemaAt(root: Schema, schema: Schema, data: unknown, path: Path): Schema {
  const own = alternative(resolve(root, schema), data);
  const [step, ...rest] = path;
  if (step === undefined) return own;
  const value = (data as Record<string, unknown> | undefined)?.[step];
  const { additionalProperties: others } = own;
  const next = own.properties?.[step] ?? own.items ?? (typeof others === 'object' ? others : {});
  return schemaAt(root, next, value, rest);
}

/** What a reference leads to. Its description says the form of the value; the one beside the reference, what it is for. */
export const resolve = (root: Schema, schema: Schema): Schema =>
  schema.$ref ? root.$defs![schema.$ref.split('/').at(-1)!]! : schema;

function alternative(schema: Schema, data: unknown): Schema {
  const kind = (data as { kind?: unknown } | null | undefined)?.kind;
  const chosen = schema.oneOf?.find(({ properties }) => properties?.kind?.const === kind);
  return chosen ?? schema;
}

/** `/hosts/edge1` as a path. */
export const pointer = (text: string): Path =>
  text
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
export const valueAt = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], data);
