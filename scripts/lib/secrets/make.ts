import { randomBytes } from 'node:crypto';
import { BACKUP_CREDENTIALS } from '#constructs/kubernetes/database/cockroachdb.ts';
import type { Model } from '#sites/model.ts';
import { CannotLook } from '../main.ts';
import { filePath, secretPath } from './site-secrets.ts';
import type { Tree } from './sops-file.ts';
import { type Store, setAt, valueAt } from './store.ts';
import { isBackupFile, type Wanted, wanted } from './wanted.ts';

/** Words as long as those of S3: the first one is a name, and is shown in logs of the store. */
const ID_BYTES = 10;
const KEY_BYTES = 20;
const isId = (key: string): boolean => /(^access-key|_ID)$/.test(key);
const PAIR = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;

/** The files after a change, and what was made, by name. */
export interface Made {
  trees: Map<string, Tree>;
  /** `sxb: Secret education/education-s3`. */
  what: string[];
}

/**
 * Draws every random word that a platform needs and has not, alike wherever it stands, and writes the files of hosts that are made
 * of them. All sites are looked at, for a word may be there at another one already.
 * @param renewed names of Secrets whose words are drawn anew
 * @throws CannotLook for a name of which no random words are
 */
export async function make(
  model: Model,
  store: Store,
  {
    renewed = [],
    random = randomBytes,
  }: { renewed?: readonly string[]; random?: (bytes: number) => Buffer } = {},
): Promise<Made> {
  const asked = new Map<string, Wanted>(model.sites.map((site) => [site.code, wanted(model, site)]));
  const names = new Set(
    [...asked.values()].flatMap(({ secrets }) =>
      secrets.filter(({ by }) => by === 'secrets').map(({ name }) => name),
    ),
  );
  for (const name of renewed)
    if (!names.has(name))
      throw new CannotLook(`no random words are made for ${name}, but for ${[...names].sort().join(', ')}`);
  const trees = new Map<string, Tree>();
  for (const code of asked.keys()) trees.set(code, await store.read(code));
  const words = new Map<string, string>();
  const word = (name: string, key: string, keepsPast = false): string => {
    const id = `${name} ${key}`;
    const fresh = () => random(isId(key) ? ID_BYTES : KEY_BYTES).toString('hex');
    const before = present(asked, trees, { name, key });
    const renew = () => (keepsPast && before !== undefined ? `${fresh()},${before}` : fresh());
    const found = words.get(id) ?? (renewed.includes(name) ? renew() : (before ?? fresh()));
    words.set(id, found);
    return found;
  };
  const what: string[] = [];
  const put = (code: string, path: string[], value: string, shown: string): void => {
    if (valueAt(trees.get(code)!, path) === value) return;
    setAt(trees.get(code)!, path, value);
    if (!what.includes(shown)) what.push(shown);
  };
  for (const [code, { secrets, files }] of asked) {
    for (const each of secrets)
      if (each.by === 'secrets')
        for (const key of each.keys)
          if (renewed.includes(each.name) || !valueAt(trees.get(code)!, secretPath(each, key)))
            put(
              code,
              secretPath(each, key),
              word(each.name, key, each.keepsPast),
              `${code}: Secret ${each.namespace}/${each.name}`,
            );
    for (const file of files)
      if (isBackupFile(file.path)) {
        const text = PAIR.map((key) => `${key}=${word(BACKUP_CREDENTIALS, key)}\n`).join('');
        put(code, filePath(file), text, `${code}: file ${file.path} of ${file.host}`);
      }
  }
  return { trees, what };
}

/** A word that stands somewhere already. */
function present(
  asked: ReadonlyMap<string, Wanted>,
  trees: ReadonlyMap<string, Tree>,
  { name, key }: { name: string; key: string },
): string | undefined {
  for (const [code, { secrets }] of asked)
    for (const each of secrets) {
      const value = each.name === name ? valueAt(trees.get(code)!, secretPath(each, key)) : undefined;
      if (value !== undefined) return value;
    }
  return undefined;
}
