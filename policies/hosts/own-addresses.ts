import { contains, FAMILIES, type PerFamily, prefixLength } from '#sites/address.ts';
import type { HaproxyEdge, Host, Model, Site } from '#sites/model.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { type SystemdFile, systemdFiles } from '../reading/units.ts';

export const ownAddresses: Policy = {
  id: 'own-addresses',
  title:
    'every edge has its own addresses on the interface of their network, one way out of each family, and takes none from strangers',
  why: 'Avoid: an address of a neighbour, the wrong length of a network, a gateway that is not the front firewall, addresses by DHCP or by advertisement. Prefer: what the file of the site says, one file an interface. Rationale: two hosts with one address cut each other off; an edge without a way out answers nobody, and one that listens to advertisements sends its packets to whoever sent the last.',
  check: (model, tree) => [
    ...model.sites.flatMap((site) =>
      site.edge?.kind === 'haproxy'
        ? site.hosts
            .filter(({ role }) => role === 'edge')
            .flatMap((host) => edge(tree, { site, edge: site.edge as HaproxyEdge, host }))
        : [],
    ),
    ...pairs(model, tree),
  ],
};

const saidIn = (file: SystemdFile, wanted: string): string[] =>
  file.lines.filter(({ key }) => key === wanted).map(({ value }) => value);

function edge(
  tree: Tree,
  { site, edge: { interfaces, gateway }, host }: { site: Site; edge: HaproxyEdge; host: Host },
): Finding[] {
  const root = `${site.code}/hosts/${host.name}/`;
  const files = systemdFiles(tree).filter((each) => each.root === root && each.kind === 'network');
  const sides: [device: string, own: PerFamily, network: PerFamily, way: PerFamily][] = [
    [interfaces.public, host.public, site.networks.public, gateway],
    [interfaces.nodes, host.address, site.networks.nodes, {}],
  ];
  const known = (device: string): SystemdFile | undefined =>
    files.find((file) => saidIn(file, 'Name').includes(device));
  const wanted = new Map<string, { addresses: string[]; ways: string[] }>();
  for (const [device, own, network, way] of sides) {
    const at = wanted.get(device) ?? { addresses: [], ways: [] };
    wanted.set(device, at);
    for (const family of FAMILIES) {
      const [address, within, out] = [own[family], network[family], way[family]];
      if (address && within) at.addresses.push(`${address}/${prefixLength(within)}`);
      if (address && within && out && contains(within, out)) at.ways.push(out);
    }
  }
  return [...wanted].flatMap(([device, { addresses, ways }]) => {
    const file = known(device);
    if (!file)
      return [
        {
          path: `${root}etc/systemd/network`,
          message: `${host.name} has no file for its interface ${device}`,
          fix: `add 10-${device}.network`,
        },
      ];
    return [
      ...differs(file, host.name, { key: 'Address', wanted: addresses }),
      ...differs(file, host.name, { key: 'Gateway', wanted: ways }),
      ...QUIET.filter(([key, value]) => saidIn(file, key).join() !== value).map(([key, value, why]) => ({
        path: file.path,
        text: saidIn(file, key).length > 0 ? key : '[Network]',
        message: `${host.name} says ${key}=${saidIn(file, key).join(' and ') || '(nothing)'} of ${device}: ${why}`,
        fix: `${key}=${value}`,
      })),
    ];
  });
}

/** @see https://manpages.debian.org/bookworm/systemd/systemd.network.5.en.html */
const QUIET: [key: string, value: string, why: string][] = [
  ['DHCP', 'no', 'it takes addresses from whoever offers one'],
  ['IPv6AcceptRA', 'no', 'it takes a way out from whoever advertises one'],
  ['LLMNR', 'no', 'it answers names to its neighbours'],
  ['MulticastDNS', 'no', 'it answers names to its neighbours'],
  ['KeepConfiguration', 'static', 'a restart of networkd takes the virtual addresses away'],
];

function differs(
  file: SystemdFile,
  host: string,
  { key, wanted }: { key: string; wanted: string[] },
): Finding[] {
  const found = saidIn(file, key);
  const spare = found.filter((each) => !wanted.includes(each));
  const missing = wanted.filter((each) => !found.includes(each));
  if (spare.length + missing.length === 0) return [];
  return [
    {
      path: file.path,
      text: spare[0] ? `${key}=${spare[0]}` : '[Network]',
      message: `${host}: ${key} is ${found.join(' and ') || 'not said'}, and the file of the site has ${wanted.join(' and ') || 'none'}`,
      fix: wanted.map((each) => `${key}=${each}`).join(', ') || `remove ${key}`,
    },
  ];
}

/** The cable between two front firewalls: two addresses of one small network, link-local, with nothing else on it. */
const pairs = (model: Model, tree: Tree): Finding[] =>
  model.sites.flatMap(({ code }) => {
    const cables = systemdFiles(tree).filter(
      ({ path, kind }) => kind === 'network' && path.startsWith(`${code}/front-firewall/`),
    );
    const addresses = cables.flatMap((file) => saidIn(file, 'Address').map((text) => ({ file, text })));
    const [first, second] = addresses;
    return [
      ...addresses
        .filter(({ text }) => !/^169\.254\.\d+\.\d+\/30$/.test(text))
        .map(({ file, text }) => ({
          path: file.path,
          text,
          message: `the cable of ${file.host} has the address ${text}`,
          fix: 'an address of a /30 of 169.254.0.0/16',
        })),
      ...(cables.length > 0 &&
      (addresses.length !== 2 ||
        first!.text === second!.text ||
        !contains(first!.text, second!.text.split('/')[0]!))
        ? [
            {
              path: cables.at(-1)!.path,
              text: addresses.at(-1)?.text,
              message: `the front firewalls of ${code} are ${addresses.map(({ text }) => text).join(' and ') || 'nowhere'} on their cable, and do not hear each other`,
              fix: 'two addresses of one network',
            },
          ]
        : []),
      ...cables.flatMap((file) =>
        [
          ['IPv6AcceptRA', 'no'],
          ['LinkLocalAddressing', 'no'],
        ]
          .filter(([key, value]) => saidIn(file, key!).join() !== value)
          .map(([key, value]) => ({
            path: file.path,
            text: '[Network]',
            message: `the cable of ${file.host} says ${key}=${saidIn(file, key!).join() || '(nothing)'}`,
            fix: `${key}=${value}`,
          })),
      ),
    ];
  });
