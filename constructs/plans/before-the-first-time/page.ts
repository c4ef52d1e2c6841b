import type { AtSite } from '#constructs/at-site.ts';
import { ETCD_BUCKET } from '#constructs/inventory/etcd-backup.ts';
import { hostSecrets } from '#constructs/inventory/host-secrets.ts';
import { FILES_BUCKET } from '#constructs/kubernetes/ceph/object-store.ts';
import { acmeKey } from '#constructs/kubernetes/ingress/tls.ts';
import { keepsStates, STATE_BUCKET } from '#constructs/openstack/state-bucket.ts';
import { backupBucket } from '#constructs/platform/sql/backups.ts';
import { RELEASES } from '#constructs/releases.ts';
import type { TextFile } from '#constructs/text-file.ts';
import type { Host } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import { quotas } from './quotas.ts';
import { readerOf, secretReferences } from './references.ts';
import { makerOf, unnamed } from './secrets.ts';

export interface BeforehandProps extends AtSite {
  /** The objects of the site's cluster. */
  objects: Parameters<typeof secretReferences>[0];
  /** Every other file of the site. */
  files: readonly TextFile[];
}
type Row = string[];

/**
 * What must be there before a site runs and is in no file of the tree: who makes it, and how, in the order of the first time. Made
 * from the rendered files, so that whatever a file newly asks for stands here as well; a row that does not say who makes it is a
 * finding of the law `made-or-listed`.
 */
export function beforehand(props: BeforehandProps): string {
  const { site } = props;
  const parts = [
    `# Before the first time: ${site.code}`,
    'What the files of this site refer to and do not hold. “You” is who sets the platform up; everything else makes itself.',
    section(
      'In this order',
      steps(props)
        .map((step, index) => `${index + 1}. ${step}`)
        .join('\n'),
    ),
    section('Secrets in the cluster', table(['secret', 'keys', 'read by', 'made by'], secrets(props))),
    section(
      `Files on hosts, by \`npm run secrets -- play ${site.code}\` in memory, or below \`~/.config/fredu/${site.code}/secrets/<host>\` of who runs the playbook`,
      table(['file', 'on', 'mode', 'made by'], hostFiles(props)),
    ),
    section('Buckets', table(['bucket', 'for', 'made by'], buckets(props))),
    section('In the OpenStack', table(['what', 'how many', 'made by'], openstack(props))),
    section('Names', table(['what', 'where', 'made by'], names(props))),
    section('Images', table(['image', 'read by', 'made by'], images(props))),
    section(
      'What is not kept elsewhere',
      unkept(props)
        .map((line) => `- ${line}`)
        .join('\n'),
    ),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

const section = (title: string, text: string): string => (text ? `## ${title}\n\n${text}` : '');
const table = (head: Row, rows: Row[]): string =>
  rows.length === 0
    ? ''
    : [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const code = (word: string): string => `\`${word}\``;
const list = (words: string[]): string => words.map(code).join(', ');

function secrets({ model, site, objects }: BeforehandProps): Row[] {
  const read = secretReferences(objects).map(({ namespace, name, keys, readers, optional }) => ({
    namespace,
    name,
    readers,
    optional,
    maker: { keys, how: '', ...makerOf({ model, site }, { namespace, name }) },
  }));
  const conventional = unnamed({ model, site }).map((each) => ({ ...each, optional: false }));
  return [...read, ...conventional].map(({ namespace, name, readers, optional, maker }) => [
    `${code(`${namespace}/${name}`)}${optional ? ' (may be missing)' : ''}`,
    list(maker.keys ?? []),
    readers.join(', '),
    maker.how,
  ]);
}

/** One row a file, for all hosts that have it. */
function hostFiles({ model, site }: BeforehandProps): Row[] {
  const hosts = new Map<string, { on: Host[]; mode: string; later: boolean }>();
  for (const host of site.hosts)
    for (const { path, mode, owner, later = false } of hostSecrets({ model, site, host })) {
      const one = hosts.get(path) ?? { on: [], mode: `${mode} ${owner}`, later };
      hosts.set(path, { ...one, on: [...one.on, host] });
    }
  return [...hosts].map(([path, { on, mode, later }]) => [
    `${code(path)}${later ? ' (once it exists)' : ''}`,
    on.map(({ name }) => name).join(', '),
    mode,
    fileMaker(path),
  ]);
}

const FILES: [RegExp, string][] = [
  [
    /kubernetes-ca\.crt$/,
    '`npm run certs -- issue`: the certificate of the cluster’s authority, made before the cluster',
  ],
  [/(^|[/-])ca\.crt$/, '`npm run certs -- issue`: the certificate of the database’s authority'],
  [
    /\.(crt|key)$/,
    '`npm run certs -- issue`: a certificate of the database’s authority for this host, by `platform/certificates.yaml`',
  ],
  [
    /backup\.env$/,
    '`npm run secrets -- make`: `AWS_ACCESS_KEY_ID=…` and `AWS_SECRET_ACCESS_KEY=…` of the user `backup`, as in the Secret `cockroachdb-backup-s3`',
  ],
];
const fileMaker = (path: string): string => FILES.find(([pattern]) => pattern.test(path))?.[1] ?? '';

function buckets({ model, site }: BeforehandProps): Row[] {
  if (!model.objects) return [];
  const { realm, primary } = model.objects;
  const claim = (bucket: string) =>
    `Rook at ${primary.code}, by the ObjectBucketClaim ${code(bucket)}; zones copy it`;
  const state = keepsStates(model) && (site === primary || site.openstack);
  return [
    ...(site.kubernetes ? [[code(FILES_BUCKET), 'files of the app', claim(FILES_BUCKET)]] : []),
    [code(backupBucket(realm)), 'backups of the database', claim(backupBucket(realm))],
    ...(site.kubernetes ? [[code(ETCD_BUCKET), 'snapshots of etcd', claim(ETCD_BUCKET)]] : []),
    ...(state
      ? [
          [
            code(STATE_BUCKET),
            'states of Terraform',
            `${claim(STATE_BUCKET)}. Leave its versions off: with them two people who apply at once do not see each other’s lock`,
          ],
        ]
      : []),
  ];
}

function openstack({ site, files }: BeforehandProps): Row[] {
  const stack = files.find(([path]) => path === 'openstack/cdk.tf.json')?.[1];
  if (!site.openstack || !stack) return [];
  const { externalNetwork, image, region } = site.openstack;
  return [
    [
      `an entry ${code(site.code)} in ${code('clouds.yaml')}`,
      '1',
      'you: credentials of the project, never in the tree',
    ],
    [
      `image ${code(image)}, region ${code(region)}, external network ${code(externalNetwork)}`,
      '1',
      'the administrator of the cloud',
    ],
    ...quotas(stack, site).map(({ what, count, usual }) => [
      `quota: ${what}`,
      String(count),
      usual === undefined || count <= usual
        ? `${usual === undefined ? 'no limit unless the administrator of the cloud has set one' : `the usual ${usual} is enough`}`
        : `the administrator of the cloud: the usual ${usual} is not enough`,
    ]),
    ['Octavia with the amphora provider', '1', 'the administrator of the cloud: OVN knows no PROXY protocol'],
    [
      'fixed floating addresses, BGP speaker',
      '1',
      'the administrator of the cloud: both are theirs to allow',
    ],
  ];
}

function names({ model, site }: BeforehandProps): Row[] {
  const { dns } = model;
  const [first] = dns?.servers ?? [];
  if (!dns || !first)
    return [
      [
        'every name of the site',
        code(site.domain),
        site.openstack?.designate
          ? 'the stack, in Designate; you: the delegation to its servers'
          : 'you: no name server is in the files, so records are made by hand',
      ],
    ];
  return [
    [
      `delegation of ${code(model.domain)}, with the addresses of the servers below it`,
      'registrar of the domain',
      `you: ${dns.servers.map(({ name }) => name).join(', ')}`,
    ],
    ['delegation of the reverse zones in `platform/dns/`', 'the provider of the addresses', 'you, with them'],
    [
      'zones, `zones.conf` on every server, `challenges.conf` on the first',
      `${code('/etc/bind/fredu')}, ${code('/var/lib/bind')}`,
      'you: copy `platform/dns/` there and include both; the zones of `challenges.conf` once and never again, for updates change them',
    ],
    ...(site.kubernetes
      ? [
          [
            `TSIG key ${code(`${acmeKey(site.code)}`)}`,
            first.name,
            `you: \`tsig-keygen -a hmac-sha256 ${acmeKey(site.code)}\`, included by its named.conf; the secret goes to \`cert-manager/acme-tsig\``,
          ],
        ]
      : []),
  ];
}

/** Those of the app; all others come from registries of their publishers. */
function images({ model, objects }: BeforehandProps): Row[] {
  const readers = new Map<string, string[]>();
  // What a ConfigMap holds is text, and half of all that is made.
  for (const object of objects.filter(({ kind }) => kind !== 'ConfigMap'))
    for (const [, image = ''] of JSON.stringify(object).matchAll(/"image":"([^"]+)"/g))
      if (image.startsWith(`${model.registry}/`))
        readers.set(image, [...(readers.get(image) ?? []), readerOf(object)]);
  return [...readers].map(([image, by]) => [
    code(image),
    [...new Set(by)].join(', '),
    'you: `npm run image`, and push it',
  ]);
}

/** The first time only: later each of them is there. */
function steps({ model, site, files }: BeforehandProps): string[] {
  const room = site.edge?.kind === 'haproxy';
  const primary = model.objects?.primary;
  const stack = files.some(([path]) => path === 'openstack/cdk.tf.json');
  const remote = stack && primary !== undefined && primary !== site;
  const has = (path: string) => files.some(([each]) => each.startsWith(path));
  return [
    'What stands under *Names* and *Images*; then `npm run secrets -- init`, `make`, `edit` and `check`, and `npm run certs -- issue`: whatever stands under *Secrets* and *Files*, encrypted.',
    ...(remote
      ? [
          `The object store of ${primary.code}, for the state of this site’s stack is there: its cluster, Rook, the bucket \`${STATE_BUCKET}\`. Not there yet? Begin with a state in a file: put \`{"terraform":{"backend":{"local":{}}}}\` beside the stack as \`backend_override.tf.json\`; when the bucket is there, remove that file and run \`tofu init -migrate-state\`.`,
        ]
      : []),
    ...(stack
      ? [
          `\`tofu init\`, \`tofu apply\` in \`openstack/\`${remote ? ', with the keys of the user `terraform` in the environment' : '; keep the file of the state: it is nowhere else'}.`,
        ]
      : [
          `The hosts of the site file, each with Debian 12 and the user \`debian\`; host keys read at their consoles into \`~/.config/fredu/known_hosts.${site.code}\`.`,
        ]),
    ...(room
      ? [
          'The front firewall, by `front-firewall/`.',
          'The cluster’s authority, before the cluster: HAProxy does not start without its certificate, and the cluster is installed through HAProxy. `npm run certs -- issue` made it; `docs/secrets.md` says how both halves get below `/etc/kubernetes/ssl` of the first control-plane host.',
        ]
      : []),
    `\`inventory/hosts/playbook.yaml\` with \`gate=false\`${has('inventory/hosts/tasks/database.yaml') ? ' and `cockroach_sha256=…` (the checksum of the program, from its publisher)' : ''}, and the files of hosts; later runs without \`gate=false\`.`,
    ...(has('inventory/kubespray/')
      ? [`Kubespray v${RELEASES.kubespray} with \`inventory/kubespray/\`: the cluster.`]
      : []),
    ...(site.kubernetes
      ? [
          `Namespaces and priority classes (\`kubernetes/cluster/\`)${has('plans/cert-manager.yaml') ? ', `plans/cert-manager.yaml`' : ''}, then the Secrets; \`docs/cluster.md\` has the commands.`,
        ]
      : []),
    ...(site.objects
      ? [
          `\`plans/rook-operator.yaml\`, then the object store${!primary || primary === site ? ' with its users and buckets' : `: ${primary.code} has its own already, for this zone pulls its realm from there`}.`,
        ]
      : []),
    ...(site.kubernetes ? ['The rest of `kubernetes/`.'] : []),
  ];
}

/** What a person must know who believes that everything is copied somewhere. */
function unkept({ model, site }: BeforehandProps): string[] {
  const { objects } = model;
  const cluster = site.kubernetes !== undefined;
  if (!objects)
    return [
      ...(site.database
        ? [
            '**The database has no backups**: no site has an object store. Replicas do not help against a dropped table.',
          ]
        : []),
      ...(cluster
        ? [
            `**Snapshots of etcd do not leave their hosts** (${hostsOf(site, 'control-plane')
              .map(({ name }) => name)
              .join(', ')}: ${code('/var/backups/etcd')}).`,
          ]
        : []),
    ];
  if (objects.secondaries.length > 0) return [];
  return [
    `**Backups of the database and snapshots of etcd are at ${objects.primary.code} alone**, the only site with an object store, and are lost with it.`,
  ];
}
