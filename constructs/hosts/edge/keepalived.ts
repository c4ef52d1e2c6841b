import { dirname } from 'node:path/posix';
import type { AtHost } from '#constructs/at-site.ts';
import type { TextFile } from '#constructs/text-file.ts';
import { addressesOf, BITS, FAMILIES, type Family, prefixLength } from '#sites/address.ts';
import type { Host, VirtualAddress } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import type { HaproxySite } from '#sites/site-kinds.ts';
import { EDGE_HEALTH } from './haproxy.ts';

/**
 * How fast the other edge takes over. An advert every 0.2 s costs nothing between two hosts and makes three missed ones
 * 0.6 s; the check runs every 2 s and may take 1 s.
 */
export const VRRP = {
  advertSeconds: 0.2,
  priority: 150,
  step: 50,
  check: { interval: 2, timeout: 1, fall: 1, rise: 2 },
} as const;
/** Says no while this edge is drained, or while nothing behind it is well. */
export const EDGE_CHECK = '/usr/local/libexec/fredu-edge-check';
/** Writes who is master where the node exporter reads it. */
const EDGE_STATE = '/usr/local/libexec/fredu-edge-state';
/**
 * Who keeps an edge drained, a mark each: a person, its own updates, the playbook. Each takes back its own only, and the edge serves
 * again when the last mark is gone.
 */
const MARKS = '/run/fredu/drained-by-';
export const drainedBy = (who: 'hand' | 'updates' | 'playbook'): string => `${MARKS}${who}`;
/** Where Debian's node exporter reads series of others. */
const TEXTFILES = '/var/lib/prometheus/node-exporter';

/**
 * Who of the edges holds which virtual address: VRRP version 3, unicast, one instance a family. Both families of an
 * address move together, so tracking belongs to the group – on a member, weighted tracking is ignored. Nobody starts as
 * master: a restarted edge first hears whether there is one.
 *
 * @see https://www.keepalived.org/manpage.html
 */
export function keepalived(at: AtHost<HaproxySite>): string {
  const { site, host } = at;
  const groups = (['app', 'api'] as const).map((name) => group(name, site.edge[name], at));
  return `global_defs {
  router_id ${host.name}
  vrrp_version 3
  enable_script_security
  script_user keepalived_script
  # After a healed split the loser steps back and the winner says again whose address it is.
  vrrp_higher_prio_send_advert true
  vrrp_garp_master_refresh 10
}

${groups.join('\n')}`;
}

function group(name: 'app' | 'api', virtual: VirtualAddress, at: AtHost<HaproxySite>): string {
  const { check } = VRRP;
  const families = FAMILIES.filter((family) => virtual.address[family]);
  const { interfaces } = at.site.edge;
  // An instance watches its own interface by itself; the app needs the way to the workers as well.
  const otherSide = name === 'app' ? `  track_interface {\n    ${interfaces.nodes}\n  }\n` : '';
  return `vrrp_script ${name}_served {
  script "${EDGE_CHECK} ${EDGE_HEALTH[name]}"
  interval ${check.interval}
  timeout ${check.timeout}
  fall ${check.fall}
  rise ${check.rise}
}

vrrp_sync_group ${name} {
  group {
${families.map((family) => `    ${name}_${family}\n`).join('')}  }
  track_script {
    ${name}_served
  }
${otherSide}}

${families.map((family) => instance(name, family, virtual, at)).join('\n')}`;
}

function instance(
  name: 'app' | 'api',
  family: Family,
  virtual: VirtualAddress,
  { model, site, host }: AtHost<HaproxySite>,
): string {
  const { interfaces } = site.edge;
  // The app's address stands on the network of the clients, the API's on that of the nodes.
  const [device, network, own] =
    name === 'app'
      ? [interfaces.public, site.networks.public[family], (each: Host) => each.public[family]]
      : [interfaces.nodes, site.networks.nodes[family], (each: Host) => each.address[family]];
  const rank = [virtual.master, ...virtual.backups].findIndex((each) => each.name === host.name);
  const peers = hostsOf(site, 'edge').filter((each) => each.name !== host.name);
  // Deprecated, so that the master's own questions leave from its own address: IPv6 would prefer the newest of a network.
  const lifetime = family === 'ipv6' ? ' preferred_lft 0' : '';
  const address = `${virtual.address[family]}/${prefixLength(network!)} dev ${device}${lifetime}`;
  const vrid = virtual.vrid[family];
  // VRRP for IPv6 advertises a link-local address first.
  const addresses = family === 'ipv6' ? [`fe80::${vrid.toString(16)}/64 dev ${device}`, address] : [address];
  const excluded =
    name === 'app' && family === FAMILIES.find((each) => virtual.address[each])
      ? addressesOf(model.anycast).map((one) => `${one.text}/${BITS[one.family]} dev lo`)
      : [];
  const block = (head: string, lines: string[]) =>
    lines.length === 0 ? '' : `  ${head} {\n${lines.map((line) => `    ${line}\n`).join('')}  }\n`;
  return `vrrp_instance ${name}_${family} {
  state BACKUP
  interface ${device}
  virtual_router_id ${vrid}
  priority ${VRRP.priority - rank * VRRP.step}
  advert_int ${VRRP.advertSeconds}
  unicast_src_ip ${own(host)}
${block(
  'unicast_peer',
  peers.map((peer) => own(peer)!),
)}${block('virtual_ipaddress', addresses)}${block('virtual_ipaddress_excluded', excluded)}  notify ${EDGE_STATE}
}
`;
}

/** The programs that keepalived calls, and the places that they need. */
export function keepalivedPrograms(): TextFile[] {
  return [
    [
      EDGE_CHECK.slice(1),
      `#!/bin/sh
# May this edge hold an address? Not while it is drained, and only while a server behind the balancer is well.
for mark in ${MARKS}*; do
  [ ! -e "$mark" ] || exit 1
done
exec curl --fail --silent --output /dev/null --max-time 0.9 "http://127.0.0.1:$1${EDGE_HEALTH.path}"
`,
    ],
    [
      EDGE_STATE.slice(1),
      `#!/bin/sh
# keepalived says: INSTANCE|GROUP name state priority. One file a VRRP instance, replaced as a whole.
[ "$1" = INSTANCE ] || exit 0
case $3 in MASTER) master=1 ;; *) master=0 ;; esac
case $3 in FAULT) fault=1 ;; *) fault=0 ;; esac
file=${TEXTFILES}/keepalived-$2.prom
{
  echo "keepalived_vrrp_master{vrrp=\\"$2\\"} $master"
  echo "keepalived_vrrp_fault{vrrp=\\"$2\\"} $fault"
  echo "keepalived_vrrp_changed_seconds{vrrp=\\"$2\\"} $(date +%s)"
} >"$file.new" && mv "$file.new" "$file"
`,
    ],
    [
      'usr/local/sbin/fredu-drain',
      `#!/bin/sh
# Takes this edge out before maintenance: its addresses and announcements go to the other within seconds. Safe to repeat.
# fredu-drain [hand|updates|playbook]: who keeps it so; only the same one takes it back.
set -eu
mkdir -p ${dirname(MARKS)}
: >"${MARKS}\${1:-hand}"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
  if ! grep -qs '_master{.*} 1$' ${TEXTFILES}/keepalived-*.prom; then
    echo "$(hostname) holds no address; fredu-undrain \${1:-hand} takes it back in"
    exit 0
  fi
  sleep 1
done
echo "$(hostname) still holds an address: is the other edge well?" >&2
exit 1
`,
    ],
    [
      'usr/local/sbin/fredu-undrain',
      `#!/bin/sh
# Lets this edge hold its addresses again, once its own checks pass and nobody else keeps it drained. Safe to repeat.
set -eu
rm -f "${MARKS}\${1:-hand}"
for mark in ${MARKS}*; do
  if [ -e "$mark" ]; then
    echo "$(hostname) stays drained by \${mark#${MARKS}}"
    exit 0
  fi
done
echo "$(hostname) may hold its addresses again"
`,
    ],
    [
      'etc/sysusers.d/keepalived-script.conf',
      '# Runs the checks of keepalived; nobody signs in as it.\nu keepalived_script - "Checks of keepalived" / \n'.replace(
        '/ \n',
        '/\n',
      ),
    ],
    [
      'etc/tmpfiles.d/fredu-edge.conf',
      `# The checks report where the node exporter reads; what they said before a restart of the host is over.
d ${TEXTFILES} 0775 prometheus keepalived_script -
r! ${TEXTFILES}/keepalived-*.prom
d /run/fredu 0755 root root -
`,
    ],
  ];
}
