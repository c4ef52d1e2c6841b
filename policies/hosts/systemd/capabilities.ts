import { type Unit, words } from '../../reading/units.ts';
import type { UnitRow } from './unit-pack.ts';

/** The groups of `systemd-analyze security`: its name of them, the capabilities, what they are for. */
const GROUPS: [id: string, capabilities: string, what: string, why: string][] = [
  ['SYS_TIME', 'SYS_TIME', 'sets the clock', 'A database node whose clock jumps stops itself.'],
  ['BPF', 'BPF', 'loads programs into the kernel', 'They see and change every packet and call.'],
  ['SYS_RAWIO', 'SYS_RAWIO', 'reaches devices and memory', 'It writes past every right of a file.'],
  ['SYS_PTRACE', 'SYS_PTRACE', 'traces other processes', 'It takes the keys out of their memory.'],
  ['SYS_NICE_RESOURCE', 'SYS_NICE SYS_RESOURCE', 'passes its limits', 'One loop starves the host.'],
  ['NET_ADMIN', 'NET_ADMIN', 'changes the network', 'Firewall, routes and addresses are its to change.'],
  [
    'NET_BIND_SERVICE_BROADCAST_RAW)',
    'NET_BIND_SERVICE NET_BROADCAST NET_RAW',
    'takes low ports and forges packets',
    'It answers in the place of the services of the host.',
  ],
  ['AUDIT', 'AUDIT_CONTROL AUDIT_READ AUDIT_WRITE', 'changes the audit log', 'It wipes out its own traces.'],
  ['SYS_ADMIN', 'SYS_ADMIN', 'administers the host', 'It is root in all but name.'],
  ['SYSLOG', 'SYSLOG', 'reads the log of the kernel', 'Addresses there help to break it.'],
  ['SYS_PACCT', 'SYS_PACCT', 'turns the accounting off', 'Nobody sees what ran.'],
  ['KILL', 'KILL', 'ends processes of others', 'One signal ends a database node.'],
  ['WAKE_ALARM', 'WAKE_ALARM', 'wakes the host up', 'No service of a server needs it.'],
  [
    'DAC_FOWNER_IPC_OWNER',
    'DAC_OVERRIDE DAC_READ_SEARCH FOWNER IPC_OWNER',
    'reads and writes files of others',
    'Every key on the host is such a file.',
  ],
  ['LINUX_IMMUTABLE', 'LINUX_IMMUTABLE', 'makes files that nobody removes', 'What it leaves stays.'],
  ['IPC_LOCK', 'IPC_LOCK', 'locks memory', 'What is locked is memory that nobody else has.'],
  ['SYS_MODULE', 'SYS_MODULE', 'loads modules', 'A module is the kernel.'],
  ['SYS_TTY_CONFIG', 'SYS_TTY_CONFIG', 'takes terminals', 'It reads what an administrator types.'],
  ['SYS_BOOT', 'SYS_BOOT', 'restarts the host', 'One call ends everything on it.'],
  [
    'SYS_CHROOT',
    'SYS_CHROOT',
    'changes its root',
    'With a root of its own it makes setuid programs do its work.',
  ],
  ['BLOCK_SUSPEND', 'BLOCK_SUSPEND', 'keeps the host awake', 'No service of a server needs it.'],
  ['LEASE', 'LEASE', 'holds files of others', 'Anybody who opens the file waits.'],
  ['MKNOD', 'MKNOD', 'makes devices', 'A device is the disk.'],
  [
    'CHOWN_FSETID_SETFCAP',
    'CHOWN FSETID SETFCAP',
    'gives files away',
    'It makes a program of its own one of root.',
  ],
  ['SET_UID_GID_PCAP', 'SETUID SETGID SETPCAP', 'becomes another user', 'It becomes root.'],
  ['MAC', 'MAC_ADMIN MAC_OVERRIDE', 'changes labels of files', 'What keeps it in is what it changes.'],
];

/** Those of a group that a service keeps: all where nothing is said, all but some where the first line says which not. */
function keeps(unit: Unit, group: string[]): string[] {
  const said = words(unit, 'CapabilityBoundingSet');
  if (!said) return group;
  const begins = !said[0]?.startsWith('~') ? [] : group;
  const kept = new Set(begins);
  for (const each of said) {
    const name = each.replace(/^~/, '');
    if (each.startsWith('~')) kept.delete(name);
    else if (group.includes(name)) kept.add(name);
  }
  return [...kept];
}

/** What of root a service could ever do. */
export const CAPABILITIES: UnitRow[] = GROUPS.map(([id, capabilities, what, why]): UnitRow => {
  const group = capabilities.split(' ').map((each) => `CAP_${each}`);
  return {
    id: `CapabilityBoundingSet_CAP_${id}`.replace(')', ''),
    title: `no service ${what}`,
    avoid: `CapabilityBoundingSet=${group[0]}`,
    fix: `write \`CapabilityBoundingSet=~${group.join(' ')}\``,
    why,
    broken: (unit) => {
      const kept = keeps(unit, group);
      return kept.length > 0 && `keeps ${kept.join(', ')}`;
    },
  };
});
