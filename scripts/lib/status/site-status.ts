import { RELEASES } from '#constructs/releases.ts';
import { type Data, listOf } from '#policies/reading/texts.ts';
import { Cluster } from '../deploy/cluster.ts';
import { isSettled } from '../deploy/differences.ts';
import { shown } from '../deploy/object.ts';
import { preview } from '../deploy/preview.ts';
import { objectsOf, type SiteTree } from '../deploy/site-tree.ts';
import { CannotLook } from '../main.ts';
import { certificatesOf, type StandingCertificate } from './certificates.ts';
import type { Line } from './line.ts';
import { measured } from './measured.ts';
import { prometheusOf } from './prometheus.ts';

/** One site as its Kubernetes API knows it, held against its tree. */
export interface SiteStatus {
  site: string;
  /** Why it could not be asked; then there are no lines. */
  unreachable?: string;
  lines: Line[];
  /** What was asked and not answered. */
  unanswered: string[];
  certificates: StandingCertificate[];
}

/** A certificate that cert-manager or we should have renewed by now. */
const RENEWED_DAYS = 20;
const LISTED_MAX = 5;

/** @param now milliseconds, for ages */
export async function siteStatus(
  tree: SiteTree,
  { kubeconfig, context, now }: { kubeconfig?: string; context: string; now: number },
): Promise<SiteStatus> {
  const base = { site: tree.site, lines: [], unanswered: [], certificates: [] };
  let cluster: Cluster | undefined;
  try {
    cluster = await Cluster.open({ ...(kubeconfig ? { kubeconfig } : {}), context });
    return await asked(cluster, tree, now);
  } catch (error) {
    if (error instanceof CannotLook) return { ...base, unreachable: error.message };
    throw error;
  } finally {
    cluster?.close();
  }
}

async function asked(cluster: Cluster, tree: SiteTree, now: number): Promise<SiteStatus> {
  const namespaces = objectsOf(tree)
    .filter(({ kind }) => kind === 'Namespace')
    .map(({ metadata }) => metadata.name);
  const unanswered: string[] = cluster.silent.map((group) => `the part ${group} of the API`);
  const made = await preview(cluster, tree, { closed: 'nobody asked for them' });
  const certificates = await certificatesOf(cluster, namespaces, now);
  if (!certificates) unanswered.push('certificates: its Secrets may not be read');
  const observed = await measured(() => prometheusOf(cluster));
  unanswered.push(...observed.unanswered);
  const lines = [
    await versionLine(cluster, unanswered),
    ...(await nodeLines(cluster, unanswered)),
    ...deployedLines(made, now),
    readyLine(made),
    ...(await podLines(cluster, namespaces, unanswered)),
    ...cephLines(made),
    ...certificateLines(certificates ?? []),
    ...observed.lines,
  ].filter((line) => line !== undefined);
  return { site: tree.site, lines, unanswered, certificates: certificates ?? [] };
}

const few = (all: readonly string[]): string =>
  all.length > LISTED_MAX
    ? `${all.slice(0, LISTED_MAX).join('; ')}; and ${all.length - LISTED_MAX} more`
    : all.join('; ');

async function versionLine(cluster: Cluster, unanswered: string[]): Promise<Line | undefined> {
  const { status, body } = await cluster.ask('GET', '/version');
  if (status !== 200) {
    unanswered.push('the version of the API');
    return undefined;
  }
  const is = String(body.gitVersion).replace(/^v/, '');
  return is === RELEASES.kubernetes
    ? { state: 'good', about: 'Kubernetes', text: is }
    : { state: 'note', about: 'Kubernetes', text: `${is}; the tree is written for ${RELEASES.kubernetes}` };
}

async function nodeLines(cluster: Cluster, unanswered: string[]): Promise<Line[]> {
  const { status, body } = await cluster.ask('GET', '/api/v1/nodes');
  if (status !== 200) {
    unanswered.push('nodes');
    return [];
  }
  const nodes = listOf(body.items);
  const isReady = (node: Data) =>
    listOf(node.status?.conditions).some(({ type, status: is }) => type === 'Ready' && is === 'True');
  const lost = nodes.filter((node) => !isReady(node)).map(({ metadata }) => metadata.name);
  const cordoned = nodes.filter(({ spec }) => spec?.unschedulable).map(({ metadata }) => metadata.name);
  return [
    {
      state: lost.length > 0 ? 'wrong' : 'good',
      about: 'nodes',
      text: `${nodes.length - lost.length} of ${nodes.length} are ready${lost.length > 0 ? `; not ${lost.join(', ')}` : ''}`,
    },
    ...(cordoned.length > 0
      ? [{ state: 'note' as const, about: 'nodes', text: `drained by somebody: ${cordoned.join(', ')}` }]
      : []),
  ];
}

type Made = Awaited<ReturnType<typeof preview>>;

function deployedLines({ inventory, tree, differences, pruned, drifts }: Made, now: number): Line[] {
  const since = inventory.since ? `, ${age(now - Date.parse(inventory.since))} ago` : '';
  const isThis = inventory.tree === tree;
  const deployed: Line = inventory.tree
    ? {
        state: isThis ? 'good' : 'note',
        about: 'deployed',
        text: `${isThis ? 'this tree' : `another tree, ${inventory.tree.slice(0, 12)}, not ${tree.slice(0, 12)}`}${since}, by release ${inventory.version}`,
      }
    : { state: 'wrong', about: 'deployed', text: 'nothing yet: npm run deploy' };
  const open = differences.filter((each) => !isSettled(each));
  const drift: Line =
    open.length + pruned.length === 0
      ? { state: 'good', about: 'drift', text: `none: ${differences.length} objects are as the tree says` }
      : {
          state: isThis ? 'wrong' : 'note',
          about: 'drift',
          text: `${open.length} of ${differences.length} objects differ, ${pruned.length} are spare: ${few([...open.map(({ how, identity }) => `${how} ${shown(identity)}`), ...pruned.map((identity) => `spare ${shown(identity)}`)])}`,
        };
  const byOthers = drifts.map(
    ({ identity, field, owners }): Line => ({
      state: 'wrong',
      about: 'drift',
      text: `${shown(identity)}: ${field} was set by ${owners.map(({ manager }) => manager).join(', ')}`,
    }),
  );
  return [deployed, drift, ...byOthers];
}

const readyLine = ({ unready, differences }: Made): Line => {
  const there = differences.filter(({ live }) => live).length;
  return unready.length === 0
    ? { state: 'good', about: 'ready', text: `all ${there} that are there` }
    : {
        state: 'wrong',
        about: 'ready',
        text: `${unready.length} are not: ${few(unready.map(({ identity, why }) => `${shown(identity)}: ${why}`))}`,
      };
};

/** A pod that was started so often again does not run well, whatever it says of itself. */
const RESTARTS_MANY = 5;
async function podLines(
  cluster: Cluster,
  namespaces: readonly string[],
  unanswered: string[],
): Promise<Line[]> {
  const { status, body } = await cluster.ask('GET', '/api/v1/pods');
  if (status !== 200) {
    unanswered.push('pods');
    return [];
  }
  const own = listOf(body.items).filter(({ metadata }) => namespaces.includes(metadata.namespace));
  const said = own.flatMap(({ metadata, status: { phase, containerStatuses } }) => {
    const restarts = Math.max(0, ...listOf(containerStatuses).map(({ restartCount }) => restartCount ?? 0));
    if (restarts >= RESTARTS_MANY)
      return [`${metadata.namespace}/${metadata.name} restarted ${restarts} times`];
    return phase === 'Running' || phase === 'Succeeded'
      ? []
      : [`${metadata.namespace}/${metadata.name} is ${phase}`];
  });
  const running = own.filter(({ status: { phase } }) => phase === 'Running').length;
  return [
    {
      state: said.length > 0 ? 'wrong' : 'good',
      about: 'pods',
      text: said.length > 0 ? few(said) : `${running} run`,
    },
  ];
}

function cephLines({ differences }: Made): Line[] {
  return differences.flatMap(({ identity, live }): Line[] => {
    if (identity.kind !== 'CephCluster' || !live) return [];
    const { health, details = {}, versions } = live.status?.ceph ?? {};
    if (!health) return [{ state: 'wrong', about: 'Ceph', text: 'Rook has not said yet how it is' }];
    const messages = Object.values<Data>(details).map(({ message }) => message);
    const text = [health, ...messages, ...Object.keys(versions?.overall ?? {})].join('; ');
    return [{ state: health === 'HEALTH_OK' ? 'good' : 'wrong', about: 'Ceph', text }];
  });
}

function certificateLines(certificates: readonly StandingCertificate[]): Line[] {
  const [first] = certificates;
  if (!first) return [];
  const late = certificates.filter(({ days }) => days < RENEWED_DAYS);
  if (late.length === 0)
    return [
      {
        state: 'good',
        about: 'certificates',
        text: `${certificates.length}; the first to end is ${first.where}, in ${first.days} days`,
      },
    ];
  const said = late.map(({ where, name, days, ends }) =>
    ends === ''
      ? `${where} is none`
      : `${where} (${name}) ${days < 0 ? `ended ${-days} days ago` : `ends in ${days} days`}`,
  );
  return [{ state: 'wrong', about: 'certificates', text: few(said) }];
}

function age(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}
