import { largestGap, POOL_MIN } from '../pool.ts';
import { ROLES } from '../schema/choices.ts';
import type { Role } from '../schema/schema.ts';
import { count, eachSite, type Finding, hostsWith, type Rule } from './rule.ts';

const octavia: Rule = {
  code: 'octavia-openstack',
  why: 'Octavia is a service of OpenStack and runs nowhere else',
  check: eachSite((site) => {
    if (site.edge?.kind !== 'octavia' || site.openstack || !site.whole('openstack')) return [];
    const message = `the edge of ${site.code} is Octavia, but the site is in no OpenStack`;
    return [
      {
        at: [site.code, 'edge', 'kind'],
        message,
        fix: 'add `openstack:`, or write `kind: haproxy` and edges',
      },
    ];
  }),
};

const floating: Rule = {
  code: 'balancer-public',
  why: 'the world reaches the app, and nothing but the app',
  check: eachSite(({ code, edge }) => {
    if (edge?.kind !== 'octavia') return [];
    const missing: Finding[] = edge.app.public
      ? []
      : [
          {
            at: [code, 'edge', 'app'],
            message: `the app balancer of ${code} has no floating address`,
            fix: 'add `public:` with a free address of `networks.public`',
          },
        ];
    const open = (['api', 'database'] as const)
      .filter((name) => edge[name].public)
      .map((name) => {
        const at = [code, 'edge', name, 'public'];
        const what = name === 'api' ? 'the Kubernetes API' : 'the database';
        const message = `a floating address would open ${what} of ${code} to the world`;
        return {
          at,
          message,
          fix: 'remove it; administrators go through the bastion',
          edit: { at, remove: true as const },
        };
      });
    return [...missing, ...open];
  }),
};

const flavor: Rule = {
  code: 'flavor-missing',
  why: 'OpenStack makes a host from a flavor; processors and memory alone say nothing to it',
  check: eachSite((site) => {
    if (!site.openstack || !site.whole('hosts', 'sizes')) return [];
    const roles = [...new Set(Object.values(site.hosts).map(({ role }) => role))];
    return roles
      .filter((role) => !site.sizes[role]?.flavor)
      .map((role) => {
        const { code } = site;
        const at = site.sizes[role] ? [code, 'sizes', role] : [code, 'openstack'];
        const number = hostsWith(site, role).length;
        const fix = site.sizes[role]
          ? 'add `flavor:` with the name that this OpenStack gives to that size'
          : `add \`${role}: { cpus: …, memory: …, flavor: … }\` to \`sizes\``;
        return {
          at,
          key: true,
          message: `${count(number, `${role} host`)} of ${code} ${number > 1 ? 'have' : 'has'} no flavor`,
          fix,
        };
      });
  }),
};

const flavorStray: Rule = {
  code: 'flavor-stray',
  why: 'outside OpenStack nothing reads it',
  check: eachSite((site) => {
    if (site.openstack || !site.whole('openstack')) return [];
    return ROLES.filter((role) => site.sizes[role]?.flavor).map((role) => {
      const at = [site.code, 'sizes', role, 'flavor'];
      return {
        at,
        message: `${site.code} is in no OpenStack, but its ${role} hosts have a flavor`,
        fix: 'remove it, or add `openstack:`',
        edit: { at, remove: true },
      };
    });
  }),
};

/** Roles that the scheduler must keep on different hypervisors. */
const SPREAD: Role[] = ['control-plane', 'worker'];

const hypervisors: Rule = {
  code: 'hypervisors-few',
  why: 'two of them on one hypervisor are lost together, whatever the server group says',
  check: eachSite((site) => {
    const { code, openstack } = site;
    if (!openstack || !site.whole('hosts')) return [];
    const most = SPREAD.map((role) => ({ role, number: hostsWith(site, role).length })).sort(
      (a, b) => b.number - a.number,
    )[0]!;
    const needed = Math.min(3, most.number);
    if (openstack.hypervisors >= needed) return [];
    const at = [code, 'openstack', 'hypervisors'];
    const message = `${code} has ${count(openstack.hypervisors, 'hypervisor')} for ${count(most.number, `${most.role} host`)}; ${needed} are needed to lose one host at a time`;
    return [
      {
        at,
        message,
        allowed: [`${needed} or more`],
        lab: true,
        fix: `write \`hypervisors: ${needed}\` if that is true, or use another OpenStack`,
        edit: { at, set: needed },
      },
    ];
  }),
};

const designate: Rule = {
  code: 'designate-servers',
  why: 'resolvers come from the zone of the platform, which has to know where the site keeps its own',
  check: eachSite((site, { platform }): Finding[] => {
    const { code, openstack } = site;
    if (!openstack || !platform.dns || !!openstack.designate === !!openstack.nameServers) return [];
    const at = [code, 'openstack', openstack.designate ? 'designate' : 'nameServers'];
    return openstack.designate
      ? [
          {
            at,
            message: `${code} keeps its zone in Designate, but nothing leads to it`,
            fix: 'add `nameServers:` with those of Designate',
          },
        ]
      : [
          {
            at,
            key: true,
            message: `${code} names the name servers of Designate, but keeps no zone there`,
            fix: 'add `designate: true`, or remove this line',
            edit: { at, remove: true },
          },
        ];
  }),
};

const balancers: Rule = {
  code: 'balancers-stray',
  why: 'a network that nothing is in is a slip, or an edge of the wrong kind',
  check: eachSite((site) => {
    const { code, edge, networks } = site;
    if (!networks.balancers || edge?.kind === 'octavia' || !site.whole('edge')) return [];
    const at = [code, 'networks', 'balancers'];
    const message = `${code} has a network of load balancers, but no edge of kind octavia`;
    return [{ at, message, fix: 'remove it', edit: { at, remove: true } }];
  }),
};

const room: Rule = {
  code: 'openstack-room',
  why: 'its DHCP servers, and the two machines behind each balancer, have addresses of that network beside those that are written',
  check: eachSite((site, { addressMap }) => {
    if (!site.openstack || !site.whole('hosts', 'edge')) return [];
    return (['nodes', 'balancers'] as const).flatMap((name) =>
      addressMap.networks(site, name).flatMap(({ at, label, text, first, last }): Finding[] => {
        const taken = addressMap.addresses.filter(
          ({ at: [code], home }) => code === site.code && home?.name === name,
        );
        const { size } = largestGap(
          text,
          taken.map((each) => each.text),
        );
        const needed = POOL_MIN[name];
        if (last - first >= 3n && size >= BigInt(needed)) return [];
        const message = `${label} is ${text}: ${size} addresses in a row are free in it, and OpenStack needs ${needed}`;
        return [{ at, message, fix: `write a larger network, such as a /${needed > 4 ? 27 : 28}` }];
      }),
    );
  }),
};

export const openstackRules: Rule[] = [
  room,
  octavia,
  floating,
  designate,
  balancers,
  flavor,
  flavorStray,
  hypervisors,
];
