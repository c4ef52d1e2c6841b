import type { TextFile } from '#constructs/text-file.ts';
import { preferred, withPort } from '#sites/address.ts';
import type { Host } from '#sites/model.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { restarted } from './systemd.ts';

/** Where Debian's node exporter reads series of other programs. */
export const TEXTFILES = '/var/lib/prometheus/node-exporter';

/** Units that run for as long as a host that has them does. */
const DAEMONS = ['bird', 'chrony', 'cockroachdb', 'haproxy', 'keepalived', 'nftables', 'ssh'];

/**
 * What a host outside a cluster measures of itself, served to Prometheus on the host's own address alone: the same release's
 * collectors as on the nodes of a cluster, without those that no host of ours has anything for.
 * @see https://github.com/prometheus/node_exporter/tree/v1.5.0#collectors
 */
export function nodeExporter(host: Host): TextFile[] {
  const args = [
    `--web.listen-address=${withPort(preferred(host.address), PORTS.nodeExporter)}`,
    `--collector.textfile.directory=${TEXTFILES}`,
    '--collector.systemd',
    `--collector.systemd.unit-include=(${DAEMONS.join('|')})[.]service`,
    ...[
      'arp',
      'bonding',
      'fibrechannel',
      'infiniband',
      'ipvs',
      'nfs',
      'nfsd',
      'selinux',
      'tapestats',
      'zfs',
    ].map((name) => `--no-collector.${name}`),
  ];
  return [
    [
      'etc/default/prometheus-node-exporter',
      `# ${host.name}: measured on its own address, for Prometheus\nARGS="${args.join(' ')}"\n`,
    ],
    // The address that it listens on is there first.
    restarted('prometheus-node-exporter', {
      Unit: { Wants: 'network-online.target', After: 'network-online.target' },
    }),
  ];
}
