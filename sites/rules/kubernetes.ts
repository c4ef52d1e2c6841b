import { familyOf, isPrivate } from '../address.ts';
import { appDemand, appRoom } from '../capacity.ts';
import { APP_BOUNDS, sizeOf } from '../derive.ts';
import type { HostInput } from '../schema/schema.ts';
import { Size } from '../size.ts';
import type { SitePart } from './parts.ts';
import { count, eachSite, type Finding, hostsWith, list, type Rule } from './rule.ts';

const controlPlane: Rule = {
  code: 'control-plane-count',
  why: 'etcd needs a majority of its members: an even number survives no more losses than one less',
  check: eachSite((site) => {
    if (!site.kubernetes || !site.whole('hosts')) return [];
    const number = hostsWith(site, 'control-plane').length;
    if (number >= 3 && number % 2 === 1) return [];
    const left = number - Math.floor(number / 2) - 1;
    const wanted = Math.max(3, number - 1);
    const message = `${site.code} has ${count(number, 'control-plane host')}, of which ${left > 0 ? left : 'none'} may be lost`;
    const fix =
      number < 3
        ? `add ${wanted - number}: three survive the loss of one`
        : `add one or remove one: ${wanted} survive as many losses as ${number}`;
    return [{ at: [site.code, 'hosts'], key: true, message, allowed: ['3, 5 or 7'], fix, lab: number > 0 }];
  }),
};

/** A replica of the object store on each of three; without it, one that is left when one is lost. */
const leastWorkers = ({ objects }: SitePart): number => (objects ? 3 : 2);

const workers: Rule = {
  code: 'worker-count',
  why: 'one worker may be lost at any time, and its pods go to the others',
  check: eachSite((site) => {
    if (!site.kubernetes || !site.whole('hosts', 'objects')) return [];
    const number = hostsWith(site, 'worker').length;
    const least = leastWorkers(site);
    if (number >= least) return [];
    const because = site.objects
      ? 'the object store keeps three replicas, one on each'
      : 'the site serves on while one is lost';
    const message = `${site.code} has ${count(number, 'worker')}; ${least} are needed: ${because}`;
    return [
      {
        at: [site.code, 'hosts'],
        key: true,
        message,
        allowed: [`${least} or more`],
        fix: `add ${least - number} of \`role: worker\``,
        lab: number > 0 && !site.objects,
      },
    ];
  }),
};

const bastion: Rule = {
  code: 'bastion-missing',
  why: 'the Kubernetes API and every dashboard are reached through a bastion only',
  check: eachSite((site) => {
    if (!site.kubernetes || !site.whole('hosts')) return [];
    const bastions = hostsWith(site, 'bastion');
    const { code } = site;
    if (bastions.length === 0) {
      const message = `${code} has a cluster but no bastion: nobody could reach it`;
      return [
        {
          at: [code, 'hosts'],
          key: true,
          message,
          fix: 'add a host of `role: bastion` with a public address',
        },
      ];
    }
    if (bastions.some((key) => isOpen(site.hosts[key]!))) return [];
    const [key] = bastions;
    const message = `${key} of ${code} has no public address for administrators to come to`;
    return [
      { at: [code, 'hosts', key!], message, fix: `add \`public:\` with an address of \`networks.public\`` },
    ];
  }),
};

/** It has a public address, or IPv6 only, of which its own address is one that the world knows. */
const isOpen = ({ public: open, address }: HostInput): boolean =>
  open !== undefined || [address].flat().every((each) => familyOf(each) === 'ipv6' && !isPrivate(each));

const missing: Rule = {
  code: 'kubernetes-missing',
  why: 'control planes, workers, the way in and the object store are parts of a cluster',
  check: eachSite((site): Finding[] => {
    const { code, database } = site;
    if (site.kubernetes || !site.whole('kubernetes')) return [];
    const hosts = [...hostsWith(site, 'control-plane'), ...hostsWith(site, 'worker')];
    // What an arbiter must not have is reported by itself.
    const keys = (['edge', 'objects'] as const).filter((key) => site[key] && !database?.arbiter);
    const parts = [
      ...(hosts.length > 0 ? [`${list(hosts)} (${hosts.length > 1 ? 'roles' : 'role'} of a cluster)`] : []),
      ...keys.map((key) => `\`${key}\``),
    ];
    if (parts.length === 0) return [];
    const at = hosts[0] ? [code, 'hosts', hosts[0], 'role'] : [code, keys[0]!];
    const message = `${code} has ${list(parts)}, but no \`kubernetes\``;
    return [
      { at, key: !hosts[0], message, fix: 'add `kubernetes: { pods: …, services: … }`, or remove these' },
    ];
  }),
};

const edgeMissing: Rule = {
  code: 'edge-missing',
  why: 'without one the app of the site is reached by nobody, and its zone of the object store has no endpoint',
  check: eachSite((site): Finding[] => {
    if (!site.kubernetes || site.edge || !site.whole('edge')) return [];
    const message = `${site.code} has a cluster but no edge`;
    return [{ at: [site.code, 'kubernetes'], message, fix: 'add `edge:` of kind haproxy or octavia' }];
  }),
};

const databaseMissing: Rule = {
  code: 'database-missing',
  why: 'the app of a site goes to the database through the nodes of its own site',
  check: eachSite((site): Finding[] => {
    if (!site.kubernetes || site.database || !site.whole('database')) return [];
    const message = `${site.code} serves the app but has no part of the database`;
    return [{ at: [site.code, 'kubernetes'], message, fix: 'add `database:` with a volume for each worker' }];
  }),
};

const bounds: Rule = {
  code: 'app-bounds',
  why: 'an autoscaler goes from the lower bound to the upper one',
  check: ({ platform }) =>
    (['api', 'web'] as const).flatMap((name): Finding[] => {
      const range = platform.app?.[name];
      if (!range || range.min <= range.max) return [];
      const at = ['platform', 'app', name, 'max'];
      const message = `app.${name} grows from ${range.min} pods to ${range.max}`;
      const fix = `write \`max: ${range.min}\` or more`;
      return [{ at, other: ['platform', 'app', name, 'min'], message, fix, edit: { at, set: range.min } }];
    }),
};

const mebibytes = ({ memoryBytes }: { memoryBytes: number }): number => memoryBytes / Size.mebibytes(1).bytes;

const room: Rule = {
  code: 'app-room',
  why: 'pods that fit nowhere stay pending, and the app stops growing when it has to',
  check({ platform, sites }) {
    if (!platform.whole('app')) return [];
    const app = { ...APP_BOUNDS, ...platform.app };
    const demand = appDemand({ app });
    return sites.flatMap((site): Finding[] => {
      const number = hostsWith(site, 'worker').length;
      if (!site.kubernetes || !site.whole('hosts', 'sizes', 'objects') || number < leastWorkers(site))
        return [];
      const { cpus, memory } = sizeOf(site.sizes, 'worker');
      const has = appRoom(number, { cpus, memoryBytes: Size.parse(memory).bytes });
      const short = (key: keyof typeof demand) => demand[key] > has[key];
      if (!short('milliCpus') && !short('memoryBytes')) return [];
      const left = `${count(number - 1, 'worker')} of ${site.code} ${number > 2 ? 'have' : 'has'}`;
      const what = short('milliCpus')
        ? `${demand.milliCpus / 1000} vCPU, and ${left} ${has.milliCpus / 1000} for it`
        : `${mebibytes(demand)} MiB, and ${left} ${mebibytes(has)} MiB for it`;
      const at = platform.app ? ['platform', 'app'] : [site.code, 'kubernetes'];
      return [
        {
          at,
          ...(platform.app ? { other: [site.code, 'kubernetes'] } : {}),
          message: `the app at its largest (${app.api.max} + ${app.web.max} pods, and a rollout) asks for ${what}`,
          lab: true,
          fix: `lower \`max\` in \`app\` of platform.yaml, or add or enlarge workers of ${site.code}`,
        },
      ];
    });
  },
};

export const kubernetesRules: Rule[] = [
  controlPlane,
  workers,
  bastion,
  missing,
  edgeMissing,
  databaseMissing,
  bounds,
  room,
];
