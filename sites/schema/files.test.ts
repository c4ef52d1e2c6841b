import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { THREE_SITES } from '#scripts/testing/three-sites.ts';
import { schemaFiles } from './files.ts';

const sites = join(import.meta.dirname, '..');
const written = (name: string) => readFileSync(join(sites, 'schemas', name), 'utf8');

it('writes what is kept in git', () => {
  for (const [name, text] of schemaFiles())
    expect(written(name) === text, `${name}: npm run schemas`).toBe(true);
});

it('is named by each file in its first line, and takes the file as an editor does', () => {
  for (const name of readdirSync(THREE_SITES)) {
    const text = readFileSync(join(THREE_SITES, name), 'utf8');
    const [, schema] = text.match(/^# yaml-language-server: \$schema=\S*\/schemas\/(.*)\n/) ?? [];
    expect(schema).toBe(name === 'platform.yaml' ? 'platform.schema.json' : 'site.schema.json');
    // Editors know neither `discriminator` nor the options that our own validators are made with.
    const validate = new Ajv({ strict: false }).compile(JSON.parse(written(schema!)));
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
  }
});

it('says what every key is for, so that an editor can', () => {
  const silent: string[] = [];
  for (const name of ['platform.schema.json', 'site.schema.json'])
    visit(JSON.parse(written(name)), name, silent);
  expect(silent).toEqual([]);
});

interface Schema {
  $ref?: string;
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  [other: string]: unknown;
}
function visit(schema: Schema, path: string, silent: string[]): void {
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (!property.description && !property.title && !property.$ref) silent.push(`${path} ${key}`);
  }
  for (const [key, value] of Object.entries(schema)) {
    if (typeof value === 'object' && value !== null) visit(value as Schema, `${path} ${key}`, silent);
  }
}
