import type { ErrorObject } from 'ajv';
import { nearest } from '../near.ts';
import type { Path, Problem } from '../problem.ts';
import { pointer, resolve, type Schema, schemaAt, valueAt } from './schema-path.ts';
import type { Source } from './source.ts';

/** A problem of a file's shape, and what is to be left out of the data so that the rest can still be judged. */
export interface Misshapen {
  path: Path;
  problem: Problem;
  /** A key that means nothing: without it the value around it is whole. */
  spare: boolean;
}

/** What ajv found in one file, one problem for each mistake, each told from the schema that it breaks. */
export function schemaProblems(source: Source, schema: Schema, errors: ErrorObject[]): Misshapen[] {
  const seen = new Set<string>();
  const misspelt = new Set<string>();
  const found = errors.flatMap((error) => {
    const told = tell(error, source, schema);
    const where = JSON.stringify([told?.path, told?.words.missing]);
    // A list that is no list breaks its limits as well: the first error of a value is the mistake.
    if (!told || seen.has(where)) return [];
    seen.add(where);
    if (told.words.meant) misspelt.add(JSON.stringify([told.path.slice(0, -1), told.words.meant]));
    return [told];
  });
  return found
    .filter(({ path, words }) => !words.missing || !misspelt.has(JSON.stringify([path, words.missing])))
    .map(({ path, words, keyword }) => {
      const { missing, meant: _, spare = false, atKey = false, ...rest } = words;
      const { why = 'what nothing understands would be lost in silence', ...shown } = rest;
      const place = atKey ? source.key(path) : source.value(path);
      return {
        path: missing ? [...path, missing] : path,
        spare,
        problem: { code: `schema-${CODES[keyword] ?? keyword}`, severity: 'error', ...place, ...shown, why },
      };
    });
}

const CODES: Record<string, string> = {
  additionalProperties: 'unknown-key',
  required: 'missing-key',
  enum: 'unknown-value',
  const: 'unknown-value',
  discriminator: 'unknown-value',
  type: 'type',
  pattern: 'form',
  minimum: 'range',
  maximum: 'range',
  minItems: 'too-few',
  minProperties: 'too-few',
  maxItems: 'too-many',
  uniqueItems: 'twice',
};

interface Words {
  message: string;
  found?: string;
  allowed?: string[];
  fix: string;
  why?: string;
  edit?: Problem['edit'];
  /** The key that is not there. */
  missing?: string;
  /** The key that a misspelt one stands for. */
  meant?: string;
  spare?: boolean;
  atKey?: boolean;
}
interface Told {
  path: Path;
  keyword: string;
  words: Words;
}

function tell(error: ErrorObject, source: Source, root: Schema): Told | undefined {
  const { keyword, params, propertyName } = error;
  const path = pointer(error.instancePath);
  const schema = schemaAt(root, root, source.data, path);
  const data = valueAt(source.data, path);
  const told = (words: Words, at = path): Told => ({ path: at, keyword, words });
  const { file } = source;
  const what = code(dotted(path));

  if (propertyName !== undefined) {
    const names = schema.propertyNames!;
    return told(
      {
        message: `${code(propertyName)} is not ${names.description}`,
        found: propertyName,
        fix: `write it like ${examples(names)}`,
        why: 'it becomes a part of host names and DNS names',
        atKey: true,
      },
      [...path, propertyName],
    );
  }
  switch (keyword) {
    case 'additionalProperties':
      return told(
        unknownKey(schema, data, params.additionalProperty, [...path, params.additionalProperty], file),
        [...path, params.additionalProperty],
      );
    case 'required':
      return told(missingKey(root, schema, params.missingProperty, path, file));
    case 'discriminator': {
      const tag = params.tag as string;
      const values = (schema.oneOf ?? []).flatMap(({ properties }) => properties?.[tag]?.const ?? []);
      const given = (data as Record<string, unknown> | undefined)?.[tag];
      if (given === undefined) return told({ ...missingTag(what, tag, values), missing: tag, atKey: true });
      return told(unknownValue([...path, tag], given, values, file), [...path, tag]);
    }
    case 'enum':
    case 'const':
      return told(unknownValue(path, data, schema.enum ?? [schema.const], file));
    case 'type':
      return told(wrongType(path, data, schema, file));
    case 'pattern':
      return told({
        message: `${code(String(data))} is not ${schema.description}`,
        found: String(data),
        fix: schema.examples ? `write it like ${examples(schema)}` : `write ${schema.description}`,
        why: `${what} would be handed on as it is, and fail where it is used`,
      });
    case 'minimum':
    case 'maximum': {
      const { minimum, maximum } = schema;
      const limit = Number(params.limit);
      return told({
        message: `${what} is ${data}; it is ${schema.description}`,
        found: String(data),
        allowed: [range(minimum, maximum)],
        fix: `write ${limit} or ${keyword === 'minimum' ? 'more' : 'less'}`,
        edit: { file, path, set: limit },
      });
    }
    case 'minItems':
    case 'minProperties': {
      const count = Array.isArray(data) ? data.length : Object.keys(data as object).length;
      return told({
        message: `${what} holds ${count} of at least ${params.limit}: ${schema.description}`,
        found: String(count),
        allowed: [`${params.limit} or more`],
        fix: `add ${params.limit - count} more${schema.examples ? `, as in ${examples(schema)}` : ''}`,
        why: 'with fewer it cannot do what it is for',
        atKey: true,
      });
    }
    case 'maxItems':
      return told({
        message: `${what} holds ${(data as unknown[]).length} values; it is ${schema.description}`,
        found: shown(data),
        allowed: [`at most ${params.limit}`],
        fix: `leave ${params.limit}`,
      });
    case 'uniqueItems':
      return told(
        {
          message: `${code(shown((data as unknown[])[params.i]))} stands twice in ${what}`,
          found: shown((data as unknown[])[params.i]),
          fix: 'remove one of the two',
          edit: { file, path: [...path, params.i], remove: true },
          why: 'one of the two was meant to be another',
        },
        [...path, params.i],
      );
    default:
      return undefined; // `propertyNames` and `oneOf` only repeat what is told above
  }
}

function unknownKey(schema: Schema, data: unknown, key: string, path: Path, file: string): Words {
  const known = Object.keys(schema.properties ?? {});
  const free = known.filter((each) => !Object.hasOwn(data as object, each));
  const [before = '', after] = key.split(/:(.*)/);
  const noun = `${article(schema.title)} ${schema.title}`;
  const common = { found: key, allowed: known, spare: true, atKey: true };
  if (after !== undefined && known.includes(before)) {
    return {
      ...common,
      message: `${code(key)} has no space after its colon`,
      fix: `write \`${before}: ${after}\``,
      meant: before,
    };
  }
  const near = nearest(key, free);
  return {
    ...common,
    message: `${code(key)} is no key of ${noun}${near ? `; did you mean ${code(near)}?` : ''}`,
    fix: near ? `write ${code(near)} for ${code(key)}` : 'remove it',
    why: 'a key that nothing reads would be ignored in silence',
    edit: near ? { file, path, rename: near } : { file, path, remove: true },
    meant: near,
  };
}

function missingKey(root: Schema, schema: Schema, key: string, path: Path, file: string): Words {
  const wanted = schema.properties?.[key] ?? {};
  const own = resolve(root, wanted);
  const description = wanted.description ?? own.description;
  const values = own.enum?.map(String);
  const example = own.examples?.[0];
  return {
    message: `${path.length ? code(dotted(path)) : file} has no ${code(key)}${description ? `: ${description}` : ''}`,
    allowed: values,
    fix: `add \`${key}: ${example === undefined ? (values?.[0] ?? '…') : flow(example)}\`${values || example !== undefined ? ', or what is true here' : ''}`,
    why: 'it has no default that would be right everywhere',
    missing: key,
    atKey: true,
  };
}

const missingTag = (what: string, tag: string, values: unknown[]): Words => ({
  message: `${what} has no ${code(tag)}`,
  allowed: values.map(String),
  fix: `add \`${tag}: ${values[0]}\` or \`${tag}: ${values[1]}\``,
  why: 'it says which other keys there are',
});

function unknownValue(path: Path, given: unknown, values: unknown[], file: string): Words {
  const near = nearest(String(given), values.map(String));
  const key = path.at(-1)!;
  return {
    message: `${code(shown(given))} is no ${key}${near ? `; did you mean ${code(near)}?` : ''}`,
    found: shown(given),
    allowed: values.map(String),
    fix: near ? `write \`${key}: ${near}\`` : `write one of those ${values.length}`,
    why: 'only these are implemented',
    ...(near ? { edit: { file, path, set: near } } : {}),
  };
}

function wrongType(path: Path, data: unknown, schema: Schema, file: string): Words {
  const types = [schema.type ?? []].flat();
  const what = path.length ? code(dotted(path)) : file;
  const common = {
    found: shown(data),
    why: 'a value of another kind is a slip more often than a short form',
    atKey: data === null && path.length > 0,
  };
  const wanted = schema.description ?? `${article(schema.title)} ${schema.title}`;
  if (data === null || data === undefined) {
    const example = schema.examples ? `: ${examples(schema)}` : '';
    return {
      ...common,
      found: 'nothing',
      message: `${what} is empty; it is ${wanted}`,
      fix: `write it${example}, or remove the key`,
    };
  }
  const message = `${what} is ${kindOf(data)}, not ${types.map((type) => KINDS[type] ?? type).join(' or ')}: ${wanted}`;
  const number = typeof data === 'string' && /^\d+$/.test(data) ? Number(data) : undefined;
  if (types.includes('integer') && number !== undefined) {
    return { ...common, message, fix: `write ${number} without quotes`, edit: { file, path, set: number } };
  }
  if (types.includes('boolean')) {
    const value = ['yes', 'on', 'y', '1', 'true'].includes(String(data).toLowerCase());
    return {
      ...common,
      message,
      allowed: ['true', 'false'],
      fix: `write ${value}`,
      edit: { file, path, set: value },
    };
  }
  if (types.includes('array') && typeof data !== 'object') {
    return { ...common, message, fix: `write [${shown(data)}]`, edit: { file, path, set: [data] } };
  }
  return {
    ...common,
    message,
    fix: schema.examples ? `write it like ${examples(schema)}` : `write ${wanted}`,
  };
}

const KINDS: Record<string, string> = {
  string: 'text',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
};
function kindOf(data: unknown): string {
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object') return 'a map of keys';
  if (typeof data === 'number') return Number.isInteger(data) ? 'a number' : 'a fraction';
  return typeof data === 'boolean' ? 'true or false' : 'text';
}

// Words.

const code = (text: string): string => `\`${text}\``;
const dotted = (path: Path): string => path.join('.');
const article = (noun = ''): string => (/^([aeio]|HA)/i.test(noun) && !/^HA/.test(noun) ? 'an' : 'a');
const flow = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value);
const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const examples = ({ examples = [] }: Schema): string => examples.map((each) => code(flow(each))).join(' or ');
const range = (minimum?: number, maximum?: number): string =>
  maximum === undefined ? `${minimum} or more` : `${minimum} to ${maximum}`;
