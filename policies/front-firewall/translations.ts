import { BITS, both, FAMILIES, familyOf, isPrivate, prefixLength, routerOf } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { announced } from '#sites/questions.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { keepaliveds, ofKind } from '../reading/keepalived-config.ts';
import { type Nftables, type NftRule, rulesets } from '../reading/nftables.ts';

export const translations: Policy = {
  id: 'translations',
  title:
    'the front firewall holds the gateways of both networks, and translates each host to its own public address and back, and nobody else',
  why: 'Avoid: a translation one way only, a public address that leads to another host, a gateway that no firewall holds, a sender of ours taken from the world. Prefer: one pair of addresses a host, the same in both forms of the firewall. Rationale: a host that answers from another address than it was asked at is heard by nobody, so that the nodes of other sites lose it; and without its gateway a whole network is an island.',
  check: (model, tree) =>
    model.sites
      .filter(({ edge }) => edge?.kind === 'haproxy')
      .flatMap((site) => [
        ...xml(tree, site),
        ...[...rulesets(tree).values()]
          .filter(({ path }) => path.startsWith(`${site.code}/front-firewall/`))
          .flatMap((file) => [...pair(site, file), ...forged(model, site, file)]),
        ...gateways(tree, site),
      ]),
};

/** Each host that others meet by a public address which no interface of its own has: `[outer, inner]`. */
const wanted = (site: Site): [outer: string, inner: string][] =>
  site.hosts.flatMap(({ role, public: outer, address }): [string, string][] =>
    role !== 'edge' && outer.ipv4 && address.ipv4 && outer.ipv4 !== address.ipv4
      ? [[outer.ipv4, address.ipv4]]
      : [],
  );

function compare(
  path: string,
  what: string,
  found: [outer: string, inner: string, text: string][],
  site: Site,
): Finding[] {
  const pairs = wanted(site);
  return [
    ...pairs
      .filter(([outer, inner]) => found.filter((each) => each[0] === outer && each[1] === inner).length !== 1)
      .map(([outer, inner]) => ({
        path,
        message: `${what} does not lead from ${outer} to ${inner}, once`,
        fix: `translate ${outer} to ${inner}`,
      })),
    ...found
      .filter(([outer, inner]) => !pairs.some((each) => each[0] === outer && each[1] === inner))
      .map(([outer, inner, text]) => ({
        path,
        text,
        message: `${what} leads from ${outer} to ${inner}, and no host has these two`,
        fix: 'remove it',
      })),
  ];
}

/** pfSense: one to one, on the side of the world and on that of the edges, who meet hosts by the same addresses. */
function xml(tree: Tree, site: Site): Finding[] {
  const path = `${site.code}/front-firewall/pfsense.xml`;
  const text = tree.get(path);
  if (text === undefined) return [];
  const all = [...text.matchAll(/<onetoone>([\s\S]*?)<\/onetoone>/g)].map(([, block = '']) => ({
    interface: /<interface>(\w+)</.exec(block)?.[1],
    outer: /<external>([\d.]+)</.exec(block)?.[1] ?? 'nothing',
    inner: /<source>\s*<address>([\d.]+)</.exec(block)?.[1] ?? 'nothing',
  }));
  const held = [...text.matchAll(/<vip>[\s\S]*?<subnet_bits>(\d+)<[\s\S]*?<subnet>([^<]+)</g)].map(
    ([, bits, address]) => `${address}/${bits}`,
  );
  const holds = lines(site).map((line) => line.split(' ')[0]!);
  const ways: Finding[] = [
    ...holds
      .filter((each) => !held.includes(each))
      .map((each) => ({
        path,
        message: `pfSense never holds ${each}`,
        fix: `add a virtual address ${each}`,
      })),
    ...held
      .filter((each) => !holds.includes(each))
      .map((each) => ({
        path,
        text: `<subnet>${each.split('/')[0]}<`,
        message: `pfSense holds ${each}, which is no gateway of the site and no address that it translates`,
        fix: 'remove it',
      })),
  ];
  return ways.concat(
    ['wan', 'opt1'].flatMap((side) =>
      compare(
        path,
        `the one-to-one translation on ${side}`,
        all
          .filter((each) => each.interface === side)
          .map(({ outer, inner }) => [outer, inner, `<external>${outer}<`]),
        site,
      ),
    ),
  );
}

/** nftables: to the inner address before anything is asked, and back behind everything. */
function pair(site: Site, { path, chains }: Nftables): Finding[] {
  const rules = (priority: string): readonly NftRule[] =>
    chains.filter((chain) => chain.priority === priority).flatMap((chain) => chain.rules);
  const isBoth = (rule: NftRule, field: string): boolean => String(rule.matches.get(field)) === 'eth0,eth1';
  const inward = rules('dstnat').map((rule): [string, string, string] => [
    String(rule.matches.get('ip daddr')),
    rule.verdict?.replace('dnat ', '') ?? '',
    rule.text,
  ]);
  const outward = rules('srcnat').filter(({ verdict }) => verdict !== 'masquerade');
  const masked = rules('srcnat').filter(({ verdict }) => verdict === 'masquerade');
  const own = site.networks.nodes.ipv4;
  const hides = own !== undefined && isPrivate(own.split('/')[0]!);
  return [
    ...compare(path, 'the chain before routing', inward, site),
    ...compare(
      path,
      'the chain behind routing',
      outward.map((rule): [string, string, string] => [
        rule.verdict?.replace('snat ', '') ?? '',
        String(rule.matches.get('ip saddr')),
        rule.text,
      ]),
      site,
    ),
    ...[
      ...rules('dstnat').map((rule): [NftRule, string] => [rule, 'iifname']),
      ...outward.map((rule): [NftRule, string] => [rule, 'oifname']),
    ]
      .filter(([rule, field]) => !isBoth(rule, field))
      .map(([rule]) => ({
        path,
        text: rule.text,
        message: `\`${rule.text}\` is not for the world and the edges alike`,
        fix: '{ $world, $public }',
      })),
    ...(masked.length === Number(hides) &&
    masked.every(
      ({ matches }) => String(matches.get('ip saddr')) === own && String(matches.get('oifname')) === 'eth0',
    )
      ? []
      : [
          {
            path,
            text: masked[0]?.text,
            message: `hosts without a public address of their own go out from ${masked.map(({ matches }) => matches.get('ip saddr')).join(', ') || 'nowhere'}`,
            fix: `oifname $world ip saddr ${own} masquerade`,
          },
        ]),
  ];
}

/** Nobody in the world speaks from an address of ours. */
function forged(model: Model, site: Site, { path, chains }: Nftables): Finding[] {
  const raw = chains.filter(({ priority }) => priority === 'raw').flatMap(({ rules }) => rules);
  const dropped = raw
    .filter(({ verdict, matches }) => verdict === 'drop' && String(matches.get('iifname')) === 'eth0')
    .flatMap(({ matches }) => [...(matches.get('ip saddr') ?? []), ...(matches.get('ip6 saddr') ?? [])]);
  const ours = [
    ...both(site.networks.public),
    ...both(site.networks.nodes),
    ...both(announced(model, site)).map((address) => `${address}/${BITS[familyOf(address)]}`),
  ];
  return [
    ...ours
      .filter((each) => !dropped.includes(each))
      .map((each) => ({
        path,
        text: 'chain forged',
        message: `who says to be ${each} is taken from the world`,
        fix: `drop ${each} from the world`,
      })),
    ...dropped
      .filter((each) => !ours.includes(each))
      .map((each) => ({
        path,
        text: each,
        message: `${each} is dropped from the world, and is not of this site`,
        fix: 'remove it',
      })),
  ];
}

/** What the firewall holds, by its interface: the gateways of both networks, and the public addresses of hosts. */
function lines(site: Site): string[] {
  const edge = site.edge?.kind === 'haproxy' ? site.edge.gateway : {};
  const shared = FAMILIES.flatMap((family): string[] => {
    const [open, nodes, gateway] = [site.networks.public[family], site.networks.nodes[family], edge[family]];
    return [
      ...(open && gateway ? [`${gateway}/${prefixLength(open)} dev eth1`] : []),
      ...(nodes ? [`${routerOf(nodes)}/${prefixLength(nodes)} dev eth2`] : []),
    ];
  });
  return [...shared, ...wanted(site).map(([outer]) => `${outer}/32 dev eth1`)];
}

/** The pair shares what hosts and edges have as their gateway, and answers for the public addresses that it translates. */
function gateways(tree: Tree, site: Site): Finding[] {
  const wantedLines = lines(site);
  return keepaliveds(tree)
    .filter(({ path }) => path.startsWith(`${site.code}/front-firewall/`))
    .flatMap((config): Finding[] => {
      const { path, host } = config;
      const instances = ofKind(config, 'vrrp_instance');
      const held = instances.flatMap(({ lists, values }) =>
        ['virtual_ipaddress', 'virtual_ipaddress_excluded'].flatMap((list) =>
          (lists.get(list) ?? []).map((line) => ({ line, device: values.get('interface') })),
        ),
      );
      const missing = wantedLines.filter((line) => !held.some((each) => each.line === line));
      const spare = held.filter(
        ({ line }) => !wantedLines.includes(line) && !/^fe80::[0-9a-f]+\/64 dev eth[12]$/.test(line),
      );
      const group = ofKind(config, 'vrrp_sync_group')[0];
      const names = instances.map(({ name }) => name).toSorted();
      return [
        ...missing.map((line) => ({ path, message: `${host} never holds ${line}`, fix: `add ${line}` })),
        ...spare.map(({ line }) => ({
          path,
          text: line,
          message: `${host} holds ${line}, which is no gateway of the site and no address that it translates`,
          fix: 'remove it',
        })),
        ...held
          .filter(({ line, device }) => !line.endsWith(` dev ${device}`))
          .map(({ line, device }) => ({
            path,
            text: line,
            message: `${host} holds ${line} and speaks VRRP for it on ${device}`,
            fix: `dev ${device}`,
          })),
        ...(String([...(group?.lists.get('group') ?? [])].toSorted()) === String(names)
          ? []
          : [
              {
                path,
                text: 'vrrp_sync_group',
                message: `${host}: ${names.join(', ')} do not move together`,
                fix: 'name them all in one group',
              },
            ]),
        ...['master', 'backup', 'fault']
          .filter(
            (state) =>
              !/^"\/usr\/local\/libexec\/fredu-front-state (master|backup)"$/.test(
                group?.values.get(`notify_${state}`) ?? '',
              ) || (state === 'master') !== group!.values.get(`notify_${state}`)!.includes(' master'),
          )
          .map((state) => ({
            path,
            text: 'vrrp_sync_group',
            message: `${host} tells conntrackd nothing right when it becomes ${state}: connections are lost`,
            fix: `notify_${state} "/usr/local/libexec/fredu-front-state ${state === 'master' ? 'master' : 'backup'}"`,
          })),
      ];
    });
}
