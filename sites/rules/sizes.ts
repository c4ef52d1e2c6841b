import { DATABASE_NODE, leastWorker } from '../capacity.ts';
import { bytes, sizeOf } from '../model.ts';
import { ROLES, type Role } from '../schema.ts';
import { eachSite, type Finding, hostsWith, type Rule, type SitePart } from './rule.ts';

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

export const sizeRules: Rule[] = [unused, databaseNode, worker];
