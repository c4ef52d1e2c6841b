import type { AtSite } from '#constructs/at-site.ts';
import { both, type Family, familyOf, isPrivate } from '#sites/address.ts';
import type { HaproxyEdge } from '#sites/model.ts';
import {
  type Crossing,
  crossings,
  type FirewallZone,
  gateways,
  innerNetworks,
  type Side,
  translated,
} from './crossings.ts';

/** pfSense's names of its interfaces, in the order in which its installer asks for them. */
export const INTERFACES: Record<FirewallZone, string> = { world: 'wan', nodes: 'lan', public: 'opt1' };
/** Longest name of an alias. @see https://docs.netgate.com/pfsense/en/latest/firewall/aliases.html */
const ALIAS_MAX = 31;

/**
 * The front firewall as pfSense takes it: one file, restored area by area (aliases, NAT, virtual IPs, rules), each of which
 * it replaces whole. Passwords of CARP are not in it: they are typed in after the import.
 *
 * @see https://docs.netgate.com/pfsense/en/latest/backup/restore.html
 * @see https://github.com/pfsense/pfsense/blob/master/src/etc/inc/filter.inc how the tags are read
 */
export function pfsense(place: AtSite): string {
  const all = crossings(place);
  return `<?xml version="1.0"?>
${element('pfsense', [
  element('aliases', [...addressAliases(place, all), ...portAliases(all)]),
  element('nat', [outbound(place), ...oneToOne(place)]),
  element('virtualip', virtualAddresses(place)),
  element('filter', [...spoofed(place), ...all.map((crossing, index) => rule(crossing, index))]),
])}`;
}

/** Everyone inside: nobody of the world has such an address. */
const INNER = 'inner_networks';

function addressAliases(place: AtSite, all: Crossing[]): string[] {
  const inner = innerNetworks(place);
  const sides = new Map(
    all.flatMap(({ from, to }) => [from, to]).flatMap((side) => (isNamed(side) ? [[side.name, side]] : [])),
  );
  const named = [...sides.values()].map(({ name, addresses }) =>
    alias(name, addresses.some((each) => each.includes('/')) ? 'network' : 'host', addresses),
  );
  return [alias(INNER, 'network', inner), ...named];
}
const isNamed = (side: Side): side is Side & { addresses: string[] } =>
  side.addresses !== 'any' && side.zone !== 'firewall';

const portAliases = (all: Crossing[]): string[] => {
  const several = new Map(
    all.filter(({ ports }) => ports.length > 1).map(({ ports }) => [portName(ports), ports]),
  );
  return [...several].map(([name, ports]) => alias(name, 'port', ports.map(colon)));
};
const colon = ({ first, last }: Crossing['ports'][0]): string =>
  first === last ? `${first}` : `${first}:${last}`;
const portName = (ports: Crossing['ports']): string =>
  `ports_${ports.map(({ first, last }) => (first === last ? first : `${first}_${last}`)).join('_')}`.slice(
    0,
    ALIAS_MAX,
  );

function alias(name: string, type: 'host' | 'network' | 'port', values: string[]): string {
  if (name.length > ALIAS_MAX) throw new RangeError(`${name} is longer than ${ALIAS_MAX} characters`);
  return element('alias', [
    text('name', name),
    text('type', type),
    text('address', values.join(' ')),
    text('descr', ''),
  ]);
}

/** Hosts without a public address of their own leave by that of the firewall. */
function outbound({ site }: AtSite): string {
  const network = site.networks.nodes.ipv4;
  const rules =
    network && isPrivate(network.split('/')[0]!)
      ? [
          element('rule', [
            element('source', [text('network', network)]),
            element('destination', ['<any/>\n']),
            text('interface', INTERFACES.world),
            text('target', ''),
            text('descr', 'hosts without a public address of their own'),
          ]),
        ]
      : [];
  return element('outbound', [text('mode', 'advanced'), ...rules]);
}

/** Towards the edges as well: they answer by their public leg, so that the firewall sees both directions. */
const oneToOne = (place: AtSite): string[] =>
  (['world', 'public'] as const).flatMap((zone) =>
    translated(place).map(({ host, outer, inner }) =>
      element('onetoone', [
        text('external', outer),
        text('interface', INTERFACES[zone]),
        text('ipprotocol', 'inet'),
        element('source', [text('address', inner)]),
        element('destination', ['<any/>\n']),
        text('descr', host.name),
      ]),
    ),
  );

/** What both firewalls of a pair share, and the translated addresses, for which the active one answers on the edges' network. */
function virtualAddresses(place: AtSite): string[] {
  const shared = gateways(place).map(({ zone, family, address, length }, index) => ({
    id: `fredu${zone}${family}`,
    vhid: vhids(place)[index]!,
    zone,
    family,
    address,
    length,
  }));
  const parent = shared.find(({ zone, family }) => zone === 'public' && family === 'ipv4');
  return [
    ...shared.map(({ id, vhid, zone, address, length }) =>
      element('vip', [
        text('mode', 'carp'),
        text('interface', INTERFACES[zone]),
        text('vhid', String(vhid)),
        text('advbase', '1'),
        text('advskew', '0'),
        text('password', ''),
        text('uniqid', id),
        text('descr', `way out of ${zone}`),
        text('type', 'single'),
        text('subnet_bits', String(length)),
        text('subnet', address),
      ]),
    ),
    ...(parent ? translated(place) : []).map(({ host, outer }) =>
      element('vip', [
        text('mode', 'ipalias'),
        text('interface', `_vip${parent!.id}`),
        text('uniqid', `fredu${host.key}`),
        text('descr', host.name),
        text('type', 'single'),
        text('subnet_bits', '32'),
        text('subnet', outer),
      ]),
    ),
  ];
}

/** CARP and VRRP take their MAC addresses from one range: the edges' numbers are theirs. */
export function vhids({ site }: AtSite): number[] {
  const { app, api } = site.edge as HaproxyEdge;
  const taken = [app, api].flatMap(({ vrid }) => [vrid.ipv4, vrid.ipv6]);
  return Array.from({ length: 255 }, (_, index) => index + 1).filter((each) => !taken.includes(each));
}

const spoofed = ({ site }: AtSite): string[] => [
  element('rule', [
    text('tracker', String(TRACKER)),
    text('type', 'block'),
    text('interface', INTERFACES.world),
    text('ipprotocol', ipProtocol(both(site.networks.public).map(familyOf))),
    element('source', [text('address', INNER)]),
    element('destination', ['<any/>\n']),
    '<log/>\n',
    text('descr', 'addresses of ours that come from the world are forged'),
  ]),
];

const ipProtocol = (families: Family[]): string =>
  families.length > 1 ? 'inet46' : families[0] === 'ipv6' ? 'inet6' : 'inet';

/** Trackers name a rule in the log; pfSense's own are times, which these are not. */
const TRACKER = 1000;

function rule(crossing: Crossing, index: number): string {
  const { from, to, families, protocol, ports, flows } = crossing;
  return element('rule', [
    text('tracker', String(TRACKER + 1 + index)),
    text('type', 'pass'),
    text('interface', INTERFACES[from.zone as FirewallZone]),
    text('ipprotocol', ipProtocol(families)),
    // Answers in IPv6 take the edge's leg in the hosts' network: the firewall sees one direction only.
    text('statetype', from.zone === 'nodes' && to.zone === 'public' ? 'sloppy state' : 'keep state'),
    text('protocol', protocol),
    element('source', [endpoint(from)]),
    element('destination', [
      endpoint(to, true),
      ...(ports.length > 1
        ? [text('port', portName(ports))]
        : ports.map(({ first, last }) => text('port', first === last ? `${first}` : `${first}-${last}`))),
    ]),
    text('descr', flows.join(', ')),
  ]);
}
/** Outsiders: for a destination, every address that is not ours. */
function endpoint(side: Side, to = false): string {
  if (side.zone === 'firewall') return text('network', '(self)');
  if (side.addresses !== 'any') return text('address', side.name);
  return to ? `<not/>\n${text('address', INNER)}` : '<any/>\n';
}

const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const text = (tag: string, value: string): string =>
  `<${tag}>${value.replaceAll(/[&<>]/g, (each) => ESCAPED[each]!)}</${tag}>\n`;
const element = (tag: string, children: string[]): string =>
  `<${tag}>\n${children.join('').replaceAll(/^(?=.)/gm, '  ')}</${tag}>\n`;
