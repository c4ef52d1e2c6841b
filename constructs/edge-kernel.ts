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
`;
