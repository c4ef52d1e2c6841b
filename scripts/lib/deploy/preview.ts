import { stringify } from 'yaml';
import { compare, pathOf } from '#policies/diff/compare.ts';
import { type Report, report, text } from '#policies/diff/index.ts';
import { kubernetes } from '#policies/diff/readers/kubernetes.ts';
import type { Tree } from '#policies/law.ts';
import type { Data } from '#policies/reading/texts.ts';
import type { Cluster } from './cluster.ts';
import { bare, type Difference, differences, isSettled, type Spare, spareObjects } from './differences.ts';
import { type Inventory, MANAGER, readInventory, refuseOther } from './inventory.ts';
import { type Identity, identityOf, type KubernetesObject, keyOf, shown } from './object.ts';
import { ownersOf } from './owners.ts';
import { missingSecrets } from './secrets.ts';
import { type OpenedSecrets, type SecretChange, secretChanges } from './site-secrets.ts';
import { objectPaths, objectsOf, type SiteTree } from './site-tree.ts';
import { type Stuck, unready } from './stuck.ts';

/** A field that says something else than the tree, because somebody set it. */
interface Drift {
  identity: Identity;
  field: string;
  live: Data;
  wanted: Data;
  owners: { manager: string; since?: string }[];
}

/** What a deployment would do to a cluster, asked of its API before anything is written. */
export interface Preview {
  site: string;
  context: string;
  tree: string;
  inventory: Inventory;
  differences: Difference[];
  pruned: Identity[];
  /** Gone from the tree, but they hold data: a person removes them. */
  kept: Identity[];
  /** Of the inventory, gone from the tree, but taken over by others: they stay. */
  left: Identity[];
  drifts: Drift[];
  unready: Stuck[];
  secrets: {
    changes: SecretChange[];
    /** Why the file of the site was not opened. */
    closed?: string;
    /** `namespace/name` of those that pods wait for, neither in the cluster nor in the file. */
    missing: string[];
    /** Whether the cluster does not say which it has. */
    isUnknown: boolean;
  };
  /** Groups of the API whose own server is down. */
  silent: string[];
  /** In the words of `npm run diff`. */
  report: Report;
}

export async function preview(cluster: Cluster, tree: SiteTree, opened: OpenedSecrets): Promise<Preview> {
  const objects = objectsOf(tree);
  const inventory = await readInventory(cluster);
  refuseOther(inventory, tree.site, cluster.context);
  const found = await differences(cluster, objects, inventory);
  const spare = await spareObjects(cluster, objects, inventory);
  const of = (fate: Spare['fate']) => spare.filter((each) => each.fate === fate);
  const pruned = of('pruned');
  const isNew = new Set(
    found.filter(({ how }) => /^(added|unasked)$/.test(how)).map(({ identity }) => keyOf(identity)),
  );
  return {
    site: tree.site,
    context: cluster.context,
    tree: tree.digest,
    inventory,
    differences: found,
    pruned: pruned.map(({ identity }) => identity),
    kept: of('kept').map(({ identity }) => identity),
    left: of('left').map(({ identity }) => identity),
    drifts: found.flatMap(driftsOf),
    unready: await unready(
      cluster,
      objects.filter((each) => !isNew.has(keyOf(identityOf(each)))),
      inventory,
    ),
    secrets: await secretsOf(cluster, objects, opened),
    silent: cluster.silent,
    report: reportOf(cluster, tree, found, pruned),
  };
}

/** Whether there is anything to apply or to remove. */
export const isClean = ({ differences: found, pruned, secrets }: Preview): boolean =>
  pruned.length === 0 && secrets.changes.length === 0 && found.every(isSettled);

async function secretsOf(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  opened: OpenedSecrets,
): Promise<Preview['secrets']> {
  const lacking = await missingSecrets(cluster, objects);
  const own = 'objects' in opened ? opened.objects : [];
  const held = new Set(own.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  return {
    changes: await secretChanges(cluster, own),
    ...('closed' in opened ? { closed: opened.closed } : {}),
    missing: (lacking ?? []).filter((name) => !held.has(name)),
    isUnknown: lacking === undefined,
  };
}

/** Fields of a changed object that somebody else set since. */
function driftsOf({ how, identity, live, next }: Difference): Drift[] {
  if (how !== 'changed') return [];
  const [thing] = kubernetes.things(`-/kubernetes/-.yaml`, stringify(bare(next), PLAIN));
  return compare(bare(live), bare(next), thing?.shape).flatMap(({ steps, before, after }) => {
    const owners = ownersOf(live, steps).filter(({ manager }) => manager !== MANAGER);
    return owners.length > 0 ? [{ identity, field: pathOf(steps), live: before, wanted: after, owners }] : [];
  });
}

/** Both trees as they would be compared without a cluster; where something changes, as the API has it before and after. */
function reportOf(
  cluster: Cluster,
  { site, files }: SiteTree,
  found: readonly Difference[],
  pruned: readonly { identity: Identity; live: Data }[],
): Report {
  const [before, after] = [new Map(files), new Map(files)];
  for (const { how, identity, live, next, path } of withPaths(files, site, found)) {
    if (how === 'added' || how === 'unasked') before.delete(path);
    if (how !== 'changed') continue;
    before.set(path, stringify({ ...bare(live), ...typed(identity) }, PLAIN));
    after.set(path, stringify({ ...bare(next), ...typed(identity) }, PLAIN));
  }
  for (const { identity, live } of pruned)
    before.set(
      `${site}/kubernetes/${identity.namespace || 'cluster'}/${identity.kind.toLowerCase()}-${identity.name}.yaml`,
      stringify({ ...typed(identity), ...bare(live) }, PLAIN),
    );
  return report(before, after, { before: `cluster ${cluster.context}`, after: `tree of ${site}` }, []);
}
const typed = ({ apiVersion, kind }: Identity) => ({ apiVersion, kind });
const PLAIN = { aliasDuplicateObjects: false, lineWidth: 0 } as const;

function withPaths(files: Tree, site: string, found: readonly Difference[]) {
  const paths = objectPaths(files, site);
  return found.map((each, index) => ({ ...each, path: paths[index]! }));
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const VALUE_MAX = 60;
const value = (data: Data): string => {
  const said = data === undefined ? 'absent' : typeof data === 'string' ? data : JSON.stringify(data);
  return said.length > VALUE_MAX ? `${said.slice(0, VALUE_MAX)}…` : said;
};

/** A preview as a person reads it before they agree. */
export function previewText(made: Preview, { colour = false } = {}): string {
  const of = (...hows: Difference['how'][]) => made.differences.filter(({ how }) => hows.includes(how));
  const counts = [
    `${of('added', 'unasked').length} added`,
    `${of('changed').length} changed`,
    `${made.pruned.length} pruned`,
    ...(of('adopted').length > 0 ? [`${of('adopted').length} taken over as they are`] : []),
    `${of('same', 'ran').length} as they are`,
  ];
  const since = made.inventory.tree
    ? `; deployed there: tree ${made.inventory.tree.slice(0, 12)} since ${made.inventory.since}`
    : '; nothing was deployed there yet';
  const lines = [
    `${made.site}: tree ${made.tree.slice(0, 12)}, ${plural(made.differences.length, 'object')}: ${counts.join(', ')}${since}`,
  ];
  const list = (title: string, entries: readonly string[]) => {
    if (entries.length > 0) lines.push('', title, ...entries.map((entry) => `  ${entry}`));
  };
  if (of('added', 'unasked').length === made.differences.length)
    lines.push('Nothing of it is there yet: all of it is made.');
  else if (made.report.groups.length > 0) lines.push('', text(made.report, { colour }).trimEnd());
  list(
    'Set by others since; the tree’s value comes back',
    made.drifts.map(
      ({ identity, field, live, wanted, owners }) =>
        `${shown(identity)}: ${field} is ${value(live)} by ${owners.map(({ manager, since: at }) => `${manager}${at ? ` (${at})` : ''}`).join(', ')}; the tree says ${value(wanted)}`,
    ),
  );
  list(
    'The API refuses',
    of('refused').map(({ identity, why }) => `${shown(identity)}: ${why}`),
  );
  list('Pruned', made.pruned.map(shown));
  list('Gone from the tree, but they hold data: they stay until a person deletes them', made.kept.map(shown));
  list('Gone from the tree, but taken over by others: they stay', made.left.map(shown));
  list(
    'Could not be asked yet',
    [...Map.groupBy(of('unasked'), ({ why }) => why)].map(
      ([why, same]) => `${plural(same.length, 'object')}: ${why}`,
    ),
  );
  list(
    'Not ready',
    made.unready.map(({ identity, why }) => `${shown(identity)}: ${why}`),
  );
  const { changes, closed, missing, isUnknown } = made.secrets;
  list(
    'Secrets',
    changes.map(({ name, how, keys, why }) => `${how} ${name}: ${why ?? keys.join(', ')}`),
  );
  if (closed) lines.push('', `Secrets were not looked at: ${closed}`);
  if (isUnknown) lines.push('', 'The cluster does not list its Secrets.');
  if (missing.length > 0) lines.push('', `Secrets that pods wait for, and nobody has: ${missing.join(', ')}`);
  if (made.silent.length > 0) lines.push('', `Parts of the API do not answer: ${made.silent.join(', ')}`);
  return `${lines.join('\n')}\n`;
}

/** What the change loses or cuts, by name: what a person is asked for. */
export function losses({ report: { meanings } }: Preview): { lost: string[]; cut: string[] } {
  const of = (...levels: string[]) =>
    meanings
      .filter(({ level }) => levels.includes(level))
      .map(({ text: words, at }) => (at.length > 0 ? `${words}: ${at.join(', ')}` : words));
  return { lost: of('data loss'), cut: of('outage', 'recreate') };
}
