import { DATABASE_NODE, leastWorker } from '../capacity.ts';
import { bytes, sizeOf } from '../model.ts';
import { nearest } from '../near.ts';
import type { HostInput, Role } from '../schema.ts';
import { eachSite, type Finding, hostsWith, list, type Rule, type SitePart } from './rule.ts';

/** First labels that stand in the platform's own zone. */
const SITE_CODES_RESERVED = ['ns1', 'ns2', 'platform', 'registry', 'www'];
/** First labels that stand in the zone of each site. */
const HOST_NAMES_RESERVED = ['api', 'ns1', 'ns2', 's3', 'www'];
/** @see https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const LABEL_MAX = 63;

const siteCode: Rule = {
  code: 'site-code',
  why: 'the code is a part of host names, DNS names and folder names',
  check: eachSite(({ code }) => {
    const at = [code];
    if (!/^[a-z][a-z0-9]{0,7}$/.test(code)) {
      const better = code
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, '')
        .slice(0, 8);
      const message = `the name of this file makes \`${code}\` the site's code, which is not 1 to 8 lower-case letters and digits, a letter first`;
      return [{ at, message, found: code, fix: `rename the file to ${better || 'lyn'}.yaml` }];
    }
    if (!SITE_CODES_RESERVED.includes(code)) return [];
    const message = `\`${code}\` cannot be a site's code: that name is the platform's own`;
    return [{ at, message, found: code, fix: 'rename the file' }];
  }),
};

const hostName: Rule = {
  code: 'host-name',
  why: 'names in DNS are at most that long, and each means one thing',
  check: eachSite(({ code, hosts }) =>
    Object.keys(hosts).flatMap((key): Finding[] => {
      const at = [code, 'hosts', key];
      const name = `${code}-${key}`;
      if (name.length > LABEL_MAX) {
        const message = `the host name ${name} has ${name.length} characters; ${LABEL_MAX} fit`;
        return [{ at, key: true, message, fix: `shorten it by ${name.length - LABEL_MAX}` }];
      }
      if (!HOST_NAMES_RESERVED.includes(key)) return [];
      const message = `\`${key}\` is a name of the site itself (${key}.${code}.…) and cannot be a host's`;
      return [{ at, key: true, message, fix: `give the host another name, such as \`${key}-host\`` }];
    }),
  ),
};

const machineUnknown: Rule = {
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

const machineUnused: Rule = {
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

const machineShared: Rule = {
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

const roleStray: Rule = {
  code: 'role-stray',
  why: 'a host with nothing to do is a slip in its role, or something is missing beside it',
  check: eachSite((site) => {
    const { code, edge, database, kubernetes } = site;
    if (!site.whole('edge', 'kubernetes', 'database')) return [];
    const lacks = {
      edge: edge?.kind === 'haproxy' ? undefined : `${code} has no edge of kind haproxy`,
      database: kubernetes
        ? `the workers of ${code} carry the database`
        : database
          ? undefined
          : `${code} has no \`database\``,
    };
    return (['edge', 'database'] as const).flatMap((role) => {
      const lack = lacks[role];
      if (!lack) return [];
      return hostsWith(site, role).map((key) => ({
        at: [code, 'hosts', key, 'role'],
        message: `${key} is of role ${role}, but ${lack}`,
        fix: `remove ${key} or change its role`,
        edit: { at: [code, 'hosts', key], remove: true as const },
      }));
    });
  }),
};

const sizeUnused: Rule = {
  code: 'size-unused',
  why: 'a size that no host has changes nothing, whatever it says',
  check: eachSite((site) => {
    if (!site.whole('hosts')) return [];
    return (Object.keys(site.sizes) as Role[])
      .filter((role) => hostsWith(site, role).length === 0)
      .map((role) => {
        const at = [site.code, 'sizes', role];
        return {
          at,
          key: true,
          message: `${site.code} has no ${role} host of this size`,
          fix: 'remove it',
          edit: { at, remove: true },
        };
      });
  }),
};

const nodeSize: Rule = {
  code: 'database-size',
  why: 'a starved node misses heartbeats, and its leases move to and fro',
  check: eachSite((site) => {
    if (!site.database || site.kubernetes || hostsWith(site, 'database').length === 0) return [];
    const { cpusMin, memoryBytesPerCpu } = DATABASE_NODE;
    const { cpus } = sizeOf(site.sizes, 'database');
    const least = { cpus: cpusMin, memoryBytes: Math.max(cpus, cpusMin) * memoryBytesPerCpu };
    return tooSmall(site, 'database', least, 'a database node needs 4 vCPU, and 4 GiB for each');
  }),
};

const workerSize: Rule = {
  code: 'worker-size',
  why: 'the site has to fit on its workers when one of them is lost',
  check: eachSite((site) => {
    if (!site.kubernetes || hostsWith(site, 'worker').length === 0) return [];
    const [database, objects] = [!!site.database, !!site.objects];
    const least = leastWorker({ database, objects });
    const { cpus } = sizeOf(site.sizes, 'worker');
    const memoryBytes = database
      ? Math.max(least.memoryBytes, cpus * DATABASE_NODE.memoryBytesPerCpu)
      : least.memoryBytes;
    const parts = [
      ...(database ? ['half for the database at 4 GiB a vCPU'] : []),
      `the rest for ${objects ? 'object store, ' : ''}app and system`,
    ];
    return tooSmall(site, 'worker', { cpus: least.cpus, memoryBytes }, parts.join(', '));
  }),
};

function tooSmall(
  site: SitePart,
  role: Role,
  least: { cpus: number; memoryBytes: number },
  because: string,
): Finding[] {
  const size = sizeOf(site.sizes, role);
  const at = (key: string) => [site.code, 'sizes', role, key];
  const gibibytes = `${least.memoryBytes / 2 ** 30}Gi`;
  return [
    ...(size.cpus < least.cpus
      ? [
          {
            at: at('cpus'),
            message: `${role} hosts of ${site.code} have ${size.cpus} vCPU; ${least.cpus} are needed: ${because}`,
            allowed: [`${least.cpus} or more`],
            fix: `write \`cpus: ${least.cpus}\``,
            edit: { at: at('cpus'), set: least.cpus },
          },
        ]
      : []),
    ...(bytes(size.memory) < least.memoryBytes
      ? [
          {
            at: at('memory'),
            message: `${role} hosts of ${site.code} have ${size.memory} of memory; ${gibibytes} are needed for ${Math.max(size.cpus, least.cpus)} vCPU: ${because}`,
            allowed: [`${gibibytes} or more`],
            fix: `write \`memory: ${gibibytes}\``,
            edit: { at: at('memory'), set: gibibytes },
          },
        ]
      : []),
  ];
}

export const hostRules: Rule[] = [
  siteCode,
  hostName,
  machineUnknown,
  machineUnused,
  machineShared,
  roleStray,
  sizeUnused,
  nodeSize,
  workerSize,
];
