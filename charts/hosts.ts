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
import type { Host, Model, Site } from '#sites/model.ts';
import { databaseNodes, hostsOf } from '#sites/questions.ts';

interface OneHost {
  model: Model;
  site: Site;
  host: Host;
}

/** Every file of every host of a site, at its place there, and how a rented host starts: its provider asks for that text. */
export function hosts(model: Model, site: Site): TextFile[] {
  const rented = !site.openstack && !site.kubernetes;
  return site.hosts.flatMap((host) => {
    const one = { model, site, host };
    const files = [...edge(one), ...firewall(one), ...database(one), ...hostFiles(one), ...etcd(one)];
    const start: TextFile[] = rented ? [[`cloud-init/${host.name}.yaml`, cloudInit(one)]] : [];
    return [...below(`hosts/${host.name}`, files), ...start];
  });
}

/** Balancer, virtual addresses and announcement of an on-premises site. */
function edge(one: OneHost): TextFile[] {
  if (one.site.edge?.kind !== 'haproxy' || one.host.role !== 'edge') return [];
  const announces = one.site.routing && both(one.model.anycast).length > 0;
  return [
    ['etc/haproxy/haproxy.cfg', haproxy(one)],
    restarted('haproxy'),
    ['etc/keepalived/keepalived.conf', keepalived(one)],
    restarted('keepalived'),
    ...keepalivedPrograms(),
    ...(announces ? announcement(one) : []),
    conntrackModule(),
    ['etc/sysctl.d/60-fredu-edge.conf', edgeKernel()],
  ];
}
const announcement = (one: OneHost): TextFile[] => [
  ['etc/bird/bird.conf', bird(one)],
  restarted('bird'),
  ...birdState(),
];

/** The firewall of a host that has one of its own. */
const firewall = (one: OneHost): TextFile[] =>
  isFirewalled(one.site, one.host) ? [['etc/nftables.conf', nftables(one)]] : [];

/** What a database node needs of its host: everything without Kubernetes, kernel settings with it. */
function database(one: OneHost): TextFile[] {
  if (!databaseNodes(one.site).includes(one.host)) return [];
  return one.site.kubernetes ? kernelFiles() : databaseHostFiles(one);
}

/** Snapshots of etcd, taken on each host of the control plane in turn. */
function etcd({ model, site, host }: OneHost): TextFile[] {
  const index = hostsOf(site, 'control-plane').indexOf(host);
  return site.kubernetes && index >= 0 ? etcdBackup({ model, site, index }) : [];
}
