import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { identities as databaseIdentities } from '#constructs/platform/certificates.ts';
import type { Model, Site } from '#sites/model.ts';
import { CannotLook } from '../main.ts';
import { sameClusters } from '../procedure/identity.ts';
import { interactive, run } from '../run.ts';
import { identities, keyFile, makeIdentity, RECIPIENTS_FILE, recipientsOf } from './age-keys.ts';
import { check } from './check.ts';
import { edited } from './edit.ts';
import { withHostFiles } from './host-files.ts';
import { make } from './make.ts';
import { playbookOf, playSecrets, put } from './put.ts';
import { replaceFiles } from './replace-files.ts';
import { type SiteSecrets, siteSecrets } from './site-secrets.ts';
import { AUTHORITIES, type Store } from './store.ts';
import { wanted } from './wanted.ts';

/** What the verbs of `npm run secrets` work with. */
export interface Context {
  model: Model;
  store: Store;
  now: Date;
  out: (text: string) => void;
  json?: boolean;
  /** The generated tree. */
  tree: string;
  /** Where clusters are known by. */
  state: string;
}

/** Makes what a person lacks to begin: an age key of their own, and the file that says who may read. */
export async function init({ store, out }: Context): Promise<number> {
  const path = keyFile();
  const own = existsSync(path) || process.env.SOPS_AGE_KEY;
  const recipients = own ? await recipientsOf(identities()) : [await makeIdentity(path)];
  if (!own)
    out(`${path}: your age key; keep a copy where no computer is, for nothing else opens the files\n`);
  const file = join(store.folder, RECIPIENTS_FILE);
  if (existsSync(file))
    out(`${file} is there; somebody who can read the secrets adds ${recipients[0]} to it\n`);
  else {
    replaceFiles(new Map([[file, rules(recipients)]]));
    out(`${file}: you may read the secrets (${recipients.join(', ')})\n`);
  }
  return 0;
}
const rules = (
  recipients: readonly string[],
): string => `# Who may read the secrets of this folder: age recipients, as sops reads them. After a change: npm run secrets -- rotate
creation_rules:
  # The private halves of the authorities: only who issues certificates.
  - path_regex: ^${AUTHORITIES}\\.yaml$
    age: ${recipients.join(',')}
  - path_regex: \\.yaml$
    age: ${recipients.join(',')}
`;

/** Holds the files against what the trees name. @returns 0 where nothing is missing or spare */
export async function showCheck(
  { model, store, out, json }: Context,
  sites: readonly Site[],
): Promise<number> {
  const { findings, without, isOpened } = await check(model, sites, store);
  if (json) out(`${JSON.stringify({ findings, without, isOpened }, null, 2)}\n`);
  else {
    for (const { file, kind, what, fix } of findings)
      out(`${kind.padEnd(8)} ${file}: ${what}\n         = fix: ${fix}\n`);
    for (const each of without) out(`without  ${each} (may be missing)\n`);
    if (!isOpened) out('names were looked at and values were not: that takes an age key of theirs\n');
    out(
      findings.length === 0
        ? 'every Secret and host file has its values, and none is spare\n'
        : `${findings.length} to mend\n`,
    );
  }
  return findings.length === 0 ? 0 : 1;
}

/** What each site needs, and who makes it; never a value. */
export function showNames({ model, store, out, json }: Context, sites: readonly Site[]): number {
  const rows = sites.flatMap((site) => {
    const { secrets, files } = wanted(model, site);
    const by = (maker: string | undefined) => maker ?? 'you';
    return [
      ...secrets.map((each) => ({
        site: site.code,
        what: `${each.namespace}/${each.name}`,
        keys: each.keys,
        by: by(each.by),
        mayBeMissing: each.optional,
      })),
      ...files.map((each) => ({
        site: site.code,
        what: `${each.host}:${each.path}`,
        keys: [],
        by: each.by,
        mayBeMissing: each.later ?? false,
      })),
    ];
  });
  if (json) out(`${JSON.stringify({ folder: store.folder, rows }, null, 2)}\n`);
  else
    for (const { site, what, keys, by, mayBeMissing } of rows)
      out(
        `${site.padEnd(5)} ${by.padEnd(8)} ${what}${keys.length > 0 ? ` (${keys.join(', ')})` : ''}${mayBeMissing ? ', may be missing' : ''}\n`,
      );
  return 0;
}

/** Draws what is missing and can be drawn; with names, anew. */
export async function makeMissing(
  { model, store, now, out, json }: Context,
  { renewed = [], dry = false }: { renewed?: readonly string[]; dry?: boolean } = {},
): Promise<number> {
  const { trees, what } = await make(model, store, { renewed });
  if (!dry) await store.write(trees, { now });
  if (json) out(`${JSON.stringify({ made: what, written: !dry }, null, 2)}\n`);
  else {
    for (const line of what) out(`${line}\n`);
    out(
      what.length === 0
        ? 'nothing that can be made is missing\n'
        : dry
          ? 'nothing was written\n'
          : `${what.length} made\n`,
    );
  }
  return 0;
}

/** Seals every file anew for those whom `.sops.yaml` names now. */
export async function reseal({ store, now, out }: Context, { dry = false } = {}): Promise<number> {
  const trees = new Map<string, Awaited<ReturnType<Store['read']>>>();
  for (const name of store.names()) trees.set(name, await store.read(name));
  const written = dry ? [...trees.keys()] : await store.write(trees, { now, fresh: true });
  for (const name of written)
    out(
      `${name}: ${dry ? 'would be' : ''} sealed anew for ${dry ? 'those of .sops.yaml' : store.readers(name).join(', ')}\n`.replace(
        '  ',
        ' ',
      ),
    );
  out('who could read the files before knows their values still: rotate those as well, by name\n');
  return 0;
}

/** Lets a person work on the values of a site. */
export async function edit({ model, store, now, out }: Context, site: Site): Promise<number> {
  const editor = process.env.VISUAL || process.env.EDITOR || 'vi';
  if (!process.stdin.isTTY && !process.env.EDITOR && !process.env.VISUAL)
    throw new CannotLook('nobody is at the terminal; EDITOR names what else edits the file');
  const tree = await edited(model, site, {
    tree: await store.read(site.code),
    editor: async (path) => {
      const [program, ...words] = editor.split(' ');
      try {
        return await interactive([program!, ...words, path]);
      } catch (error) {
        throw new CannotLook(
          `${editor} cannot be started: ${(error as Error).message}; EDITOR names another`,
        );
      }
    },
  });
  const written = await store.write(new Map([[site.code, tree]]), { now });
  out(written.length === 0 ? 'nothing was changed\n' : `${store.path(site.code)} is written\n`);
  return 0;
}

/** Brings what a site needs to its cluster and its hosts. @param certificates those of the authority alone */
export async function putSite(
  { model, store, out, tree, state }: Context,
  site: Site,
  { certificates = false, dry = false }: { certificates?: boolean; dry?: boolean } = {},
): Promise<number> {
  const all = await siteSecrets(model, site, store);
  const chosen = certificates ? certificatesOf(model, site, all) : all;
  if (!certificates && all.missing.length > 0)
    throw new CannotLook(
      `${site.code} lacks ${all.missing[0]}${all.missing.length > 1 ? ` and ${all.missing.length - 1} more` : ''}; \`npm run secrets -- check ${site.code}\` says all`,
    );
  if (dry) {
    for (const { metadata, data } of chosen.objects)
      out(`${site.code}: Secret ${metadata.namespace}/${metadata.name} (${Object.keys(data).join(', ')})\n`);
    for (const { host, path } of chosen.files) out(`${site.code}: ${path} of ${host}\n`);
    return 0;
  }
  if (chosen.objects.length > 0)
    await sameClusters(
      { places: { cluster: { site: site.code, prefix: ['kubectl', `--context=${site.code}`] } } },
      state,
      run,
    );
  for (const line of await put(site, { ...chosen, tree: join(tree, site.code), run })) out(`${line}\n`);
  return 0;
}

/**
 * Runs the whole playbook of a site in this terminal, with the files of its hosts in memory for as long as it runs.
 * @param more options for ansible-playbook
 */
export async function play(
  { model, store, tree }: Context,
  site: Site,
  more: readonly string[],
): Promise<number> {
  const { files, missing } = await siteSecrets(model, site, store);
  const lacking = missing.filter((line) => line.startsWith('file '));
  if (lacking.length > 0)
    throw new CannotLook(
      `${site.code} lacks ${lacking[0]}${lacking.length > 1 ? ` and ${lacking.length - 1} more` : ''}; \`npm run secrets -- check ${site.code}\` says all`,
    );
  const playbook = playbookOf(join(tree, site.code));
  return withHostFiles(files, async (folder) => {
    const [program, ...args] = playSecrets({ playbook, folder, tags: [] });
    return (await interactive([program, ...args, ...more])) === 0 ? 0 : 1;
  });
}

/** Of what a site needs, what `certs` issues. */
function certificatesOf(
  model: Model,
  site: Site,
  { objects, files }: SiteSecrets,
): Omit<SiteSecrets, 'missing'> {
  const places = databaseIdentities(model).flatMap((each) => each.places);
  const wantedFiles = wanted(model, site).files;
  return {
    objects: objects.filter(({ metadata }) =>
      places.some(
        (place) =>
          'secret' in place &&
          place.site === site.code &&
          place.namespace === metadata.namespace &&
          place.secret === metadata.name,
      ),
    ),
    // Whoever reads a certificate on a host gets all of its files: the playbook asks for each that is not optional.
    files: files.filter(({ host }) => wantedFiles.some((file) => file.host === host && file.by === 'certs')),
  };
}

/** The sites that were named, or all. @throws CannotLook for one that is none */
export function sitesNamed({ sites }: Model, names: readonly string[]): Site[] {
  for (const name of names)
    if (!sites.some(({ code }) => code === name))
      throw new CannotLook(`there is no site ${name}; there are ${sites.map(({ code }) => code).join(', ')}`);
  return names.length === 0 ? [...sites] : sites.filter(({ code }) => names.includes(code));
}
