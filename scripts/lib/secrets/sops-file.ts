import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Document, isPair, isScalar, parseDocument, Scalar, visit } from 'yaml';
import { CannotLook } from '../main.ts';
import { seal, unseal } from './age-keys.ts';

/** What a file of secrets says: texts by their names, in folders. */
export interface Tree {
  [name: string]: string | Tree;
}

/** What has to stay for a later writing to change no more lines than values: sops does the same. */
export interface Kept {
  dataKey: Buffer;
  /** The sealed data key of each recipient, in the order of the file. */
  sealed: { recipient: string; enc: string }[];
  /** By place and text, with which start value a text was encrypted. */
  starts: Map<string, Buffer>;
}

/** The release whose format this is. @see https://github.com/getsops/sops/blob/v3.13.2/stores/stores.go */
const VERSION = '3.13.2';
/** @see https://github.com/getsops/sops/blob/v3.13.2/aes/cipher.go */
const START_BYTES = 32;
const TAG_BYTES = 16;
const FORM = /^ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\]$/;
const UNENCRYPTED = '_unencrypted';
/** Rules of sops about what is encrypted at all: a file of ours has the usual one. */
const OTHER_RULES = [
  'encrypted_suffix',
  'unencrypted_regex',
  'encrypted_regex',
  'unencrypted_comment_regex',
  'encrypted_comment_regex',
  'mac_only_encrypted',
  'key_groups',
  'shamir_threshold',
];

/**
 * Reads a file in the format of sops: every value is encrypted by one data key, which is sealed for each age recipient, and a
 * sum over all values shows that none was taken out, put in or moved.
 * @param shown how the file is called in messages
 * @throws CannotLook for a file that is none, is cut, was changed by hand, or is for somebody else
 */
export async function open(
  text: string,
  { keys, shown }: { keys: readonly string[]; shown: string },
): Promise<{ tree: Tree; kept: Kept }> {
  const { tree: encrypted, metadata } = parsed(text, shown);
  const sealed = recipientsIn(metadata, shown);
  let dataKey: Uint8Array | undefined;
  for (const { enc } of sealed) dataKey ??= await unseal(enc, keys);
  if (!dataKey)
    throw new CannotLook(
      `${shown} is not for any of your age keys, but for ${sealed.map(({ recipient }) => recipient).join(', ')}; somebody who can read it adds you to .sops.yaml and runs \`npm run secrets -- rotate\``,
    );
  const kept: Kept = { dataKey: Buffer.from(dataKey), sealed, starts: new Map() };
  const sum = createHash('sha512');
  const walk = (node: Tree, path: string[]): Tree =>
    Object.fromEntries(
      Object.entries(node).map(([name, value]) => {
        const at = [...path, name];
        if (typeof value !== 'string') return [name, walk(value, at)];
        const plain = decrypted(value, { key: kept.dataKey, at: `${at.join(':')}:`, starts: kept.starts });
        if (plain === undefined)
          throw new CannotLook(
            `${shown}: the value of ${at.join(' ')} was changed or cut after it was encrypted; take the file back from git`,
          );
        sum.update(plain);
        return [name, plain];
      }),
    );
  const tree = walk(encrypted, []);
  const mac = decrypted(String(metadata.mac ?? ''), {
    key: kept.dataKey,
    at: String(metadata.lastmodified ?? ''),
    starts: new Map(),
  });
  if (mac !== sum.digest('hex').toUpperCase())
    throw new CannotLook(
      `${shown}: values were taken out, put in or moved after it was encrypted (its sum differs); take the file back from git`,
    );
  return { tree, kept };
}

/**
 * Writes such a file. With what was kept of an earlier one, unchanged values keep their lines; the data key is made anew where the
 * recipients have changed, for who was taken out knows the old one.
 */
export async function write(
  tree: Tree,
  { recipients, now, kept }: { recipients: readonly string[]; now: Date; kept?: Kept },
): Promise<string> {
  const same = kept && sameOrder(kept.sealed, recipients) ? kept : undefined;
  const dataKey = same?.dataKey ?? randomBytes(32);
  const age =
    same?.sealed ??
    (await Promise.all(
      recipients.map(async (recipient) => ({
        recipient,
        enc: `${(await seal(dataKey, recipient)).trim()}\n`,
      })),
    ));
  const sum = createHash('sha512');
  const walk = (node: Tree, path: string[]): Tree =>
    Object.fromEntries(
      Object.entries(node).map(([name, value]) => {
        const at = [...path, name];
        if (typeof value !== 'string') return [name, walk(value, at)];
        sum.update(value);
        const place = `${at.join(':')}:`;
        return [name, encrypted(value, { key: dataKey, at: place, start: same?.starts.get(place + value) })];
      }),
    );
  const encryptedTree = walk(tree, []);
  const lastmodified = `${now.toISOString().slice(0, 19)}Z`;
  const mac = encrypted(sum.digest('hex').toUpperCase(), { key: dataKey, at: lastmodified });
  const document = new Document({
    ...encryptedTree,
    sops: { age, lastmodified, mac, unencrypted_suffix: UNENCRYPTED, version: VERSION },
  });
  // Else the YAML of Go reads a moment, where sops wants a text.
  visit(document, {
    Scalar(_, node) {
      if (node.value === lastmodified || node.value === VERSION) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** For whom a file is sealed, without a key. @throws CannotLook for a file that is none */
export const readersOf = (text: string, shown: string): string[] =>
  recipientsIn(parsed(text, shown).metadata, shown).map(({ recipient }) => recipient);

/** The names of a file, without a key: its values stay encrypted, but for those that are empty. @throws CannotLook for a file that is none */
export const namesOf = (text: string, shown: string): Tree => parsed(text, shown).tree;

type Metadata = Record<string, unknown>;

function parsed(text: string, shown: string): { tree: Tree; metadata: Metadata } {
  const document = parseDocument(text, { schema: 'failsafe' });
  const [broken] = document.errors;
  if (broken)
    throw new CannotLook(
      `${shown}: ${broken.message.split('\n')[0]!.replace(/:$/, '')}; take the file back from git`,
    );
  visit(document, {
    Scalar(_, node) {
      // Nothing is not encrypted.
      if (node.type === 'PLAIN' && /^(null|~)?$/.test(String(node.value ?? ''))) node.value = '';
    },
    Seq(_, _node, path) {
      if (!path.some((above) => isPair(above) && isScalar(above.key) && above.key.value === 'sops'))
        throw new CannotLook(`${shown} has a list, which is not read here; write it as a folder of names`);
    },
  });
  const value = document.toJS() as (Tree & { sops?: Metadata }) | null;
  if (value === null || typeof value !== 'object' || typeof value.sops !== 'object')
    throw new CannotLook(
      `${shown} is no file of sops: it has no \`sops\` at its end, as if it were cut; take it back from git`,
    );
  const { sops: metadata, ...tree } = value;
  const other = OTHER_RULES.find((rule) => rule in metadata);
  if (other)
    throw new CannotLook(`${shown} has the rule ${other} of sops, which is not read here; write it without`);
  return { tree: tree as Tree, metadata };
}

function recipientsIn({ age }: Metadata, shown: string): Kept['sealed'] {
  const found = Array.isArray(age) ? (age as Kept['sealed']) : [];
  if (found.length === 0)
    throw new CannotLook(`${shown} is sealed for no age recipient, and can be read by nobody`);
  return found;
}

function encrypted(plain: string, { key, at, start }: { key: Buffer; at: string; start?: Buffer }): string {
  if (plain === '') return '';
  const iv = start ?? randomBytes(START_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(at));
  const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  const [shown, from, tag] = [data, iv, cipher.getAuthTag()].map((each) => each.toString('base64'));
  return `ENC[AES256_GCM,data:${shown},iv:${from},tag:${tag},type:str]`;
}

/** The text, or nothing where it is not what was encrypted here. Not encrypted at all is only what says so by its name. */
function decrypted(
  text: string,
  { key, at, starts }: { key: Buffer; at: string; starts: Map<string, Buffer> },
): string | undefined {
  if (text === '') return '';
  if (at.split(':').some((part) => part.endsWith(UNENCRYPTED))) return text;
  const [, data, iv, tag] = FORM.exec(text) ?? [];
  if (!data || !iv || !tag) return undefined;
  try {
    const start = Buffer.from(iv, 'base64');
    const authentic = Buffer.from(tag, 'base64');
    if (authentic.length !== TAG_BYTES) return undefined;
    const cipher = createDecipheriv('aes-256-gcm', key, start, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(at))
      .setAuthTag(authentic);
    const plain = Buffer.concat([cipher.update(data, 'base64'), cipher.final()]).toString('utf8');
    starts.set(at + plain, start);
    return plain;
  } catch {
    return undefined;
  }
}

const sameOrder = (sealed: Kept['sealed'], recipients: readonly string[]): boolean =>
  sealed.length === recipients.length &&
  sealed.every(({ recipient }, index) => recipient === recipients[index]);
