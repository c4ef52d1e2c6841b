import type { Host, Model } from '#sites/model.ts';
import type { Finding, Policy } from '../law.ts';
import { type FirstStart, firstStarts } from '../reading/first-starts.ts';
import { type Data, listOf } from '../reading/texts.ts';

export const firstStart: Policy = {
  id: 'first-start',
  title:
    'every host starts as itself, from packages over TLS, with what it is given in place and taken up by the daemons that read it',
  why: 'Avoid: the name of a neighbour, a key that cloud-init passes over, a file without a reload behind it, packages from elsewhere. Prefer: the name of the model, the modules of cloud-init, a restart for each daemon whose file is written. Rationale: cloud-init runs once; what it left out is there for as long as the host lives, and is found when the host is made again in a hurry.',
  check: (model, tree) => {
    const hosts = new Map(
      model.sites.flatMap((site) => site.hosts.map((host): [string, Host] => [host.name, host])),
    );
    return firstStarts(tree).flatMap((start) => judge(model, hosts.get(start.host), start));
  },
};

/** Keys of cloud-init that hosts use. @see https://docs.cloud-init.io/en/latest/reference/modules.html */
const KEYS = [
  'hostname',
  'fqdn',
  'prefer_fqdn_over_hostname',
  'manage_etc_hosts',
  'users',
  'locale',
  'ssh_pwauth',
  'disable_root',
  'apt',
  'package_update',
  'package_upgrade',
  'packages',
  'write_files',
  'runcmd',
  'growpart',
];
/** What takes a file up. Files of units, and of sshd, chrony and the timers that are changed before they ran. */
const TAKEN: [file: RegExp, command: RegExp, what: string][] = [
  [
    /^\/etc\/ssh\/sshd_config\.d\//,
    /^systemctl (reload|restart|reload-or-restart) .*\bssh\.service/,
    'systemctl reload-or-restart ssh.service',
  ],
  [/^\/etc\/chrony\//, /^systemctl restart .*\bchrony\.service/, 'systemctl restart chrony.service'],
  [/^\/etc\/systemd\/system\//, /^systemctl daemon-reload$/, 'systemctl daemon-reload'],
  [
    /^\/etc\/systemd\/system\/apt-daily-upgrade\.timer\.d\//,
    /^systemctl restart .*\bapt-daily-upgrade\.timer/,
    'systemctl restart apt-daily-upgrade.timer',
  ],
  [
    /^\/etc\/systemd\/logind\.conf\.d\//,
    /^systemctl (kill|reload|restart) .*systemd-logind|^systemctl .*logind/,
    'systemctl kill -s HUP systemd-logind.service',
  ],
];
const PACKAGES = ['chrony', 'python3', 'unattended-upgrades'];

function judge(
  model: Model,
  host: Host | undefined,
  { path, host: name, text, said }: FirstStart,
): Finding[] {
  const wrong = (at: string, message: string, fix: string): Finding => ({
    path,
    ...(text.includes(at) ? { text: at } : {}),
    message: `${name}: ${message}`,
    fix,
  });
  if (!host) return [wrong(name, 'it starts, and no site has it', 'remove it, or name it in sites/')];
  if (typeof said !== 'object' || said === null)
    return [wrong(name, 'its first start says nothing', 'make the tree again with `npm run synth`')];
  const files = listOf(said.write_files);
  const commands = listOf(said.runcmd).map((each: Data) =>
    Array.isArray(each) ? each.join(' ') : String(each),
  );
  const same: [key: string, value: unknown, why: string][] = [
    ['hostname', host.name, 'it takes itself for another'],
    ['fqdn', host.fqdn, 'it takes itself for another'],
    [
      'prefer_fqdn_over_hostname',
      false,
      'its name is the long one, which no certificate and no inventory knows it by',
    ],
    ['manage_etc_hosts', true, 'it does not know its own name'],
    ['package_update', true, 'it starts with what its image had'],
    ['package_upgrade', true, 'it starts with the holes of its image'],
    ['locale', 'C.UTF-8', 'programs print in a language that scripts do not read'],
  ];
  return [
    ...(text.startsWith('#cloud-config\n')
      ? []
      : [
          wrong(
            '#cloud-config',
            'cloud-init does not take this for its configuration',
            'begin with #cloud-config',
          ),
        ]),
    ...Object.keys(said)
      .filter((key) => !KEYS.includes(key))
      .map((key) => wrong(key, `cloud-init passes over ${key}`, 'write a key of its modules')),
    ...same
      .filter(([key, value]) => said[key] !== value)
      .map(([key, value, why]) =>
        wrong(
          key,
          `${key} is ${said[key] === undefined ? 'not said' : String(said[key])}: ${why}`,
          `${key}: ${String(value)}`,
        ),
      ),
    ...PACKAGES.filter((each) => !listOf(said.packages).includes(each)).map((each) =>
      wrong('packages', `it starts without ${each}`, `add ${each}`),
    ),
    ...['primary', 'security'].flatMap((kind) => {
      const uris = listOf(said.apt?.[kind]).map((each: Data) => String(each.uri));
      return uris.length === 1 &&
        /^https:\/\/deb\.debian\.org\/debian(-security)?$/.test(uris[0]!) &&
        uris[0]!.endsWith('security') === (kind === 'security')
        ? []
        : [
            wrong(
              'apt',
              `its ${kind} packages come from ${uris.join(', ') || 'wherever the image says'}`,
              `https://deb.debian.org/debian${kind === 'security' ? '-security' : ''}`,
            ),
          ];
    }),
    ...files.flatMap((file: Data) => [
      ...(/^0[64][04][04]$/.test(String(file.permissions))
        ? []
        : [
            wrong(
              String(file.path),
              `${String(file.path)} has the mode ${String(file.permissions)}`,
              'permissions: "0644"',
            ),
          ]),
      ...(/^\/\S+$/.test(String(file.path)) && String(file.content ?? '').trim() !== ''
        ? []
        : [
            wrong(
              'write_files',
              `a file ${String(file.path)} is written with nothing in it, or nowhere`,
              'give it a path and a content',
            ),
          ]),
      ...TAKEN.filter(
        ([form, command]) => form.test(String(file.path)) && !commands.some((each) => command.test(each)),
      ).map(([, , what]) =>
        wrong('runcmd', `${String(file.path)} is written, and nothing takes it up`, what),
      ),
    ]),
    ...commands
      .filter(
        (each) =>
          !/^(systemctl (daemon-reload|reload-or-restart|restart|reload|kill|enable|start|mask|stop|disable|try-restart)|sysctl|systemd-tmpfiles|mount|udevadm|modprobe|networkctl)\b/.test(
            each,
          ),
      )
      .map((each) => wrong(each.split(' ')[0]!, `it runs \`${each}\``, 'run what a daemon is told by')),
    ...(model.time.length > 0 && files.some((file: Data) => String(file.path).startsWith('/etc/chrony/'))
      ? []
      : [wrong('write_files', 'it starts with the clock of its image', 'write /etc/chrony/sources.d/')]),
  ];
}
