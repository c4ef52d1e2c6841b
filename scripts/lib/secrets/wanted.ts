import { kubernetes } from '#charts/kubernetes.ts';
import { ETCD_BACKUP_CREDENTIALS } from '#constructs/inventory/etcd-backup.ts';
import { BACKUP_CREDENTIALS, type HostSecret, hostSecrets } from '#constructs/inventory/host-secrets.ts';
import { secretReferences } from '#constructs/plans/before-the-first-time/references.ts';
import { type MadeBy, makerOf, unnamed } from '#constructs/plans/before-the-first-time/secrets.ts';
import type { Model, Site } from '#sites/model.ts';

/** A Secret of a site's cluster that something in the tree reads. */
export interface WantedSecret {
  namespace: string;
  name: string;
  /** Its keys; none, where what reads it does not say. */
  keys: string[];
  /** Its readers run without it as well. */
  optional: boolean;
  /** @default a person, who brings it from elsewhere */
  by?: MadeBy;
  /** A new value stands before those of the past. @default it takes their place */
  keepsPast?: boolean;
  how: string;
}

/** A file of a host that the tree names and does not hold. */
export interface WantedFile extends HostSecret {
  host: string;
  by: 'certs' | 'secrets';
}

/** What a site needs besides its tree: from the same rows as the page `before-the-first-time.md`, so that neither forgets one. */
export interface Wanted {
  secrets: WantedSecret[];
  files: WantedFile[];
}

/** The keys of the backup bucket as a host reads them. */
export const isBackupFile = (path: string): boolean =>
  [BACKUP_CREDENTIALS, ETCD_BACKUP_CREDENTIALS].includes(path);

/** What a site needs, from its rendered objects and the files of its hosts. */
export function wanted(model: Model, site: Site): Wanted {
  const known = KNOWN.get(site) ?? look(model, site);
  KNOWN.set(site, known);
  return known;
}
/** A cluster is rendered once for all who ask. */
const KNOWN = new WeakMap<Site, Wanted>();

function look(model: Model, site: Site): Wanted {
  const read = secretReferences(kubernetes(model, site)).map(({ keys, ...each }): WantedSecret => {
    const maker = makerOf({ model, site }, each);
    return {
      namespace: each.namespace,
      name: each.name,
      optional: each.optional,
      keys: maker?.keys ?? keys,
      how: maker?.how ?? 'nobody says who makes it',
      ...(maker?.by && { by: maker.by }),
      ...(maker?.keepsPast && { keepsPast: true }),
    };
  });
  const conventional = unnamed({ model, site }).map(
    ({ namespace, name, maker }): WantedSecret => ({
      namespace,
      name,
      optional: false,
      keys: maker.keys ?? [],
      how: maker.how,
      ...(maker.by && { by: maker.by }),
    }),
  );
  return {
    secrets: [...read, ...conventional].filter(({ by }) => by !== 'itself'),
    files: site.hosts.flatMap((host) =>
      hostSecrets({ model, site, host }).map(
        (file): WantedFile => ({
          ...file,
          host: host.name,
          by: isBackupFile(file.path) ? 'secrets' : 'certs',
        }),
      ),
    ),
  };
}
