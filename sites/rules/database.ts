import { type Family, familyOf, isPrivate as isUniqueLocal, rangeOf, toNumber } from '../address.ts';
import { commonFamily, databaseName } from '../derive.ts';
import { nearest } from '../load/near.ts';
import type { SurvivalGoal } from '../schema/schema.ts';
import { deal, REPLICAS, voterCeiling } from '../voters.ts';
import type { SitePart } from './parts.ts';
import { count, databaseHosts, eachSite, type Finding, list, type Rule, type RuleInput } from './rule.ts';

const nodes: Rule = {
  code: 'database-nodes',
  why: 'every other site joins two nodes of this one, so that one of them may be lost',
  check: eachSite((site) => {
    if (!site.database || site.kubernetes || !site.whole('hosts', 'kubernetes')) return [];
    const number = databaseHosts(site).length;
    if (number >= 2) return [];
    const message = `${site.code} has part of the database but ${count(number, 'host')} of role database; two are needed at least`;
    return [
      { at: [site.code, 'database'], message, fix: `add ${count(2 - number, 'host')} of \`role: database\`` },
    ];
  }),
};

const GOALS: SurvivalGoal[] = ['site-and-host', 'site', 'host'];
const LOST = {
  host: 'any one host',
  site: 'any one site',
  'site-and-host': 'any one site and one host more',
};

/** @see https://www.cockroachlabs.com/docs/stable/disaster-recovery-planning */
const survival: Rule = {
  code: 'survival',
  why: 'a range that lost its majority takes no more writes until its nodes are back',
  check({ platform, sites }) {
    const known = sites.every((site) => site.whole('hosts', 'database', 'kubernetes'));
    if (!platform.database || !known) return [];
    const { survive } = platform.database;
    const holders = sites.filter((site) => databaseHosts(site).length > 0);
    const nodes = holders.map((site) => databaseHosts(site).length);
    const sum = (goal: SurvivalGoal) =>
      deal(REPLICAS[goal], voterCeiling(REPLICAS[goal], goal), nodes).reduce(
        (total, each) => total + each,
        0,
      );
    const replicas = REPLICAS[survive];
    const ceiling = voterCeiling(replicas, survive);
    if (sum(survive) === replicas) return [];
    const each = holders.map((site, index) => `${site.code} ${Math.min(ceiling, nodes[index]!)}`);
    const room =
      holders.length > 0 ? `the sites can hold ${sum(survive)}: ${list(each)}` : 'no site has database nodes';
    const limit = survive === 'host' ? '' : `, at most ${ceiling} at one site`;
    const weaker = GOALS.slice(GOALS.indexOf(survive) + 1).find((goal) => sum(goal) === REPLICAS[goal]);
    const more = Math.ceil(replicas / ceiling) - holders.length;
    const small = holders.filter((_, index) => nodes[index]! < ceiling).map(({ code }) => code);
    const where = small.length > 0 ? ` at ${list(small).replace(' and ', ' or ')}` : '';
    const add =
      more > 0
        ? `add ${count(more, 'site')} with database nodes (an arbiter will do)`
        : `add ${count(replicas - sum(survive), 'database node')}${where}`;
    const at = ['platform', 'database', 'survive'];
    return [
      {
        at,
        message: `to lose ${LOST[survive]}, ${replicas} voters are needed${limit}; ${room}`,
        allowed: weaker ? GOALS.slice(GOALS.indexOf(weaker)) : undefined,
        lab: holders.length > 0,
        fix: weaker ? `${add}, or write \`survive: ${weaker}\`` : add,
        edit: weaker ? { at, set: weaker } : undefined,
      },
    ];
  },
};

const leasesUnknown: Rule = {
  code: 'leases-unknown',
  why: 'leases would rest wherever they happen to be',
  check: ({ platform, sites }) =>
    (platform.database?.leases ?? []).flatMap((code, index): Finding[] => {
      if (sites.some((site) => site.code === code)) return [];
      const at = ['platform', 'database', 'leases', index];
      const holders = sites.filter(({ database }) => database && !database.arbiter).map((site) => site.code);
      const may = holders.filter((each) => !platform.database!.leases.includes(each));
      const near = nearest(code, may);
      return [
        {
          at,
          message: `there is no site ${code}${near ? `; did you mean \`${near}\`?` : `: no file is named ${code}.yaml`}`,
          found: code,
          allowed: holders,
          fix: near ? `write \`${near}\`` : `remove it, or add ${code}.yaml`,
          edit: near ? { at, set: near } : { at, remove: true },
        },
      ];
    }),
};

const leasesHeld: Rule = {
  code: 'leases-held',
  why: 'a lease rests on a node, and an arbiter never holds one',
  check: ({ platform, sites }) =>
    (platform.database?.leases ?? []).flatMap((code, index): Finding[] => {
      const site = sites.find((each) => each.code === code);
      if (!site?.whole('database') || (site.database && !site.database.arbiter)) return [];
      const at = ['platform', 'database', 'leases', index];
      const [message, other] = site.database
        ? [`${code} is preferred for leases, but is an arbiter`, [code, 'database', 'arbiter']]
        : [`${code} is preferred for leases, but has no part of the database`, [code]];
      return [{ at, other, message, fix: 'remove it from `leases`', edit: { at, remove: true } }];
    }),
};

const leasesFew: Rule = {
  code: 'leases-few',
  why: 'when that site is lost, leases must have another place than an arbiter',
  check({ platform, sites }) {
    const { survive, leases = [] } = platform.database ?? {};
    if (!survive || survive === 'host' || leases.length !== 1) return [];
    const may = sites
      .filter(({ code, database }) => database && !database.arbiter && code !== leases[0])
      .map(({ code }) => code);
    const at = ['platform', 'database', 'leases'];
    const message = `\`survive: ${survive}\` lets ${leases[0]} be lost, and no other site may hold its leases`;
    const edit = may[0] ? { at, set: [leases[0]!, may[0]] } : undefined;
    return [
      {
        at,
        other: ['platform', 'database', 'survive'],
        message,
        fix: may[0] ? `write [${leases[0]}, ${may[0]}]` : 'add a site that may',
        edit,
      },
    ];
  },
};

/** Databases that CockroachDB makes itself, and the one in which pgbouncer takes commands. */
const TAKEN = [
  'system',
  'defaultdb',
  'postgres',
  'pgbouncer',
  'pg_catalog',
  'information_schema',
  'crdb_internal',
];

const name: Rule = {
  code: 'database-name',
  why: 'it would be given to the app, or its zone would be set twice',
  check({ platform: { domain, database } }) {
    if (!domain || !database) return [];
    const called = database.name ?? databaseName(domain);
    if (!TAKEN.includes(called)) return [];
    const at = database.name === undefined ? ['platform', 'domain'] : ['platform', 'database', 'name'];
    const message = `the database would be called \`${called}\`, as one that is there already`;
    const edit = { at: ['platform', 'database', 'name'], set: 'education' };
    return [{ at, message, fix: 'write `name: education` below `database`, or another name', edit }];
  },
};

const idle: Rule = {
  code: 'arbiter-idle',
  why: 'a vote tips the balance between two; beside fewer it is a copy that serves nobody',
  check({ sites }) {
    if (!sites.every((site) => site.whole('database', 'kubernetes', 'hosts'))) return [];
    // One that serves as well is reported by itself.
    const votes = (site: SitePart) => site.database?.arbiter && !site.kubernetes;
    const holders = sites.filter((site) => site.database && !votes(site));
    if (holders.length >= 2) return [];
    return sites.filter(votes).map(({ code }) => ({
      at: [code, 'database', 'arbiter'],
      message: `${code} is an arbiter, but ${holders.length === 0 ? 'no other site has' : `only ${holders[0]!.code} has`} the database: there is nothing to arbitrate`,
      fix: `remove the file ${code}.yaml, or add a second site with the database`,
    }));
  },
};

/** Voters of each site that has database nodes, as `voters` deals them: arbiters last. */
export function dealt({ platform, sites }: RuleInput): { site: SitePart; voters: number }[] | undefined {
  const known = sites.every((site) => site.whole('hosts', 'database', 'kubernetes'));
  if (!platform.database || !known) return undefined;
  const { survive } = platform.database;
  const replicas = REPLICAS[survive];
  const holders = sites
    .filter((site) => databaseHosts(site).length > 0)
    .toSorted((a, b) => Number(!!a.database?.arbiter) - Number(!!b.database?.arbiter));
  const counts = deal(
    replicas,
    voterCeiling(replicas, survive),
    holders.map((site) => databaseHosts(site).length),
  );
  if (counts.reduce((sum, each) => sum + each, 0) < replicas) return undefined; // reported as survival
  return holders.map((site, index) => ({ site, voters: counts[index]! }));
}

const voteless: Rule = {
  code: 'arbiter-voteless',
  why: 'an arbiter without a vote is paid for, and decides nothing when a site is lost',
  check(input) {
    const all = dealt(input) ?? [];
    const votes = all.filter(({ voters }) => voters > 0).map(({ site, voters }) => `${site.code} ${voters}`);
    const { survive } = input.platform.database ?? {};
    return all.flatMap(({ site: { code, database }, voters }): Finding[] => {
      if (voters > 0 || !database?.arbiter) return [];
      return [
        {
          at: [code, 'database', 'arbiter'],
          other: ['platform', 'database', 'survive'],
          message: `${code} is an arbiter without a vote: all ${REPLICAS[survive!]} of \`survive: ${survive}\` are at ${list(votes)}`,
          fix: survive === 'host' ? `remove ${code}.yaml, or write \`survive: site\`` : `remove ${code}.yaml`,
        },
      ];
    });
  },
};

const arbiter: Rule = {
  code: 'arbiter-serves',
  why: 'an arbiter votes and does nothing else, so that nothing else can take its vote away',
  check: eachSite((site) => {
    const { code, database } = site;
    const also = (['kubernetes', 'objects', 'edge'] as const).filter((key) => site[key]);
    if (!database?.arbiter || also.length === 0) return [];
    const at = [code, 'database', 'arbiter'];
    const has = list(also.map((key) => `\`${key}\``));
    const message = `${code} is an arbiter, but has ${has}`;
    return [
      {
        at,
        other: [code, also[0]!],
        message,
        fix: `remove this line, or ${has}`,
        edit: { at, remove: true },
      },
    ];
  }),
};

/** Networks that are not routed between sites. @see https://www.rfc-editor.org/rfc/rfc1918 https://www.rfc-editor.org/rfc/rfc6598 */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(rangeOf);
const isPrivate = (address: string): boolean => {
  if (familyOf(address) === 'ipv6') return isUniqueLocal(address);
  const value = toNumber(address);
  return PRIVATE.some(({ first, last }) => first <= value && value <= last);
};
const inFamily = (family: Family, value: string | string[] | undefined): string | undefined =>
  [value ?? []].flat().find((text) => familyOf(text) === family);

const reachable: Rule = {
  code: 'database-reachable',
  why: 'nodes of all sites dial each other, and private addresses end at the site',
  check: ({ sites }) => {
    const holders = sites.filter((site) => databaseHosts(site).length > 0);
    const networks = sites.flatMap(({ networks }) => (networks.nodes ? [networks.nodes] : []));
    const family = commonFamily(networks);
    // No family at all is reported as family-sites.
    if (holders.length < 2 || !family) return [];
    return holders.flatMap((site) =>
      databaseHosts(site).flatMap((key): Finding[] => {
        const host = site.hosts[key]!;
        const own = inFamily(family, host.address);
        if (inFamily(family, host.public) || (own ? !isPrivate(own) : family === 'ipv4')) return [];
        const message = own
          ? `${key} of ${site.code} carries a database node at the private address ${own}; other sites cannot dial it`
          : `${key} of ${site.code} carries a database node and has no IPv6, the one family that all sites share`;
        const fix =
          family === 'ipv4'
            ? 'add `public:` with a free IPv4 address of `networks.public`'
            : 'give it an IPv6 address that the world knows';
        return [{ at: [site.code, 'hosts', key], message, fix }];
      }),
    );
  },
};

export const databaseRules: Rule[] = [
  nodes,
  survival,
  leasesUnknown,
  leasesHeld,
  leasesFew,
  name,
  idle,
  voteless,
  arbiter,
  reachable,
];
