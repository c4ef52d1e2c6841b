import { isYes, last, type Unit, words } from '../../reading/units.ts';
import type { UnitRow } from './unit-pack.ts';

const isRoot = (unit: Unit): boolean => {
  const user = last(unit, 'User') ?? '';
  return user === '' ? !isYes(last(unit, 'DynamicUser')) : ['root', '0'].includes(user);
};
/** A unit that starts before the file systems are there: what hides folders does not apply to it, says systemd. */
const isEarly = (unit: Unit): boolean => last(unit, 'DefaultDependencies') === 'no';

/** A setting that must be on. */
const on = (
  id: string,
  title: string,
  why: string,
  applies: (unit: Unit) => boolean = () => true,
): UnitRow => ({
  id,
  title,
  avoid: `${id}=no`,
  fix: `write \`${id}=yes\``,
  why,
  broken: (unit) => applies(unit) && !isYes(last(unit, id)) && `does not set ${id}=yes`,
});
/** A setting that must have one of some values. */
const one = (
  id: string,
  values: string[],
  { title, avoid, why }: { title: string; avoid: string; why: string },
  applies: (unit: Unit) => boolean = () => true,
): UnitRow => ({
  id,
  title,
  avoid: `${id}=${avoid}`,
  fix: `write \`${id}=${values[0]}\``,
  why,
  broken: (unit) =>
    applies(unit) && !values.includes(last(unit, id) ?? '') && `sets ${id}=${last(unit, id) ?? ''}`,
});
/** A setting whose default is right. */
const unless = (id: string, wrong: RegExp, right: string, title: string, why: string): UnitRow => ({
  id,
  title,
  avoid: `${id}=${wrong.source.replaceAll(/[\^$()]/g, '').split('|')[0]}`,
  fix: `write \`${id}=${right}\``,
  why,
  broken: (unit) => wrong.test(last(unit, id) ?? '') && `sets ${id}=${last(unit, id)}`,
});

/** What a service sees of its host, and who it is. @see https://manpages.debian.org/bookworm/systemd/systemd.exec.5.en.html */
export const PROTECTIONS: UnitRow[] = [
  {
    id: 'UserOrDynamicUser',
    title: 'a service has a user of its own, or is a root that may do nothing but read',
    avoid: 'a [Service] without User= that keeps capabilities',
    fix: 'write User= with the name of a user of its own',
    why: 'Anybody who breaks into a service of root has the host.',
    broken: (unit) =>
      isRoot(unit) &&
      (words(unit, 'CapabilityBoundingSet') ?? ['all']).some((each) => each !== 'CAP_DAC_READ_SEARCH') &&
      'runs as root with capabilities',
  },
  {
    id: 'SupplementaryGroups',
    title: 'a service is in no group but its own',
    avoid: 'SupplementaryGroups=adm',
    fix: 'write `SupplementaryGroups=`',
    why: 'A group reads and writes what its members do, the journal and devices for some.',
    broken: (unit) => {
      const groups = isRoot(unit) ? [] : (words(unit, 'SupplementaryGroups') ?? []);
      return groups.length > 0 && `is in the groups ${groups.join(', ')} beside its own`;
    },
  },
  on('NoNewPrivileges', 'a service never gains privileges', 'One setuid program of the host makes it root.'),
  {
    id: 'AmbientCapabilities',
    title: 'a service is given no capability',
    avoid: 'AmbientCapabilities=CAP_NET_ADMIN',
    fix: 'write `AmbientCapabilities=`',
    why: 'Every program that it starts has it as well.',
    broken: (unit) => {
      const given = words(unit, 'AmbientCapabilities') ?? [];
      return given.length > 0 && `is given ${given.join(', ')}`;
    },
  },
  one(
    'ProtectSystem',
    ['strict'],
    {
      title: 'a service writes to the folders that it names and to no other',
      avoid: 'full',
      why: 'It replaces programs, or leaves one that the next boot starts.',
    },
    (unit) => !isEarly(unit),
  ),
  one(
    'ProtectHome',
    ['yes', 'true', 'tmpfs'],
    {
      title: 'a service sees no home of anybody',
      avoid: 'read-only',
      why: 'Keys of administrators lie there.',
    },
    (unit) => !isEarly(unit),
  ),
  on(
    'PrivateTmp',
    'a service has a /tmp of its own',
    'Files of others there are read, and links laid for them.',
    (unit) => !isEarly(unit),
  ),
  on('PrivateDevices', 'a service sees no device', 'Disks and memory are files below /dev.'),
  on(
    'PrivateUsers',
    'a service of a user sees no other user',
    'A hole that makes it root makes it root of nothing then.',
    // A map of its own takes from root what it is root for: a disk, the files of others.
    (unit) => !isRoot(unit),
  ),
  on(
    'PrivateMounts',
    'what a service mounts is seen by itself alone',
    'A mount over /etc would be one for all.',
  ),
  on(
    'PrivateNetwork',
    'a service that needs no network has none',
    'What it has read leaves the host otherwise.',
    (unit) =>
      !(words(unit, 'RestrictAddressFamilies') ?? ['AF_INET']).some((each) => /^AF_INET6?$/.test(each)),
  ),
  one('ProtectProc', ['invisible', 'noaccess', 'ptraceable'], {
    title: 'a service sees no process of others',
    avoid: 'default',
    why: 'Arguments and environments hold secrets.',
  }),
  on('ProtectClock', 'a service does not set the clock', 'A database node whose clock jumps stops itself.'),
  on('ProtectHostname', 'a service does not rename its host', 'Certificates and alerts go by the name.'),
  on('ProtectControlGroups', 'a service does not move limits', 'It takes the memory of the others.'),
  on(
    'ProtectKernelLogs',
    'a service does not read the log of the kernel',
    'Addresses there help to break it.',
  ),
  on('ProtectKernelModules', 'a service loads no module', 'A module is the kernel.'),
  on(
    'ProtectKernelTunables',
    'a service sets no parameter of the kernel',
    'Forwarding and filters are such parameters.',
  ),
  on(
    'RestrictRealtime',
    'a service is scheduled like others',
    'One loop at real-time priority stops the host.',
  ),
  on('RestrictSUIDSGID', 'a service leaves no setuid program', 'Anybody who starts it later is root.'),
  on('LockPersonality', 'a service stays what it is to the kernel', 'Old personalities switch defences off.'),
  on('MemoryDenyWriteExecute', 'a service runs no code that it wrote', 'That is how a break-in goes on.'),
  on(
    'RemoveIPC',
    'a service of a user leaves no shared memory behind',
    'It stays until the next boot, and anybody who has the user reads it.',
    (unit) => !isRoot(unit),
  ),
  {
    id: 'SystemCallArchitectures',
    title: 'a service speaks to the kernel in one way',
    avoid: 'SystemCallArchitectures=x86',
    fix: 'write `SystemCallArchitectures=`; write `SystemCallArchitectures=native`',
    why: 'Filters of calls are passed by those of another architecture.',
    broken: (unit) => {
      const said = words(unit, 'SystemCallArchitectures') ?? [];
      return (
        !(said.length === 1 && said[0] === 'native') &&
        `speaks to the kernel by ${said.join(', ') || 'any architecture'}`
      );
    },
  },
  unless(
    'KeyringMode',
    /^(inherit|shared)$/,
    'private',
    'a service has a keyring of its own',
    'Keys of other services of the user are read.',
  ),
  unless(
    'Delegate',
    /^(yes|true|1|on)$/i,
    'no',
    'a service manages no control groups',
    'It takes itself out of its own limits.',
  ),
  unless(
    'NotifyAccess',
    /^(all)$/,
    'main',
    'children of a service do not speak for it',
    'A child says that all is well when the service is gone.',
  ),
  {
    id: 'UMask',
    title: 'what a service writes is changed by itself alone',
    avoid: 'UMask=0000',
    fix: 'write `UMask=0077`',
    why: 'Others of the host change its files, and with them what it does.',
    broken: (unit) => {
      const mask = Number.parseInt(last(unit, 'UMask') ?? '0022', 8);
      return (
        !((mask & 0o22) === 0o22) && `writes files that others may change (UMask=${last(unit, 'UMask')})`
      );
    },
  },
];
