import type { AtHost } from '#constructs/at-site.ts';
import type { TextFile } from '#constructs/text-file.ts';
import { type Address, addressesOf, both, withPort } from '#sites/address.ts';
import type { Model } from '#sites/model.ts';
import { hasHaproxy } from '#sites/site-kinds.ts';
import { conversations } from '#sites/traffic/conversations.ts';
import type { Flow } from '#sites/traffic/flows.ts';
import { isRole } from '#sites/traffic/parties.ts';
import { PORTS } from '#sites/traffic/ports.ts';

/** Whom everybody signs in as: the first user of Debian's images; nobody has a password. */
export const USER = 'debian';
/** Public keys of the administrators, where root alone writes: who leaves is gone after the next run of the playbook. */
const AUTHORIZED_KEYS = `/etc/ssh/authorized_keys.d/${USER}`;

/** Who may sign in on a host, from where, and with what: a drop-in of sshd, and the keys that it reads. */
export function access(at: AtHost): TextFile[] {
  return [
    ['etc/ssh/sshd_config.d/10-fredu.conf', sshd(at)],
    [AUTHORIZED_KEYS.slice(1), authorizedKeys(at.model)],
  ];
}

/** One key a line, each with the name of its person at the end. */
const authorizedKeys = (model: Model): string =>
  [
    '# Administrators of the platform; sites/platform.yaml names them.',
    ...model.administrators.keys,
    '',
  ].join('\n');

/**
 * Keys only, no root, algorithms of this decade, and from nowhere that the table of flows does not name. Forwarding is the
 * bastion's work alone, and it forwards to nothing but what the table lets it reach.
 * @see https://manpages.debian.org/bookworm/openssh-server/sshd_config.5.en.html
 */
function sshd(at: AtHost): string {
  const { host } = at;
  const from = sources(at);
  const to = host.role === 'bastion' ? forwards(at) : [];
  return [
    `# ${host.name}: who may sign in, and from where`,
    ...listens(at).map((address) => `ListenAddress ${withPort(address, PORTS.ssh)}`),
    `AllowUsers ${from.map((address) => `${USER}@${address}`).join(' ')}`,
    `AuthorizedKeysFile ${AUTHORIZED_KEYS.replace(/[^/]+$/, '%u')}`,
    'AuthenticationMethods publickey',
    'PubkeyAuthentication yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin no',
    'PermitUserRC no',
    'PermitUserEnvironment no',
    'MaxAuthTries 3',
    'MaxStartups 10:30:60',
    'LoginGraceTime 20',
    'X11Forwarding no',
    'AllowAgentForwarding no',
    'AllowStreamLocalForwarding no',
    'PermitTunnel no',
    'GatewayPorts no',
    `AllowTcpForwarding ${to.length > 0 ? 'local' : 'no'}`,
    ...(to.length > 0 ? [`PermitOpen ${to.join(' ')}`] : []),
    'ClientAliveInterval 60',
    'ClientAliveCountMax 3',
    // A key exchange that a quantum computer of later cannot undo, else curve 25519; ciphers that authenticate.
    'KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org',
    'Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com',
    'MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com',
    'HostKeyAlgorithms ssh-ed25519,rsa-sha2-512,rsa-sha2-256',
    'RequiredRSASize 3072',
    'LogLevel VERBOSE',
    '',
  ].join('\n');
}

/** Only an edge stands in two networks, and only one of them is ours; elsewhere the firewall says who gets here. */
function listens({ site, host }: AtHost): string[] {
  if (!hasHaproxy(site)) return [];
  const { interfaces } = site.edge;
  const apart = interfaces.public !== interfaces.nodes;
  return apart && host.role === 'edge' ? both(host.address) : [];
}

/** The addresses and networks that a flow leads from to this host's port of SSH. */
function sources({ model, site, host }: AtHost): string[] {
  const found = conversations(model, site, speaksSsh)
    .filter(({ way, to }) => way === 'in' && to.hosts.includes(host))
    .flatMap(({ from }) => from.addresses);
  const families = new Set(
    [...addressesOf(host.address), ...addressesOf(host.public)].map(({ family }) => family),
  );
  return sorted(found.filter(({ family }) => families.has(family))).map(({ text }) => text);
}
const speaksSsh = ({ ports }: Flow): boolean => ports.some(({ port }) => port === PORTS.ssh);

/** What a bastion passes on: the hosts of its site, and the Kubernetes API. */
function forwards({ model, site, host }: AtHost): string[] {
  const found = conversations(
    model,
    site,
    ({ from, protocol }) => protocol === 'tcp' && isRole(from, host.role),
  )
    .filter(({ way }) => way === 'out')
    .flatMap(({ flow, to }) =>
      to.addresses.flatMap(({ family, text }) =>
        flow.ports.map(({ port }) => ({ family, text: withPort(text, port) })),
      ),
    );
  return sorted(found).map(({ text }) => text);
}

/** Each once, IPv4 first, then by text. */
const sorted = (addresses: Address[]): Address[] =>
  [...new Map(addresses.map((each) => [each.text, each])).values()].sort((a, b) =>
    `${a.family} ${a.text}` < `${b.family} ${b.text}` ? -1 : 1,
  );
