import { join } from 'node:path';
import { load } from '#sites/load/load.ts';
import { CannotLook } from '../main.ts';
import { type SecretFile, type SiteSecrets, siteSecrets } from '../secrets/site-secrets.ts';
import { Store } from '../secrets/store.ts';
import type { Cluster } from './cluster.ts';
import { type Difference, differences, isSettled } from './differences.ts';
import type { KubernetesObject } from './object.ts';

/** The Secrets of a site, opened and in memory, or why they are not. */
export type OpenedSecrets = { objects: KubernetesObject[] } | { closed: string };
/** The files of its hosts, likewise. */
export type OpenedHostFiles = { files: SecretFile[] } | { closed: string };
/** Folders of the site files, and of the encrypted ones; @default `secrets/` in there */
interface Folders {
  sites: string;
  secrets?: string;
}

/** Opens the Secrets that a site's encrypted file holds. Who cannot open it deploys all the same: what is in the cluster stays. */
export async function openedSecrets(site: string, folders: Folders): Promise<OpenedSecrets> {
  const opened = await openedSite(site, folders);
  return 'closed' in opened ? opened : { objects: opened.objects as unknown as KubernetesObject[] };
}

/** Opens the files of a site's hosts. Who cannot, or lacks one, has them in a folder that Ansible reads. */
export async function openedHostFiles(site: string, folders: Folders): Promise<OpenedHostFiles> {
  const opened = await openedSite(site, folders);
  if ('closed' in opened) return opened;
  const lacking = opened.missing.filter((line) => line.startsWith('file '));
  return lacking.length > 0 ? { closed: `${lacking[0]} has no value` } : { files: opened.files };
}

async function openedSite(
  site: string,
  { sites, secrets = join(sites, 'secrets') }: Folders,
): Promise<SiteSecrets | { closed: string }> {
  try {
    const { model } = load(sites);
    const found = model?.sites.find(({ code }) => code === site);
    if (!model || !found) return { closed: `${sites} has no site ${site} without problems` };
    return await siteSecrets(model, found, new Store(secrets));
  } catch (error) {
    if (error instanceof CannotLook) return { closed: error.message };
    throw error;
  }
}

/** What bringing the Secrets would do, by name and by key: no value is told. */
export interface SecretChange {
  name: string;
  how: 'added' | 'changed' | 'refused';
  keys: string[];
  why?: string;
}

export async function secretChanges(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
): Promise<SecretChange[]> {
  const found = await differences(
    cluster,
    objects,
    { objects: [], completed: [] },
    { isMadeElsewhere: true },
  );
  return found.filter((each) => !isSettled(each) && each.how !== 'adopted').map(changeOf);
}

function changeOf({ identity: { namespace, name }, how, wanted, live, why }: Difference): SecretChange {
  const [before, after] = [live?.data ?? {}, wanted.data as Record<string, string>];
  const base = {
    name: `${namespace}/${name}`,
    keys: Object.keys(after).filter((key) => before[key] !== after[key]),
  };
  if (how === 'refused') return { ...base, how, ...(why ? { why } : {}) };
  return { ...base, how: live ? 'changed' : 'added' };
}
