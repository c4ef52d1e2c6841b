import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Model, model } from './model.ts';
import type { Input } from './schema.ts';

/** YAML -> Model. */
export function load(directory: string): { model?: Model; problems: unknown[] } {
  const sites = readdirSync(directory).filter((name) => name.endsWith('.yaml') && name !== 'platform.yaml');
  const read = (name: string) => parse(readFileSync(join(directory, name), 'utf8'));
  const input: Input = {
    platform: read('platform.yaml'),
    sites: Object.fromEntries(sites.map((name) => [name.slice(0, -5), read(name)])),
  };
  return { model: model(input), problems: [] };
}
