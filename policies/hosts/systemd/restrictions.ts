import { isYes, type Unit, words } from '../../reading/units.ts';
import type { UnitRow } from './unit-pack.ts';

const NAMESPACES: [id: string, name: string, what: string][] = [
  ['RestrictNamespaces_user', 'user', 'users'],
  ['RestrictNamespaces_pid', 'pid', 'processes'],
  ['RestrictNamespaces_net', 'net', 'networks'],
  ['RestrictNamespaces_uts', 'uts', 'host names'],
  ['RestrictNamespaces_mnt', 'mnt', 'mounts'],
  ['RestrictNamespaces_cgroup', 'cgroup', 'control groups'],
  ['RestrictNamespaces_ipc', 'ipc', 'shared memory'],
];

/** Whether a service may make a namespace of a kind: never said, it may. */
function mayMake(unit: Unit, kind: string): boolean {
  const said = words(unit, 'RestrictNamespaces') ?? ['no'];
  if (said.some(isYes)) return said.includes(kind);
  const denied = said.filter((each) => each.startsWith('~')).map((each) => each.slice(1));
  if (denied.length > 0) return !denied.includes(kind);
  return said.includes(kind) || said.includes('no');
}

/** Groups of calls that `@system-service` has not, or that are taken off it; the last is in part. */
const CALLS: [id: string, group: string, why: string][] = [
  ['SystemCallFilter_swap', '@swap', 'Swap on a file of its own is the memory of all, on a disk.'],
  ['SystemCallFilter_reboot', '@reboot', 'One call ends the host.'],
  ['SystemCallFilter_raw_io', '@raw-io', 'Ports of devices pass every file and every right.'],
  ['SystemCallFilter_obsolete', '@obsolete', 'What nobody calls is what nobody tests.'],
  ['SystemCallFilter_mount', '@mount', 'A mount over a file is that file for all who read it.'],
  ['SystemCallFilter_module', '@module', 'A module is the kernel.'],
  ['SystemCallFilter_debug', '@debug', 'Anybody who traces a process has its keys.'],
  ['SystemCallFilter_cpu_emulation', '@cpu-emulation', 'Old code of the kernel, with the holes of its time.'],
  ['SystemCallFilter_clock', '@clock', 'A clock that jumps stops databases and makes certificates end.'],
  ['SystemCallFilter_privileged', '@privileged', 'These are the calls of root.'],
];
/** Groups that are parts of `@privileged`. */
const OF_ROOT = ['@chown', '@clock', '@module', '@raw-io', '@reboot', '@swap'];
/** `@system-service` has some of the calls of root, and none of the other groups; what is said later counts. */
function mayCall(unit: Unit, group: string): boolean {
  const said = words(unit, 'SystemCallFilter') ?? [];
  if (said.every((each) => each.startsWith('~'))) return !said.includes(`~${group}`);
  const parts = group === '@privileged' ? [group, '@system-service', ...OF_ROOT] : [group];
  const open = new Set<string>();
  for (const each of said) {
    if (each === `~${group}`) open.clear();
    else if (each.startsWith('~')) open.delete(each.slice(1));
    else if (parts.includes(each)) open.add(each);
  }
  return open.size > 0;
}

const families = (unit: Unit): string[] | undefined => words(unit, 'RestrictAddressFamilies');
const ORDINARY = /^AF_(INET6?|UNIX|NETLINK|PACKET)$/;

/** Which calls of the kernel a service makes, and of which kinds. */
export const RESTRICTIONS: UnitRow[] = [
  ...NAMESPACES.map(
    ([id, name, what]): UnitRow => ({
      id,
      title: `a service makes no namespace of ${what}`,
      avoid: `RestrictNamespaces=${name}`,
      fix: 'write `RestrictNamespaces=`; write `RestrictNamespaces=yes`',
      why: 'In a namespace of its own it is root, which is where most holes of the kernel begin.',
      broken: (unit) => mayMake(unit, name) && `may make namespaces of ${what}`,
    }),
  ),
  ...CALLS.map(
    ([id, group, why]): UnitRow => ({
      id,
      title: `a service makes no call of ${group}`,
      avoid: `SystemCallFilter=${group}`,
      fix: `write \`SystemCallFilter=~${group}\``,
      why,
      broken: (unit) => mayCall(unit, group) && `may make calls of ${group}`,
    }),
  ),
  {
    id: 'RestrictAddressFamilies_AF_PACKET',
    title: 'a service reads no packets of others',
    avoid: 'RestrictAddressFamilies=AF_PACKET',
    fix: 'write `RestrictAddressFamilies=~AF_PACKET`',
    why: 'It hears and forges what passes the network of the host.',
    broken: (unit) => {
      const said = families(unit) ?? ['AF_PACKET'];
      return said.includes('AF_PACKET') && !said.includes('~AF_PACKET') && 'may read packets of others';
    },
  },
  {
    id: 'RestrictAddressFamilies_OTHER',
    title: 'a service speaks by the ordinary families of addresses',
    avoid: 'RestrictAddressFamilies=AF_VSOCK',
    fix: 'write `RestrictAddressFamilies=`; write `RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX`',
    why: 'Rare protocols of the kernel are its oldest holes.',
    broken: (unit) => {
      const said = families(unit) ?? ['~'];
      const rare = said.find((each) => !each.startsWith('~') && !ORDINARY.test(each));
      if (rare) return `may speak by ${rare}`;
      return said.length > 0 && said.every((each) => each.startsWith('~')) && 'may speak by any family';
    },
  },
];
