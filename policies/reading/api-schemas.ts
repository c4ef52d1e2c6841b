import { Ajv, type ValidateFunction } from 'ajv';
import { isPlainlyValid } from './plainly-valid.ts';
import custom from './schemas/custom-resources.json' with { type: 'json' };
import kubernetes from './schemas/kubernetes.json' with { type: 'json' };

type Definitions = Record<string, unknown>;

/** The releases of Kubernetes that every object must suit, oldest first. */
export const RELEASES: string[] = kubernetes.releases;
/** The definition of each kind, `apps/v1 Deployment`. */
export const KINDS: Record<string, string> = { ...kubernetes.kinds, ...custom.kinds };

/** What a release calls by which name: the first release's definitions with every later change up to it. */
const DEFINITIONS = new Map<string, Definitions>();
{
  let definitions: Definitions = { ...kubernetes.definitions, ...custom.definitions };
  for (const release of RELEASES) {
    const changes = (kubernetes.changes as Record<string, Definitions>)[release] ?? {};
    definitions = Object.fromEntries(
      Object.entries({ ...definitions, ...changes }).filter(([, schema]) => schema !== null),
    );
    DEFINITIONS.set(release, definitions);
  }
}

/** The definitions of a release, by name; they refer to each other as `#/definitions/…`. */
export const definitionsOf = (release: string): Definitions => DEFINITIONS.get(release)!;

/** One a release. Each compiles only what it is asked for, plainly: most checks run a dozen times and end. */
const judges = new Map<string, Ajv>();
const compiled = new Map<string, ValidateFunction>();

/** The check of a kind (`apps/v1 Deployment`) in a release; nothing where no schema is known. Made once for all releases alike. */
export function validator(release: string, kind: string): ValidateFunction | undefined {
  const name = KINDS[kind];
  if (!name) return undefined;
  const same = RELEASES.slice(0, RELEASES.indexOf(release) + 1).findLast((each) => changed(each, name))!;
  const key = `${same} ${kind}`;
  if (!compiled.has(key)) compiled.set(key, compile(same, name));
  return compiled.get(key)!;
}

const unchanged = new Map<string, boolean>();
/** Whether a release says the same of a kind as the release before. */
export function isUnchanged(release: string, kind: string): boolean {
  const name = KINDS[kind];
  const key = `${release} ${kind}`;
  const known = unchanged.get(key) ?? (name !== undefined && !changed(release, name));
  unchanged.set(key, known);
  return known;
}

/** Whether an object surely is what a release takes, without compiling its schema. */
export function isPlain(release: string, kind: string, object: unknown): boolean {
  const name = KINDS[kind];
  const definitions = DEFINITIONS.get(release)!;
  return name !== undefined && name in definitions && isPlainlyValid(object, definitions[name], definitions);
}

function compile(release: string, name: string): ValidateFunction {
  let judge = judges.get(release);
  if (!judge) {
    judge = new Ajv({
      strict: false,
      allErrors: true,
      verbose: true,
      validateSchema: false,
      inlineRefs: false,
      code: { optimize: false },
    });
    judge.addSchema({ $id: 'api', definitions: DEFINITIONS.get(release) });
    judges.set(release, judge);
  }
  return judge.compile({ $ref: `api#/definitions/${name}` });
}

/** Whether a definition, or one that it refers to, is another one than in the release before. */
function changed(release: string, name: string, seen = new Set<string>()): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  const before = RELEASES[RELEASES.indexOf(release) - 1];
  const schema = DEFINITIONS.get(release)![name];
  if (!before || DEFINITIONS.get(before)![name] !== schema) return true;
  const references = JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g);
  return [...references].some(([, each]) => changed(release, each!, seen));
}
