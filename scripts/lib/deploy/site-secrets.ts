import { join } from 'node:path';
import { load } from '#sites/load/load.ts';
import { CannotLook } from '../main.ts';
import { siteSecrets } from '../secrets/site-secrets.ts';
import { Store } from '../secrets/store.ts';
import type { Cluster } from './cluster.ts';
import { type Difference, differences, isSettled } from './differences.ts';
import type { KubernetesObject } from './object.ts';

/** The Secrets of a site, opened and in memory, or why they are not. */
export type OpenedSecrets = { objects: KubernetesObject[] } | { closed: string };

/**
 * Opens the Secrets that a site's encrypted file holds. Who cannot open it deploys all the same: what is in the cluster stays.
 * @param sites the folder of the site files
 * @param secrets the folder of the encrypted ones; @default `secrets/` in there
 */
export async function openedSecrets(
  site: string,
  { sites, secrets = join(sites, 'secrets') }: { sites: string; secrets?: string },
): Promise<OpenedSecrets> {
  try {
    const { model } = load(sites);
    const found = model?.sites.find(({ code }) => code === site);
    if (!model || !found) return { closed: `${sites} has no site ${site} without problems` };
    const { objects } = await siteSecrets(model, found, new Store(secrets));
    return { objects: objects as unknown as KubernetesObject[] };
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
