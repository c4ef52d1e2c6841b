import { nearest } from './near.ts';
import type { Path, Problem } from './problem.ts';
import { resolve, type Schema, schemaAt } from './schema-path.ts';

/** How a mistake of shape is worded. */
export interface Words {
  message: string;
  found?: string;
  allowed?: string[];
  fix: string;
  why?: string;
  edit?: Problem['edit'];
  /** The second place. */
  other?: Path;
  /** The key that is not there. */
  missing?: string;
  /** The key that a misspelt one stands for. */
  meant?: string;
  /** It means nothing: without it the value around it is whole. */
  spare?: boolean;
  atKey?: boolean;
}
/** The value that is reported. */
export interface Where {
  file: string;
  path: Path;
  raw?: string;
}

export function unknownKey(schema: Schema, data: object, { file, path }: Where): Words {
  const key = String(path.at(-1));
  const known = Object.keys(schema.properties ?? {});
  const common = { found: key, allowed: known, spare: true, atKey: true };
  const [before = '', after] = key.split(/:(.*)/);
  if (after && known.includes(before)) {
    const message = `${code(key)} has no space after its colon`;
    return { ...common, message, fix: `write \`${before}: ${after}\``, meant: before };
  }
  const meant = nearest(
    key,
    known.filter((each) => !Object.hasOwn(data, each)),
  );
  return {
    ...common,
    message: `${code(key)} is no key of the ${schema.title}${didYouMean(meant)}`,
    fix: meant ? `write ${code(meant)} for ${code(key)}` : 'remove it',
    edit: meant ? { file, path, rename: meant } : { file, path, remove: true },
    meant,
  };
}

export function missingKey(
  root: Schema,
  schema: Schema,
  key: string,
  where: Where,
  siblings: unknown,
): Words {
  const wanted = schema.properties?.[key] ?? {};
  const form = resolve(root, wanted);
  const description = wanted.description ?? form.description;
  const likely = form.enum && probable(key, String(where.path.at(-1)), form.enum.map(String), siblings);
  const fix = form.enum
    ? `add \`${key}: ${likely ?? '…'}\`${likely ? ', or what is true here' : ` with one of the ${form.enum.length}`}`
    : `add \`${key}: ${flow(example(root, form))}\`, or what is true here`;
  return {
    message: `${name(where)} has no ${code(key)}${description ? `: ${description}` : ''}`,
    allowed: form.enum?.map(String),
    fix,
    missing: key,
    atKey: true,
  };
}

/** What others have that are called alike (`node2`), or what the name says by itself: `worker4`, `cp1`. */
function probable(key: string, called: string, values: string[], siblings: unknown): string | undefined {
  const stem = called.replace(/[\d-]+$/, '');
  const alike = Object.entries((siblings ?? {}) as Record<string, Record<string, unknown> | null>)
    .filter(([name]) => name !== called && name.replace(/[\d-]+$/, '') === stem)
    .map(([, each]) => each?.[key]);
  const initials = (value: string) =>
    value
      .split('-')
      .map((word) => word.charAt(0))
      .join('');
  return (
    values.find((value) => alike.includes(value)) ??
    values.find(
      (value) =>
        stem.length > 1 && (value.startsWith(stem) || stem.startsWith(value) || initials(value) === stem),
    )
  );
}

export const missingKind = (tag: string, kinds: unknown[], where: Where): Words => ({
  message: `${name(where)} has no ${code(tag)}`,
  allowed: kinds.map(String),
  fix: `add ${kinds.map((kind) => code(`${tag}: ${kind}`)).join(' or ')}`,
  why: 'it says which other keys there are',
  missing: tag,
  atKey: true,
});

export function unknownValue(given: unknown, values: unknown[], where: Where): Words {
  const { file, path } = where;
  const near = nearest(
    String(given),
    values.filter((each) => typeof each === 'string'),
  );
  return {
    message: `${name(where)} is ${code(flow(given))}, which does not exist${didYouMean(near)}`,
    found: flow(given),
    allowed: values.map(String),
    fix: near ? `write \`${path.at(-1)}: ${near}\`` : `write one of the ${values.length} that are allowed`,
    edit: near ? { file, path, set: near } : undefined,
  };
}

export function wrongType(root: Schema, data: unknown, schema: Schema, where: Where): Words {
  const { file, path, raw } = where;
  const types = [schema.type ?? []].flat();
  const wanted = schema.description ?? `the ${schema.title}`;
  if (path.length === 0) {
    const required = (schema.required ?? []).map(code);
    const message = `${file} holds ${data === null ? 'nothing' : kindOf(data)}; it holds a map with at least ${list(required)}`;
    return { message, fix: `begin with \`${schema.required?.[0]}: …\`` };
  }
  if (data === null || data === undefined) {
    const needed = schemaAt(root, root, undefined, path.slice(0, -1)).required?.includes(String(path.at(-1)));
    const item = typeof path.at(-1) === 'number';
    const value = flow(example(root, schema));
    const fix = `write \`${item ? value : `${path.at(-1)}: ${value}`}\`, or what is true here${needed ? '' : `, or remove the ${item ? 'item' : 'key'}`}`;
    return { message: `${name(where)} is empty: ${wanted}`, found: 'nothing', fix, atKey: true };
  }
  const common = {
    message: `${name(where)} is ${kindOf(data)}, not ${types.map((type) => KINDS[type] ?? type).join(' or ')}: ${wanted}`,
    found: raw ?? flow(data),
  };
  const digits = String(data).match(/\d+/g);
  if (types.includes('integer') && digits?.length === 1) {
    const quoted = digits[0] === data ? ' without quotes' : '';
    return {
      ...common,
      fix: `write ${Number(digits[0])}${quoted}`,
      edit: { file, path, set: Number(digits[0]) },
    };
  }
  if (types.includes('boolean')) {
    const value = ['yes', 'on', 'y', '1', 'true'].includes(String(data).toLowerCase());
    const quoted = String(value) === data;
    return {
      ...common,
      found: quoted ? JSON.stringify(data) : common.found,
      allowed: ['true', 'false'],
      fix: `write ${value}${quoted ? ' without quotes' : ''}`,
      edit: { file, path, set: value },
    };
  }
  if (!types.includes('string') && types.includes('array') && typeof data !== 'object') {
    return { ...common, fix: `write [${flow(data)}]`, edit: { file, path, set: [data] } };
  }
  return { ...common, fix: `write it like ${examples(root, schema)}` };
}

export function wrongForm(text: string, form: Schema, where: Where): Words {
  const { file, path } = where;
  const mended = mend(text, form.pattern!);
  return {
    message:
      text.trim() === ''
        ? `${name(where)} is empty: ${form.description}`
        : `${code(text)} is not ${form.description}`,
    found: text,
    fix: mended
      ? `write ${code(mended)}`
      : `write ${form.examples ? `it like ${examples(form, form)}` : form.description}`,
    edit: mended ? { file, path, set: mended } : undefined,
  };
}

export function wrongName(key: string, form: Schema, path: Path, file: string): Words {
  const mended = mend(key, form.pattern!);
  return {
    message: `${code(key)} is not ${form.description}`,
    found: key,
    fix: mended ? `write ${code(mended)}` : `write it like ${examples(form, form)}`,
    edit: mended ? { file, path, rename: mended } : undefined,
    why: 'it becomes a part of host names and DNS names',
    atKey: true,
  };
}

/** What somebody probably meant who wrote a capital, a space, or a decimal unit. */
function mend(text: string, pattern: string): string | undefined {
  const lower = text.trim().toLowerCase();
  const unit = text.replace(
    /^(\d+)\s*([kmgt])i?b?$/i,
    (_, number, letter) => `${number}${letter.toUpperCase()}i`,
  );
  const hyphens = text.includes('/') ? lower : lower.replaceAll(/[\s_.]+/g, '-');
  return [lower, hyphens, unit].find((each) => each !== text && new RegExp(pattern).test(each));
}

export function outOfRange(keyword: string, data: unknown, schema: Schema, where: Where): Words {
  const { file, path } = where;
  const { minimum, maximum, description } = schema;
  const limit = keyword === 'minimum' ? minimum : maximum;
  return {
    message: `${name(where)} is ${data}: ${description}`,
    found: String(data),
    allowed: [maximum === undefined ? `${minimum} or more` : `${minimum} to ${maximum}`],
    fix: `write ${limit} or ${keyword === 'minimum' ? 'more' : 'less'}`,
    edit: { file, path, set: limit },
  };
}

export const tooFew = (root: Schema, has: number, least: number, schema: Schema, where: Where): Words => ({
  message: `${name(where)} holds ${has} of at least ${least}: ${schema.description}`,
  allowed: [`${least} or more`],
  fix: `add ${least - has} more, as in ${code(flow(example(root, schema)))}`,
  atKey: true,
});

export function tooMany(data: object, most: number, schema: Schema, where: Where): Words {
  const has = Object.keys(data).length;
  return {
    message: `${name(where)} holds ${has} ${Array.isArray(data) ? 'values' : 'keys'}: ${schema.description}`,
    found: has > 10 ? String(has) : flow(data),
    allowed: [`at most ${most}`],
    fix: `leave ${most} of them`,
    atKey: has > 10,
  };
}

export const twice = (value: unknown, where: Where, { file, path }: Where): Words => ({
  message: `${code(flow(value))} stands twice in ${name(where)}`,
  found: flow(value),
  fix: 'remove one of the two',
  edit: { file, path, remove: true },
});

// Words for values and places.

const code = (text: string): string => `\`${text}\``;
const didYouMean = (near: string | undefined): string => (near ? `; did you mean ${code(near)}?` : '');
const name = ({ file, path }: Where): string =>
  path.length === 0
    ? file
    : code(
        path
          .map((step, index) => (/^\d+$/.test(String(step)) ? `[${step}]` : `${index ? '.' : ''}${step}`))
          .join(''),
      );
const list = (words: string[]): string => `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** As it would be written on one line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${key}: ${flow(each)}`)
    .join(', ')} }`;
}

/** The first example that the schema has for a value, or one made of those of its parts. */
function example(root: Schema, schema: Schema): unknown {
  const own = resolve(root, schema);
  const entries = (keys: string[] = []) =>
    keys.map((key) => [key, example(root, own.properties?.[key] ?? {})]);
  if (own.examples) return own.examples[0];
  if (own.enum ?? own.const) return own.enum?.[0] ?? own.const;
  if (own.oneOf) return example(root, own.oneOf[0]!);
  if (own.properties) return Object.fromEntries(entries(own.required));
  if (typeof own.additionalProperties === 'object') {
    return { [String(own.propertyNames?.examples?.[0])]: example(root, own.additionalProperties) };
  }
  return own.minimum ?? '…';
}
const examples = (root: Schema, schema: Schema): string =>
  (schema.examples ?? [example(root, schema)]).map((each) => code(flow(each))).join(' or ');

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
  if (typeof data === 'number') return 'a number';
  return typeof data === 'boolean' ? 'true or false' : 'text';
}
