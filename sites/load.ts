import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CannotLook, cannot } from './cannot.ts';
import type { Schema } from './load/schema-path.ts';
import { schemaProblems } from './load/schema-problems.ts';
import { parse, type Source } from './load/source.ts';
import { yamlProblems } from './load/yaml-problems.ts';
import { type Model, model } from './model.ts';
import { type Path, type Problem, sorted } from './problem.ts';
import { RULES } from './rules/all.ts';
import type { Finding, Rule } from './rules/rule.ts';
import { type Read, world } from './rules/world.ts';
import type { Input } from './schema.ts';
import platformSchema from './schemas/platform.schema.json' with { type: 'json' };
import siteSchema from './schemas/site.schema.json' with { type: 'json' };
import * as validate from './schemas/validate.gen.js';

/** Everything that follows from the files of a folder, or else every problem in them. */
export interface Loaded {
  model?: Model;
  /** By file and line. */
  problems: Problem[];
}

/** Reads and judges a folder with `platform.yaml` and one file a site. @throws CannotLook when it cannot be read */
export const load = (directory: string): Loaded => judge(read(directory), basename(directory));

const PLATFORM = 'platform.yaml';

/** The texts of the files that describe a platform, by file name. @throws CannotLook naming the file and the mend */
export function read(directory: string): Map<string, string> {
  const folder = basename(directory);
  const names = attempt(folder, () => readdirSync(directory)).filter((name) => /^[^.].*\.ya?ml$/.test(name));
  if (!names.includes(PLATFORM)) {
    throw new CannotLook(
      `cannot read ${folder}/${PLATFORM}: it does not exist; it holds what all sites share`,
    );
  }
  if (names.length < 2) {
    throw new CannotLook(`no site in ${folder}/: each site is a file beside ${PLATFORM}, such as lyn.yaml`);
  }
  return new Map(
    names.map((name) => [
      name,
      attempt(`${folder}/${name}`, () => readFileSync(join(directory, name), 'utf8')),
    ]),
  );
}
function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw cannot('read', path, error);
  }
}

/** The model that the texts of the files give, or else every problem in them: of YAML, of shape, of meaning. */
export function judge(files: ReadonlyMap<string, string>, folder = 'sites'): Loaded {
  const names = [...files.keys()].filter((name) => name.endsWith('.yaml')).sort();
  const sources = new Map(
    names.map((name) => [name.slice(0, -5), parse(`${folder}/${name}`, files.get(name)!)]),
  );
  const problems: Problem[] = [...files.keys()]
    .filter((name) => !name.endsWith('.yaml'))
    .map((name) => misnamed(folder, name));
  const reads = new Map([...sources].map(([code, source]) => [code, shape(code, source, problems)]));
  const { platform, ...rest } = Object.fromEntries(reads) as Record<string, Read>;
  const seen = world(platform!, Object.entries(rest));
  for (const rule of RULES) {
    for (const finding of rule.check(seen)) problems.push(problemOf(rule, finding, sources));
  }
  if (problems.length > 0) return { problems: sorted(problems) };
  const data = Object.fromEntries([...sources].map(([code, source]) => [code, source.data]));
  const { platform: shared, ...sites } = data;
  return { model: model({ platform: shared, sites } as Input), problems };
}

const KINDS = {
  platform: { validate: validate.platform, schema: platformSchema as Schema },
  site: { validate: validate.site, schema: siteSchema as unknown as Schema },
};

/** What of a file can be judged further, once its own mistakes are told. */
function shape(code: string, source: Source, problems: Problem[]): Read {
  problems.push(...yamlProblems(source));
  if (source.data === undefined) return { data: undefined, broken: [[]] };
  const unclear = source.errors.flatMap(({ twice }) => (twice ? [twice.path] : []));
  const { validate, schema } = code === 'platform' ? KINDS.platform : KINDS.site;
  if (validate(source.data)) return { data: source.data, broken: unclear };
  const misshapen = schemaProblems(source, schema, validate.errors ?? []);
  problems.push(...misshapen.problems);
  return { data: source.data, broken: [...unclear, ...misshapen.broken] };
}

function problemOf({ code, why }: Rule, finding: Finding, sources: Map<string, Source>): Problem {
  const { at, key, other, edit, found, ...said } = finding;
  const source = (path: Path) => sources.get(String(path[0]))!;
  const place = key ? source(at).key(at.slice(1)) : source(at).value(at.slice(1));
  const value = key
    ? undefined
    : at.slice(1).reduce<unknown>((data, step) => (data as never)?.[step], source(at).data);
  const scalar = typeof value === 'object' || value === undefined ? undefined : String(value);
  return {
    code,
    severity: 'error',
    ...place,
    ...said,
    found: found ?? scalar,
    ...(other ? { other: source(other).value(other.slice(1)) } : {}),
    why,
    ...(edit ? { edit: editOf(edit, source(edit.at)) } : {}),
  };
}
function editOf({ at, ...change }: NonNullable<Finding['edit']>, { file }: Source): Problem['edit'] {
  return { file, path: at.slice(1), ...change };
}

const misnamed = (folder: string, name: string): Problem => ({
  code: 'file-name',
  severity: 'error',
  message: `${name} is not read: the files of sites end in .yaml`,
  file: `${folder}/${name}`,
  line: 1,
  column: 1,
  source: '',
  fix: `rename it to ${name.slice(0, -4)}.yaml`,
  why: 'a site that is left out in silence would be missed when it is needed',
});
