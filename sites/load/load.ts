import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { model } from '../derive.ts';
import type { Model } from '../model.ts';
import { NOTES, RULES } from '../rules/all.ts';
import { judgeable, type Read } from '../rules/judgeable.ts';
import type { Finding, Rule } from '../rules/rule.ts';
import type { Input } from '../schema/schema.ts';
import platformSchema from '../schemas/platform.schema.json' with { type: 'json' };
import siteSchema from '../schemas/site.schema.json' with { type: 'json' };
import * as validate from '../schemas/validate.gen.js';
import { CannotLook, cannot } from './cannot.ts';
import { type Path, type Problem, sorted } from './problem.ts';
import type { Schema } from './schema-path.ts';
import { schemaProblems } from './schema-problems.ts';
import { concealed } from './secrets.ts';
import { parse, type Source } from './source.ts';
import { BYTES_MAX, type Stray, strays, unreadable } from './text-problems.ts';
import { yamlProblems } from './yaml-problems.ts';

/** Everything that follows from the files of a folder, or else every problem in them. */
export interface Loaded {
  model?: Model;
  /** By file and line. */
  problems: Problem[];
  /** What the platform does not have, and its people should know; printed once there is no problem left. */
  notes: Problem[];
}

/** Reads and judges a folder with `platform.yaml` and one file a site. @throws CannotLook when it cannot be read */
export const load = (directory: string): Loaded => judge(read(directory), basename(directory));

const PLATFORM = 'platform.yaml';

/** The texts of the files that describe a platform, by file name. @throws CannotLook naming the file and the mend */
export function read(directory: string): Map<string, string> {
  const folder = basename(directory);
  const names = attempt(folder, () => readdirSync(directory)).filter(isMeant);
  if (!names.includes(PLATFORM)) {
    throw new CannotLook(
      `cannot read ${folder}/${PLATFORM}: it does not exist; it holds what all sites share`,
    );
  }
  if (names.length < 2) {
    throw new CannotLook(`no site in ${folder}/: each site is a file beside ${PLATFORM}, such as lyn.yaml`);
  }
  if (names.length > FILES_MAX) {
    throw new CannotLook(`${folder}/ has ${names.length} files of sites; ${FILES_MAX} are read`);
  }
  return new Map(
    names.map((name) => [name, attempt(`${folder}/${name}`, () => text(join(directory, name)))]),
  );
}

/** Whatever somebody could take for the file of a site; what editors (`.#dc.yaml`) and file managers (`._dc.yaml`) leave behind is not. */
const isMeant = (name: string): boolean => /\.ya?ml$/i.test(name) && !/^\.[#_]/.test(name);
/** Twice as many sites as the largest platform that `npm run bench` makes. */
const FILES_MAX = 101;

/** A regular file, or as much of it as tells that it is too large. Nobody is waited for: a pipe has no end, nor has a device. */
function text(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    if (status.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    if (!status.isFile())
      throw new Error('it is no regular file; remove it, or write the file of a site in its place');
    const bytes = Buffer.alloc(BYTES_MAX + 1);
    return bytes.subarray(0, readSync(file, bytes)).toString('utf8');
  } finally {
    closeSync(file);
  }
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
  const isNamed = (name: string) => /^[^.].*\.yaml$/.test(name);
  const problems: Problem[] = [...files.keys()]
    .filter((name) => !isNamed(name))
    .map((name) => misnamed(folder, name));
  const sources = new Map<string, Source>();
  const reads = new Map<string, Read>();
  for (const name of [...files.keys()].filter(isNamed).sort()) {
    const [file, code, text] = [`${folder}/${name}`, name.slice(0, -5), files.get(name)!];
    const whole = unreadable(file, text);
    if (whole) problems.push(whole);
    const source = parse(file, whole ? '' : text);
    sources.set(code, source);
    reads.set(code, whole ? { data: undefined, broken: [[]] } : shape(code, source, text, problems));
  }
  const { platform, ...rest } = Object.fromEntries(reads) as Record<string, Read>;
  const seen = judgeable(platform!, Object.entries(rest));
  const tolerated: Problem[] = [];
  for (const rule of RULES) {
    for (const finding of rule.check(seen)) {
      if (finding.lab && seen.platform.lab === true)
        tolerated.push(problemOf(rule, finding, sources, 'note'));
      else problems.push(problemOf(rule, finding, sources));
    }
  }
  if (problems.length > 0) return { problems: sorted(problems.map(discreet)), notes: [] };
  const notes = [
    ...tolerated,
    ...NOTES.flatMap((rule) => rule.check(seen).map((finding) => problemOf(rule, finding, sources, 'note'))),
  ];
  const data = Object.fromEntries([...sources].map(([code, source]) => [code, source.data]));
  const { platform: shared, ...sites } = data;
  return { model: model({ platform: shared, sites } as Input), problems, notes: sorted(notes.map(discreet)) };
}

const KINDS = {
  platform: { validate: validate.platform, schema: platformSchema as Schema },
  site: { validate: validate.site, schema: siteSchema as unknown as Schema },
};

/** What of a file can be judged further, once its own mistakes are reported. */
function shape(code: string, source: Source, text: string, problems: Problem[]): Read {
  const stray = strays(source, text);
  const add = (more: Problem[]) =>
    problems.push(
      ...more.filter(({ line }) => !stray.some(({ lines }) => lines.first <= line && line <= lines.last)),
    );
  problems.push(...stray.map(({ problem }) => problem));
  add(yamlProblems(source));
  if (source.data === undefined) return { data: undefined, broken: [[]] };
  const unclear = [
    ...source.errors.flatMap(({ twice }) => (twice ? [twice.path] : [])),
    ...stray.flatMap(({ path }) => (path ? [path] : [])),
  ];
  const { validate, schema } = code === 'platform' ? KINDS.platform : KINDS.site;
  if (validate(source.data)) return { data: source.data, broken: unclear };
  const errors = validate.errors ?? [];
  const misshapen = schemaProblems(
    source,
    schema,
    errors.filter(({ instancePath }) => !isIn(stray, instancePath)),
  );
  add(misshapen.problems);
  return { data: source.data, broken: [...unclear, ...misshapen.broken] };
}
const isIn = (stray: Stray[], pointer: string): boolean =>
  stray.some(({ path }) => path && `/${path.join('/')}` === pointer);

/** Without what may be a secret, and with the beginning only of what nobody would read to its end. */
function discreet(problem: Problem): Problem {
  const { message, found, allowed, fix, edit } = problem;
  const said = edit && JSON.stringify(edit);
  return {
    ...problem,
    message: short(concealed(message)),
    ...(found === undefined ? {} : { found: short(concealed(found)) }),
    ...(allowed ? { allowed: allowed.map(concealed) } : {}),
    fix: short(concealed(fix)),
    edit: said === undefined || concealed(said) === said ? edit : undefined,
  };
}
const VALUE_MAX = 120;
const short = (text: string): string =>
  text.replaceAll(
    /`[^`]{160,}`|[^\s`]{400,}/g,
    (value) => `${value.slice(0, VALUE_MAX)}…${value.endsWith('`') ? '`' : ''} (${value.length} characters)`,
  );

function problemOf(
  { code, why }: Rule,
  finding: Finding,
  sources: Map<string, Source>,
  severity: Problem['severity'] = 'error',
): Problem {
  const { at, key, other, edit, found, lab: _, ...said } = finding;
  const source = (path: Path) => sources.get(String(path[0]))!;
  const place = key ? source(at).key(at.slice(1)) : source(at).value(at.slice(1));
  const value = key
    ? undefined
    : at.slice(1).reduce<unknown>((data, step) => (data as never)?.[step], source(at).data);
  const scalar = typeof value === 'object' || value === undefined ? undefined : String(value);
  return {
    code,
    severity,
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

function misnamed(folder: string, name: string): Problem {
  const better = `${name
    .replace(/^\.+/, '')
    .replace(/\.ya?ml$/i, '')
    .toLowerCase()}.yaml`;
  const hidden = name.startsWith('.') ? 'do not begin with a dot, and ' : '';
  return {
    code: 'file-name',
    severity: 'error',
    message: `${name} is not read: the files of sites ${hidden}end in .yaml, in small letters`,
    file: `${folder}/${name}`,
    line: 1,
    column: 1,
    source: '',
    fix: `rename it to ${better}, or move it elsewhere where it is no site`,
    why: 'a site that is left out in silence would be missed when it is needed',
  };
}
