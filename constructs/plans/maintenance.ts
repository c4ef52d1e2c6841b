import type { Host, Model, Site } from '#sites/model.ts';
import { databaseNodes, hostsOf, siteOf } from '#sites/questions.ts';
import type { Gate, Procedure, Step } from '#sites/schema/procedure.ts';
import type { Role } from '#sites/schema/schema.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { gracePeriodSeconds, HEALTH_CHECK } from '../drain.ts';
import { EDGE_HEALTH } from '../hosts/edge/haproxy.ts';
import { EDGE_CHECK } from '../hosts/edge/keepalived.ts';
import { ceph, placesOf } from './object-store-steps.ts';

export interface MaintenanceProps {
  model: Pick<Model, 'sites'>;
  /** Of one site: one host, or all that a machine carries. */
  hosts: readonly Host[];
  /** The host or machine, as a person names it. */
  name: string;
  /** Where the tree stands, for its ssh_config, from where the commands are run. */
  tree: string;
}

/** What takes clients goes first; the way in for people goes last. */
const ORDER: readonly Role[] = ['edge', 'worker', 'database', 'control-plane', 'bastion'];
/** A pod of the database may need all of its grace, and eviction asks again every five seconds while a budget refuses. */
export const DRAIN_SECONDS = 4 * gracePeriodSeconds;
/** Ranges are copied again, and disks of Ceph caught up, before the next host may go. */
export const RECOVERY_SECONDS = 3600;

/** Takes hosts out for maintenance: all that they share with others is well before, and each is empty when it ends. */
export function drainProcedure({ model, hosts, name, tree }: MaintenanceProps): Procedure {
  const site = siteOf(model as Model, hosts[0]!.site);
  const ordered = inOrder(hosts);
  return procedure(
    { model, tree },
    {
      id: `drain-${name}`,
      title: `Take ${name} out for maintenance`,
      when: `Before ${name} is restarted, mended or replaced. \`npm run undrain -- ${name}\` takes it back.`,
      steps: [
        ...allWell(wellOf(model, site, ordered), {
          title: `See that everything ${name} shares with others is well`,
          why: 'What is missing already would be missing twice: the copies here may be the last ones.',
          timeoutSeconds: 60,
        }),
        ...ordered.map((host) => takeOut(site, host)),
      ],
    },
  );
}

/** Takes hosts back after maintenance, in the opposite order; ends when what they share with others is whole again. */
export function undrainProcedure({ model, hosts, name, tree }: MaintenanceProps): Procedure {
  const site = siteOf(model as Model, hosts[0]!.site);
  const ordered = inOrder(hosts).toReversed();
  return procedure(
    { model, tree },
    {
      id: `undrain-${name}`,
      title: `Take ${name} back after maintenance`,
      when: `When ${name} runs again, after \`npm run drain -- ${name}\`.`,
      steps: [
        ...ordered.map((host) => takeBack(site, host)),
        ...allWell(wellOf(model, site, ordered), {
          title: `Wait until everything ${name} shares with others is well`,
          why: 'The next host may go only when nothing is missing.',
          timeoutSeconds: RECOVERY_SECONDS,
        }),
      ],
    },
  );
}

export const procedure = (
  where: Pick<MaintenanceProps, 'model' | 'tree'>,
  draft: Omit<Procedure, 'places'>,
): Procedure => ({ ...draft, places: placesAtSites(where, draft.steps) });

/** The hosts, clusters and object stores that these steps use. */
export function placesAtSites(
  { model, tree }: Pick<MaintenanceProps, 'model' | 'tree'>,
  steps: Step[],
): Procedure['places'] {
  const all: Procedure['places'] = Object.fromEntries(
    model.sites.flatMap((site) => [
      [cluster(site), { site: site.code, prefix: ['kubectl', `--context=${site.code}`] }],
      [
        database(site),
        { site: site.code, prefix: ['kubectl', `--context=${site.code}`, '--namespace=cockroachdb'] },
      ],
      ...site.hosts.map(({ name }): [string, Procedure['places'][string]] => [
        name,
        {
          site: site.code,
          prefix: ['ssh', '-F', `${tree}/${site.code}/inventory/ssh_config`, name, 'sudo'],
        },
      ]),
    ]),
  );
  const used = JSON.stringify(steps);
  return {
    ...Object.fromEntries(Object.entries(all).filter(([place]) => used.includes(`"in":"${place}"`))),
    ...placesOf(steps, model.sites),
  };
}

/** None for hosts that share nothing. */
export const allWell = (until: Gate[], words: Pick<Step, 'title' | 'why' | 'timeoutSeconds'>): Step[] =>
  until.length > 0
    ? [{ id: 'all-well', ...words, until, undo: { why: 'Nothing was changed.', do: [] } }]
    : [];

export function takeOut(site: Site, host: Host): Step {
  const { out, back, emptied } = actsOf(site, host);
  return {
    id: `out-${host.key}`,
    title: `Take out ${host.name}`,
    why: WHY[host.role],
    ...('person' in out ? { person: out.person } : { do: out }),
    until: emptied,
    timeoutSeconds: DRAIN_SECONDS,
    undo: { why: `${host.name} serves again.`, do: back ? [back] : [] },
  };
}

export function takeBack(site: Site, host: Host): Step {
  const { out, back, serving } = actsOf(site, host);
  return {
    id: `back-${host.key}`,
    title: `Take ${host.name} back`,
    why: 'It serves again only when it is asked to.',
    ...(back ? { do: back } : { person: `See that ${host.name} runs, and that you can sign in to it.` }),
    until: serving,
    timeoutSeconds: DRAIN_SECONDS,
    undo: { why: `${host.name} is out again.`, do: 'person' in out ? [] : [out] },
  };
}

const WHY: Record<Role, string> = {
  edge: 'Its addresses and its announcement go to another edge within seconds, before its programs end.',
  worker: 'Its pods start elsewhere before they end here; a node of the database hands its leases on first.',
  'control-plane':
    'What runs there besides the control plane starts elsewhere; its member of etcd stays until it is stopped.',
  database:
    'Its unit drains the node: balancers look away, clients leave, leases move, and only then it stops.',
  bastion: 'It is the way in for people: nobody should be cut off in the middle of something.',
};

interface Act {
  in: string;
  command: string[];
}
interface Acts {
  out: Act | { person: string };
  back?: Act;
  /** Holds when nothing runs there any more. */
  emptied: Gate[];
  /** Holds when it serves again. */
  serving: Gate[];
}

function actsOf(site: Site, host: Host): Acts {
  const at = { in: host.name };
  const nodes = { in: cluster(site) };
  switch (host.role) {
    case 'edge':
      return {
        out: { ...at, command: ['fredu-drain'] },
        back: { ...at, command: ['fredu-undrain'] },
        emptied: [{ ...serves(host, 'app'), fails: true }],
        serving: [serves(host, 'app'), serves(host, 'api')],
      };
    case 'database':
      return {
        out: { ...at, command: ['systemctl', 'stop', 'cockroachdb'] },
        back: { ...at, command: ['systemctl', 'start', 'cockroachdb'] },
        emptied: [{ ...at, command: ['systemctl', 'is-active', '--quiet', 'cockroachdb'], fails: true }],
        serving: [takesClients(host)],
      };
    case 'bastion':
      return {
        out: {
          person: `Tell everybody who uses ${host.name} that it goes away, and see with \`who\` that they have left.`,
        },
        emptied: [],
        serving: [],
      };
    default:
      return {
        out: {
          ...nodes,
          command: [
            'drain',
            host.name,
            '--ignore-daemonsets',
            '--delete-emptydir-data',
            `--timeout=${DRAIN_SECONDS}s`,
          ],
        },
        back: { ...nodes, command: ['uncordon', host.name] },
        emptied: [{ ...nodes, command: ['get', 'node', host.name], matches: ['SchedulingDisabled'] }],
        serving: [
          {
            ...nodes,
            command: ['wait', '--for=condition=Ready', '--timeout=10s', `node/${host.name}`],
          },
        ],
      };
  }
}

/** What hosts share with others is whole: the edges, the cluster and the object store of their site, the database everywhere. */
function wellOf({ sites }: Pick<Model, 'sites'>, site: Site, hosts: readonly Host[]): Gate[] {
  const has = (...roles: Role[]) => hosts.some(({ role }) => roles.includes(role));
  const edges = has('edge') ? hostsOf(site, 'edge').map((edge) => serves(edge, 'app')) : [];
  const nodes: Gate[] = has('worker', 'control-plane')
    ? [
        {
          in: cluster(site),
          command: ['get', 'nodes', '--no-headers'],
          rejects: ['NotReady', 'SchedulingDisabled'],
        },
      ]
    : [];
  const own = databaseNodes(site).map(({ name }) => name);
  const nodesOfDatabase = hosts.some(({ name }) => own.includes(name)) ? sites.flatMap(databaseIsWhole) : [];
  const objects: Gate[] =
    site.objects && has('worker')
      ? [{ in: ceph(site), command: ['ceph', 'health'], matches: ['HEALTH_OK'] }]
      : [];
  return [...edges, ...nodes, ...nodesOfDatabase, ...objects];
}

/** Everything at a site, and the database everywhere where it has a part of it. */
export const siteIsWell = (model: Pick<Model, 'sites'>, site: Site): Gate[] =>
  wellOf(model, site, site.hosts);

/** Every node of the database at a site takes clients, or is ready where it is a pod. */
export function databaseIsWhole(site: Site): Gate[] {
  const nodes = databaseNodes(site);
  if (!site.kubernetes) return nodes.map(takesClients);
  const command = ['get', 'statefulset/cockroachdb', '--output=json'];
  return nodes.length > 0
    ? [{ in: database(site), command, json: [{ at: ['status', 'readyReplicas'], is: nodes.length }] }]
    : [];
}

const inOrder = (hosts: readonly Host[]): Host[] =>
  hosts.toSorted((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role) || (a.name < b.name ? -1 : 1));
export const cluster = (site: Site): string => `nodes@${site.code}`;
const database = (site: Site): string => `database@${site.code}`;
/** Whether an edge may hold an address: what keepalived asks, too. */
const serves = (edge: Host, which: 'app' | 'api'): Gate => ({
  in: edge.name,
  command: [EDGE_CHECK, String(EDGE_HEALTH[which])],
});
/** Whether a database node on a host is behind its balancers. */
export const takesClients = (host: Host): Gate => ({
  in: host.name,
  command: [
    'curl',
    '--silent',
    '--fail',
    '--output',
    '/dev/null',
    '--max-time',
    '5',
    '--cacert',
    '/etc/cockroachdb/certs/ca.crt',
    `https://localhost:${PORTS.cockroachHttp}${HEALTH_CHECK.path}`,
  ],
});
