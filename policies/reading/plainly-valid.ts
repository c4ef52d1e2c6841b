import type { Data } from './objects.ts';

/** Schemas by name, as `#/definitions/…` refers to them. */
type Definitions = Record<string, Data>;

/**
 * Whether a value surely keeps a schema, asked without compiling it: of a tree that is well every object does, and compiling the
 * schemas of all its kinds for each release takes longer than all laws together. What this does not understand it does not accept;
 * then the library says what is wrong.
 */
export function isPlainlyValid(value: Data, schema: Data, definitions: Definitions): boolean {
  if (schema === true) return true;
  if (typeof schema !== 'object' || schema === null) return false;
  return Object.entries<Data>(schema).every(([keyword, said]) => {
    if (TEXT.has(keyword) || keyword.startsWith('x-')) return true;
    return KEYWORDS[keyword]?.(value, said, { schema, definitions }) ?? false;
  });
}

interface At {
  schema: Data;
  definitions: Definitions;
}
/** Words of a schema that ask for nothing. */
const TEXT = new Set(['description', 'title', 'default', 'format', '$id', '$schema', 'example', 'examples']);
const isMap = (value: Data): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const KEYWORDS: Record<string, (value: Data, said: Data, at: At) => boolean> = {
  $ref: (value, said, { definitions }) => {
    const name = /^#\/definitions\/(.+)$/.exec(said)?.[1];
    return name !== undefined && name in definitions && isPlainlyValid(value, definitions[name], definitions);
  },
  type: (value, said) => [said].flat().some((type) => isOf(value, type)),
  properties: (value, said, { definitions }) =>
    !isMap(value) ||
    Object.keys(value).every(
      (key) => !Object.hasOwn(said, key) || isPlainlyValid(value[key], said[key], definitions),
    ),
  additionalProperties: (value, said, { schema, definitions }) =>
    !isMap(value) ||
    Object.keys(value).every(
      (key) =>
        Object.hasOwn(schema.properties ?? {}, key) ||
        Object.keys(schema.patternProperties ?? {}).some((pattern) => new RegExp(pattern, 'u').test(key)) ||
        (said !== false && isPlainlyValid(value[key], said, definitions)),
    ),
  patternProperties: (value, said, { definitions }) =>
    !isMap(value) ||
    Object.keys(said).every((pattern) =>
      Object.keys(value).every(
        (key) =>
          !new RegExp(pattern, 'u').test(key) || isPlainlyValid(value[key], said[pattern], definitions),
      ),
    ),
  items: (value, said, { definitions }) =>
    !Array.isArray(value) || value.every((each) => isPlainlyValid(each, said, definitions)),
  required: (value, said) => !isMap(value) || said.every((key: string) => Object.hasOwn(value, key)),
  enum: (value, said) => said.includes(value),
  const: (value, said) => value === said,
  pattern: (value, said) => typeof value !== 'string' || new RegExp(said, 'u').test(value),
  minimum: (value, said) => typeof value !== 'number' || value >= said,
  maximum: (value, said) => typeof value !== 'number' || value <= said,
  minLength: (value, said) => typeof value !== 'string' || [...value].length >= said,
  maxLength: (value, said) => typeof value !== 'string' || [...value].length <= said,
  minItems: (value, said) => !Array.isArray(value) || value.length >= said,
  maxItems: (value, said) => !Array.isArray(value) || value.length <= said,
  minProperties: (value, said) => !isMap(value) || Object.keys(value).length >= said,
  maxProperties: (value, said) => !isMap(value) || Object.keys(value).length <= said,
  anyOf: (value, said, { definitions }) =>
    said.some((each: Data) => isPlainlyValid(value, each, definitions)),
  allOf: (value, said, { definitions }) =>
    said.every((each: Data) => isPlainlyValid(value, each, definitions)),
};

function isOf(value: Data, type: string): boolean {
  if (type === 'object') return isMap(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'null') return value === null;
  return ['string', 'number', 'boolean'].includes(type) && typeof value === type && !Number.isNaN(value);
}
