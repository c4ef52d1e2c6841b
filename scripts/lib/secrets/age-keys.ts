import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { parse } from 'yaml';
import { CannotLook, cannot } from '../main.ts';
import { replaceFiles } from './replace-files.ts';

/** Who may read the secrets of a platform: `.sops.yaml` of their folder, as sops reads it. */
export const RECIPIENTS_FILE = '.sops.yaml';

/**
 * Where the private keys of a person stand, in the order in which sops asks.
 * @see https://github.com/getsops/sops/blob/v3.13.2/age/keysource.go
 */
export function keyFile(environment: NodeJS.ProcessEnv = process.env): string {
  const config = environment.XDG_CONFIG_HOME || join(homedir(), '.config');
  return environment.SOPS_AGE_KEY_FILE || join(config, 'sops/age/keys.txt');
}

/** The private age keys of the person who runs the command. @throws CannotLook where there is none, or a line is none */
export function identities(environment: NodeJS.ProcessEnv = process.env): string[] {
  const path = keyFile(environment);
  const given = environment.SOPS_AGE_KEY;
  if (!given && !existsSync(path))
    throw new CannotLook(
      `you have no age key: ${path} does not exist, and SOPS_AGE_KEY and SOPS_AGE_KEY_FILE are not set; \`npm run secrets -- init\` makes one`,
    );
  const lines = (given || read(path)).split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const where = given ? 'SOPS_AGE_KEY' : path;
  const wrong = keys.findIndex((key) => !/^AGE-SECRET-KEY-(1|PQ-1)[0-9A-Z]+$/.test(key));
  if (wrong >= 0)
    throw new CannotLook(`${where}: its key ${wrong + 1} is no age key: AGE-SECRET-KEY-1… is expected`);
  if (keys.length === 0)
    throw new CannotLook(`${where} holds no age key; \`npm run secrets -- init\` makes one`);
  return keys;
}

/** Makes a key for a person who has none, and says by which recipient it is known. */
export async function makeIdentity(path = keyFile()): Promise<string> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  replaceFiles(new Map([[path, `# public key: ${recipient}\n${identity}\n`]]));
  return recipient;
}

/** By which recipients a person's keys are known. @throws CannotLook for a key with a letter that is wrong */
export async function recipientsOf(keys: readonly string[]): Promise<string[]> {
  try {
    return await Promise.all(keys.map((key) => identityToRecipient(key)));
  } catch {
    throw new CannotLook('an age key of yours has a letter too many, too few or wrong; copy it again');
  }
}

interface Rule {
  path_regex?: unknown;
  age?: unknown;
}

/**
 * Who may read a file of the folder: the first rule of `.sops.yaml` whose `path_regex` finds its name, or that has none.
 * @throws CannotLook where nobody may
 */
export function recipientsFor(folder: string, name: string): string[] {
  const path = join(folder, RECIPIENTS_FILE);
  if (!existsSync(path))
    throw new CannotLook(
      `${path} does not exist: nobody is named who may read the secrets; \`npm run secrets -- init\` begins it with you`,
    );
  let rules: Rule[];
  try {
    const parsed = parse(read(path)) as { creation_rules?: Rule[] } | null;
    rules = Array.isArray(parsed?.creation_rules) ? parsed.creation_rules : [];
  } catch (error) {
    throw new CannotLook(`${path}: ${(error as Error).message.split('\n')[0]}`);
  }
  const rule = rules.find(
    ({ path_regex: pattern }) => pattern === undefined || new RegExp(String(pattern)).test(name),
  );
  const listed = Array.isArray(rule?.age) ? rule.age : String(rule?.age ?? '').split(',');
  const found = listed.map((each) => String(each).trim()).filter(Boolean);
  if (found.length === 0)
    throw new CannotLook(
      `${path}: no rule of creation_rules names age recipients for ${name}; add one, such as age: age1…`,
    );
  for (const each of found)
    if (!/^age1[0-9a-z]+$/.test(each))
      throw new CannotLook(
        `${path}: ${each} is no age recipient (age1…); \`npm run secrets -- init\` prints yours`,
      );
  return found;
}

/** Seals bytes for one recipient, in letters. @throws CannotLook for a recipient with a wrong letter */
export async function seal(bytes: Uint8Array, recipient: string): Promise<string> {
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch {
    throw new CannotLook(
      `the age recipient ${recipient} has a letter too many, too few or wrong; copy it again`,
    );
  }
  return armor.encode(await encrypter.encrypt(bytes));
}

/** What was sealed for one of these keys; nothing, where it was sealed for others. */
export async function unseal(text: string, keys: readonly string[]): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter();
  for (const key of keys) decrypter.addIdentity(key);
  try {
    return await decrypter.decrypt(armor.decode(text.trim()));
  } catch {
    return undefined;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw cannot('read', path, error);
  }
}
