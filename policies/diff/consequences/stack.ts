import type { Tree } from '../../law.ts';
import type { Data } from '../../reading/objects.ts';
import replacements from '../../reading/schemas/openstack-replacements.json' with { type: 'json' };
import { type Change, type Consequence, subject } from '../change.ts';
import { type Field, pathOf } from '../compare.ts';
import { things } from '../readers/index.ts';
import type { Thing } from '../thing.ts';

/** Arguments of each type that the provider cannot change: it destroys the resource and makes another. */
const FORCED: Record<string, string[]> = replacements.resources;

/** Changes of a stack with what they do; whatever refers to a replaced resource where it cannot change is replaced too. */
export function ofStack(changes: readonly Change[], tree: Tree): Map<Change, Consequence[]> {
  const own = changes.filter((change) => subject(change).path.endsWith('.tf.json'));
  const touched = new Set(own.map((change) => `${subject(change).kind}.${subject(change).name}`));
  return new Map(
    own.map((change) => {
      const first = isReplaced(change) ? followers(change, tree, touched) : [];
      return [change, [...consequencesOf(change), ...first]];
    }),
  );
}

const isReplaced = (change: Change): boolean =>
  change.how === 'changed' && change.fields.some((field) => isForced(subject(change).kind, field, change));

/** Resources that name a replaced one where they cannot change, one after the other: nobody touched them, and they go as well. */
function followers(change: Change, tree: Tree, touched: ReadonlySet<string>): Consequence[] {
  const { path } = subject(change);
  const all = things(tree, [path]).filter(({ kind }) => kind !== 'stack');
  const gone = new Set([`${subject(change).kind}.${subject(change).name}`]);
  const found: Consequence[] = [];
  for (let before = 0; before !== gone.size; ) {
    before = gone.size;
    for (const each of all) {
      const address = `${each.kind}.${each.name}`;
      if (gone.has(address)) continue;
      const by = [...gone].find((other) => refers(each, `openstack_${other}.`));
      if (by === undefined) continue;
      gone.add(address);
      if (touched.has(address)) continue;
      const what = `is replaced with ${by}, which it names`;
      found.push(destroyed({ how: 'removed', before: each, fields: [], consequences: [] }, what));
    }
  }
  return found;
}
const refers = ({ kind, data }: Thing, address: string): boolean =>
  (FORCED[kind] ?? []).some((argument) => {
    const ignored: Data[] = data.lifecycle?.ignore_changes ?? [];
    return (
      !ignored.includes(argument.split('.')[0]) &&
      texts(data, argument.split('.')).some((text) => text.includes(address))
    );
  });
function texts(value: Data, [step, ...rest]: string[]): string[] {
  if (Array.isArray(value))
    return value.flatMap((each) => texts(each, step === undefined ? [] : [step, ...rest]));
  if (step === undefined) return value === undefined ? [] : [JSON.stringify(value)];
  return value === null || typeof value !== 'object' ? [] : texts(value[step], rest);
}

function consequencesOf(change: Change): Consequence[] {
  const { kind, name } = subject(change);
  if (kind === 'stack') return [{ level: 'reload', text: 'the next plan reads it; no resource by itself' }];
  if (change.how === 'added') return [{ level: 'nothing', text: `terraform makes ${kind}`, at: name }];
  if (change.how === 'removed') return [destroyed(change, 'is destroyed')];
  if (change.how === 'renamed')
    return [destroyed(change, `is destroyed, and ${name} is made: the stack has no \`moved\` for it`)];
  const forced = change.fields.filter((field) => isForced(kind, field, change));
  if (forced.length > 0) {
    const by = [...new Set(forced.map(({ steps }) => pathOf(steps)))].join(', ');
    return [destroyed(change, `is replaced: ${by} cannot change (destroyed, then made again)`)];
  }
  return inPlace(change);
}

/** Without the places of list elements, as the schema knows an argument: `block_device.volume_size`. */
const argument = (steps: readonly string[]): string =>
  steps.filter((each) => !each.startsWith('[')).join('.');
function isForced(kind: string, { steps, how }: Field, { after }: Change): boolean {
  const name = argument(steps);
  const ignored: Data[] = after?.data.lifecycle?.ignore_changes ?? [];
  if (how === 'order' || ignored.includes(steps[0])) return false;
  return (FORCED[kind] ?? []).some(
    (each) =>
      each === name || name.startsWith(`${each}.`) || (each.startsWith(`${name}.`) && how !== 'changed'),
  );
}

/** What is lost with a resource, by type. */
const LOST: Record<string, [Consequence['level'], string]> = {
  blockstorage_volume_v3: ['data loss', 'everything on the volume is lost'],
  compute_instance_v2: [
    'outage',
    'the machine goes; its volumes stay, and what ran on it runs elsewhere or not at all',
  ],
  networking_floatingip_v2: ['outage', 'the public address goes back to the pool: somebody else may get it'],
  lb_loadbalancer_v2: ['outage', 'nothing answers at its address until it is made again, some minutes'],
  lb_listener_v2: ['outage', 'nothing answers at its port until it is made again'],
  lb_pool_v2: ['outage', 'its listener serves nobody until pool and members are made again'],
  networking_secgroup_rule_v2: ['reload', ''],
  lb_member_v2: ['restart', 'connections to this member end; the others serve'],
  lb_monitor_v2: ['reload', 'members count as healthy until it is made again'],
  networking_network_v2: ['outage', 'every port in it goes'],
  networking_subnet_v2: ['outage', 'every address in it goes'],
  networking_router_v2: ['outage', 'the site is cut off'],
  networking_router_interface_v2: ['outage', 'the subnet is cut off'],
  networking_port_v2: ['outage', 'its machine loses the network'],
  compute_volume_attach_v2: ['outage', 'the machine loses the disk; the data stays on it'],
  networking_secgroup_v2: ['outage', 'ports with it refuse everything until it is made again'],
  compute_servergroup_v2: ['recreate', 'machines keep the group that they were started in'],
};

function destroyed({ before }: Change, what: string): Consequence {
  const { kind, name, data } = before!;
  if (kind === 'blockstorage_volume_v3' && data.image_id !== undefined && !data.lifecycle?.prevent_destroy)
    return {
      level: 'outage',
      text: `${kind} ${what}; it is a system disk: what was only there is lost`,
      at: name,
    };
  const [level, lost] = LOST[kind] ?? ['recreate', ''];
  if (data.lifecycle?.prevent_destroy)
    return {
      level: 'refused',
      text: `${kind} may not be destroyed (prevent_destroy): terraform stops`,
      at: name,
    };
  return { level, text: `${kind} ${what}${lost ? `; ${lost}` : ''}`, at: name };
}

function inPlace({ fields, after }: Change): Consequence[] {
  const { kind, name, data } = after!;
  const found: Consequence[] = [];
  for (const { steps, how, before, after: fresh } of fields) {
    if (how === 'order' || (data.lifecycle?.ignore_changes ?? []).includes(steps[0])) continue;
    const at = argument(steps);
    if (kind === 'blockstorage_volume_v3' && at === 'size')
      found.push(
        Number(fresh) < Number(before)
          ? {
              level: 'refused',
              text: `volume ${name} cannot shrink from ${before} to ${fresh} GiB: Cinder refuses, and the run stops half-way`,
            }
          : {
              level: 'nothing',
              text: `volume ${name} grows from ${before} to ${fresh} GiB${data.enable_online_resize ? ', attached' : ': detached for it'}`,
            },
      );
    if (kind === 'compute_instance_v2' && /^flavor_(name|id)$/.test(at))
      found.push({
        level: 'outage',
        text: 'a machine is resized: it stops, moves and starts again',
        at: data.name,
      });
    if (kind === 'compute_instance_v2' && /^image_(name|id)$/.test(at))
      found.push({
        level: 'data loss',
        text: 'a machine is rebuilt: its root disk is overwritten',
        at: data.name,
      });
    if (at === 'lifecycle.prevent_destroy')
      found.push({
        level: 'nothing',
        text: `${kind} ${name} ${fresh ? 'may not be destroyed any more' : 'may be destroyed from now on'}`,
      });
  }
  if (found.length > 0) return found;
  const all = fields.every(
    ({ steps, how }) => how === 'order' || (data.lifecycle?.ignore_changes ?? []).includes(steps[0]),
  );
  return all
    ? [{ level: 'nothing', text: `terraform leaves ${kind} as it is (ignore_changes)`, at: name }]
    : [{ level: 'reload', text: `${kind} is updated in place`, at: name }];
}
