import { both } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';
import { type Crowd, crowd } from '../reading/crowd.ts';
import type { Nftables } from '../reading/nftables.ts';

/** The three sides of a front firewall. */
export type FirewallZone = 'world' | 'public' | 'nodes';
export const SIDES: readonly FirewallZone[] = ['world', 'public', 'nodes'];
const ZONES: Record<string, FirewallZone> = { wan: 'world', lan: 'nodes', opt1: 'public' };

const inside = new WeakMap<Site, Crowd>();
/** Whether an address is of a network that stands inside. */
export function isOurs(site: Site, address: string): boolean {
  const { networks } = site;
  const isOne = inside.get(site) ?? crowd([...both(networks.public), ...both(networks.nodes)]);
  inside.set(site, isOne);
  return isOne(address);
}

// What a rule means, read once more from pfSense's documentation: the first one that applies decides.

export interface Rule {
  name: string;
  /** What to look for in the file. */
  text: string;
  pass: boolean;
  zone?: FirewallZone;
  /** Where it leaves by; pf filters where a packet comes in alone. */
  out?: FirewallZone;
  families: string[];
  protocol: string;
  from: Crowd;
  to: Crowd;
  ports: [number, number][];
  /** It is about the firewall's own addresses. */
  self: boolean;
}
const ADDRESS = /^(\d+(\.\d+){3}|[0-9a-f:]*:[0-9a-f:]*)(\/\d+)?$/;

export function pfRules(xml: string): Rule[] {
  const aliases = new Map(
    blocks(xml, 'alias').map((block) => [word(block, 'name')!, (word(block, 'address') ?? '').split(' ')]),
  );
  const side = (block: string): Crowd => {
    const name = word(block, 'address');
    // A name that no alias has means nobody.
    const networks =
      name === undefined ? undefined : (aliases.get(name) ?? [name]).filter((each) => ADDRESS.test(each));
    if (!networks) return () => true;
    const isNot = block.includes('<not/>');
    const isOne = crowd(networks);
    return (address) => isOne(address) !== isNot;
  };
  return blocks(blocks(xml, 'filter')[0] ?? '', 'rule').map((block) => {
    const [source = '', destination = ''] = [...blocks(block, 'source'), ...blocks(block, 'destination')];
    const port = word(destination, 'port');
    const ports = port === undefined ? [] : (aliases.get(port) ?? [port]).map(range);
    const name = word(block, 'tracker') ?? '?';
    return {
      name,
      text: `<tracker>${name}<`,
      pass: word(block, 'type') === 'pass',
      zone: ZONES[word(block, 'interface') ?? ''],
      families:
        { inet: ['ipv4'], inet6: ['ipv6'], inet46: ['ipv4', 'ipv6'] }[word(block, 'ipprotocol') ?? ''] ?? [],
      protocol: word(block, 'protocol') ?? 'any',
      from: side(source),
      to: side(destination),
      ports,
      self: word(destination, 'network') === '(self)',
    };
  });
}

/** What crosses the pair, as its chain forward has it; interfaces by the names that its own first lines give them. */
export function pairRules({ chains }: Nftables, site: Site): Rule[] {
  const zones = new Map(
    Object.entries({ eth0: 'world', eth1: 'public', eth2: 'nodes' } as Record<string, FirewallZone>),
  );
  const forward = chains.find(({ hook }) => hook === 'forward');
  const forged = chains.filter(({ priority }) => priority === 'raw').flatMap((chain) => chain.rules);
  return [...forged, ...(forward?.rules ?? [])]
    .filter(
      ({ verdict, matches }) =>
        (verdict === 'accept' || (verdict === 'drop' && matches.size > 0)) && !matches.has('ct state'),
    )
    .map(({ text, matches: fields, comment, verdict }): Rule => {
      const side = (field: string): Crowd => {
        const networks = [...(fields.get(`ip ${field}`) ?? []), ...(fields.get(`ip6 ${field}`) ?? [])];
        return networks.length === 0 ? () => true : crowd(networks.filter((each) => ADDRESS.test(each)));
      };
      const to = side('daddr');
      const zone = (field: string): FirewallZone | undefined => zones.get(fields.get(field)?.[0] ?? '');
      const family = (['ipv4', 'ipv6'] as const).filter((each) =>
        [...fields].every(([field, values]) =>
          field.startsWith('ip ') || values.includes('icmp')
            ? each === 'ipv4'
            : field.startsWith('ip6 ') || values.includes('ipv6-icmp')
              ? each === 'ipv6'
              : field !== 'meta nfproto' || values.includes(each),
        ),
      );
      const ports = [...(fields.get('tcp dport') ?? []), ...(fields.get('udp dport') ?? [])];
      const protocol = fields.has('tcp dport')
        ? 'tcp'
        : fields.has('udp dport')
          ? 'udp'
          : fields.has('meta l4proto')
            ? 'icmp'
            : 'any';
      return {
        name: `"${comment ?? text}"`,
        text,
        pass: verdict === 'accept',
        zone: zone('iifname'),
        out: zone('oifname'),
        families: family,
        protocol,
        from: side('saddr'),
        // Addresses of ours are routed inside, whoever in the world has them too.
        to: zone('oifname') === 'world' ? (address) => !isOurs(site, address) && to(address) : to,
        ports: ports.map(range),
        self: false,
      };
    });
}
const blocks = (xml: string, tag: string): string[] =>
  [...xml.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map((match) => match[1]!);
const word = (block: string, tag: string): string | undefined =>
  new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(block)?.[1];
const range = (text: string): [number, number] => {
  const [first = '', last = first] = text.split(/[-:]/);
  return [Number(first), Number(last)];
};
