import type { Site } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { type KeepalivedConfig, keepaliveds, ofKind } from '../reading/keepalived-config.ts';

export const virtualAddresses: Policy = {
  id: 'virtual-addresses',
  title:
    'for each virtual address every edge has one place in line, hears all the others, and steps back when it cannot serve',
  why: 'Two edges of one priority, or one that does not hear the other, both answer for an address; both families of it in different hands split every client in two. keepalived ignores a script on a member of a sync group, and one with a weight there, so that a dead balancer would keep its address. A virtual address that is a source of IPv6 takes clock and updates from the master, whose firewall lets only its own addresses out. A check that takes longer than its interval never fails.',
  check: (model, tree) =>
    model.sites.filter(({ edge }) => edge?.kind === 'haproxy').flatMap((site) => judge(site, tree)),
};

function judge(site: Site, tree: Tree): Finding[] {
  const edges = hostsOf(site, 'edge');
  const configs = keepaliveds(tree).filter(({ host }) => edges.some(({ name }) => name === host));
  if (configs.length < edges.length)
    return [
      { path: `${site.code}/hosts`, message: `${site.code}: an edge has no keepalived.conf`, fix: 'add it' },
    ];
  return [...configs.flatMap(alone), ...together(configs)];
}

/** What one file must not say. */
function alone(config: KeepalivedConfig): Finding[] {
  const { path, host } = config;
  const found = (text: string, message: string, fix: string): Finding => ({
    path,
    text,
    message: `${host}: ${message}`,
    fix,
  });
  const instances = ofKind(config, 'vrrp_instance');
  const groups = ofKind(config, 'vrrp_sync_group');
  const scripts = new Map(ofKind(config, 'vrrp_script').map((script) => [script.name, script]));
  const byNumber = Map.groupBy(
    instances,
    ({ values }) => `${values.get('virtual_router_id')} on ${values.get('interface')}`,
  );
  const tracked = groups.flatMap(({ lists }) => lists.get('track_script') ?? []);
  return [
    ...[...byNumber]
      .filter(([, same]) => same.length > 1)
      .map(([number, same]) =>
        found(
          `virtual_router_id ${number.split(' ')[0]}`,
          `${same.map(({ name }) => name).join(' and ')} are both router ${number}`,
          'give each a number of its own',
        ),
      ),
    ...instances.flatMap(({ name, values, lists }) => [
      ...(values.get('state') === 'BACKUP'
        ? []
        : [
            found(
              `vrrp_instance ${name}`,
              `${name} starts as ${values.get('state')}, before it has heard whether there is a master`,
              'write `state BACKUP`',
            ),
          ]),
      ...(lists.has('track_script')
        ? [
            found(
              `vrrp_instance ${name}`,
              `${name} tracks a script by itself, which keepalived ignores in a group`,
              'track it in the group',
            ),
          ]
        : []),
      ...(lists.get('virtual_ipaddress') ?? []).filter(isSource).map((line) => {
        const [address = ''] = line.split('/');
        return found(
          address,
          `${name} makes ${address} the source of what the master itself asks, and the answer may reach another edge`,
          'write `preferred_lft 0` behind it',
        );
      }),
      ...(groups.filter((group) => group.lists.get('group')?.includes(name)).length === 1
        ? []
        : [
            found(
              `vrrp_instance ${name}`,
              `${name} is in no group, or in several, so that its family may move alone`,
              'put both families of an address into one group',
            ),
          ]),
    ]),
    ...groups
      .filter(({ lists }) => (lists.get('track_script') ?? []).length === 0)
      .map(({ name }) =>
        found(
          `vrrp_sync_group ${name}`,
          `the group ${name} does not ask whether this edge can serve`,
          'add track_script',
        ),
      ),
    ...tracked.flatMap((line) => {
      const [name = '', ...words] = line.split(/\s+/);
      const script = scripts.get(name);
      if (!script) return [found(name, `the script ${name} is not defined`, 'define it')];
      const weight =
        words.includes('weight') || (script.values.has('weight') && script.values.get('weight') !== '0');
      const [interval, timeout] = ['interval', 'timeout'].map((word) => Number(script.values.get(word)));
      return [
        ...(weight
          ? [
              found(
                `vrrp_script ${name}`,
                `${name} has a weight, which keepalived ignores in a group`,
                'remove the weight: its failure is the fault of the group',
              ),
            ]
          : []),
        ...(timeout! < interval!
          ? []
          : [
              found(
                `vrrp_script ${name}`,
                `${name} may take ${timeout} s and is asked again after ${interval} s`,
                'let it take less than its interval',
              ),
            ]),
      ];
    }),
    ...(ofKind(config, 'global_defs')[0]?.values.has('enable_script_security')
      ? []
      : [
          found(
            'global_defs',
            'scripts that others than root may write would run as root',
            'write `enable_script_security`',
          ),
        ]),
  ];
}

/**
 * Whether a host that holds the address would speak from it. IPv4 keeps the first address of a network, IPv6 takes the newest that
 * is not deprecated; keepalived deprecates a /128 by itself.
 * @see https://www.rfc-editor.org/rfc/rfc6724 section 5, rule 3
 */
const isSource = (line: string): boolean =>
  line.includes(':') && !/^fe80:|\/128\b|\bpreferred_lft 0\b/.test(line);

/** What the files of a site must agree on. */
function together(configs: KeepalivedConfig[]): Finding[] {
  const names = new Set(configs.flatMap((config) => ofKind(config, 'vrrp_instance').map(({ name }) => name)));
  return [...names].flatMap((name) => {
    const all = configs.flatMap((config) => {
      const block = ofKind(config, 'vrrp_instance').find((each) => each.name === name);
      return block ? [{ config, block }] : [];
    });
    const { path } = configs[0]!;
    const found = (message: string, fix: string, at = path): Finding => ({
      path: at,
      text: `vrrp_instance ${name}`,
      message: `${name}: ${message}`,
      fix,
    });
    if (all.length < configs.length) return [found('not every edge can hold it', 'add it to each edge')];
    const differs = (word: string) => new Set(all.map(({ block }) => block.values.get(word))).size > 1;
    const priorities = all.map(({ block }) => Number(block.values.get('priority')));
    const addresses = new Set(all.map(({ block }) => String(block.lists.get('virtual_ipaddress'))));
    return [
      ...(new Set(priorities).size < priorities.length
        ? [
            found(
              `two edges have priority ${priorities.find((each, index) => priorities.indexOf(each) !== index)}`,
              'give each its own',
            ),
          ]
        : []),
      ...['virtual_router_id', 'advert_int', 'interface']
        .filter(differs)
        .map((word) => found(`the edges have different values of ${word}`, 'write the same')),
      ...(addresses.size > 1 ? [found('the edges hold different addresses', 'write the same')] : []),
      ...all.flatMap(({ config, block }) => {
        const wanted = all
          .filter((each) => each.config !== config)
          .map((each) => each.block.values.get('unicast_src_ip')!);
        const peers = block.lists.get('unicast_peer') ?? [];
        const isSame = peers.length === wanted.length && wanted.every((address) => peers.includes(address));
        return isSame
          ? []
          : [
              found(
                `${config.host} speaks to ${peers.join(', ') || 'nobody'}; the others are ${wanted.join(', ')}`,
                'name each other edge as its peer',
                config.path,
              ),
            ];
      }),
    ];
  });
}
