import type { Model, Site } from '#sites/model.ts';
import { CannotLook } from '../main.ts';
import { recipientsFor } from './age-keys.ts';
import { filePath, secretPath } from './site-secrets.ts';
import type { Tree } from './sops-file.ts';
import { AUTHORITIES, type Store, valueAt, valuesOf } from './store.ts';
import { type Wanted, type WantedSecret, wanted } from './wanted.ts';

/** What is wrong with the secrets of a platform. Never a value. */
interface SecretFinding {
  /** The file that it is about, without its end. */
  file: string;
  /** `missing` keeps a site from running; `spare` and the others keep people from trusting the file. */
  kind: 'missing' | 'spare' | 'differs' | 'readers';
  what: string;
  fix: string;
}
/** Findings, what may be there and is not, and whether values were compared: that takes a key. */
export interface SecretCheck {
  findings: SecretFinding[];
  without: string[];
  isOpened: boolean;
}

/** Who mends a missing value. */
const mend = ({ by, how }: Pick<WantedSecret, 'by' | 'how'>, site: string): string =>
  by === 'certs'
    ? 'npm run certs -- issue'
    : by === 'secrets'
      ? 'npm run secrets -- make'
      : `npm run secrets -- edit ${site}; ${how.replace(/^you: /, '')}`;

/** Holds the files of some sites against what the tree of each names: nothing missing, nothing spare, shared values alike. */
export async function check(model: Model, sites: readonly Site[], store: Store): Promise<SecretCheck> {
  const isOpened = await canOpen(store, sites);
  const findings: SecretFinding[] = [];
  const without: string[] = [];
  const shared = new Map<string, { file: string; value: string }>();
  for (const site of sites) {
    const file = site.code;
    const tree = isOpened ? await store.read(file) : store.encrypted(file);
    const asked = wanted(model, site);
    const known = new Set<string>();
    for (const each of asked.secrets) {
      const lacking = each.keys.filter((key) => !valueAt(tree, secretPath(each, key)));
      for (const key of each.keys) known.add(secretPath(each, key).join(' '));
      const what = `Secret ${each.namespace}/${each.name}: ${lacking.join(', ')}`;
      if (lacking.length === 0) continue;
      if (each.optional) without.push(`${file}: ${what}`);
      else findings.push({ file, kind: 'missing', what, fix: mend(each, file) });
    }
    for (const each of asked.files) {
      known.add(filePath(each).join(' '));
      if (valueAt(tree, filePath(each))) continue;
      const what = `file ${each.path} of ${each.host}`;
      if (each.later) without.push(`${file}: ${what}`);
      else findings.push({ file, kind: 'missing', what, fix: mend({ by: each.by, how: '' }, file) });
    }
    for (const [path] of valuesOf(tree))
      if (!known.has(path.join(' ')))
        findings.push({
          file,
          kind: 'spare',
          what: `${path.join(' ')} is named by nothing in the tree of ${file}`,
          fix: `take it out: npm run secrets -- edit ${file}`,
        });
    if (isOpened) findings.push(...differing(asked, tree, { file, shared }));
    if (store.has(file)) findings.push(...readers(store, file));
  }
  const places = new Set([...model.sites.map(({ code }) => code), AUTHORITIES]);
  for (const name of store.names())
    if (!places.has(name))
      findings.push({ file: name, kind: 'spare', what: `there is no site ${name}`, fix: 'remove the file' });
  return { findings, without, isOpened };
}

/** Whether this person can open the files; without a key names are looked at all the same. */
async function canOpen(store: Store, sites: readonly Site[]): Promise<boolean> {
  const first = sites.find(({ code }) => store.has(code));
  if (!first) return false;
  try {
    await store.read(first.code);
    return true;
  } catch (error) {
    if (error instanceof CannotLook && /no age key/.test(error.message)) return false;
    throw error;
  }
}

/** Random words stand alike wherever a Secret of their name does. */
function differing(
  { secrets }: Wanted,
  tree: Tree,
  { file, shared }: { file: string; shared: Map<string, { file: string; value: string }> },
): SecretFinding[] {
  return secrets.flatMap((each) =>
    each.by !== 'secrets'
      ? []
      : each.keys.flatMap((key): SecretFinding[] => {
          const value = valueAt(tree, secretPath(each, key));
          if (value === undefined) return [];
          const first = shared.get(`${each.name} ${key}`);
          if (!first) shared.set(`${each.name} ${key}`, { file, value });
          if (!first || first.value === value) return [];
          return [
            {
              file,
              kind: 'differs',
              what: `${key} of ${each.namespace}/${each.name} is another one than in the file of ${first.file}`,
              fix: `npm run secrets -- rotate ${each.name}, then deploy every site`,
            },
          ];
        }),
  );
}

/** A file is for those whom `.sops.yaml` names, and for nobody else. */
function readers(store: Store, file: string): SecretFinding[] {
  const now = store.readers(file);
  const named = recipientsFor(store.folder, `${file}.yaml`);
  const gone = now.filter((each) => !named.includes(each));
  const come = named.filter((each) => !now.includes(each));
  if (gone.length + come.length === 0) return [];
  return [
    {
      file,
      kind: 'readers',
      what: [
        ...(gone.length > 0 ? [`it can be read by ${gone.join(', ')}, whom .sops.yaml no longer names`] : []),
        ...(come.length > 0 ? [`it cannot be read by ${come.join(', ')}`] : []),
      ].join('; '),
      fix: 'npm run secrets -- rotate',
    },
  ];
}
