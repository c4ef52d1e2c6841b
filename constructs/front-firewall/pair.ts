import type { AtSite } from '#constructs/at-site.ts';
import type { TextFile } from '#constructs/text-file.ts';
import { both, FAMILIES } from '#sites/address.ts';
import type { HaproxyEdge } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import { routerId } from '../hosts/edge/bird.ts';
import { conntrackModule } from '../hosts/edge/edge-kernel.ts';
import { restarted, unit } from '../hosts/systemd.ts';
import { gateways, translated } from './crossings.ts';
import { FRONT_INTERFACES, frontNftables } from './nftables.ts';
import { vhids } from './pfsense.ts';

/** Addresses of the cable between the two: nobody else is on it, and none of them leaves it. */
const pairAddress = (index: number): string => `169.254.50.${index + 1}`;

/** Hands the connections over when the role changes. */
const STATE = '/usr/local/libexec/fredu-front-state';
const RANKS = [150, 100];
/** Connections that both remember: those of an edge pass once, not twice as there. */
const CONNTRACK_MAX = 131_072;

/**
 * Two hosts as one front firewall: VRRP holds the shared addresses, conntrackd keeps the other's table of connections, so that
 * none is lost when one takes over. Each file at its place, below `firewall1/` and `firewall2/`.
 */
export function frontPair(place: AtSite): TextFile[] {
  return RANKS.flatMap((priority, index) =>
    files(place, priority, pairAddress(index)).map(
      ([path, text]): TextFile => [`firewall${index + 1}/${path}`, text],
    ),
  );
}

function files(place: AtSite, priority: number, own: string): TextFile[] {
  return [
    ['etc/nftables.conf', frontNftables(place)],
    ['etc/keepalived/keepalived.conf', keepalived(place, priority)],
    ['etc/keepalived/world.d/00-none.conf', WORLD],
    ['etc/conntrackd/conntrackd.conf', conntrackd(own)],
    ['etc/systemd/network/10-fredu-pair.network', cable(own)],
    conntrackModule(),
    ['etc/sysctl.d/60-fredu-front.conf', kernel()],
    restarted('keepalived'),
    restarted('conntrackd'),
    ...(place.site.routing ? [['etc/bird/bird.conf', bird(place)] as TextFile, restarted('bird')] : []),
    [STATE.slice(1), state()],
  ];
}

const WORLD = `# The address that the provider routes our networks to is the provider's to say: a vrrp_instance in a file beside this one, with
# the priority of the others. Adverts are taken from inside alone, so it has \`interface ${FRONT_INTERFACES.public}\`, tracks ${FRONT_INTERFACES.world}, and its address ends with
# \`dev ${FRONT_INTERFACES.world}\`; on ${FRONT_INTERFACES.world} itself both firewalls would hold it.
`;

/** @see https://www.keepalived.org/manpage.html */
function keepalived(place: AtSite, priority: number): string {
  const shared = gateways(place).map((each, index) => ({
    ...each,
    name: `${each.zone}_${each.family}`,
    vrid: vhids(place)[index]!,
  }));
  const instances = shared.map(({ zone, family, name, address, length, vrid }) => {
    const device = FRONT_INTERFACES[zone];
    const addresses = [
      ...(family === 'ipv6' ? [`fe80::${vrid.toString(16)}/64`] : []),
      `${address}/${length}`,
    ];
    // For the translated addresses the active one answers on the edges' network.
    const excluded =
      zone === 'public' && family === 'ipv4' ? translated(place).map(({ outer }) => `${outer}/32`) : [];
    return `vrrp_instance ${name} {
  state BACKUP
  interface ${device}
  virtual_router_id ${vrid}
  priority ${priority}
  advert_int 1
  virtual_ipaddress {
${addresses.map((each) => `    ${each} dev ${device}\n`).join('')}  }
${
  excluded.length > 0
    ? `  virtual_ipaddress_excluded {\n${excluded.map((each) => `    ${each} dev ${device}\n`).join('')}  }\n`
    : ''
}}
`;
  });
  return `include /etc/keepalived/world.d/*.conf

global_defs {
  vrrp_version 3
  enable_script_security
  script_user root
}

vrrp_sync_group front {
  group {
${shared.map(({ name }) => `    ${name}\n`).join('')}  }
  track_interface {
    ${FRONT_INTERFACES.world}
  }
  notify_master "${STATE} master"
  notify_backup "${STATE} backup"
  notify_fault "${STATE} backup"
}

${instances.join('\n')}`;
}

const cable = (own: string): string =>
  unit('The cable to the other front firewall.', {
    Match: { Name: FRONT_INTERFACES.pair },
    Network: { Address: `${own}/30`, LinkLocalAddressing: 'no', IPv6AcceptRA: 'no' },
  });

/**
 * The group is joined where `IPv4_interface` is: with 0.0.0.0 that is where the default route goes, and neither hears the other.
 * @see https://conntrack-tools.netfilter.org/manual.html reliable multicast between two, over a cable of their own
 */
const conntrackd = (own: string): string => `Sync {
  Mode FTFW {
    DisableExternalCache no
  }
  Multicast {
    IPv4_address 225.0.0.50
    Group 3780
    IPv4_interface ${own}
    Interface ${FRONT_INTERFACES.pair}
    SndSocketBuffer 1249280
    RcvSocketBuffer 1249280
    Checksum on
  }
}

General {
  HashSize 32768
  HashLimit ${CONNTRACK_MAX}
  Syslog on
  LockFile /var/lock/conntrackd.lock
  UNIX {
    Path /var/run/conntrackd.ctl
  }
  NetlinkBufferSize 2097152
  NetlinkBufferSizeMaxGrowth 8388608
  Filter From Userspace {
    Protocol Accept {
      TCP
      UDP
      ICMP
    }
    Address Ignore {
      IPv4_address 127.0.0.1
      IPv6_address ::1
    }
  }
}
`;

const kernel = (): string => `# A firewall routes, in both families, and takes no advice on where to.
net.ipv4.ip_forward = 1
net.ipv6.conf.all.forwarding = 1
net.ipv4.conf.all.rp_filter = 1
net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.all.send_redirects = 0
net.ipv6.conf.all.accept_redirects = 0
net.ipv4.conf.all.accept_source_route = 0
net.ipv6.conf.all.accept_source_route = 0
# An address that the other firewall holds may be listened on already.
net.ipv4.ip_nonlocal_bind = 1
net.ipv6.ip_nonlocal_bind = 1
net.netfilter.nf_conntrack_max = ${CONNTRACK_MAX}
# Connections that were taken over are in the middle of their life.
net.netfilter.nf_conntrack_tcp_loose = 1
`;

/**
 * The other end of the edges' sessions: it learns where the service addresses are, and nothing else. After a session has failed it
 * takes the edge back within seconds, as that does: by its default it would refuse it for a minute, and the service addresses
 * would lead nowhere while their master holds them again.
 * @see https://bird.network.cz/?get_doc&v=20&f=bird-6.html#ss6.3 error wait time
 */
function bird({ model, site }: AtSite): string {
  const { asn, peer } = site.routing!;
  const edges = hostsOf(site, 'edge');
  const families = FAMILIES.filter((family) => model.anycast[family] && peer.address[family]);
  const sessions = families.flatMap((family) =>
    edges
      .filter((host) => host.public[family])
      .map(
        (host) => `protocol bgp ${host.name.replaceAll('-', '_')}_${family} {
  local ${peer.address[family]} as ${peer.asn};
  neighbor ${host.public[family]} as ${asn};
  hold time 9;
  keepalive time 3;
  connect retry time 2;
  error wait time 1, 5;
  bfd on;
  ${family} {
    import where net = ${model.anycast[family]}/${family === 'ipv4' ? 32 : 128};
    export none;
  };
}
`,
      ),
  );
  return `# ${site.code}: where the service addresses ${both(model.anycast).join(', ')} are
log syslog all;
router id ${routerId(peer.address, (site.edge as HaproxyEdge).gateway)};

protocol device {
}

${families.map((family) => `protocol kernel {\n  ${family} {\n    import none;\n    export where source = RTS_BGP;\n  };\n}\n`).join('\n')}
protocol bfd {
  interface "${FRONT_INTERFACES.public}" {
    min rx interval 100 ms;
    min tx interval 100 ms;
    multiplier 3;
  };
}

${sessions.join('\n')}`;
}

const state = (): string => `#!/bin/sh
# Keepalived says which role this firewall has now: master or backup.
set -eu
case $1 in
master)
  conntrackd -c    # what the other one knew becomes the kernel's
  conntrackd -f    # both caches are emptied
  conntrackd -R    # and filled again from the kernel
  conntrackd -B    # the other one learns all of it
  ;;
backup)
  conntrackd -t    # what is no longer renewed is soon forgotten
  conntrackd -n    # and everything is asked of the one that leads
  ;;
*)
  echo "usage: $0 master|backup" >&2
  exit 2
  ;;
esac
`;
