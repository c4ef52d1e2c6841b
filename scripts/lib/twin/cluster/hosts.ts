import { join } from 'node:path';
import { both } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';
import { apiAddress, databaseNodes, hostsOf, reachable, workers } from '#sites/questions.ts';
import { spare } from '../front.ts';
import type { ClusterParts, LayoutProps, Size, TwinHost } from '../parts.ts';
import { inner, innerHost } from '../site-hosts.ts';
import { type ClusterProps, controlPlane } from './control-plane.ts';
import { database, databaseNode } from './database.ts';
import type { LeaseSettings } from './lease-settings.ts';
import { node } from './node.ts';

/** The hosts of a site's cluster: one control plane, every worker, and the database that stands for those of all workers. */
export function clusterHosts(props: LayoutProps, parts: ClusterParts, site: Site): TwinHost[] {
  const variables = props.tree.get(`${site.code}/inventory/kubespray/group_vars/k8s_cluster/fredu.yml`) ?? '';
  const cluster: ClusterProps = {
    ...parts,
    site,
    inner: (host) => inner(props, site, host, []),
    nodeGrace: /^kube_controller_node_monitor_grace_period: (\w+)$/m.exec(variables)?.[1] ?? '40s',
  };
  const [host] = hostsOf(site, 'control-plane');
  const address = spare(site, 'nodes', DATABASE_PLACE);
  const own = inner(
    props,
    site,
    { ...host!, name: databaseHost(site), machine: databaseHost(site), address },
    [],
  );
  const bare = { ...own, role: 'database', files: [] };
  const others = props.model.sites.filter(({ code, database }) => database && code !== site.code);
  return [
    props.size === 'small'
      ? gateway(bare, leaseOf(props, site))
      : database(bare, { tree: props.tree, keys: props.keys, programs: parts.programs.postgres }),
    controlPlane(cluster),
    ...workers(site).map((worker, index) =>
      databaseNode(node(cluster, worker, index, apiAddress(site)), site, {
        keys: props.keys,
        address: address.ipv4 ?? `[${address.ipv6}]`,
        ways:
          props.size === 'small'
            ? others.map((other, place) => ({
                port: WAY + place,
                to: reachable(
                  databaseNodes(other)[other.database?.arbiter ? 0 : index % databaseNodes(other).length]!,
                ),
              }))
            : [],
      }),
    ),
  ];
}
/** On a worker, what leads to the first other site, where only the first of hosts of their own votes; the next port to the next. */
const WAY = 26_300;

/** Who votes about the lease, as one of them sees the others: through each of its workers. */
function leaseOf({ model }: LayoutProps, site: Site): LeaseSettings {
  const others = model.sites.filter(({ code, database }) => database && code !== site.code);
  return {
    own: site.code,
    order: model.database.leases.map(({ code }) => code),
    others: others.map(({ code }, place) => ({
      site: code,
      ways: workers(site).map(({ address }) => ({ host: both(address)[0]!, port: WAY + place })),
    })),
    data: { host: DATA.database, port: 26257 },
  };
}

/** The network between the gateways and what stands for all copies; nobody else is in it. */
const DATA = { network: 'database-copies', database: '100.64.250.1', length: 24 };

/** One PostgreSQL that stands for all copies of all sites. */
export function databaseOfAll(props: LayoutProps): TwinHost {
  const [parts] = Object.values(props.clusters);
  return database(
    {
      name: DATABASE_OF_ALL,
      role: 'copies of the database',
      files: [],
      cables: [{ device: 'eth0', network: DATA.network, addresses: [`${DATA.database}/${DATA.length}`] }],
      settings: [],
      units: [],
      programs: [],
    },
    { tree: props.tree, keys: props.keys, programs: parts!.programs.postgres },
  );
}
const DATABASE_OF_ALL = 'database';

/** What leads a site's database on: to the copies while the site holds the lease, else to the site that does. */
function gateway(own: TwinHost, settings: LeaseSettings): TwinHost {
  const place = settings.order.indexOf(settings.own);
  return {
    ...own,
    files: [...own.files, ['etc/twin/lease.json', JSON.stringify(settings)]],
    cables: [
      ...own.cables,
      { device: 'data0', network: DATA.network, addresses: [`100.64.250.${10 + place}/${DATA.length}`] },
    ],
    programs: [LEASE],
    played:
      'CockroachDB: whoever holds the lease serves; one PostgreSQL in memory stands for the copies of all sites, so that none is lost with a site',
  };
}
const LEASE = {
  name: 'lease',
  command: `${process.execPath} ${join(import.meta.dirname, 'lease.ts')} /etc/twin/lease.json`,
  // As Node calls its first thread.
  process: 'MainThread',
};

/** Hosts of a site whose nodes vote and never lead: the first of them does. */
export function voters(props: LayoutProps, site: Site): TwinHost[] {
  const settings: LeaseSettings = {
    own: site.code,
    order: props.model.database.leases.map(({ code }) => code),
    others: [],
  };
  return databaseNodes(site).map((host, index) => {
    const own = innerHost(props, site, host);
    if (index > 0) return own;
    return {
      ...own,
      files: [...own.files, ['etc/twin/lease.json', JSON.stringify(settings)]],
      programs: [LEASE],
      played: 'CockroachDB: a vote about who holds the lease, for all nodes of the site',
    };
  });
}
/** Where what a twin's app keeps is. */
export const dataHost = (site: Site, size: Size): string =>
  size === 'small' ? DATABASE_OF_ALL : databaseHost(site);
/** Where the one database of a site is. */
const databaseHost = ({ code }: Site): string => `${code}-database`;
/** After those of the front firewalls. */
const DATABASE_PLACE = 4;
