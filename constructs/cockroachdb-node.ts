import { preferred, withPort } from '#sites/address.ts';
import { type Capacity, databaseShare } from '#sites/capacity.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { joinAddresses, reachable } from '#sites/questions.ts';
import { Size } from '#sites/size.ts';
import { PORTS } from '#sites/traffic/ports.ts';

/** Where a host without Kubernetes keeps its node's certificate. */
export const HOST_CERTIFICATES = '/etc/cockroachdb/certs';

/** What a database node may count on: its share of a worker, or the whole of a host that does nothing else. */
export const nodeSize = (site: Site, host: Host): Capacity =>
  site.kubernetes ? databaseShare(host) : { cpus: host.cpus, memoryBytes: host.memoryBytes };

/** Whom the nodes of a site dial first, `address:port` each: those of their own site, and two of every other. */
export const joinList = (model: Model, site: Site): string[] =>
  joinAddresses(model, site).map(({ address }) => withPort(address, PORTS.rpc));

export interface NodeFlagsProps {
  site: Site;
  host: Host;
  /** As {@link joinList} has it. */
  join: readonly string[];
  /** Folder of the data. */
  store: string;
  /** Folder of ca.crt, node.crt and node.key. */
  certificates: string;
}

/**
 * Everything that `cockroach start` gets on one host, a flag an element, none with a space in it. The same on a worker
 * and on a rented host but for the two paths.
 * @see https://www.cockroachlabs.com/docs/v26.2/cockroach-start
 */
export function nodeFlags({ site, host, join, store, certificates }: NodeFlagsProps): string[] {
  const own = preferred(host.address);
  const advertised = reachable(host);
  const quarter = `${Size.bytes(nodeSize(site, host).memoryBytes / 4).toMebibytes('floor')}MiB`;
  return [
    // Other sites dial the public or translated address; the own site stays on its private network.
    `--advertise-addr=${withPort(advertised, PORTS.rpc)}`,
    ...(advertised === own
      ? []
      : [`--locality-advertise-addr=region=${site.code}@${withPort(own, PORTS.rpc)}`]),
    // A quarter for the block cache and a quarter for SQL: (2 x SQL) + cache is 75 %, and 80 % is the ceiling.
    `--cache=${quarter}`,
    `--certs-dir=${certificates}`,
    // Backups go to the object store only; a backup on a node's own disk would be lost with it.
    '--external-io-dir=disabled',
    `--http-addr=:${PORTS.cockroachHttp}`,
    `--join=${join.join(',')}`,
    `--listen-addr=:${PORTS.rpc}`,
    // The same keys in the same order on every node, the most inclusive first.
    `--locality=region=${site.code},host=${host.name}`,
    '--logtostderr=INFO',
    // Half the default, as advised for clusters over several regions: a node stops itself at 80 % of it.
    '--max-offset=250ms',
    `--max-sql-memory=${quarter}`,
    // SQL listens on the private address alone: balancers dial it, other sites never do.
    `--sql-addr=${withPort(own, PORTS.sql)}`,
    `--store=path=${store}`,
  ];
}
