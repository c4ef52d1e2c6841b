import type { Site } from '#sites/model.ts';
import { apiAddress, hostsOf, workers } from '#sites/questions.ts';
import { spare } from '../front.ts';
import type { ClusterParts, LayoutProps, TwinHost } from '../parts.ts';
import { inner } from '../site-hosts.ts';
import { type ClusterProps, controlPlane } from './control-plane.ts';
import { database, databaseNode } from './database.ts';
import { node } from './node.ts';

/** The hosts of a site's cluster: one control plane, every worker, and the database that stands for those of all workers. */
export function clusterHosts(props: LayoutProps, parts: ClusterParts, site: Site): TwinHost[] {
  const cluster: ClusterProps = { ...parts, site, inner: (host) => inner(props, site, host, []) };
  const [host] = hostsOf(site, 'control-plane');
  const address = spare(site, 'nodes', DATABASE_PLACE);
  const own = inner(
    props,
    site,
    { ...host!, name: databaseHost(site), machine: databaseHost(site), address },
    [],
  );
  return [
    database(
      { ...own, role: 'database', files: [] },
      { tree: props.tree, keys: props.keys, programs: parts.programs.postgres },
    ),
    controlPlane(cluster),
    ...workers(site).map((worker, index) =>
      databaseNode(node(cluster, worker, index, apiAddress(site)), site, {
        keys: props.keys,
        address: address.ipv4 ?? `[${address.ipv6}]`,
      }),
    ),
  ];
}
/** Where the one database of a site is. */
export const databaseHost = ({ code }: Site): string => `${code}-database`;
/** After those of the front firewalls. */
const DATABASE_PLACE = 4;
