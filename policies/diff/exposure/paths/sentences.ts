import type { Tree } from '../../../law.ts';
import { type Exposure, PORTS } from '../ways.ts';
import type { End } from './end.ts';
import { listening } from './listening.ts';
import type { Move } from './moves.ts';
import { type Host, type Place, places } from './places.ts';

const ROLES: Record<string, string> = {
  worker: 'workers',
  control_plane: 'control planes',
  edge: 'edges',
  bastion: 'bastion',
  database: 'database hosts',
  balancer: 'balancers',
};
/** More single names than this are counted instead. */
const NAMES_MAX = 6;

/** Ways in words: what several hosts have alike, and who several are, as one. */
export function sentences(
  all: readonly Move[],
  before: Tree,
  after: Tree,
  changed: ReadonlySet<string>,
): Exposure[] {
  const sites = new Map([...places(before), ...places(after)].map((place) => [place.code, place]));
  const vips = sharedAddresses([...sites.values()]);
  const listens = listening(after);
  const place = ({ kind, site, name, address, key }: End): string =>
    kind === 'pods' ? key : vips.has(`${site} ${address}`) ? `${site} ${name} ${address}` : `${site} ${name}`;
  const doors = ({ how, protocol, ports, forms }: Move) => JSON.stringify([how, protocol, ports, forms]);
  const isOut = ({ to }: Move) => to.kind === 'world';
  const subject = (move: Move): End => (isOut(move) ? move.from : move.to);
  // Of one place and its ports, who they all are …
  const first = Map.groupBy(all, (move) => `${isOut(move)} ${doors(move)} ${place(subject(move))}`);
  const whole = [...first.values()].map((same) => ({
    ...same[0]!,
    peers: withItself(
      subject(same[0]!),
      unique(same.filter(({ who }) => who.length === 0).map((move) => (isOut(move) ? move.to : move.from))),
      sites,
    ),
    who: [...new Set(same.flatMap(({ who }) => who))],
    paths: same.flatMap(({ paths }) => paths),
  }));
  // … and all places that have the same.
  const second = Map.groupBy(
    whole,
    (each) =>
      `${isOut(each)} ${doors(each)} ${each.who} ${each.peers.map(({ key }) => key).sort()} ${subject(each).kind === 'pods'}`,
  );
  return [...second.values()].map((same): Exposure => {
    const [one] = same;
    const subjects = same.map(subject);
    const everybody = one!.who.filter((each) => each.endsWith('/0'));
    // Whom the world reaches, or who reaches the world, needs no names.
    const who = (everybody.length > 0 ? everybody : [...one!.who, ...names(one!.peers, sites, vips)]).join(
      ', ',
    );
    const wide = one!.how !== 'narrower';
    const where = names(subjects, sites, vips).join(', ');
    const through = one!.forms.length > 0 ? `, where ${one!.forms.join(' or ')} is the front firewall` : '';
    const heard = isOut(one!)
      ? ''
      : listened(one!, [...new Set(subjects.map(({ site, name }) => `${site} ${name}`))], listens);
    const text = isOut(one!)
      ? `${where} can ${wide ? 'now' : 'no longer'} reach ${who} on ${doorsText(one!)}${through}`
      : `${doorsText(one!)} of ${where} ${isSeveral(one!) ? 'are' : 'is'} ${wide ? 'now' : 'no longer'} open to ${who}${heard}${through}`;
    return {
      how: one!.how,
      text,
      paths: [...new Set(same.flatMap(({ paths }) => paths))].filter((path) => changed.has(path)),
    };
  });
}

/** Who is open to all others of its role is said with them: workers that reach one another are workers that reach workers. */
function withItself(self: End, peers: End[], sites: ReadonlyMap<string, Place>): End[] {
  const others = (sites.get(self.site)?.hosts ?? []).filter(
    ({ role, name }) => role === self.role && name !== self.name,
  );
  const isWhole =
    others.length > 0 &&
    others.every(({ name }) => peers.some((peer) => peer.site === self.site && peer.name === name));
  if (!isWhole || self.kind !== 'host') return peers;
  const { address: _, ...bare } = self;
  return [
    ...peers,
    {
      ...bare,
      key: `${self.site} ${sites.get(self.site)?.hosts.find(({ name }) => name === self.name)?.addresses[0]}`,
    },
  ];
}

const unique = (ends: readonly End[]): End[] => [
  ...new Map(ends.map((end) => [`${end.key} ${end.name}`, end])).values(),
];

function sharedAddresses(all: readonly Place[]): Set<string> {
  const found = new Set<string>();
  for (const { code, hosts } of all) {
    const counted = Map.groupBy(
      hosts.flatMap(({ addresses }) => addresses),
      (each) => each,
    );
    for (const [address, times] of counted) if (times.length > 1) found.add(`${code} ${address}`);
  }
  return found;
}

/** `sxb's workers`, `dc-cp1`, `pods education/web of dc`, `192.0.2.10 at sxb's edges`: all of a role by the role. */
function names(ends: readonly End[], sites: ReadonlyMap<string, Place>, vips: ReadonlySet<string>): string[] {
  return [...Map.groupBy(ends, ({ site }) => site)].flatMap(([site, own]): string[] => {
    const of = (kind: End['kind']): string[] => [
      ...new Set(own.filter((end) => end.kind === kind).map(({ name }) => name)),
    ];
    const hosts = sites.get(site)?.hosts ?? [];
    const machines = own.filter(({ kind }) => kind === 'host' || kind === 'balancer');
    const isShared = ({ address }: End) => vips.has(`${site} ${address}`);
    const pods = of('pods');
    const shared = machines.filter(isShared);
    const addresses = [...new Set(shared.map(({ address }) => address))].join(', ');
    return [
      ...together(
        site,
        machines.filter((end) => !isShared(end)),
        hosts,
      ),
      ...(shared.length > 0 ? [`${addresses} at ${together(site, shared, hosts).join(', ')}`] : []),
      ...of('neighbours'),
      ...(pods.length > NAMES_MAX
        ? [`${pods.length} apps' pods of ${site}`]
        : pods.length > 0
          ? [`pods ${pods.join(', ')} of ${site}`]
          : []),
    ];
  });
}

function together(site: string, ends: readonly End[], hosts: readonly Host[]): string[] {
  const named = new Set(ends.map(({ name }) => name));
  const all = hosts.filter(({ role }) => role !== 'balancer');
  if (all.length > 1 && all.every(({ name }) => named.has(name))) return [`${site}'s hosts`];
  return [...Map.groupBy(ends, ({ role }) => role ?? '')].flatMap(([role, some]) => {
    const list = [...new Set(some.map(({ name }) => name))];
    const whole = hosts.filter((host) => host.role === role).length;
    return list.length > 1 && list.length === whole && role in ROLES ? [`${site}'s ${ROLES[role]}`] : list;
  });
}

const isSeveral = ({ ports }: Pick<Move, 'protocol' | 'ports'>): boolean =>
  (ports.length > 1 || ports[0]![0] !== ports[0]![1]) &&
  !ports.every(([first, last]) => first === 0 && last === 65535);

function doorsText({ protocol, ports }: Move): string {
  if (ports.every(([first, last]) => first === 0 && last === 65535))
    return protocol === 'any'
      ? 'everything'
      : protocol === 'tcp' || protocol === 'udp'
        ? `every ${protocol} port`
        : protocol;
  const said = ports.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`));
  const known = [
    ...new Set(ports.flatMap(([first, last]) => (first === last && PORTS[first] ? [PORTS[first]] : []))),
  ];
  const word = isSeveral({ protocol, ports }) ? 'ports' : 'port';
  return `${protocol === 'tcp' ? '' : `${protocol} `}${word} ${said.join(', ')}${known.length > 0 ? ` (${known.join(', ')})` : ''}`;
}

/** Of a row of ports those where something listens; that nothing listens is worth a word, for what is started tomorrow is open. */
function listened(
  { protocol, ports, how }: Move,
  hosts: readonly string[],
  listens: ReadonlyMap<string, number[]>,
): string {
  if (how === 'narrower' || (protocol !== 'tcp' && protocol !== 'any')) return '';
  const known = hosts.flatMap((host) => listens.get(host) ?? []);
  if (hosts.some((host) => !listens.has(host))) return '';
  const heard = [
    ...new Set(known.filter((port) => ports.some(([first, last]) => first <= port && port <= last))),
  ].sort((a, b) => a - b);
  if (heard.length === 0) return ': nothing of ours listens there';
  return ports.every(([first, last]) => first === last) ? '' : `: something listens on ${heard.join(', ')}`;
}
