import { basename, dirname } from 'node:path';
import { stringify } from 'yaml';
import { both } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { databaseAddress, databaseNodes, hostsOf } from '#sites/questions.ts';
import { HOST_CERTIFICATES } from '../cockroachdb-node.ts';
import { DATABASE_AUTHORITY } from '../hosts/edge/haproxy.ts';
import { setupSite } from '../kubernetes/database/cockroachdb-setup.ts';
import { OBSERVER_SECRET } from '../kubernetes/monitoring/prometheus.ts';
import { OBSERVER_NAME } from '../kubernetes/monitoring/scrape.ts';
import { type User, users } from './sql/users.ts';

/**
 * One identity that the database's own authority vouches for. The keys are made at deploy time; this says for whom, under
 * which names, and where they go.
 */
export interface Identity {
  /** Unique among all: `sxb/cockroachdb-node`, `education`. */
  id: string;
  /** `node` for nodes, the SQL user for clients. */
  commonName: string;
  usages: ('server' | 'client')[];
  /** DNS names by which it is dialled; none for clients. */
  names: string[];
  /** Addresses by which it is dialled. */
  addresses: string[];
  places: CertificatePlace[];
}
/** Where a certificate lies: in a Secret of a site, or in a folder of a host. */
export type CertificatePlace =
  | { site: string; namespace: string; secret: string; files: string[] }
  | { site: string; host: string; folder: string; files: string[] };

const NODE_FILES = ['ca.crt', 'node.crt', 'node.key'];
const SECRET_FILES = ['ca.crt', 'tls.crt', 'tls.key'];
const SERVICES = ['cockroachdb', 'cockroachdb-public'];

/** Who needs a certificate of the database's authority, and every name by which it is dialled. */
export function identities(model: Model): Identity[] {
  return [
    ...model.sites.flatMap((site) => nodes(site)),
    ...model.sites.flatMap((site) => (site.kubernetes && site.edge ? pooler(site) : [])),
    ...model.sites.flatMap((site) => (site.kubernetes ? observer(site) : [])),
    ...(['root', ...users] as const).map((user) => client(model, user)),
  ];
}

/** `certificates.yaml`: what the certificate command makes, and a reviewer reads. */
export const certificates = (model: Model): string =>
  `# Who the database's authority vouches for; keys are made at deploy time and are never in this tree.\n${stringify(
    {
      authority: { name: 'fredu database', places: authorityPlaces(model) },
      identities: identities(model),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  )}`;

/** Who verifies the database without an identity of its own: balancers that ask nodes whether they are well. */
export function authorityPlaces(model: Model): CertificatePlace[] {
  const folder = dirname(DATABASE_AUTHORITY);
  const files = [basename(DATABASE_AUTHORITY)];
  return model.sites.flatMap((site) =>
    site.database && site.edge?.kind === 'haproxy'
      ? hostsOf(site, 'edge').map((host) => ({ site: site.code, host: host.name, folder, files }))
      : [],
  );
}

/** Pods of a site share one certificate, for a Secret is one for all pods of a set; a rented host has its own. */
function nodes(site: Site): Identity[] {
  const hosts = databaseNodes(site);
  if (hosts.length === 0) return [];
  if (!site.kubernetes) {
    return hosts.map((host) => ({
      id: `${site.code}/${host.name}`,
      ...NODE,
      ...dialled([host]),
      places: [{ site: site.code, host: host.name, folder: HOST_CERTIFICATES, files: NODE_FILES }],
    }));
  }
  const { names, addresses } = dialled(hosts);
  return [
    {
      id: `${site.code}/cockroachdb-node`,
      ...NODE,
      names: [
        ...names,
        ...SERVICES.flatMap((service) => serviceNames({ service, namespace: 'cockroachdb' })),
      ],
      // The balancer passes TLS on, so a client sees the node's certificate.
      addresses: [...new Set([...addresses, ...both(databaseAddress(site))])],
      places: [{ site: site.code, namespace: 'cockroachdb', secret: 'cockroachdb-node', files: NODE_FILES }],
    },
  ];
}

const NODE = { commonName: 'node', usages: ['server', 'client'] as Identity['usages'] };
const dialled = (hosts: Host[]) => ({
  names: ['localhost', ...hosts.flatMap((host) => [host.name, host.fqdn])],
  addresses: [
    '127.0.0.1',
    '::1',
    ...new Set(hosts.flatMap((host) => [...both(host.address), ...both(host.public)])),
  ],
});
const serviceNames = ({ service, namespace }: { service: string; namespace: string }): string[] => [
  `${service}.${namespace}`,
  `${service}.${namespace}.svc`,
  `${service}.${namespace}.svc.cluster.local`,
];

/** What the pooler shows to the app. Towards the database it signs in as the app's user. */
function pooler(site: Site): Identity {
  return {
    id: `${site.code}/pgbouncer`,
    commonName: 'pgbouncer',
    usages: ['server'],
    names: ['localhost', 'pgbouncer', ...serviceNames({ service: 'pgbouncer', namespace: 'education' })],
    addresses: ['127.0.0.1', '::1'],
    places: [{ site: site.code, namespace: 'education', secret: 'pgbouncer-server', files: SECRET_FILES }],
  };
}

/** Where the certificate of each SQL user is mounted, at every site with Kubernetes. */
const NAMESPACES: Record<User | 'root', string[]> = {
  education: ['education'],
  migrations: ['education'],
  // The pooler's exporter stands beside the pooler; the database's own metrics need the authority only.
  monitoring: ['education', 'monitoring'],
  backup: ['cockroachdb'],
  root: ['cockroachdb'],
};

function client(model: Model, user: User | 'root'): Identity {
  const sites = model.sites.filter((site) => site.kubernetes);
  // Root's certificate can do anything, so it lies where it is used and nowhere else.
  const holders = user === 'root' ? sites.filter((site) => site === setupSite(model)) : sites;
  return {
    id: user,
    commonName: user,
    usages: ['client'],
    names: [],
    addresses: [],
    places: holders.flatMap((site) =>
      NAMESPACES[user].map((namespace) => ({
        site: site.code,
        namespace,
        secret: `cockroachdb-client-${user}`,
        files: SECRET_FILES,
      })),
    ),
  };
}

/** Prometheus asks and answers its peers with one certificate; the name in it is the same at every site. */
const observer = (site: Site): Identity[] => [
  {
    id: `${site.code}/prometheus`,
    commonName: 'prometheus',
    usages: ['server', 'client'],
    names: [OBSERVER_NAME],
    addresses: [],
    places: [{ site: site.code, namespace: 'monitoring', secret: OBSERVER_SECRET, files: SECRET_FILES }],
  },
];
