import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cannot } from './main.ts';
import { find } from './programs.ts';
import { run } from './run.ts';
import { ROOT } from './sites.ts';
import { VERSION } from './version.ts';

/** Something that a product is made of. @see https://cyclonedx.org/docs/1.6/json/#components */
export interface Component {
  type: 'application' | 'library' | 'file';
  'bom-ref'?: string;
  name: string;
  version?: string;
  purl?: string;
  licenses?: ({ expression: string } | { license: License })[];
  hashes?: { alg: 'SHA-512'; content: string }[];
}
interface License {
  name: string;
  text?: { contentType: 'text/plain'; content: string };
}
/** A bill of materials, without a moment and a number of its own: of the same parts the same bytes. */
export interface Bill {
  $schema: string;
  bomFormat: 'CycloneDX';
  specVersion: '1.6';
  version: 1;
  metadata: { component: Component };
  components: Component[];
}

/** The bill of a product of ours; each part once, in the order of their names. */
export function bill(name: string, parts: Component[]): Bill {
  const known = new Map(parts.map((part): [string, Component] => [part.purl ?? part.name, part]));
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', name, version: VERSION, licenses: [{ expression: 'Apache-2.0' }] },
    },
    components: [...known]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([ref, part]) => ({ ...part, 'bom-ref': ref })),
  };
}

/** The option of commands that write bills: the folder for them. */
export const SBOM = { sbom: { type: 'string', default: join(ROOT, 'sbom') } } as const;
/** Writes a bill into the folder. @returns its file. @throws CannotLook when the folder cannot be written */
export function writeBill(folder: string, name: string, of: Bill): string {
  const file = join(folder, `${name}.cdx.json`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `${JSON.stringify(of, null, 1)}\n`);
    return file;
  } catch (error) {
    throw cannot('write', file, error);
  }
}

interface Locked {
  packages: Record<
    string,
    { version?: string; license?: string; integrity?: string; dev?: boolean; link?: boolean }
  >;
}

/** Packages by their folders below the project's own (`node_modules/pg`), as the lock has them. */
export function npmParts(folders: Iterable<string>): Component[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Locked;
  return [...folders].flatMap((folder) => {
    const locked = packages[folder];
    if (!locked?.version || locked.link) return [];
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return npmPart(name, locked);
  });
}

function npmPart(name: string, { version = '', license, integrity }: Locked['packages'][string]): Component {
  const sha512 = /^sha512-(\S+)$/.exec(integrity ?? '')?.[1];
  return {
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(license ? { licenses: [{ expression: license }] } : {}),
    ...(sha512
      ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }] }
      : {}),
  };
}

/** Packages that the toolkit and the app are run with here: what `npm ci --omit dev` installs on a machine of this kind. */
export function toolkitParts(): Component[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Locked;
  return npmParts(
    Object.keys(packages).filter(
      (folder) =>
        folder.includes('node_modules/') && !packages[folder]!.dev && existsSync(join(ROOT, folder)),
    ),
  );
}

/** The folder of the package that a file of a bundle, by its path in the project, is of; none for a file of ours. */
export const packageOf = (file: string): string | undefined =>
  /^(.*\/)?node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];

/** What files of the machine are of: Debian's packages, or where nobody knows, each a part of its own. */
export async function machineParts(files: Iterable<string>): Promise<Component[]> {
  const parts = await Promise.all([...new Set(files)].map(machinePart));
  return parts.flat();
}

async function machinePart(file: string): Promise<Component> {
  const asked = find('dpkg-query') ? [file, file.replace(/^\/usr\//, '/')] : [];
  for (const path of asked) {
    const owner = await run(['dpkg-query', '--search', path]);
    const name = /^([^\s:,]+)/.exec(owner.stdout)?.[1];
    if (owner.code !== 0 || !name) continue;
    const format = ['--showformat', `\${Version} \${Architecture}\n`];
    const { stdout } = await run(['dpkg-query', '--show', ...format, name]);
    const [version = '', architecture = ''] = stdout.trim().split(' ');
    return {
      type: 'library',
      name,
      version,
      purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`,
      ...licensesOf(name),
    };
  }
  return { type: 'file', name: file };
}

/**
 * Short names from the copyright of a package where a machine can read it, else its whole text; none where it came without.
 * @see https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
 */
function licensesOf(name: string): Pick<Component, 'licenses'> {
  const file = join('/usr/share/doc', name, 'copyright');
  if (!existsSync(file)) return {};
  const content = readFileSync(file, 'utf8');
  if (!content.startsWith('Format:'))
    return {
      licenses: [{ license: { name: `as in ${file}`, text: { contentType: 'text/plain', content } } }],
    };
  const names = [...content.matchAll(/^License: *(\S.*)$/gm)].map(([, license = '']) => license.trim());
  return { licenses: [...new Set(names)].sort().map((each) => ({ license: { name: each } })) };
}
