import type { TextFile } from '#constructs/text-file.ts';
import { CONNECTIONS_MAX } from './haproxy.ts';

/**
 * systemd-modules-load runs before systemd-sysctl, which passes over keys that are not there yet; nothing else loads this module so early.
 * @see https://manpages.debian.org/bookworm/systemd/sysctl.d.5.en.html
 */
export const conntrackModule = (): TextFile => [
  'etc/modules-load.d/nf_conntrack.conf',
  '# Its settings are made at the start: systemd-sysctl passes over those of a module that is not there.\nnf_conntrack\n',
];

/**
 * Connections that the kernel of an edge remembers: both halves of each that HAProxy carries, and those that ended within the last
 * 120 s (nf_conntrack_tcp_timeout_time_wait), where every place is reused twice a minute. 320 bytes each: 64 MB.
 * @see https://www.kernel.org/doc/html/latest/networking/nf_conntrack-sysctl.html
 */
const EDGE_CONNTRACK_MAX = 2 * CONNECTIONS_MAX * (1 + 4);

/**
 * What an edge asks of the kernel: to listen on addresses that the other edge holds at the moment, and to stay polite and
 * upright under a flood of half-open connections.
 * @see https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html
 */
export const edgeKernel =
  (): string => `# HAProxy listens on the virtual addresses before keepalived brings them.
net.ipv4.ip_nonlocal_bind = 1
net.ipv6.ip_nonlocal_bind = 1
# A flood of half-open connections costs no memory.
net.ipv4.tcp_syncookies = 1
net.ipv4.tcp_max_syn_backlog = 8192
net.core.somaxconn = 8192
# An edge balances, it does not route.
net.ipv4.ip_forward = 0
net.ipv6.conf.all.forwarding = 0
# One address, one interface: the neighbour of a virtual address learns the right one.
net.ipv4.conf.all.arp_ignore = 1
net.ipv4.conf.all.arp_announce = 2
net.ipv4.conf.all.rp_filter = 1
# Nobody tells an edge another way.
net.ipv4.conf.all.accept_redirects = 0
net.ipv6.conf.all.accept_redirects = 0
net.ipv4.conf.all.send_redirects = 0
net.ipv4.conf.all.accept_source_route = 0
# Both halves of every connection, and those that have just ended: what finds no place is dropped. The default is 65,536 in 4 GiB.
net.netfilter.nf_conntrack_max = ${EDGE_CONNTRACK_MAX}
`;
