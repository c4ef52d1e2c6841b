import type { Tree } from '../../law.ts';
import type { Data } from '../../reading/objects.ts';
import { listOf, yamlOf } from '../../reading/texts.ts';
import { type Change, type Consequence, subject } from '../change.ts';
import { word } from '../compare.ts';
import type { Trees } from './trees.ts';

/** What the playbook of the site does after it has put a file there: read from the playbook itself. */
export function ofHost(change: Change, { before, after }: Trees): Consequence[] {
  const [place = '', room = '', host = '', ...rest] = subject(change).path.split('/');
  const file = `/${rest.join('/')}`;
  const said = (level: Consequence['level'], text: string): Consequence => ({ level, text, at: host });
  if (change.how === 'removed')
    return [said('nothing', `${file} is made no more; where it stands it stays until somebody removes it`)];
  if (room === 'front-firewall') return [said('reload', byHand(file)), ...inside(change, host)];
  const isNew = ![...before.keys()].some((path) => path.startsWith(`${place}/${room}/${host}/`));
  if (isNew && change.how === 'added') return [said('nothing', 'a new host: the playbook sets it up')];
  const steps = notified(after, { place, host, file });
  if (!steps) return [said('nothing', `no playbook puts ${file} there`)];
  if (steps.length === 0) return [said('nothing', `${file} is read at its next run`)];
  const acts = steps.flatMap((name) => act(after, place, name));
  const drains = roleOf(after, place, host) === 'edge' && steps.some((name) => name.startsWith('Drain'));
  const rolling = `, one host after the other${drains ? ', each after its addresses have moved to the other edge' : ''}`;
  return [
    ...acts.map(({ level, text }) => said(level, `${text}${level === 'nothing' ? '' : rolling}`)),
    ...inside(change, host),
  ];
}

/** Reloaded by the person who carries the firewalls' files there: no playbook is theirs. */
function byHand(file: string): string {
  const how: [RegExp, string][] = [
    [/nftables/, 'the whole rule set is replaced in one step; connections that stand stay'],
    [/bird/, 'bird reloads: sessions whose settings did not change stay up'],
    [/keepalived/, 'keepalived reloads: addresses stay where they are'],
    [/conntrackd/, 'conntrackd restarts: until it has caught up a failover breaks connections'],
  ];
  return how.find(([pattern]) => pattern.test(file))?.[1] ?? 'read at the next start';
}

/** What a field does that matters more than that its program reloads. */
function inside({ fields, after }: Change, host: string): Consequence[] {
  const found: Consequence[] = [];
  for (const { steps, how, before, after: fresh } of fields) {
    const [section = '', key = ''] = steps;
    if (key === 'virtual_router_id')
      found.push({
        level: 'outage',
        text: `${section}: ${word(before)} -> ${word(fresh)}; until every edge has the new number, each takes the addresses for itself`,
        at: host,
      });
    if (key === 'unicast_peer' && how === 'removed')
      found.push({
        level: 'outage',
        text: `${section}: the edge hears ${word(before)} no more, and both take the addresses`,
        at: host,
      });
    if (key === 'server' && how === 'removed') {
      const left = Object.keys(after?.data?.[section]?.server ?? {}).length;
      found.push({
        level: left === 0 ? 'outage' : 'reload',
        text: `${section}: ${steps[2]} gets no more connections; ${left === 1 ? '1 server is' : `${left} servers are`} left`,
        at: host,
      });
    }
    if (section === 'Service' && key === 'TimeoutStopSec' && Number(fresh) < Number(before))
      found.push({
        level: 'restart',
        text: `${after?.name.split('/').at(-1)} is killed after ${word(fresh)} s instead of ${word(before)} s when it stops: what it has not finished is cut off`,
        at: host,
      });
  }
  return found;
}

interface HostFile {
  place: string;
  host: string;
  file: string;
}
/** The handlers that the task which puts a file there calls; nothing where no task does. */
function notified(tree: Tree, { place, host, file }: HostFile): string[] | undefined {
  const tasks = `${place}/inventory/hosts/tasks/${roleOf(tree, place, host)}.yaml`;
  const task = listOf(read(tree, tasks)).find((each: Data) =>
    Object.values<Data>(each).some((module) => module?.dest === file),
  );
  return task && listOf(task.notify).map(String);
}

const known = new WeakMap<Tree, Map<string, Data>>();
function read(tree: Tree, path: string): Data {
  const files = known.get(tree) ?? new Map<string, Data>();
  known.set(tree, files);
  if (!files.has(path)) files.set(path, yamlOf(tree.get(path)));
  return files.get(path);
}

function roleOf(tree: Tree, place: string, host: string): string {
  const groups: Data = read(tree, `${place}/inventory/hosts/inventory.yaml`)?.all?.children ?? {};
  return Object.entries<Data>(groups).find(([, group]) => group?.hosts && host in group.hosts)?.[0] ?? host;
}

/** What a handler does, by its module. */
function act(tree: Tree, place: string, name: string): Consequence[] {
  const handler = listOf(read(tree, `${place}/inventory/hosts/handlers.yaml`)).find(
    (each: Data) => each?.name === name,
  );
  const unit: Data = handler?.['ansible.builtin.systemd'];
  if (!unit?.name) return [];
  if (unit.state === 'reloaded') return [{ level: 'reload', text: `${unit.name} reloads` }];
  if (String(unit.name).endsWith('.timer')) return [{ level: 'reload', text: `${unit.name} is set again` }];
  return [{ level: 'restart', text: `${unit.name} restarts` }];
}
