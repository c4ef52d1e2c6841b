// biome-ignore lint/suspicious/noExplicitAny: a schema is plain data of many shapes
type Data = any;
/** A JSON Schema as plain data. */
export type Schema = Record<string, Data>;

/** Words that say which values are right, and by what the elements of a list are distinguished; every other word (descriptions, formats, hints for clients) goes. */
const WORDS = [
  'type',
  'enum',
  'pattern',
  'required',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'x-kubernetes-list-map-keys',
];

/**
 * What a schema says about values, and nothing else. A map with named fields refuses every other field, also where its
 * source would keep them: a field that nobody knows is a slip of the pen. Null is no value, for nothing we render is null.
 */
export function slim(schema: Schema): Schema {
  if (schema.$ref) return { $ref: schema.$ref };
  const { properties, items, additionalProperties, allOf, anyOf, oneOf, not } = schema;
  const out: Schema = {};
  for (const word of WORDS) if (schema[word] !== undefined) out[word] = schema[word];
  if (Array.isArray(out.type)) {
    const types = out.type.filter((type: string) => type !== 'null');
    out.type = types.length === 1 ? types[0] : types;
  }
  if (out.enum) out.enum = out.enum.filter((value: unknown) => value !== null);
  if (schema['x-kubernetes-int-or-string']) out.type = ['integer', 'string'];
  if (properties) {
    out.properties = Object.fromEntries(
      Object.entries<Schema>(properties).map(([name, value]) => [name, slim(value)]),
    );
    out.additionalProperties = false;
  } else if (typeof additionalProperties === 'object') {
    out.additionalProperties = slim(additionalProperties);
  }
  if (items) out.items = slim(items);
  if (not) out.not = alternative(not);
  for (const [word, list] of Object.entries({ allOf, anyOf, oneOf })) {
    const worth = (list ?? []).map(alternative).filter((each: Schema) => Object.keys(each).length > 0);
    if (worth.length > 0 && !schema['x-kubernetes-int-or-string']) out[word] = worth;
  }
  return out;
}

/** A branch narrows what the whole has said; to close it would refuse the fields of the whole. */
function alternative(schema: Schema): Schema {
  const { additionalProperties, ...rest } = slim(schema);
  return additionalProperties === false ? rest : slim(schema);
}

/** Names of the definitions that a schema refers to, itself included where it is one. */
export function reachable(start: string[], definitions: Record<string, Schema>): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const next of references(definitions[name]!)) visit(next);
  };
  start.forEach(visit);
  return found;
}
const PREFIX = '#/definitions/';
const references = (schema: Data): string[] => {
  if (Array.isArray(schema)) return schema.flatMap(references);
  if (schema === null || typeof schema !== 'object') return [];
  const own = typeof schema.$ref === 'string' ? [schema.$ref.slice(PREFIX.length)] : [];
  return [...own, ...Object.values(schema).flatMap(references)];
};

/** Smaller parts than this are read faster where they stand. */
const WORTH_SHARING = 300;

/**
 * Parts that occur more than once, as definitions named after the field that they are first met in. Definitions of the
 * Kubernetes API are copied into each custom resource that uses them, so this is most of their text.
 */
export function share(schemas: Record<string, Schema>): {
  schemas: Record<string, Schema>;
  definitions: Record<string, Schema>;
} {
  const counts = new Map<string, number>();
  const count = (value: Data) => {
    if (value === null || typeof value !== 'object') return;
    const text = JSON.stringify(value);
    if (isSharable(value, text)) counts.set(text, (counts.get(text) ?? 0) + 1);
    if ((counts.get(text) ?? 0) < 2) Object.values(value).forEach(count);
  };
  Object.values(schemas).forEach(count);

  const names = new Map<string, string>();
  const definitions: Record<string, Schema> = {};
  const replace = (value: Data, field: string): Data => {
    if (Array.isArray(value)) return value.map((each) => replace(each, field));
    if (value === null || typeof value !== 'object') return value;
    const text = JSON.stringify(value);
    if ((counts.get(text) ?? 0) < 2) return inside(value, field);
    if (!names.has(text)) {
      const name = fresh(field, definitions);
      names.set(text, name);
      definitions[name] = {};
      definitions[name] = inside(value, field);
    }
    return { $ref: `${PREFIX}${names.get(text)}` };
  };
  const inside = (value: Data, field: string): Data =>
    Object.fromEntries(
      Object.entries<Data>(value).map(([key, each]) => [
        key,
        key === 'properties'
          ? Object.fromEntries(Object.entries<Data>(each).map(([name, part]) => [name, replace(part, name)]))
          : replace(each, key === 'items' || key === 'additionalProperties' ? singular(field) : field),
      ]),
    );
  const replaced = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, inside(schema, name)]),
  );
  return { schemas: replaced, definitions };
}
const isSharable = (value: Data, text: string): boolean =>
  text.length >= WORTH_SHARING && (value.properties !== undefined || value.items !== undefined);
const singular = (field: string): string => (/[^s]s$/.test(field) ? field.slice(0, -1) : field);

function fresh(field: string, taken: Record<string, unknown>): string {
  const name = field[0]!.toUpperCase() + field.slice(1);
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}${number}`;
    if (!(candidate in taken)) return candidate;
  }
}

/** JSON with one definition a line: a new release then shows as the lines that it changed. */
export function lines(value: Record<string, unknown>): string {
  const isMap = (each: unknown): each is Record<string, unknown> =>
    each !== null && typeof each === 'object' && !Array.isArray(each);
  const field = ([key, each]: [string, unknown], deep: number): string => {
    const pad = ' '.repeat(deep);
    if (!isMap(each) || deep > 2 || isSchema(each) || (deep > 1 && isFlat(each)))
      return `${pad}${JSON.stringify(key)}: ${JSON.stringify(each)}`;
    const inner = Object.entries(each).map((entry) => field(entry, deep + 1));
    return inner.length === 0
      ? `${pad}${JSON.stringify(key)}: {}`
      : `${pad}${JSON.stringify(key)}: {\n${inner.join(',\n')}\n${pad}}`;
  };
  return `{\n${Object.entries(value)
    .map((entry) => field(entry, 1))
    .join(',\n')}\n}\n`;
}
const isFlat = (value: Record<string, unknown>): boolean =>
  Object.values(value).length > 0 && Object.values(value).every((each) => typeof each === 'string');
const isSchema = (value: Record<string, unknown>): boolean =>
  ['type', '$ref', 'properties', 'oneOf', 'anyOf', 'allOf'].some(
    (word) => typeof value[word] !== 'undefined',
  );
