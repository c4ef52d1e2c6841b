import type { Finding, Policy, Tree } from '../law.ts';
import { hostFiles } from '../reading/host-files.ts';

export const kernelSettings: Policy = {
  id: 'kernel-settings',
  title:
    'a front firewall routes and an edge does not, neither takes advice on where to, and no host waits for swap beside a database',
  why: 'Avoid: a key that the kernel does not have, an edge that forwards, a firewall that does not, redirects that are believed. Prefer: the settings of the role, each said once. Rationale: systemd-sysctl passes over a key with a slip in it; a firewall that does not forward is a closed site, an edge that does is a way round the firewall, and whoever may send a redirect leads packets where they like.',
  check: (_model, tree) => [...roots(tree)].flatMap(([root, role]) => judge(tree, root, role)),
};

/** What a host is, by the program whose file it has. */
function roots(tree: Tree): Map<string, keyof typeof ROLES> {
  const found = new Map<string, keyof typeof ROLES>();
  for (const path of tree.keys()) {
    const [, root, room, file] = /^([^/]+\/(hosts|front-firewall)\/[^/]+\/)(.+)$/.exec(path) ?? [];
    if (!root) continue;
    if (room === 'front-firewall') found.set(root, 'front firewall');
    else if (file === 'etc/keepalived/keepalived.conf') found.set(root, 'edge');
    else if (file === 'etc/sysctl.d/60-cockroachdb.conf' && !found.has(root)) found.set(root, 'database');
  }
  return found;
}

const NO_ADVICE: [key: string, value: RegExp, why: string][] = [
  ['net.ipv4.conf.all.accept_redirects', /^0$/, 'anybody near it may lead its packets elsewhere'],
  ['net.ipv6.conf.all.accept_redirects', /^0$/, 'anybody near it may lead its packets elsewhere'],
  ['net.ipv4.conf.all.send_redirects', /^0$/, 'it tells clients another way'],
  ['net.ipv4.conf.all.accept_source_route', /^0$/, 'a packet says by itself where it goes'],
  ['net.ipv4.conf.all.rp_filter', /^1$/, 'it takes packets with a forged sender'],
  ['net.ipv4.ip_nonlocal_bind', /^1$/, 'its programs cannot listen on an address that the other one holds'],
  ['net.ipv6.ip_nonlocal_bind', /^1$/, 'its programs cannot listen on an address that the other one holds'],
  [
    'net.netfilter.nf_conntrack_max',
    /^(6[5-9]\d{3}|[7-9]\d{4}|[1-9]\d{5,6})$/,
    'its table of connections is no larger than the default',
  ],
];
/** @see https://docs.kernel.org/networking/ip-sysctl.html */
const ROLES = {
  'front firewall': [
    ...NO_ADVICE,
    ['net.ipv4.ip_forward', /^1$/, 'it does not route'],
    ['net.ipv6.conf.all.forwarding', /^1$/, 'it does not route'],
    ['net.ipv6.conf.all.accept_source_route', /^(0|-1)$/, 'a packet says by itself where it goes'],
    ['net.netfilter.nf_conntrack_tcp_loose', /^1$/, 'connections that it takes over are cut'],
  ],
  edge: [
    ...NO_ADVICE,
    ['net.ipv4.ip_forward', /^0$/, 'it is a way round the firewall'],
    ['net.ipv6.conf.all.forwarding', /^0$/, 'it is a way round the firewall'],
    ['net.ipv4.tcp_syncookies', /^[12]$/, 'half-open connections fill its memory'],
    ['net.ipv4.tcp_max_syn_backlog', /^\d{4,6}$/, 'a flood finds a short queue'],
    ['net.core.somaxconn', /^\d{4,6}$/, 'a flood finds a short queue'],
    ['net.ipv4.conf.all.arp_ignore', /^1$/, 'it answers for an address on the wrong interface'],
    ['net.ipv4.conf.all.arp_announce', /^2$/, 'neighbours learn an address of another network'],
  ],
  database: [['vm.swappiness', /^0$/, 'a node that waits for swap misses its heartbeats']],
} satisfies Record<string, [key: string, value: RegExp, why: string][]>;

function judge(tree: Tree, root: string, role: keyof typeof ROLES): Finding[] {
  const said = hostFiles(tree).settings.filter((each) => each.root === root);
  const host = root.split('/').at(-2);
  const wanted = ROLES[role] as [string, RegExp, string][];
  const rows = new Map(wanted.map((row) => [row[0], row]));
  return [
    ...said.flatMap(({ path, text, key, value }): Finding[] => {
      const row = rows.get(key);
      if (!row)
        return [
          {
            path,
            text,
            message: `${host} sets ${key || text}, which a ${role} needs for nothing`,
            fix: 'remove it, or correct the key',
          },
        ];
      return row[1].test(value)
        ? []
        : [
            {
              path,
              text,
              message: `${host} sets ${key} = ${value}: ${row[2]}`,
              fix: `write what ${row[1].source} takes`,
            },
          ];
    }),
    ...wanted
      .filter(([key]) => !said.some((each) => each.key === key))
      .map(([key, , why]) => ({
        path: said[0]?.path ?? root,
        message: `${host} does not set ${key}: ${why}`,
        fix: 'set it in etc/sysctl.d/',
      })),
  ];
}
