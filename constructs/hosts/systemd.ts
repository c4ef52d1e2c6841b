import type { TextFile } from '#constructs/text-file.ts';
/** The settings of one section, in order; a list repeats its key, which is how systemd adds to a setting. */
export type Section = Record<string, string | number | readonly string[]>;

/**
 * A unit file.
 * @see https://manpages.debian.org/bookworm/systemd/systemd.unit.5.en.html
 */
export const unit = (why: string, parts: Record<string, Section>): string => `# ${why}\n\n${sections(parts)}`;

/** The sections of a file of systemd, which are the same for units, networks and settings. */
export function sections(parts: Record<string, Section>): string {
  const texts = Object.entries(parts).map(([name, settings]) =>
    [
      `[${name}]`,
      ...Object.entries(settings).flatMap(([key, value]) =>
        (Array.isArray(value) ? value : [value]).map((each) => `${key}=${each}`),
      ),
    ].join('\n'),
  );
  return `${texts.join('\n\n')}\n`;
}

/**
 * A daemon of Debian is started again whatever it dies of, however often: of its own units bird's gives up after some ends,
 * keepalived's and conntrackd's after any, HAProxy's after five within ten seconds. One that stays dead is noticed when the other fails.
 * @see https://manpages.debian.org/bookworm/systemd/systemd.service.5.en.html#OPTIONS (Restart=)
 */
export const restarted = (
  daemon: 'bird' | 'chrony' | 'conntrackd' | 'haproxy' | 'keepalived' | 'prometheus-node-exporter',
  more: { Unit?: Section } = {},
): TextFile => [
  `etc/systemd/system/${daemon}.service.d/fredu.conf`,
  unit('It is started again whatever it dies of, however often.', {
    Unit: { StartLimitIntervalSec: 0, ...more.Unit },
    Service: { Restart: 'always', RestartSec: 2 },
  }),
];

/**
 * What a service that needs a network, one folder and nothing else gives up.
 * @see https://manpages.debian.org/bookworm/systemd/systemd.exec.5.en.html
 */
export const HARDENED = {
  NoNewPrivileges: 'yes',
  CapabilityBoundingSet: '',
  AmbientCapabilities: '',
  ProtectSystem: 'strict',
  ProtectHome: 'yes',
  PrivateTmp: 'yes',
  PrivateDevices: 'yes',
  PrivateUsers: 'yes',
  PrivateMounts: 'yes',
  ProtectProc: 'invisible',
  ProtectClock: 'yes',
  ProtectHostname: 'yes',
  ProtectControlGroups: 'yes',
  ProtectKernelLogs: 'yes',
  ProtectKernelModules: 'yes',
  ProtectKernelTunables: 'yes',
  RestrictNamespaces: 'yes',
  RestrictRealtime: 'yes',
  RestrictSUIDSGID: 'yes',
  LockPersonality: 'yes',
  MemoryDenyWriteExecute: 'yes',
  RemoveIPC: 'yes',
  SystemCallArchitectures: 'native',
  SystemCallFilter: ['@system-service', '~@privileged'],
  SystemCallErrorNumber: 'EPERM',
  UMask: '0077',
} as const satisfies Section;
