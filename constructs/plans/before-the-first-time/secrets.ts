import type { AtSite } from '#constructs/at-site.ts';
import { ETCD_BACKUP_CREDENTIALS } from '#constructs/inventory/etcd-backup.ts';
import { BACKUP_CREDENTIALS as BACKUP_FILE } from '#constructs/inventory/host-secrets.ts';
import { FILES_SECRET, realmKeys } from '#constructs/kubernetes/ceph/object-store.ts';
import { OBJECT_STORE } from '#constructs/kubernetes/ceph/object-store-names.ts';
import { BACKUP_CREDENTIALS } from '#constructs/kubernetes/database/cockroachdb.ts';
import { KEY_SECRET } from '#constructs/kubernetes/education/education-api.ts';
import { acmeKey } from '#constructs/kubernetes/ingress/tls.ts';
import { STATE_CREDENTIALS } from '#constructs/openstack/state-bucket.ts';
import { identities } from '#constructs/platform/certificates.ts';

/** Who makes a Secret, and how; `itself` where a program does so without being asked. */
export interface Maker {
  /** @default those that readers name */
  keys?: string[];
  how: string;
  /** @default a person, who brings it from elsewhere */
  by?: MadeBy;
  /** A new value stands before those of the past, with a comma: something is sealed by these still. @default it takes their place */
  keepsPast?: boolean;
}
/**
 * Who makes a value: `certs` issues it, `secrets` draws it at random (alike wherever a Secret of that name stands), a program makes
 * it without being asked.
 */
export type MadeBy = 'certs' | 'secrets' | 'itself';

const PAIR = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
const random = '`npm run secrets -- make`: two random words, the same wherever they stand';

/** By name, for those that are the same at every site. */
const MAKERS: Record<string, (at: AtSite) => Maker> = {
  [FILES_SECRET]: () => ({
    keys: PAIR,
    by: 'secrets',
    how: `${random}; the store takes them for the user \`education\``,
  }),
  [BACKUP_CREDENTIALS]: () => ({
    keys: PAIR,
    by: 'secrets',
    how: `${random}, also in \`${BACKUP_FILE}\` and \`${ETCD_BACKUP_CREDENTIALS}\` of hosts; the store takes them for the user \`backup\``,
  }),
  [STATE_CREDENTIALS]: () => ({
    keys: PAIR,
    by: 'secrets',
    how: `${random}; who runs \`tofu\` has them in the environment; the store takes them for the user \`terraform\``,
  }),
  'acme-tsig': ({ site }) => ({
    keys: ['secret'],
    how: `you: the \`secret\` of the key \`${acmeKey(site.code)}\` of the name server (below)`,
  }),
  'acme-account': () => ({ keys: ['tls.key'], how: 'cert-manager, at its first start', by: 'itself' }),
  'tls-public': () => ({
    keys: ['tls.crt', 'tls.key'],
    how: 'cert-manager, by the Certificate beside it',
    by: 'itself',
  }),
  'alertmanager-receivers': () => ({
    keys: ['page', 'ticket', 'watchdog'],
    how: 'you: an address of a web hook each, from your on-call service',
  }),
  'cockroachdb-licence': () => ({
    keys: ['organization', 'licence'],
    how: 'you: from the publisher; without it the database takes fewer statements after a week',
  }),
  [KEY_SECRET]: () => ({
    keys: ['key'],
    by: 'secrets',
    keepsPast: true,
    how: '`npm run secrets -- make`: a random word, the same at every site; without it nobody can set a second factor up. Keep it: who loses it takes every second factor off',
  }),
  'education-smtp': () => ({
    keys: ['url'],
    how: 'you: `smtps://user:password@relay`; without it the app sends no mail',
  }),
  'education-traces': () => ({
    keys: ['url', 'headers', 'part'],
    how: 'you: a collector by OTLP over HTTP; without it nothing is traced',
  }),
  'rook-ceph-config': () => ({ keys: ['mon_host'], how: 'Rook, with the cluster', by: 'itself' }),
  'rook-ceph-client-zone-exporter': () => ({
    keys: ['zone-exporter'],
    how: 'Rook, by the CephClient beside it',
    by: 'itself',
  }),
};

/** What makes a Secret of a site; nothing where nobody has said so. */
export function makerOf(
  { model, site }: AtSite,
  { namespace, name }: { namespace: string; name: string },
): Maker | undefined {
  for (const { id, commonName, usages, places } of identities(model))
    for (const place of places)
      if (
        'secret' in place &&
        place.site === site.code &&
        place.namespace === namespace &&
        place.secret === name
      )
        return {
          keys: place.files,
          by: 'certs',
          how: `\`npm run certs -- issue\`: a certificate of the database's authority for \`${commonName}\` (${usages.join(' and ')}), \`${id}\` in \`platform/certificates.yaml\``,
        };
  return MAKERS[name]?.({ model, site });
}

/** What an operator looks for by a name that stands in no object. */
export const unnamed = ({
  model: { objects },
  site,
}: AtSite): { namespace: string; name: string; readers: string[]; maker: Maker }[] =>
  objects && site.objects
    ? [
        {
          namespace: OBJECT_STORE.namespace,
          name: realmKeys(objects.realm),
          readers: ['rook-ceph-operator'],
          maker: {
            keys: ['access-key', 'secret-key'],
            by: 'secrets',
            how: `${random}, at every site before its zone is made`,
          },
        },
      ]
    : [];
