import { both, familyOf } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { FLOWS } from '#sites/traffic/flows.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { firstStarts } from '../reading/first-starts.ts';
import { hostsOfParty, sitesReached, sourcesSeen } from '../reading/parties.ts';
import { type Data, listOf } from '../reading/texts.ts';

export const signIn: Policy = {
  id: 'sign-in',
  title:
    'nobody signs in on a host but by a key that platform.yaml names, from where the table of flows leads, and never as root',
  why: 'Avoid: a password, root, a key of somebody who has left, an address that no flow names, forwarding beyond the bastion, an algorithm of another decade. Prefer: the keys of platform.yaml in a folder of root’s, AllowUsers with addresses. Rationale: sshd is the one door that must be open when everything else is broken; whoever gets in by it may do everything.',
  check: (model, tree) => [
    ...model.sites.flatMap((site) =>
      site.hosts.flatMap((host) => {
        const root = `${site.code}/hosts/${host.name}/etc/ssh/`;
        const [config, keys] = [`${root}sshd_config.d/10-fredu.conf`, `${root}authorized_keys.d/${USER}`];
        return [
          ...(tree.has(config)
            ? judge({ model, site, host }, config, tree.get(config)!)
            : [absent(host, config)]),
          ...(tree.has(keys) ? known(model, host, keys, tree.get(keys)!) : [absent(host, keys)]),
        ];
      }),
    ),
    ...strangers(model, tree),
    ...starts(model, tree),
  ],
};

/** The first user of Debian's images. */
const USER = 'debian';
const absent = ({ name }: Host, path: string): Finding => ({
  path,
  message: `${name} takes sshd’s defaults: passwords, and from anywhere`,
  fix: 'make the tree again with `npm run synth`',
});

/** @see https://manpages.debian.org/bookworm/openssh-server/sshd_config.5.en.html */
const SAID: [key: string, value: RegExp, why: string][] = [
  [
    'AuthorizedKeysFile',
    /^\/etc\/ssh\/authorized_keys\.d\/%u$/,
    'whoever is signed in may add keys of their own',
  ],
  ['AuthenticationMethods', /^publickey$/, 'something else than a key signs in'],
  ['PubkeyAuthentication', /^yes$/, 'no key signs in'],
  ['PasswordAuthentication', /^no$/, 'a password can be guessed'],
  ['KbdInteractiveAuthentication', /^no$/, 'a password can be guessed'],
  ['PermitRootLogin', /^no$/, 'nobody knows who root was'],
  ['PermitUserRC', /^no$/, 'a file of a user runs at sign-in'],
  ['PermitUserEnvironment', /^no$/, 'a file of a user changes how programs are found'],
  ['MaxAuthTries', /^[1-4]$/, 'keys are tried for long'],
  ['MaxStartups', /^\d+:\d+:\d+$/, 'strangers keep administrators out'],
  ['LoginGraceTime', /^([5-9]|[1-5]\d|60)$/, 'strangers keep administrators out'],
  ['X11Forwarding', /^no$/, 'a host reaches back to the screen of who signs in'],
  ['AllowAgentForwarding', /^no$/, 'keys of who signs in can be used from there'],
  ['AllowStreamLocalForwarding', /^no$/, 'sockets of the host are passed on'],
  ['PermitTunnel', /^no$/, 'it joins networks'],
  ['GatewayPorts', /^no$/, 'strangers reach what is forwarded'],
  ['ClientAliveInterval', /^([1-9]|[1-9]\d|[12]\d\d|300)$/, 'sessions stay that nobody sits at'],
  ['ClientAliveCountMax', /^[1-5]$/, 'sessions stay that nobody sits at'],
  [
    'KexAlgorithms',
    /^((sntrup761x25519-sha512(@openssh\.com)?|curve25519-sha256(@libssh\.org)?)(,|$))+$/,
    'the exchange of keys can be undone',
  ],
  [
    'Ciphers',
    /^((chacha20-poly1305@openssh\.com|aes(256|128)-gcm@openssh\.com)(,|$))+$/,
    'a cipher does not authenticate',
  ],
  ['MACs', /^(hmac-sha2-(512|256)-etm@openssh\.com(,|$))+$/, 'a sum is made before the cipher'],
  ['HostKeyAlgorithms', /^((ssh-ed25519|rsa-sha2-(512|256))(,|$))+$/, 'a host proves itself by SHA-1'],
  ['RequiredRSASize', /^(3072|4096)$/, 'short keys sign in'],
  ['LogLevel', /^VERBOSE$/, 'nobody can say by which key somebody came'],
];
const OTHER = new Set(['ListenAddress', 'AllowUsers', 'AllowTcpForwarding', 'PermitOpen']);

function judge(
  { model, site, host }: { model: Model; site: Site; host: Host },
  path: string,
  text: string,
): Finding[] {
  const lines = text
    .split('\n')
    .filter((line) => /^\s*[^#\s]/.test(line))
    .map((line) => {
      const [key = '', ...rest] = line.trim().split(/\s+/);
      return { key, value: rest.join(' ') };
    });
  const said = (key: string) => lines.filter((each) => each.key === key).map(({ value }) => value);
  const wrong = (key: string, message: string, fix: string): Finding => ({
    path,
    text: said(key).length > 0 ? key : undefined,
    message: `${host.name}: ${message}`,
    fix,
  });
  const from = sources({ model, site, host });
  const users = said('AllowUsers').join(' ').split(/\s+/).filter(Boolean);
  const isBastion = host.role === 'bastion';
  const forwarding = said('AllowTcpForwarding').join(' and ');
  return [
    ...SAID.filter(([key, value]) => said(key).length !== 1 || !value.test(said(key)[0]!)).map(
      ([key, value, why]) =>
        wrong(
          key,
          `${key} is ${said(key).join(' and ') || 'not said'}: ${why}`,
          `write what ${value.source.slice(0, 80)} takes, once`,
        ),
    ),
    ...lines
      .filter(({ key }) => !OTHER.has(key) && !SAID.some(([known]) => known === key))
      .map(({ key }) => wrong(key, `sshd is told ${key}, which no host needs`, 'remove it')),
    ...users
      .filter((user) => !from.some((address) => user === `${USER}@${address}`))
      .map((user) =>
        wrong(
          'AllowUsers',
          `${user} may sign in, and no flow of the table leads from there`,
          `AllowUsers ${from.map((each) => `${USER}@${each}`).join(' ')}`,
        ),
      ),
    ...from
      .filter((address) => !users.includes(`${USER}@${address}`))
      .map((address) =>
        wrong(
          'AllowUsers',
          `${address} is let through by the firewalls and not by sshd`,
          `add ${USER}@${address}`,
        ),
      ),
    ...(forwarding === (isBastion ? 'local' : 'no')
      ? []
      : [
          wrong(
            'AllowTcpForwarding',
            `AllowTcpForwarding is ${forwarding || 'not said'}${isBastion ? ': nothing behind it is reached' : ', and it is no bastion'}`,
            `AllowTcpForwarding ${isBastion ? 'local' : 'no'}`,
          ),
        ]),
    ...(isBastion && !/^\S+:\d+( \S+:\d+)*$/.test(said('PermitOpen').join(' '))
      ? [wrong('PermitOpen', 'it forwards to wherever it reaches', 'PermitOpen address:port …')]
      : []),
    ...said('ListenAddress')
      .map((socket) => socket.replace(/:22$/, '').replace(/^\[|\]$/g, ''))
      .filter((address) => !both(host.address).includes(address))
      .map((address) =>
        wrong(
          'ListenAddress',
          `sshd listens on ${address}, which is not its address among the hosts`,
          both(host.address).join(', '),
        ),
      ),
  ];
}

/** Where the table leads to this host's port of SSH from. */
function sources({ model, site, host }: { model: Model; site: Site; host: Host }): string[] {
  const families = new Set([...both(host.address), ...both(host.public)].map(familyOf));
  const all = FLOWS.filter(
    (flow) => flow.ports.some(({ port }) => port === 22) && hostsOfParty(flow.to, site).includes(host),
  ).flatMap((flow) =>
    model.sites
      .filter((from) => sitesReached(flow, model, from).includes(site))
      .flatMap((from) => sourcesSeen(flow.from, model, from, site)),
  );
  return [...new Set(all)].filter((address) => families.has(familyOf(address)));
}

const keysOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

function known({ administrators }: Model, { name }: Host, path: string, text: string): Finding[] {
  const keys = keysOf(text);
  return [
    ...keys
      .filter((key) => !administrators.keys.includes(key))
      .map((key) => ({
        path,
        text: key.split(' ').at(-1),
        message: `${name} lets in ${key.split(' ').at(-1)} by a key that platform.yaml does not name`,
        fix: 'remove it, or name it in platform.yaml',
      })),
    ...administrators.keys
      .filter((key) => !keys.includes(key))
      .map((key) => ({
        path,
        message: `${name} does not know the key of ${key.split(' ').at(-1)}`,
        fix: 'add it',
      })),
  ];
}

/** Files of keys of anybody else. */
const strangers = (model: Model, tree: Tree): Finding[] =>
  [...tree.keys()]
    .filter((path) => /\/etc\/ssh\/authorized_keys\.d\/[^/]+$/.test(path) && !path.endsWith(`/${USER}`))
    .filter(() => model.sites.length > 0)
    .map((path) => ({
      path,
      message: `${path.split('/').at(-1)} may sign in, and nobody of that name administers hosts`,
      fix: 'remove the file',
    }));

/** What a host starts with lets the same people in. */
const starts = (model: Model, tree: Tree): Finding[] =>
  firstStarts(tree).flatMap(({ path, host, text: whole, said }) => {
    const wrong = (text: string, message: string, fix: string): Finding => ({
      path,
      ...(whole.includes(text) ? { text } : {}),
      message: `${host} starts with ${message}`,
      fix,
    });
    const users = listOf(said?.users);
    return [
      ...(said?.ssh_pwauth === false ? [] : [wrong('ssh_pwauth', 'passwords', 'ssh_pwauth: false')]),
      ...(said?.disable_root === true
        ? []
        : [wrong('disable_root', 'a root that signs in', 'disable_root: true')]),
      ...(users.length === 1 && users[0].name === USER
        ? []
        : [
            wrong(
              'users',
              `the users ${users.map((user: Data) => user?.name ?? user).join(', ') || 'of the image'}`,
              `${USER} alone`,
            ),
          ]),
      ...users.flatMap((user: Data) => [
        ...(user?.lock_passwd === true
          ? []
          : [wrong('lock_passwd', `a password for ${user?.name}`, 'lock_passwd: true')]),
        ...(user?.passwd || user?.hashed_passwd || user?.plain_text_passwd
          ? [wrong('passwd', `a password for ${user?.name}`, 'remove it')]
          : []),
        ...(user?.sudo === 'ALL=(ALL) NOPASSWD:ALL' &&
        listOf(user?.groups).includes('sudo') &&
        user?.shell === '/bin/bash'
          ? []
          : [
              wrong(
                'sudo',
                `a ${user?.name} who cannot administer it (${String(user?.sudo)}, ${String(user?.shell)})`,
                'sudo: ALL=(ALL) NOPASSWD:ALL, shell: /bin/bash',
              ),
            ]),
        ...(String(listOf(user?.ssh_authorized_keys)) === String(model.administrators.keys)
          ? []
          : [
              wrong(
                'ssh_authorized_keys',
                'other keys than platform.yaml names',
                model.administrators.keys.map((key) => key.split(' ').at(-1)).join(', '),
              ),
            ]),
      ]),
    ];
  });
