import type { Tree } from '../../../law.ts';
import { below } from '../../../reading/folders.ts';
import { chainGates } from '../chains.ts';
import { all, endsOf, type Range, type Rule } from '../reach.ts';
import { stackPoints } from '../stacks.ts';
import type { Front, Gate, Step } from './gate.ts';
import { type Lane, less, shared } from './lanes.ts';
import { pfSense } from './pfsense.ts';
import { type Host, isWithin, type Place, point } from './places.ts';

/** The sides of a front firewall. */
export type Side = 'world' | 'public' | 'nodes';

interface Question {
  /** The address on the host's own side. */
  near: string;
  /** Whom one asks about. */
  far: Range;
  /** A firewall between networks: which of its sides the packet comes from, and which way the packet goes. */
  across?: { from: Side; to: Side; starts: 'near' | 'far' };
}

const answers = new WeakMap<Gate, Map<string, Lane[]>>();
/** What a gate lets through between an address and others, each answer worked out once. */
export function through(gate: Gate, { near, far, across }: Question): Lane[] {
  const key = `${near} ${far.first}-${far.last} ${across ? `${across.from} ${across.starts}` : ''}`;
  const known = answers.get(gate) ?? new Map<string, Lane[]>();
  answers.set(gate, known);
  const before = known.get(key);
  if (before) return before;
  const said = ask(gate, { near, far, across });
  known.set(key, said);
  return said;
}

function ask(gate: Gate, { near, far, across }: Question): Lane[] {
  const open: Lane[] = [];
  const refused: Lane[] = [];
  const own = point(near);
  for (const { pass, rule } of gate.steps) {
    if (rule.family !== undefined && rule.family !== own.family) continue;
    if (across && !isBetween(rule.via, across)) continue;
    const [mine, theirs] = across?.starts === 'near' ? [rule.from, rule.to] : [rule.to, rule.from];
    if (mine !== undefined && !ranges(mine).some((range) => isWithin(range, near))) continue;
    const lanes = (theirs === undefined ? [all(own.family)] : ranges(theirs)).flatMap((range) => {
      const both = shared(range, far);
      return both
        ? (rule.ports ?? [[0, 65535]]).map(
            ([first, last]): Lane => ({ far: both, protocol: rule.protocol ?? 'any', first, last }),
          )
        : [];
    });
    if (pass) open.push(...less(lanes, refused));
    else refused.push(...lanes);
  }
  return open;
}

const known = new WeakMap<readonly string[], Range[]>();
function ranges(list: readonly string[]): Range[] {
  const before = known.get(list);
  if (before) return before;
  const found = endsOf(list).filter((end) => typeof end !== 'string');
  known.set(list, found);
  return found;
}

/** `from $world`, `to nodes`: a rule without a side counts on all of them. */
const isBetween = (via: Rule['via'], { from, to }: { from: Side; to: Side }): boolean => {
  const said = (word: string) =>
    (via ?? []).flatMap((each) =>
      each.startsWith(`${word} `) ? [each.slice(word.length + 1).replaceAll(/[$"]/g, '')] : [],
    );
  const fits = (names: string[], side: Side) =>
    names.length === 0 || names.some((name) => (SIDES[name] ?? name) === side);
  return fits(said('from'), from) && fits(said('to'), to);
};
const SIDES: Record<string, Side> = {
  eth0: 'world',
  eth1: 'public',
  eth2: 'nodes',
  wan: 'world',
  opt1: 'public',
  lan: 'nodes',
};

/** The forms of a site's front firewall: either stands there, so each is asked by itself. */
export function fronts(tree: Tree, { code }: Place): Front[] {
  const xml = tree.get(`${code}/front-firewall/pfsense.xml`);
  const pair = below(tree, `${code}/front-firewall`).filter(([path]) => path.endsWith('/etc/nftables.conf'));
  return [
    ...(xml === undefined ? [] : [pfSense(`${code}/front-firewall/pfsense.xml`, xml)]),
    ...pair.map(([path, text]): Front => {
      const name = path.split('/')[2] ?? path;
      const gates = chainGates(text);
      const gate = { path, name: `nftables of ${name}`, steps: gates.get('forward') ?? [] };
      return {
        name,
        gate,
        own: { ...gate, steps: gates.get('input') ?? [] },
        outer: new Map(
          [...text.matchAll(/ip daddr ([\d.]+) dnat ip to ([\d.]+)/g)].map(([, outer = '', inner = '']) => [
            inner,
            outer,
          ]),
        ),
      };
    }),
  ];
}

/** What a host's own firewall and the security groups of its port let in, or out; none where nothing filters. */
export function gatesOf(tree: Tree, host: Host, place: Place, way: 'in' | 'out'): Gate[] {
  const path = `${host.site}/hosts/${host.name}/etc/nftables.conf`;
  const text = tree.get(path);
  const own = text === undefined ? undefined : chainGates(text).get(way === 'in' ? 'input' : 'output');
  const chain = own && { path, name: `nftables of ${host.name}`, steps: own };
  if (!host.groups) return chain ? [chain] : [];
  const stack = `${host.site}/openstack/cdk.tf.json`;
  const points = stackPoints(tree, [stack]);
  const named = (title: string): string[] => {
    const group = points.find(({ name }) => name === `security group ${title}`)?.group;
    const members = place.hosts.filter(({ groups }) => group !== undefined && groups?.includes(group));
    return members.flatMap(({ addresses }) => addresses);
  };
  const steps = points
    .filter(
      ({ group, direction }) => group !== undefined && direction === way && host.groups!.includes(group),
    )
    .flatMap(({ rules }) => rules)
    .map(
      ({ from, ...rule }): Step => ({
        pass: true,
        rule: {
          ...rule,
          ...(from
            ? { from: from.flatMap((each) => (each.startsWith('group ') ? named(each.slice(6)) : [each])) }
            : {}),
        },
      }),
    );
  return [{ path: stack, name: `security groups of ${host.role}`, steps }, ...(chain ? [chain] : [])];
}
