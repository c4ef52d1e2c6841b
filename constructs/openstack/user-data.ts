import { stringify } from 'yaml';
import type { Host, Model } from '../../sites/model.ts';

/** A disk that is to be found under a name of ours. */
export interface NamedDisk {
  /** The path that the model has for it. */
  device: string;
  /** Terraform's expression for the id that OpenStack gave its volume. */
  volumeId: string;
}

/**
 * What cloud-init does at the first start of a host: who may sign in, nothing by password, updates that come by themselves,
 * and the names of the data disks. Everything after that comes by the site's playbook, for OpenStack never runs this twice.
 *
 * @see https://docs.cloud-init.io/en/latest/reference/modules.html
 */
export function userData({ model, host, disks }: { model: Model; host: Host; disks: NamedDisk[] }): string {
  const config = {
    hostname: host.name,
    fqdn: host.fqdn,
    prefer_fqdn_over_hostname: false,
    manage_etc_hosts: true,
    users: ['default'],
    ssh_authorized_keys: model.administrators.keys,
    ssh_pwauth: false,
    disable_root: true,
    // Security groups let packages come over TLS only.
    apt: {
      primary: [{ arches: ['default'], uri: 'https://deb.debian.org/debian' }],
      security: [{ arches: ['default'], uri: 'https://deb.debian.org/debian-security' }],
    },
    package_update: true,
    package_upgrade: true,
    packages: ['chrony', 'python3', 'unattended-upgrades'],
    write_files: [
      file('/etc/ssh/sshd_config.d/10-fredu.conf', sshd(host)),
      file('/etc/apt/apt.conf.d/52fredu-upgrades', upgrades()),
      file(
        '/etc/chrony/sources.d/fredu.sources',
        model.time.map((server) => `server ${server} iburst\n`).join(''),
      ),
      ...(disks.length > 0
        ? [file('/etc/udev/rules.d/60-fredu-disks.rules', disks.map(diskRule).join(''))]
        : []),
    ],
    runcmd: [
      ['systemctl', 'reload-or-restart', 'ssh.service', 'chrony.service'],
      ...(disks.length > 0
        ? [
            ['udevadm', 'control', '--reload'],
            ['udevadm', 'trigger', '--subsystem-match=block', '--settle'],
          ]
        : []),
    ],
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}

const file = (path: string, content: string) => ({ path, content, permissions: '0644' });

/** Keys only, no root, and forwarding only where it is the way in. @see man 5 sshd_config */
function sshd(host: Host): string {
  const forwards = host.role === 'bastion';
  return [
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin no',
    'AuthenticationMethods publickey',
    'MaxAuthTries 3',
    'LoginGraceTime 20',
    'X11Forwarding no',
    'AllowAgentForwarding no',
    `AllowTcpForwarding ${forwards ? 'local' : 'no'}`,
    'ClientAliveInterval 60',
    'ClientAliveCountMax 3',
    '',
  ].join('\n');
}

/** A host restarts only when its site's playbook says so: three workers that restart at once are a lost site. */
const upgrades = (): string =>
  [
    'APT::Periodic::Update-Package-Lists "1";',
    'APT::Periodic::Unattended-Upgrade "1";',
    'Unattended-Upgrade::Automatic-Reboot "false";',
    '',
  ].join('\n');

/** Characters of a volume's id that a virtio disk has for a serial number. */
const SERIAL_LENGTH = 20;

/**
 * The disk of a volume under the name of the model, whatever bus it is on: a virtio disk shows the first characters of the
 * id, a SCSI disk all of them.
 */
function diskRule({ device, volumeId }: NamedDisk): string {
  const serial = `\${substr(${volumeId}, 0, ${SERIAL_LENGTH})}*`;
  const link = device.replace(/^\/dev\//, '');
  return ['ID_SERIAL', 'ID_SCSI_SERIAL']
    .map((key) => `SUBSYSTEM=="block", ENV{DEVTYPE}=="disk", ENV{${key}}=="${serial}", SYMLINK+="${link}"\n`)
    .join('');
}
