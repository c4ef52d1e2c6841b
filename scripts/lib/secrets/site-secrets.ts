import type { Model, Site } from '#sites/model.ts';
import { CannotLook } from '../main.ts';
import type { Store } from './store.ts';
import { valueAt } from './store.ts';
import { type WantedFile, wanted } from './wanted.ts';

/** A Secret of a cluster, as it is applied. */
export interface SecretObject {
  apiVersion: 'v1';
  kind: 'Secret';
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  type: 'Opaque';
  /** By key, in base64. */
  data: Record<string, string>;
}

/** A file of a host with its content. */
export interface SecretFile {
  host: string;
  /** On the host. */
  path: string;
  owner: string;
  mode: WantedFile['mode'];
  text: string;
}

/** What a site needs besides its tree, opened, in memory: never write it to a disk, never print it. */
export interface SiteSecrets {
  objects: SecretObject[];
  files: SecretFile[];
  /** What is asked for and has no value: `Secret education/education-s3: AWS_ACCESS_KEY_ID`. Optional ones are not among them. */
  missing: string[];
}

/** Where a key of a Secret stands in the file of its site. */
export const secretPath = (
  { namespace, name }: { namespace: string; name: string },
  key: string,
): string[] => ['kubernetes', namespace, name, key];
/** Where a file of a host stands in the file of its site. */
export const filePath = ({ host, path }: { host: string; path: string }): string[] => ['hosts', host, path];

/**
 * The Secrets and host files of a site, opened. A Secret of which nothing is known is left out, and is `missing` unless its readers
 * run without it.
 * @throws CannotLook where the file of the site cannot be opened, or an optional Secret has only some of its keys
 */
export async function siteSecrets(model: Model, site: Site, store: Store): Promise<SiteSecrets> {
  const { secrets, files } = wanted(model, site);
  const tree = await store.read(site.code);
  const missing: string[] = [];
  const objects = secrets.flatMap(({ namespace, name, keys, optional }): SecretObject[] => {
    const data = new Map<string, string>();
    for (const key of keys) {
      const value = valueAt(tree, secretPath({ namespace, name }, key));
      if (value !== undefined) data.set(key, Buffer.from(value).toString('base64'));
    }
    const lacking = keys.filter((key) => !data.has(key));
    if (lacking.length > 0 && data.size > 0 && optional && !PARTIAL.has(name))
      throw new CannotLook(
        `${site.code}: the Secret ${namespace}/${name} has ${[...data.keys()].join(', ')} and not ${lacking.join(', ')}; \`npm run secrets -- edit ${site.code}\``,
      );
    if (lacking.length > 0 && !optional) missing.push(`Secret ${namespace}/${name}: ${lacking.join(', ')}`);
    if (data.size === 0) return [];
    return [
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'fredu' } },
        type: 'Opaque',
        data: Object.fromEntries(data),
      },
    ];
  });
  const placed = files.flatMap(({ host, path, owner, mode, later }): SecretFile[] => {
    const text = valueAt(tree, filePath({ host, path }));
    if (text === undefined && !later) missing.push(`file ${path} of ${host}`);
    return text === undefined ? [] : [{ host, path, owner, mode, text }];
  });
  return { objects, files: placed, missing };
}

/** Keys of these may be left out one by one. */
const PARTIAL = new Set(['education-traces']);
