import type { ErrorObject } from 'ajv';
import type { Path, Problem } from './problem.ts';
import { pointer, resolve, type Schema, schemaAt, valueAt } from './schema-path.ts';
import * as words from './schema-words.ts';
import type { Source } from './source.ts';

/** What ajv found in one file: a problem for each mistake, worded from the schema that it breaks. */
export function schemaProblems(
  source: Source,
  root: Schema,
  errors: ErrorObject[],
): { problems: Problem[]; broken: Path[] } {
  // Of too many not each one is reported.
  const crowds = errors
    .filter(({ keyword }) => keyword === 'maxProperties' || keyword === 'maxItems')
    .map(({ instancePath }) => `${instancePath}/`);
  const alone =
    crowds.length === 0
      ? errors
      : errors.filter(({ instancePath }) => !crowds.some((crowd) => instancePath.startsWith(crowd)));
  const worded = alone.flatMap((error) => word(error, source, root) ?? []);
  const misspelt = new Set(
    worded.flatMap(({ path, meant }) => (meant ? id([...path.slice(0, -1), meant]) : [])),
  );
  const seen = new Set<string>();
  const first = worded.filter(({ path, missing }) => {
    // A list that is no list breaks its limits as well, and a misspelt key is missed: the first word is the mistake.
    const where = id(missing === undefined ? path : [...path, missing]);
    const again = seen.has(where) || (missing !== undefined && misspelt.has(where));
    seen.add(where);
    return !again;
  });
  const broken = worded.flatMap(({ path, missing, meant, spare }): Path[] => {
    if (meant) return [[...path.slice(0, -1), meant]];
    return spare ? [] : [missing === undefined ? path : [...path, missing]];
  });
  return { problems: first.map((each) => problem(source, each)), broken };
}

const id = (path: Path): string => path.join(' ');

function problem(source: Source, worded: Worded): Problem {
  const { path, code, missing: _, meant: __, spare: ___, atKey, other, ...said } = worded;
  return {
    code,
    severity: 'error',
    ...(atKey ? source.key(path) : source.value(path)),
    ...said,
    why: said.why ?? WHY[code]!,
    ...(other ? { other: source.value(other) } : {}),
  };
}

const WHY: Record<string, string> = {
  'unknown-key': 'a key that nothing reads would be ignored in silence',
  'missing-key': 'it has no default that would be right everywhere',
  'unknown-value': 'only these are implemented',
  'wrong-type': 'text, numbers and lists are different types, so that a slip does not pass for a value',
  'wrong-form': 'it would be handed on as it is, and fail where it is used',
  'out-of-range': 'programs that read it refuse such a value, or do what nobody meant',
  'too-few': 'with fewer it cannot do what it is for',
  'too-many': 'nobody would read the others, or no program takes so many',
  repeated: 'one of the two was meant to be another',
};

interface Worded extends words.Words {
  path: Path;
  code: string;
}

function word(error: ErrorObject, source: Source, root: Schema): Worded | undefined {
  const { keyword, params, propertyName } = error;
  const path = pointer(error.instancePath);
  const schema = schemaAt(root, root, source.data, path);
  const data = valueAt(source.data, path);
  const { file } = source;
  const at: words.Where = { file, path, raw: source.raw(path) };

  if (propertyName !== undefined) {
    const key = [...path, propertyName];
    return {
      path: key,
      code: 'wrong-form',
      ...words.wrongName(propertyName, schema.propertyNames!, key, file),
    };
  }
  switch (keyword) {
    case 'additionalProperties': {
      const key = [...path, params.additionalProperty];
      const worded = words.unknownKey(schema, data as object, { file, path: key });
      return { path: key, code: 'unknown-key', ...worded };
    }
    case 'required':
      return {
        path,
        code: 'missing-key',
        ...words.missingKey(
          root,
          schema,
          params.missingProperty,
          at,
          valueAt(source.data, path.slice(0, -1)),
        ),
      };
    case 'discriminator': {
      const { tag } = params;
      const kinds = (schema.oneOf ?? []).flatMap(({ properties }) => properties?.[tag]?.const ?? []);
      const given = (data as Record<string, unknown>)[tag];
      if (given === undefined) return { path, code: 'missing-key', ...words.missingKind(tag, kinds, at) };
      const key = [...path, tag];
      return {
        path: key,
        code: 'unknown-value',
        ...words.unknownValue(given, kinds, { file, path: key }),
      };
    }
    case 'enum':
      return { path, code: 'unknown-value', ...words.unknownValue(data, schema.enum!, at) };
    case 'type':
      return { path, code: 'wrong-type', ...words.wrongType(root, data, schema, at) };
    case 'pattern': {
      const form = schema.items ? resolve(root, schema.items) : schema;
      return { path, code: 'wrong-form', ...words.wrongForm(String(data), form, at) };
    }
    case 'minimum':
    case 'maximum':
      return { path, code: 'out-of-range', ...words.outOfRange(keyword, data, schema, at) };
    case 'minItems':
    case 'minProperties': {
      const has = Array.isArray(data) ? data.length : Object.keys(data as object).length;
      return { path, code: 'too-few', ...words.tooFew(root, has, params.limit, schema, at) };
    }
    case 'maxItems':
    case 'maxProperties':
      return { path, code: 'too-many', ...words.tooMany(data as object, params.limit, schema, at) };
    case 'uniqueItems': {
      const [earlier, later] = [params.i, params.j].sort((a, b) => a - b);
      const key = [...path, later];
      const worded = words.twice((data as unknown[])[later], at, { file, path: key });
      return { path: key, other: [...path, earlier], code: 'repeated', ...worded };
    }
    default:
      return undefined; // `propertyNames` and `oneOf` only repeat what is reported above
  }
}
