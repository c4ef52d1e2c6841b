import { DATABASE_NODE, leastWorker } from '../capacity.ts';
import { sizeOf } from '../derive.ts';
import { ROLES } from '../schema/choices.ts';
import type { Role } from '../schema/schema.ts';
import { Size } from '../size.ts';
import type { SitePart } from './parts.ts';
import { eachSite, type Finding, hostsWith, type Rule } from './rule.ts';

const unused: Rule = {
  code: 'size-unused',
  why: 'a size that no host has changes nothing, whatever it says',
  check: eachSite((site) => {
    if (!site.whole('hosts')) return [];
    return ROLES.filter((role) => site.sizes[role] && hostsWith(site, role).length === 0).map((role) => {
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

/**
 * What is installed on a host asks for this much, whatever the site is for; the rules below ask workers and database nodes for
 * more. Disks are those of the system: an image of Debian is 3 GiB, its guide asks for 4 GB, and updates need the place of one
 * more kernel and of all packages; nodes hold the images of two releases at once, and evict pods from 85 % on.
 * @see https://www.debian.org/releases/bookworm/amd64/ch03s04.en.html (512 MB of memory, 4 GB of disk)
 * @see https://github.com/kubernetes/kubernetes/blob/v1.35.4/cmd/kubeadm/app/constants/constants.go (ControlPlaneNumCPU 2, ControlPlaneMem 1700 MB)
 * @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/roles/kubernetes/preinstall/defaults/main.yml (minimal_node_memory_mb 1024)
 */
const LEAST: Record<Role, { cpus: number; memory: string; disk: string; because: string }> = {
  edge: {
    cpus: 1,
    memory: '2Gi',
    disk: '8Gi',
    because: 'HAProxy keeps 20,000 connections in 640 MiB beside the system',
  },
  bastion: { cpus: 1, memory: '512Mi', disk: '8Gi', because: 'Debian itself needs as much' },
  'control-plane': { cpus: 2, memory: '1700Mi', disk: '20Gi', because: 'kubeadm refuses a smaller one' },
  worker: { cpus: 1, memory: '1Gi', disk: '40Gi', because: 'kubelet itself needs as much' },
  database: { cpus: 1, memory: '1Gi', disk: '20Gi', because: 'Debian and the program need as much' },
};
/**
 * What no machine has: the memory that Linux can reach with four levels of pages, and the largest disk that is sold (122.88 TB).
 * @see https://docs.kernel.org/arch/x86/x86_64/mm.html (64 TB of direct mapping)
 */
const MOST = { memory: '64Ti', disk: '112Ti' };

const bounds: Rule = {
  code: 'size-bounds',
  why: 'the installer stops half-way, or the host fills up in its first days',
  check: eachSite((site) =>
    ROLES.flatMap((role) =>
      (['cpus', 'memory', 'disk'] as const).flatMap((key): Finding[] => {
        const value = site.sizes[role]?.[key];
        if (value === undefined || hostsWith(site, role).length === 0) return [];
        const at = [site.code, 'sizes', role, key];
        const number = (each: string | number) => (typeof each === 'number' ? each : Size.parse(each).bytes);
        const least = LEAST[role][key];
        const most = key === 'cpus' ? undefined : MOST[key];
        const has = `${role} hosts of ${site.code} have ${value} ${{ cpus: 'vCPU', memory: 'of memory', disk: 'of disk' }[key]}`;
        const because =
          key === 'disk' ? 'images, programs and their logs are kept there' : LEAST[role].because;
        const limit =
          number(value) < number(least)
            ? least
            : most !== undefined && number(value) > number(most)
              ? most
              : undefined;
        // Those that are asked for more are reported once.
        if (limit === undefined || (key !== 'disk' && limit === least && isJudged(site, role))) return [];
        const message =
          limit === least
            ? `${has}; ${least} are needed: ${because}`
            : `${has}, more than any machine (${most})`;
        return [
          {
            at,
            message,
            allowed: [most === undefined ? `${least} or more` : `${least} to ${most}`],
            fix: `write \`${key}: ${limit}\`${limit === least ? ' or more' : ' or less'}`,
            edit: { at, set: limit },
          },
        ];
      }),
    ),
  ),
};
const isJudged = (site: SitePart, role: Role): boolean =>
  (role === 'worker' && !!site.kubernetes) || (role === 'database' && !!site.database && !site.kubernetes);

const databaseNode: Rule = {
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

const worker: Rule = {
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
  const gibibytes = String(Size.bytes(least.memoryBytes));
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
    ...(Size.parse(size.memory).bytes < least.memoryBytes
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

export const sizeRules: Rule[] = [unused, bounds, databaseNode, worker];
