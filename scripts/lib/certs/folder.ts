import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { CertificatePlace, Identity } from '#constructs/platform/certificates.ts';
import { CannotLook, cannot } from '../main.ts';
import { type Files, partsOf } from './plan.ts';
import { certificatesIn, type Facts, read } from './x509.ts';

/** Files above this are no certificates, and a folder with more of them is not one of certificates. */
const BYTES_MAX = 1_000_000;
const FILES_MAX = 20_000;

/** A certificate that a person has in a folder. */
interface Found {
  path: string;
  facts: Facts;
}

/** A folder of certificates that a person has: made by hand, by `cockroach cert`, or what a playbook reads. */
export interface Folder {
  files: Files;
  /** Certificates of authorities in it. */
  authorities: string[];
  /** Files with a certificate that is nobody's. */
  spare: string[];
}

/**
 * Finds the certificate of every place in a folder: at the path of its host, in a folder of its Secret's name, or, however the
 * files are called, by whom they are for.
 * @throws CannotLook where the folder cannot be read
 */
export function folderOf(root: string, identities: readonly Identity[]): Folder {
  const paths = listed(root);
  const found: Found[] = [];
  const authorities: string[] = [];
  const texts = new Map<string, string>();
  for (const path of paths) {
    const text = textOf(path);
    texts.set(path, text);
    const [first] = certificatesIn(text);
    if (!first) continue;
    try {
      const facts = read(first);
      if (facts.isAuthority) authorities.push(...certificatesIn(text));
      else found.push({ path, facts });
    } catch {
      found.push({ path, facts: NOBODY });
    }
  }
  const chosen = new Map<string, string>();
  const used = new Set<string>();
  for (const identity of identities)
    for (const place of identity.places) {
      const { certificate } = partsOf(place);
      const path =
        paths.find((each) => ends(place, certificate!).some((end) => each.endsWith(end))) ??
        byFacts(identity, found);
      if (path) {
        chosen.set(idOf(place), path);
        used.add(path);
      }
    }
  return {
    authorities: [...new Set(authorities)],
    spare: found.filter(({ path }) => !used.has(path)).map(({ path }) => relative(root, path)),
    files(place, file) {
      const certificate = chosen.get(idOf(place));
      if (!certificate) return undefined;
      const parts = partsOf(place);
      if (file === parts.certificate)
        return certificatesIn(texts.get(certificate)!)[0] ?? texts.get(certificate);
      if (file === parts.key) return texts.get(certificate.replace(/\.[a-z]+$/, '.key'));
      return texts.get(join(dirname(certificate), file)) ?? authorities.join('');
    },
  };
}
const NOBODY: Facts = {
  commonName: '',
  usages: [],
  names: [],
  addresses: [],
  serial: '',
  isAuthority: false,
  notBefore: new Date(0),
  notAfter: new Date(0),
};
const idOf = (place: CertificatePlace): string => JSON.stringify(place);

/** How the path of a place's file may end. */
const ends = (place: CertificatePlace, file: string): string[] =>
  'secret' in place
    ? [
        `/${place.site}/${place.namespace}/${place.secret}/${file}`,
        `/${place.namespace}/${place.secret}/${file}`,
      ]
    : [`/${place.host}${place.folder}/${file}`];

/** Of the certificates for the same one, that with the most of their names. */
function byFacts({ commonName, names, addresses }: Identity, found: readonly Found[]): string | undefined {
  const all = [...names, ...addresses].filter((name) => !['localhost', '127.0.0.1', '::1'].includes(name));
  const shared = ({ facts }: Found) =>
    [...facts.names, ...facts.addresses].filter((name) => all.includes(name)).length;
  const same = found.filter(
    (each) => each.facts.commonName === commonName && (all.length === 0 || shared(each) > 0),
  );
  return same.toSorted((a, b) => shared(b) - shared(a))[0]?.path;
}

function listed(root: string): string[] {
  try {
    const entries = readdirSync(root, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    if (files.length > FILES_MAX)
      throw new CannotLook(`${root} has ${files.length} files: name the folder of the certificates alone`);
    return files.filter((path) => statSync(path).size <= BYTES_MAX).sort();
  } catch (error) {
    throw error instanceof CannotLook ? error : cannot('read', root, error);
  }
}
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw cannot('read', path, error);
  }
}
