import { join } from 'node:path';
import { both, type PerFamily } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { announced } from '#sites/questions.ts';
import { CLOCK, filesBelow, type LayoutProps, route, type TwinHost } from './parts.ts';

/** One way, between the world and a site. */
export const DELAY_SECONDS = 0.005;
/** Reserved for networks between providers, and unique local: no site may have them for its own. @see RFC 6598 */
const WORLD = { ipv4: '100.64', ipv6: 'fd66:7265:6475' };
/** The part of both families that stands for the world itself; sites count from 1. */
const AWAY = 255;
export const at = (part: number, last: number, length = true): PerFamily => ({
  ipv4: `${WORLD.ipv4}.${part}.${last}${length ? '/24' : ''}`,
  ipv6: `${WORLD.ipv6}:${part}::${last}${length ? '/64' : ''}`,
});
export const [ROUTER, FIRST_FIREWALL, SHARED] = [1, 2, 9];
const ATTACKER = 66;
const [NAMES, TIME, ON_CALL] = [53, 123, 80];
/** A household each: one alone that asks all the time would be a flood. */
const STUDENTS = 10;
const household = (index: number): PerFamily => ({
  ipv4: `${WORLD.ipv4}.${AWAY}.${100 + index}`,
  ipv6: `${WORLD.ipv6}:e${index.toString(16).padStart(3, '0')}::10`,
});
/** Where the students ask from. */
export const students = (): PerFamily[] => Array.from({ length: STUDENTS }, (_, index) => household(index));

/** A school: many people behind one address. */
export const schoolHost = (): PerFamily => household(STUDENTS);
export const attackerHost = (): PerFamily => at(AWAY, ATTACKER, false);

const away = () => both(at(AWAY, ROUTER, false)).map((via) => route('default', via));

/** The internet: a router that knows where each network is. */
export function router(model: Model, sites: Site[]): TwinHost {
  const routes = sites.flatMap((site, index) => {
    const { ipv4, ipv6 } = at(index + 1, SHARED, false);
    // What a provider would be told by whoever orders the line: our networks, and the service addresses.
    const { networks } = site;
    return [
      ...(both(networks.public).length > 0 ? both(networks.public) : both(networks.nodes)),
      ...(networks.nodes.ipv6 ? [networks.nodes.ipv6] : []),
      // Of several sites that announce them, the first is preferred, and the provider finds out whether it is there.
      ...(index === 0 ? both(announced(model, site)) : []),
    ].map((each) => route(each, (each.includes(':') ? ipv6 : ipv4)!));
  });
  const announcing = sites.flatMap((site, index) => {
    const addresses = announced(model, site);
    if (both(addresses).length === 0) return [];
    const via = at(index + 1, SHARED, false);
    return [{ device: `to-${site.code}`, own: at(index + 1, ROUTER, false).ipv4, via, addresses }];
  });
  return {
    name: 'world',
    role: 'router of the world',
    files: [],
    cables: [{ device: 'eth0', network: 'internet', addresses: both(at(AWAY, ROUTER)) }],
    settings: [
      'sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1',
      `ip -6 route replace ${WORLD.ipv6}:e000::/52 via ${at(AWAY, 100, false).ipv6}`,
      ...routes,
    ],
    units: [],
    programs:
      announcing.length > 1
        ? [
            {
              name: 'provider',
              process: 'python3',
              command: `python3 ${join(import.meta.dirname, 'provider.py')} '${JSON.stringify(announcing)}'`,
            },
          ]
        : [],
    played: 'the internet between the sites: a router, a switch, lines with delay',
  };
}

/** The platform's own name servers, and the resolvers that hosts ask, on one host. */
export function names({ model, tree }: LayoutProps): TwinHost {
  const addresses = [
    ...(model.dns?.servers ?? []).flatMap(({ address }) => both(address)),
    ...model.sites.flatMap(({ kubernetes }) => kubernetes?.resolvers ?? []),
  ];
  const zones = filesBelow(tree, 'platform/dns').filter(([path]) => path !== 'challenges.conf');
  return {
    name: 'names',
    role: 'name servers',
    files: [
      ...zones.map(([path, text]): [string, string] => [`etc/bind/fredu/${path}`, text]),
      ...model.time.map((name, index): [string, string] => [
        `etc/bind/world/${name}`,
        `$TTL 60\n@ IN SOA . . 1 3600 600 1209600 300\n@ IN NS .\n@ IN A ${at(AWAY, TIME + index, false).ipv4}\n@ IN AAAA ${at(AWAY, TIME + index, false).ipv6}\n`,
      ]),
      [
        'etc/bind/named.conf',
        `options { directory "/var/cache/bind"; listen-on { any; }; listen-on-v6 { any; }; recursion no; allow-query { any; }; check-names primary ignore; };
${zones.length > 0 ? 'include "/etc/bind/fredu/zones.conf";\n' : ''}${model.time.map((name) => `zone "${name}" { type primary; file "/etc/bind/world/${name}"; };\n`).join('')}`,
      ],
    ],
    cables: [
      {
        device: 'eth0',
        network: 'internet',
        addresses: [
          ...both(at(AWAY, NAMES)),
          ...addresses.map((each) => `${each}/${each.includes(':') ? 128 : 32}`),
        ],
      },
    ],
    settings: away(),
    units: ['named'],
    programs: [],
    played: 'the other zones of the world: those of the time servers alone',
  };
}
/** Where the router of the world finds who has addresses of elsewhere. */
export const nameRoutes = (model: Model): string[] =>
  [
    ...(model.dns?.servers ?? []).flatMap(({ address }) => both(address)),
    ...model.sites.flatMap(({ kubernetes }) => kubernetes?.resolvers ?? []),
  ].map((each) =>
    route(each, each.includes(':') ? at(AWAY, NAMES, false).ipv6! : at(AWAY, NAMES, false).ipv4!),
  );

export function time(model: Model): TwinHost {
  return {
    name: 'time',
    role: 'time servers',
    files: [
      ['etc/chrony/chrony.conf', 'local stratum 2\nallow all\nport 123\nbindcmdaddress 127.0.0.1\n'],
      ['etc/default/chrony', CLOCK],
    ],
    cables: [
      {
        device: 'eth0',
        network: 'internet',
        addresses: model.time.flatMap((_, index) => both(at(AWAY, TIME + index))),
      },
    ],
    settings: away(),
    units: ['chrony'],
    programs: [],
    played: `${model.time.join(', ')}: one clock, this machine's`,
  };
}
/** Where alerts are sent: whoever is on call, beside the platform and not in it. By HTTP, for nobody there has a certificate. */
export const onCall = (): string => `http://${at(AWAY, ON_CALL, false).ipv4}:443`;
/** @param told the file in which each message is kept, a line each */
export const onCallHost = (told: string): TwinHost => ({
  name: 'on-call',
  role: 'on call',
  files: [],
  cables: [{ device: 'eth0', network: 'internet', addresses: both(at(AWAY, ON_CALL)) }],
  settings: away(),
  units: [],
  programs: [
    {
      name: 'on-call',
      command: `${process.execPath} ${join(import.meta.dirname, 'on-call.ts')} 443 ${told}`,
      // As Node calls its first thread.
      process: 'MainThread',
    },
  ],
  played: 'what people are paged by: a web server that writes down what it is told',
});
export const client = (name: string, addresses: PerFamily[]): TwinHost => ({
  name,
  role: name,
  files: [
    [
      'etc/resolv.conf',
      `nameserver ${at(AWAY, NAMES, false).ipv4}\nnameserver ${at(AWAY, NAMES, false).ipv6}\n`,
    ],
  ],
  cables: [
    {
      device: 'eth0',
      network: 'internet',
      addresses: [
        ...(name === 'student' ? [at(AWAY, 100).ipv6!] : []),
        ...addresses.flatMap(({ ipv4, ipv6 }) => [`${ipv4}/24`, `${ipv6}/64`]),
      ],
    },
  ],
  settings: away(),
  units: [],
  programs: [],
});
