import type { AtHost } from '#constructs/at-site.ts';
import type { TextFile } from '#constructs/text-file.ts';
import { unit } from './systemd.ts';

/** When a host updates itself: on two days of the week, at a time of its own. */
export interface Window {
  days: string;
  hour: number;
  minute: number;
}
const DAYS = ['Mon,Thu', 'Tue,Fri', 'Wed,Sat'];
const FIRST_HOUR = 2;
const PER_HOUR = 2;
const PER_NIGHT = 24 * PER_HOUR;

/**
 * No two hosts of one role share a window, at one site or at two: a bad update meets one of them, and the others have a day
 * to be kept from it. Hosts of a site take turns by day, sites by half hours.
 */
export function upgradeWindow({ model, site, host }: AtHost): Window {
  const index = site.hosts.filter(({ role }) => role === host.role).indexOf(host);
  const turn = model.sites.indexOf(site) + model.sites.length * Math.floor(index / DAYS.length);
  const slot = (FIRST_HOUR * PER_HOUR + turn) % PER_NIGHT;
  return {
    days: DAYS[index % DAYS.length]!,
    hour: Math.floor(slot / PER_HOUR),
    minute: (slot % PER_HOUR) * (60 / PER_HOUR),
  };
}

/**
 * Security updates by themselves and nothing else; a restart only when the site's playbook is asked for it. An edge is
 * drained first and taken back afterwards, and where the other edge cannot take over, it is not updated.
 */
export function upgrades(at: AtHost): TextFile[] {
  const { days, hour, minute } = upgradeWindow(at);
  const two = (number: number) => String(number).padStart(2, '0');
  return [
    ['etc/apt/apt.conf.d/52fredu-upgrades', upgradeSettings()],
    [
      'etc/systemd/system/apt-daily-upgrade.timer.d/fredu.conf',
      unit('No two hosts of one kind update themselves at one time.', {
        Timer: {
          OnCalendar: ['', `${days} *-*-* ${two(hour)}:${two(minute)}:00`],
          RandomizedDelaySec: 0,
          // A host that slept through its window waits for the next, or it would meet another's.
          Persistent: 'false',
        },
      }),
    ],
    ...(at.host.role === 'edge'
      ? [
          [
            'etc/systemd/system/apt-daily-upgrade.service.d/fredu.conf',
            unit('An edge serves nobody while its programs are replaced.', {
              Service: {
                ExecStartPre: '/usr/local/sbin/fredu-drain updates',
                ExecStopPost: '/usr/local/sbin/fredu-undrain updates',
              },
            }),
          ] as TextFile,
        ]
      : []),
  ];
}

/** @see https://manpages.debian.org/bookworm/unattended-upgrades/unattended-upgrade.8.en.html */
const upgradeSettings = (): string =>
  [
    '// Security updates only: the pattern of the package, which takes point releases as well, is cleared.',
    '#clear Unattended-Upgrade::Origins-Pattern;',
    'Unattended-Upgrade::Origins-Pattern {',
    '  "origin=Debian,label=Debian-Security";',
    '};',
    'APT::Periodic::Update-Package-Lists "1";',
    'APT::Periodic::Unattended-Upgrade "1";',
    'APT::Periodic::AutocleanInterval "7";',
    '// Three hosts that restart at once are a lost site.',
    'Unattended-Upgrade::Automatic-Reboot "false";',
    'Unattended-Upgrade::Remove-Unused-Dependencies "true";',
    'Unattended-Upgrade::MinimalSteps "true";',
    '',
  ].join('\n');
