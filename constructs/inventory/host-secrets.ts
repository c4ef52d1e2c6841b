import type { AtHost } from '#constructs/at-site.ts';
import { HOST_CERTIFICATES } from '../cockroachdb-node.ts';
import { KUBERNETES_AUTHORITY } from '../hosts/edge/haproxy.ts';
import { authorityPlaces, identities } from '../platform/certificates.ts';
import { ETCD_BACKUP_CREDENTIALS } from './etcd-backup.ts';
import { DRAINED, type Handler } from './placing.ts';

/** A file whose content is never generated: it is put on its host from a folder of the person who runs the playbook. */
export interface HostSecret {
  /** On the host, and below the folder of the host on the computer of that person. */
  path: string;
  owner: string;
  mode: '0600' | '0644';
  /** What is made later than the host: put there once it exists. @default false */
  later?: boolean;
  /** What is done when it changes. @default nothing */
  notify?: Handler[];
}

/** The node's keys of the backup bucket, as its unit reads them. */
export const BACKUP_CREDENTIALS = '/etc/cockroachdb/backup.env';

/** Everything secret, or from elsewhere, that one host needs, by name. */
export function hostSecrets({ model, site, host }: AtHost): HostSecret[] {
  const places = [...identities(model).flatMap((each) => each.places), ...authorityPlaces(model)];
  const certificates = places.flatMap((place): HostSecret[] =>
    'host' in place && place.host === host.name
      ? place.files.map((file) => certificate(place.folder, file))
      : [],
  );
  const edge = host.role === 'edge' && site.edge?.kind === 'haproxy';
  return [
    ...certificates,
    ...(edge ? [{ path: KUBERNETES_AUTHORITY, owner: 'root', mode: '0644', notify: RELOADS } as const] : []),
    ...(host.role === 'database' && site.database && model.objects
      ? [{ path: BACKUP_CREDENTIALS, owner: 'root', mode: '0600', later: true } as const]
      : []),
    ...(host.role === 'control-plane' && site.kubernetes && model.objects
      ? [{ path: ETCD_BACKUP_CREDENTIALS, owner: 'root', mode: '0600', later: true } as const]
      : []),
  ];
}

const RELOADS: Handler[] = [...DRAINED, 'Reload HAProxy'];

/** A key is its reader's alone; an authority is nobody's secret. */
function certificate(folder: string, file: string): HostSecret {
  const path = `${folder}/${file}`;
  const mode = file.endsWith('.key') ? '0600' : '0644';
  if (folder === HOST_CERTIFICATES)
    return {
      path,
      owner: 'cockroach',
      mode,
      notify: ['Reload the certificates of the database', 'Reload HAProxy'],
    };
  return { path, owner: 'root', mode, notify: RELOADS };
}
