import { BITS, both, FAMILIES, type Family } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import { type BirdBlock, birds } from '../reading/bird-config.ts';

export const announcements: Policy = {
  id: 'announcements',
  title:
    'an edge announces the service addresses that it holds and nothing else, to its router alone, and both ends of the session agree',
  why: 'Avoid: a filter that accepts more, an import, another number of a system or another neighbour, a session without BFD. Prefer: one session a family, one address let out, nothing let in. Rationale: who announces too much draws the traffic of others, or is cut off by the provider; a session whose ends differ never stands, and without BFD a dead path costs clients nine seconds instead of a third of one.',
  check: (model, tree) =>
    model.sites.flatMap((site) => {
      if (!site.routing || both(model.anycast).length === 0) return [];
      return [
        ...site.hosts
          .filter(({ role }) => role === 'edge')
          .flatMap((host) => edge(tree, { model, site, host })),
        ...routers(tree, { model, site }),
      ];
    }),
};

interface Place {
  model: Model;
  site: Site;
}
const families = ({ model, site }: Place, host: Host): Family[] =>
  FAMILIES.filter(
    (family) => model.anycast[family] && site.routing!.peer.address[family] && host.public[family],
  );

/** What stands in a session of either end, beside its channel. @see https://bird.network.cz/?get_doc&v=20&f=bird-6.html */
const SESSION: [line: RegExp, what: string][] = [
  [/^hold time 9$/, 'hold time 9'],
  [/^keepalive time 3$/, 'keepalive time 3'],
  [/^bfd on$/, 'bfd on'],
];
const OTHER_LINES =
  /^(connect retry time \d+|error wait time \d+, \d+|hold time 9|keepalive time 3|bfd on|local \S+ as \d+|neighbor \S+ as \d+)$/;

function session(
  path: string,
  block: BirdBlock,
  {
    family,
    own,
    peer,
    channel,
  }: { family: Family; own: [string, number]; peer: [string, number]; channel: string[] },
): Finding[] {
  const wrong = (text: string, message: string, fix: string): Finding => ({
    path,
    text,
    message: `${block.name}: ${message}`,
    fix,
  });
  const said = block.children.find(({ name }) => name === family)?.lines ?? [];
  const wanted = [`local ${own[0]} as ${own[1]}`, `neighbor ${peer[0]} as ${peer[1]}`];
  return [
    ...wanted
      .filter((line) => !block.lines.includes(line))
      .map((line) => wrong(block.name, `does not say \`${line}\``, line)),
    ...SESSION.filter(([form]) => !block.lines.some((line) => form.test(line))).map(([, what]) =>
      wrong(block.name, `does not say \`${what}\``, what),
    ),
    ...block.lines
      .filter((line) => !OTHER_LINES.test(line))
      .map((line) => wrong(line, `says \`${line}\`, which a session needs for nothing`, 'remove it')),
    ...(String(said.toSorted()) === String(channel.toSorted())
      ? []
      : [wrong(block.name, `its ${family} says ${said.join(', ') || 'nothing'}`, channel.join('; '))]),
    ...block.children
      .filter(({ name }) => name !== family)
      .map(({ name }) => wrong(name, `speaks ${name} as well`, 'remove it')),
  ];
}

/** What a bird of either end has beside its sessions. */
function frame(path: string, blocks: readonly BirdBlock[], known: RegExp): Finding[] {
  return blocks
    .filter(({ head }) => !known.test(head))
    .map(({ head }) => ({
      path,
      text: head,
      message: `\`${head}\` is nothing that this bird has to do`,
      fix: 'remove it',
    }));
}
const watched = (path: string, blocks: readonly BirdBlock[]): Finding[] => {
  const bfd = blocks.find(({ head }) => head === 'protocol bfd')?.children[0];
  const lines = bfd?.lines ?? [];
  const isQuick = ['min rx interval 100 ms', 'min tx interval 100 ms', 'multiplier 3'].every((line) =>
    lines.includes(line),
  );
  return isQuick && /^interface "[\w.-]+"$/.test(bfd!.head)
    ? []
    : [
        {
          path,
          text: 'protocol bfd',
          message: `BFD says ${lines.join(', ') || 'nothing'}: a dead path is seen later than the other end thinks`,
          fix: 'min rx interval 100 ms; min tx interval 100 ms; multiplier 3',
        },
      ];
};

function edge(tree: Tree, place: Place & { host: Host }): Finding[] {
  const { model, site, host } = place;
  const path = `${site.code}/hosts/${host.name}/etc/bird/bird.conf`;
  const bird = birds(tree).get(path);
  if (!bird)
    return [{ path: `${site.code}/hosts`, message: `${host.name} announces nothing`, fix: `add ${path}` }];
  const { asn, peer } = site.routing!;
  const spoken = families(place, host);
  const direct = bird.blocks.find(({ head }) => head === 'protocol direct');
  return [
    ...frame(
      path,
      bird.blocks,
      /^(protocol (device|direct|bfd)|filter service_ipv[46]|protocol bgp router_ipv[46])$/,
    ),
    ...routerNumber(path, bird.lines, both(host.public)),
    ...watched(path, bird.blocks),
    ...(direct && String(direct.lines.toSorted()) === String([...spoken, 'interface "lo"'].toSorted())
      ? []
      : [
          {
            path,
            text: 'protocol direct',
            message: `${host.name} reads its addresses from ${direct?.lines.join(', ') ?? 'nowhere'}`,
            fix: 'interface "lo"',
          },
        ]),
    ...spoken.flatMap((family) => {
      const filter = bird.blocks.find(({ head }) => head === `filter service_${family}`);
      const own = `if source = RTS_DEVICE && net = ${model.anycast[family]}/${BITS[family]} then accept`;
      const block = bird.blocks.find(({ head }) => head === `protocol bgp router_${family}`);
      return [
        ...(String(filter?.lines) === String([own, 'reject'])
          ? []
          : [
              {
                path,
                text: `filter service_${family}`,
                message: `${host.name} lets out of ${family}: ${filter?.lines.join('; ') ?? 'whatever it has'}`,
                fix: `${own}; reject;`,
              },
            ]),
        ...(block
          ? session(path, block, {
              family,
              own: [host.public[family]!, asn],
              peer: [peer.address[family]!, peer.asn],
              channel: ['import none', `export filter service_${family}`],
            })
          : [
              {
                path,
                text: 'protocol bgp',
                message: `${host.name} has no session of ${family} with ${peer.address[family]}`,
                fix: `protocol bgp router_${family}`,
              },
            ]),
      ];
    }),
  ];
}

const routerNumber = (path: string, lines: readonly string[], own: string[]): Finding[] => {
  const said = lines.map((line) => /^router id (\S+)$/.exec(line)?.[1]).find(Boolean);
  const hasIpv4 = own.some((each) => each.includes('.'));
  return said && /^\d+(\.\d+){3}$/.test(said) && (!hasIpv4 || own.includes(said))
    ? []
    : [
        {
          path,
          text: 'router id',
          message: `the number of the router is ${said ?? 'not said'}, and its addresses are ${own.join(', ')}`,
          fix: `router id ${own.find((each) => each.includes('.')) ?? '0.0.0.1'}`,
        },
      ];
};

/** The other end, where the front firewall is a pair of hosts. */
function routers(tree: Tree, place: Place): Finding[] {
  const { model, site } = place;
  const { asn, peer } = site.routing!;
  const edges = site.hosts.filter(({ role }) => role === 'edge');
  return [...birds(tree)]
    .filter(([path]) => path.startsWith(`${site.code}/front-firewall/`))
    .flatMap(([path, bird]) => [
      ...frame(path, bird.blocks, /^protocol (device|kernel|bfd|bgp \w+)$/),
      ...routerNumber(path, bird.lines, both(peer.address)),
      ...watched(path, bird.blocks),
      ...bird.blocks
        .filter(({ head }) => head === 'protocol kernel')
        .flatMap(({ children }) => children)
        .filter(({ lines }) => String(lines) !== 'import none,export where source = RTS_BGP')
        .map(({ name, lines }) => ({
          path,
          text: 'protocol kernel',
          message: `of ${name} the kernel is given ${lines.join('; ') || 'nothing'}`,
          fix: 'import none; export where source = RTS_BGP;',
        })),
      ...edges.flatMap((host) =>
        families(place, host).flatMap((family) => {
          const neighbor = `neighbor ${host.public[family]} as ${asn}`;
          const block = bird.blocks.find(
            ({ head, lines }) => head.startsWith('protocol bgp ') && lines.includes(neighbor),
          );
          if (!block)
            return [
              {
                path,
                text: 'protocol bgp',
                message: `no session with ${host.name} by ${family}`,
                fix: neighbor,
              },
            ];
          return session(path, block, {
            family,
            own: [peer.address[family]!, peer.asn],
            peer: [host.public[family]!, asn],
            channel: [`import where net = ${model.anycast[family]}/${BITS[family]}`, 'export none'],
          });
        }),
      ),
    ]);
}
