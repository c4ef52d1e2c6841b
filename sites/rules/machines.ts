import { nearest } from '../load/near.ts';
import type { HostInput, Role } from '../schema/schema.ts';
import { eachSite, type Finding, hostsWith, list, type Rule } from './rule.ts';

const unknown: Rule = {
  code: 'machine-unknown',
  why: 'what is lost together with a machine is derived from it',
  check: eachSite((site) => {
    if (!site.whole('machines')) return [];
    const machines = site.machines ?? [];
    return Object.entries(site.hosts).flatMap(([key, { machine }]): Finding[] => {
      const at = [site.code, 'hosts', key, 'machine'];
      if (machine === undefined && machines.length > 0) {
        const message = `${key} names no machine; ${site.code} has ${list(machines)}`;
        return [
          {
            at: at.slice(0, -1),
            message,
            allowed: machines,
            fix: `add \`machine: ${machines[0]}\`, or the one that carries it`,
          },
        ];
      }
      if (machine === undefined || machines.includes(machine)) return [];
      const near = nearest(machine, machines);
      return [
        {
          at,
          ...(machines.length > 0 ? { other: [site.code, 'machines'] } : {}),
          message: `${key} is on ${machine}, which is no machine of ${site.code}${near ? `; did you mean \`${near}\`?` : ''}`,
          found: machine,
          allowed: machines.length > 0 ? machines : undefined,
          fix: near
            ? `write \`machine: ${near}\``
            : machines.length > 0
              ? `add ${machine} to \`machines\``
              : 'remove it, or list every machine of the site in `machines`',
          edit: near
            ? { at, set: near }
            : machines.length > 0
              ? { at: [site.code, 'machines'], set: [...machines, machine] }
              : { at, remove: true },
        },
      ];
    });
  }),
};

const unused: Rule = {
  code: 'machine-unused',
  why: 'a machine without a host is a slip, or a machine that should carry one',
  check: eachSite((site) => {
    if (!site.whole('hosts')) return [];
    const used = new Set(Object.values(site.hosts).map(({ machine }) => machine));
    return (site.machines ?? []).flatMap((machine, index): Finding[] => {
      if (used.has(machine)) return [];
      const at = [site.code, 'machines', index];
      return [
        {
          at,
          message: `no host is on ${machine}`,
          fix: 'remove it, or put a host on it',
          edit: { at, remove: true },
        },
      ];
    });
  }),
};

/** Roles whose hosts stand in for each other. */
const APART: { role: Role; what: string; because: string }[] = [
  { role: 'control-plane', what: 'control planes', because: 'etcd loses two of its members with one plug' },
  {
    role: 'worker',
    what: 'workers',
    because: 'the database and the object store lose two replicas with one plug',
  },
  { role: 'database', what: 'database nodes', because: 'the site loses two database nodes with one plug' },
  { role: 'edge', what: 'edges', because: 'neither is left to take over' },
];

const shared: Rule = {
  code: 'machine-shared',
  why: 'what is to survive a machine must not be on it twice',
  check: eachSite(({ code, ...site }) =>
    APART.flatMap(({ role, what, because }) => {
      const first = new Map<string, string>();
      return hostsWith({ code, ...site }, role).flatMap((key): Finding[] => {
        const { machine } = site.hosts[key]!;
        const other = machine && first.get(machine);
        if (machine && !other) first.set(machine, key);
        if (!other) return [];
        const free = freeMachine(site.machines ?? [], Object.values(site.hosts), role);
        const at = [code, 'hosts', key, 'machine'];
        return [
          {
            at,
            other: [code, 'hosts', other, 'machine'],
            message: `the ${what} ${other} and ${key} are both on ${machine}: ${because}`,
            lab: true,
            fix: free ? `write \`machine: ${free}\`` : 'put it on another machine',
            edit: free ? { at, set: free } : undefined,
          },
        ];
      });
    }),
  ),
};

/** A machine that carries no host of a role: an edge goes where edges are, others where others are. */
function freeMachine(machines: string[], hosts: HostInput[], role: Role): string | undefined {
  const roles = (machine: string) =>
    hosts.filter((host) => host.machine === machine).map((host) => host.role);
  const free = machines.filter((machine) => !roles(machine).includes(role));
  const alike = (machine: string) => roles(machine).every((each) => (each === 'edge') === (role === 'edge'));
  return free.find((machine) => roles(machine).length > 0 && alike(machine)) ?? free.find(alike) ?? free[0];
}

export const machineRules: Rule[] = [unknown, unused, shared];
