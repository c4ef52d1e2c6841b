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
