import type { AtSite } from '#constructs/at-site.ts';
import { both } from '#sites/address.ts';
import { type Crossing, crossings, type FirewallZone, gateways, type Side, translated } from './crossings.ts';
import { INTERFACES, vhids } from './pfsense.ts';

const ZONES: Record<FirewallZone, string> = {
  world: 'the world',
  public: "the edges' network",
  nodes: "the hosts' network",
};

/** The front firewall's rules for a person: what is let through between which networks, and what is set by hand. */
export function ruleSheet(place: AtSite): string {
  const { site } = place;
  const all = crossings(place);
  const zones: FirewallZone[] = ['world', 'public', 'nodes'];
  return `# The front firewall of ${site.code} (${site.name})

It stands between the world, the network of the edges (${both(site.networks.public).join(', ')}) and that of all hosts
(${both(site.networks.nodes).join(', ')}). What is not in these tables is dropped, and logged. Everything here comes from the
table of flows: a rule changed by hand is a changed copy.

${zones.map((zone) => section(zone, all)).join('\n')}
From the world nothing is taken that claims to come from one of our own networks.

## Who is who

| name | addresses |
|---|---|
${aliases(all)
  .map(({ name, addresses }) => `| ${name} | ${(addresses as string[]).join(', ')} |`)
  .join('\n')}

## Translation

One to one, towards the world and towards the edges; other hosts leave by the firewall's own address.

| public | own | host |
|---|---|---|
${translated(place)
  .map(({ host, outer, inner }) => `| ${outer} | ${inner} | ${host.name} |`)
  .join('\n')}

## Addresses that both firewalls of a pair share

| network | address | VHID or VRID |
|---|---|---|
${gateways(place)
  .map(
    ({ zone, address, length }, index) =>
      `| ${ZONES[zone]} | ${address}/${length} | ${vhids(place)[index]} |`,
  )
  .join('\n')}

## pfSense

Interfaces: ${zones.map((zone) => `${ZONES[zone]} is \`${INTERFACES[zone]}\``).join(', ')}. Under *Diagnostics, Backup & Restore* restore
\`pfsense.xml\` four times, as *Aliases*, *Virtual IPs*, *NAT* and *Firewall Rules*; each replaces its area whole. Then, by hand:

1. a password for each CARP address, the same on both firewalls (none is in the file);
2. on the second firewall the same, with a skew of 100; *System, High Availability*: states by pfsync and configuration by XMLRPC,
   over a cable between the two;
3. the address that the provider routes our networks to, as one more CARP address on \`${INTERFACES.world}\`;
4. *block bogon networks* stays off on \`${INTERFACES.world}\` where an address of ours is one;${
    site.routing
      ? `
5. the package FRR: BGP as AS ${site.routing.peer.asn}, neighbours are the edges as AS ${site.routing.asn} with BFD, and from them
   nothing but ${both(place.model.anycast).join(' and ')}.`
      : ''
  }

Without pfSense, \`firewall1/\` and \`firewall2/\` hold the same for two hosts with nftables, Keepalived and conntrackd.
`;
}

function section(zone: FirewallZone, all: Crossing[]): string {
  const rows = all.filter(({ from }) => from.zone === zone);
  if (rows.length === 0) return '';
  return `## From ${ZONES[zone]}

| from | to | what | flows |
|---|---|---|---|
${rows
  .map(({ from, to, families, protocol, ports, flows }) => {
    const numbers = ports.map(({ first, last }) => (first === last ? first : `${first}–${last}`)).join(', ');
    const family = families.length > 1 ? '' : families[0] === 'ipv4' ? ', IPv4' : ', IPv6';
    return `| ${who(from)} | ${who(to)} | ${protocol}${numbers && ` ${numbers}`}${family} | ${flows.join(', ')} |`;
  })
  .join('\n')}
`;
}

const who = ({ zone, name, addresses }: Side): string =>
  zone === 'firewall' ? 'the firewall itself' : addresses === 'any' ? 'anyone' : name;

/** Everybody who is named, once. */
export const aliases = (all: Crossing[]): Side[] => [
  ...new Map(
    all
      .flatMap(({ from, to }) => [from, to])
      .filter(({ zone, addresses }) => zone !== 'firewall' && addresses !== 'any')
      .map((side) => [side.name, side]),
  ).values(),
];
