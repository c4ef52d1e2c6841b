import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isScalar, parseDocument } from 'yaml';
import { read } from '#sites/load/load.ts';
import type { Path } from '#sites/load/problem.ts';
import { apply, parseFixture } from './fixture.ts';
import { THREE_SITES } from './three-sites.ts';

/** The files of the reference platform with every default said, as data that a test may change. */
export function everythingSaid(): Map<string, string> {
  const text = readFileSync(
    join(import.meta.dirname, '../../sites/fixtures/accepted/everything-said.txt'),
    'utf8',
  );
  return apply(read(THREE_SITES), parseFixture(text));
}

/** The path of every single value of a file. */
export function scalars(text: string): Path[] {
  const found: Path[] = [];
  const walk = (value: unknown, path: Path): void => {
    if (typeof value !== 'object' || value === null) found.push(path);
    else if (Array.isArray(value)) for (const [index, each] of value.entries()) walk(each, [...path, index]);
    else for (const [key, each] of Object.entries(value)) walk(each, [...path, key]);
  };
  walk(parseDocument(text).toJS(), []);
  return found;
}

/** The file with another value at a path, all else as it stands. */
export function withValue(text: string, path: Path, value: unknown): string {
  const document = parseDocument(text);
  document.setIn(path, value);
  return document.toString({ lineWidth: 0 });
}

/** The file with other text where a single value stands, whatever that makes of it. */
export function withText(text: string, path: Path, raw: string): string {
  const node = parseDocument(text).getIn(path, true);
  if (!isScalar(node) || !node.range) throw new Error(`no single value at ${path.join('.')}`);
  return text.slice(0, node.range[0]) + raw + text.slice(node.range[1]);
}

/** A path with a star for each index and for each name that a person chose: `hosts.*.role`. */
export const pattern = ([file, ...path]: Path): string =>
  [file === 'platform' ? 'platform' : 'site', ...path]
    .map((step, index, all) =>
      typeof step === 'number' ||
      all[index - 1] === 'hosts' ||
      all[index - 1] === 'servers' ||
      all[index - 1] === 'sizes'
        ? '*'
        : step,
    )
    .join('.');

interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  oneOf?: Schema[];
}
/** The pattern of every single value that a schema knows. */
export function leaves(schema: object, name: string): Set<string> {
  const root = schema as Schema;
  const found = new Set<string>();
  const walk = (schema: Schema, path: string): void => {
    const own = schema.$ref ? root.$defs![schema.$ref.split('/').at(-1)!]! : schema;
    const next = [
      ...Object.entries(own.properties ?? {}),
      ...(typeof own.additionalProperties === 'object' ? [['*', own.additionalProperties] as const] : []),
      ...(own.items ? [['*', own.items] as const] : []),
    ];
    for (const [key, each] of next) walk(each, `${path}.${path.endsWith('.sizes') ? '*' : key}`);
    for (const each of own.oneOf ?? []) walk(each, path);
    if (next.length === 0 && !own.oneOf) found.add(path);
  };
  walk(root, name);
  return found;
}
