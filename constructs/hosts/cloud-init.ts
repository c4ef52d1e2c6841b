import { stringify } from 'yaml';
import type { AtHost } from '#constructs/at-site.ts';
import type { TextFile } from '#constructs/text-file.ts';
import { access, USER } from './access.ts';
import { timeSources } from './clock.ts';
import { inCluster } from './files.ts';
import { shutdownDelay } from './shutdown.ts';
import { upgrades } from './upgrades.ts';

/** What cloud-init does beside what it does on every host. */
export interface More {
  /** Files that are there at the first start. @default none */
  files?: TextFile[];
  /** What is run once they are there, a program and its arguments each. @default none */
  commands?: string[][];
}

/**
 * The first start of a host, by cloud-init: who may sign in, nothing by password, the right time, updates that come by
 * themselves. Everything after that comes by the site's playbook, for cloud-init never runs this twice. There is nothing
 * secret in it.
 *
 * @see https://docs.cloud-init.io/en/latest/reference/modules.html
 */
export function cloudInit(at: AtHost, { files = [], commands = [] }: More = {}): string {
  const { model, site, host } = at;
  const early: TextFile[] = [
    ...access(at),
    ['etc/chrony/sources.d/fredu.sources', timeSources(model.time)],
    // The drain of an edge comes with the playbook; what needs it must not be there before.
    ...upgrades(at).filter(([path]) => !path.includes('.service.d/')),
    ...(inCluster(site, host) ? [shutdownDelay()] : []),
  ];
  const config = {
    hostname: host.name,
    fqdn: host.fqdn,
    prefer_fqdn_over_hostname: false,
    manage_etc_hosts: true,
    users: [
      {
        name: USER,
        groups: ['adm', 'sudo'],
        shell: '/bin/bash',
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        lock_passwd: true,
        ssh_authorized_keys: model.administrators.keys,
      },
    ],
    locale: 'C.UTF-8',
    ssh_pwauth: false,
    disable_root: true,
    // Firewalls let packages come over TLS only.
    apt: {
      primary: [{ arches: ['default'], uri: 'https://deb.debian.org/debian' }],
      security: [{ arches: ['default'], uri: 'https://deb.debian.org/debian-security' }],
    },
    package_update: true,
    package_upgrade: true,
    packages: ['chrony', 'python3', 'unattended-upgrades'],
    write_files: [...early, ...files].map(([path, content]) => ({
      path: `/${path}`,
      content,
      permissions: '0644',
    })),
    runcmd: [
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'reload-or-restart', 'ssh.service'],
      ['systemctl', 'restart', 'chrony.service', 'apt-daily-upgrade.timer'],
      // The playbook finds the same file and tells nobody; logind, which runs by now, has read the package's.
      ...(inCluster(site, host) ? [['systemctl', 'kill', '--signal=HUP', 'systemd-logind.service']] : []),
      ...commands,
    ],
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}
