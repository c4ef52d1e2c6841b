import type { AtHost } from '#constructs/at-site.ts';
import { joinList } from '#constructs/cockroachdb-node.ts';
import { cloudInit } from '#constructs/hosts/cloud-init.ts';
import { databaseHostFiles, kernelFiles } from '#constructs/hosts/database/cockroachdb-host.ts';
import { bird } from '#constructs/hosts/edge/bird.ts';
import { birdState } from '#constructs/hosts/edge/bird-state.ts';
import { conntrackModule, edgeKernel } from '#constructs/hosts/edge/edge-kernel.ts';
import { haproxy } from '#constructs/hosts/edge/haproxy.ts';
import { keepalived, keepalivedPrograms } from '#constructs/hosts/edge/keepalived.ts';
import { hostFiles } from '#constructs/hosts/files.ts';
import { isFirewalled, nftables } from '#constructs/hosts/firewall/nftables.ts';
import { restarted } from '#constructs/hosts/systemd.ts';
import { etcdBackup } from '#constructs/inventory/etcd-backup.ts';
import { below, type TextFile } from '#constructs/text-file.ts';
import { both } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { databaseNodes, hostsOf } from '#sites/questions.ts';
import { type HaproxySite, hasDatabase, hasHaproxy, hasRouting, type RoutedSite } from '#sites/site-kinds.ts';

/** Every file of every host of a site, at its place there, and how a rented host starts: its provider asks for that text. */
export function hosts(model: Model, site: Site): TextFile[] {
  const rented = !site.openstack && !site.kubernetes;
  return site.hosts.flatMap((host) => {
    const at = { model, site, host };
    const files = [...edge(at), ...firewall(at), ...database(at), ...hostFiles(at), ...etcd(at)];
    const start: TextFile[] = rented ? [[`cloud-init/${host.name}.yaml`, cloudInit(at)]] : [];
    return [...below(`hosts/${host.name}`, files), ...start];
  });
}

/** Balancer, virtual addresses and announcement of an on-premises site. */
function edge({ model, site, host }: AtHost): TextFile[] {
  if (!hasHaproxy(site) || host.role !== 'edge') return [];
  const at = { model, site, host };
  return [
    ['etc/haproxy/haproxy.cfg', haproxy(at)],
    restarted('haproxy'),
    ['etc/keepalived/keepalived.conf', keepalived(at)],
    restarted('keepalived'),
    ...keepalivedPrograms(),
    ...(hasRouting(site) && both(model.anycast).length > 0 ? announcement({ model, site, host }) : []),
    conntrackModule(),
    ['etc/sysctl.d/60-fredu-edge.conf', edgeKernel()],
  ];
}
const announcement = (at: AtHost<HaproxySite & RoutedSite>): TextFile[] => [
  ['etc/bird/bird.conf', bird(at)],
  restarted('bird'),
  ...birdState(),
];

/** The firewall of a host that has one of its own. */
const firewall = (at: AtHost): TextFile[] =>
  isFirewalled(at.site, at.host) ? [['etc/nftables.conf', nftables(at)]] : [];

/** What a database node needs of its host: everything without Kubernetes, kernel settings with it. */
function database({ model, site, host }: AtHost): TextFile[] {
  if (!hasDatabase(site) || !databaseNodes(site).includes(host)) return [];
  if (site.kubernetes) return kernelFiles();
  return databaseHostFiles({
    site,
    host,
    join: joinList(model, site),
    hasBackups: model.objects !== undefined,
  });
}

/** Snapshots of etcd, taken on each host of the control plane in turn. */
function etcd({ model: { objects }, site, host }: AtHost): TextFile[] {
  const turn = hostsOf(site, 'control-plane').indexOf(host);
  if (!site.kubernetes || turn < 0) return [];
  const store = objects && { endpoint: objects.primary.objects.endpoint, realm: objects.realm };
  return etcdBackup({ code: site.code, turn, store });
}
