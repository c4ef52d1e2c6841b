import type { Tree } from '#policies/law.ts';
import {
  durationSeconds,
  nodes,
  zones as rangeZones,
  region,
  setting,
} from '#policies/reading/database-tree.ts';
import { dnsRecords } from '#policies/reading/dns-records.ts';
import { procedureFiles } from '#policies/reading/object-store-tree.ts';
import { type Data, ofKind } from '#policies/reading/objects.ts';
import { ofType, stacks } from '#policies/reading/openstack-tree.ts';
import { listOf } from '#policies/reading/texts.ts';
import type { Host, Model } from '#sites/model.ts';
import { type Cluster, clusterOf } from './cluster.ts';
import { type ObjectZone, objectZoneOf } from './object-zone.ts';
import type { Placement } from './ranges.ts';
import { firewallsOf, type WayIn, wayInOf } from './way-in.ts';

/**
 * The platform as the artefacts make it, reduced to what a failure can change: who stands where, who votes on what, who
 * leads whom where. Read from the rendered text; from the model come only its rows (which hosts a machine carries).
 */
export interface World {
  domain: string;
  sites: WorldSite[];
  /** Zones of the database that place replicas differently, each with what it is for. */
  ranges: { targets: string[]; placement: Placement }[];
  /** After which a node that is gone is replaced inside its site. */
  deadAfterSeconds: number;
  licence: 'free' | 'enterprise';
  /** Servers of the zone of the domain, and how long others remember what they said. */
  names: { servers: string[]; ttlSeconds: number };
  time: string[];
  /** Hosts that say which of these answer them. */
  timeTold: ReadonlySet<string>;
  /** How long public certificates are still good when the first attempt to renew them fails; none where nobody renews any. */
  renewSeconds?: number;
  /** Whether an address of all sites leads to whichever announces it. */
  anycast: boolean;
  /** Where backups of the database go: the host of an object store. */
  backups?: string;
  procedures: Procedure[];
}
/** What a person carries out, step by step. */
interface Procedure {
  id: string;
  site: string;
  title: string;
  path: string;
  /** What its steps may take together until a run of it gives up; those of a person among them. */
  seconds: number;
  /** Of these, how long it waits for a person. */
  personSeconds: number;
}
export interface WorldSite {
  index: number;
  code: string;
  hosts: { name: string; machine: string; role: string }[];
  /** Hosts that run a node of the database. */
  nodes: string[];
  firewalls: string[];
  resolvers: string[];
  wayIn?: WayIn;
  cluster?: Cluster;
  zone?: ObjectZone;
}

/** The files that any part of this reads, which are a ninth of the tree. */
const READ =
  /\/kubernetes\/.*\/(deployment|statefulset|daemonset|horizontalpodautoscaler|poddisruptionbudget|cephcluster|cephobject|configmap-cockroachdb-nodes\.|certificate-)|\/(hosts|plans|inventory\/kubespray|openstack|front-firewall)\/|^platform\/(sql|dns)\//;
const known = new WeakMap<Tree, Tree>();
export function readable(tree: Tree): Tree {
  const part = known.get(tree) ?? new Map([...tree].filter(([path]) => READ.test(path)));
  known.set(tree, part);
  return part;
}

export function worldOf(model: Model, whole: Tree): World {
  const tree = readable(whole);
  const all = nodes(model, tree);
  const sites = model.sites.map(
    ({ code, hosts, kubernetes, openstack }, index): WorldSite => ({
      index,
      code,
      hosts: openstack
        ? onHypervisors(tree, code, openstack.hypervisors, hosts)
        : hosts.map(({ name, machine, role }) => ({ name, machine, role })),
      nodes: all.filter((node) => region(node) === code && node.host !== '').map(({ host }) => host),
      firewalls: firewallsOf(tree, code),
      resolvers: kubernetes?.resolvers ?? [],
      wayIn: wayInOf(tree, code),
      cluster: clusterOf(tree, code),
      zone: objectZoneOf(tree, code),
    }),
  );
  return {
    domain: model.domain,
    sites,
    ranges: placementsOf(tree, sites),
    deadAfterSeconds: durationSeconds(setting(tree, 'server.time_until_store_dead')?.value ?? DEAD_AFTER),
    licence: model.database.licence,
    names: namesOf(model, tree),
    time: timeOf(tree),
    timeTold: timeToldOf(tree),
    renewSeconds: renewalOf(tree),
    anycast: Object.values(model.anycast).some(Boolean),
    backups: backupsOf(tree),
    procedures: procedureFiles(tree).map(({ path, site, plan }) => ({
      id: String(plan.id ?? ''),
      site,
      title: String(plan.title ?? ''),
      path,
      seconds: secondsOf(listOf(plan.steps)),
      personSeconds: secondsOf(listOf(plan.steps).filter(({ person }) => person !== undefined)),
    })),
  };
}

/** The shortest `renewBefore`: from then on cert-manager tries again and again. */
function renewalOf(tree: Tree): number | undefined {
  // As Go writes it: 720h0m0s.
  const all = ofKind(tree, 'Certificate').map(({ object }) =>
    (String(object.spec?.renewBefore ?? '').match(/\d+[hms]/g) ?? []).reduce(
      (sum, each) => sum + durationSeconds(each),
      0,
    ),
  );
  return all.filter((seconds) => seconds > 0).sort((a, b) => a - b)[0];
}

const secondsOf = (steps: Data[]): number =>
  steps.reduce((sum, { timeoutSeconds }) => sum + (Number(timeoutSeconds) || 0), 0);

/**
 * Which machine of an OpenStack carries a host is its scheduler's choice. Hosts of a server group that keeps them apart are on
 * different ones while there are enough; the others may all be on the first. So a lost machine takes one host of each group.
 */
function onHypervisors(tree: Tree, code: string, count: number, hosts: readonly Host[]): WorldSite['hosts'] {
  const groups = stacks(tree)
    .filter((stack) => stack.site === code)
    .flatMap((stack) => ofType(stack, 'compute_servergroup_v2'))
    .filter(({ value }) => (value.policies ?? []).some((policy: string) => policy.endsWith('anti-affinity')))
    .map(({ value }) => String(value.name));
  const seen = new Map<string, number>();
  return hosts.map(({ name, role }) => {
    const before = seen.get(role) ?? 0;
    seen.set(role, before + 1);
    const apart = groups.includes(`${code}-${role}`);
    return { name, role, machine: `${code}-hypervisor${apart ? (before % count) + 1 : 1}` };
  });
}

/** @see https://www.cockroachlabs.com/docs/v26.2/cluster-settings (server.time_until_store_dead) */
const DEAD_AFTER = '300s';

/** Zones alike are one; voters without a place of their own go where fewest are, as the allocator spreads them. */
function placementsOf(tree: Tree, sites: WorldSite[]): World['ranges'] {
  const found = new Map<string, World['ranges'][number]>();
  for (const { target, replicas, constraints, preferences } of rangeZones(tree)) {
    const voters = sites.map(({ code }) => constraints.get(code) ?? 0);
    const free = replicas - voters.reduce((sum, count) => sum + count, 0);
    for (let left = free; left > 0; left -= 1) {
      const open = sites.filter(({ index, nodes: own }) => voters[index]! < own.length);
      const next = open.toSorted((a, b) => voters[a.index]! - voters[b.index]!)[0];
      if (next) voters[next.index]! += 1;
    }
    const leases = preferences.flatMap((code) => sites.find((site) => site.code === code)?.index ?? []);
    const key = JSON.stringify([replicas, voters, leases]);
    const known = found.get(key);
    if (known) known.targets.push(target);
    else found.set(key, { targets: [target], placement: { replicas, voters, leases } });
  }
  return [...found.values()];
}

function namesOf(model: Model, tree: Tree): World['names'] {
  const text = tree.get(`platform/dns/${model.domain}.zone`) ?? '';
  const ttl = /^@ (\d+) IN (?:A|AAAA) /m.exec(text)?.[1];
  const servers = dnsRecords(tree)
    .filter(({ name, type }) => name === model.domain && type === 'NS')
    .map(({ data }) => data.replace(/\.$/, ''));
  return { servers: [...new Set(servers)], ttlSeconds: Number(ttl ?? 0) };
}

/** Time servers that hosts ask: those of chrony's own files, which Kubespray's nodes share. */
function timeOf(tree: Tree): string[] {
  const asked = [...tree].flatMap(([path, text]) =>
    path.endsWith('/etc/chrony/sources.d/fredu.sources')
      ? [...text.matchAll(/^server (\S+)/gm)].map(([, name = '']) => name)
      : [],
  );
  return [...new Set(asked)];
}

function timeToldOf(tree: Tree): Set<string> {
  const told = [...tree.keys()].flatMap(
    (path) => /\/hosts\/([^/]+)\/etc\/systemd\/system\/fredu-time-sources\.timer$/.exec(path)?.[1] ?? [],
  );
  return new Set(told);
}

function backupsOf(tree: Tree): string | undefined {
  const text = tree.get('platform/sql/backups.sql') ?? '';
  return /AWS_ENDPOINT=https%3A%2F%2F([\w.-]+)/.exec(text)?.[1];
}
