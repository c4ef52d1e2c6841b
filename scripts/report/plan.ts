import { both, type PerFamily } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { type Html, html, idOf } from './html.ts';
import { tableOf } from './table.ts';
import { KINDS, kindOf, partyText, portsText, type Talk } from './talk.ts';

type Row = { cells: (string | Html)[] };

/** Networks, addresses that move, and every host's. */
export function addressesOf(model: Model): Html {
  return html`<h3>Networks</h3>
${tableOf({ id: 'networks', caption: 'Networks', head: ['network', 'for', 'site'] }, model.sites.flatMap(networks))}
<h3>Addresses that several hosts answer to</h3>
${tableOf({ id: 'virtual', caption: 'Shared addresses', head: ['address', 'for', 'site', 'held by'] }, [...anycast(model), ...model.sites.flatMap(shared)])}
<h3>Hosts</h3>
${tableOf(
  {
    id: 'addresses',
    caption: 'Addresses of hosts',
    head: ['host', 'role', 'address', 'public', 'machine', 'processors', 'GiB'],
    filter: true,
  },
  model.sites.flatMap(({ hosts }) =>
    hosts.map((host) => ({
      cells: [
        html`<a href="#${idOf('host', host.name)}">${host.name}</a>`,
        host.role,
        both(host.address).join(', '),
        both(host.public).join(', '),
        host.machine,
        `${host.cpus}`,
        `${Math.round(host.memoryBytes / 2 ** 30)}`,
      ],
    })),
  ),
)}`;
}

function networks({ code, networks: own, kubernetes }: Site): Row[] {
  const row = (value: PerFamily, what: string): Row[] =>
    both(value).map((text) => ({ cells: [text, what, code] }));
  return [
    ...row(own.nodes, 'hosts'),
    ...row(own.public, 'public addresses'),
    ...row(own.balancers, 'balancers'),
    ...(kubernetes
      ? [...row(kubernetes.pods, 'pods'), ...row(kubernetes.services, 'services of Kubernetes')]
      : []),
  ];
}

const anycast = ({ anycast: all, sites }: Model): Row[] =>
  both(all).map((text) => ({
    cells: [
      text,
      'the app, from whichever site announces it',
      'all',
      sites.flatMap(({ code, routing }) => (routing ? [`${code} (AS ${routing.asn})`] : [])).join(', '),
    ],
  }));

function shared({ code, edge, routing }: Site): Row[] {
  const router = both(routing?.peer.address ?? {}).map((text) => ({
    cells: [text, `router, AS ${routing!.peer.asn}`, code, 'the network'],
  }));
  if (!edge) return router;
  if (edge.kind === 'haproxy')
    return [
      ...(
        [
          ['the app', edge.app],
          ['the Kubernetes API', edge.api],
        ] as const
      ).flatMap(([what, { address, master, backups }]) =>
        both(address).map((text) => ({
          cells: [text, what, code, [`${master.name} first`, ...backups.map(({ name }) => name)].join(', ')],
        })),
      ),
      ...router,
    ];
  return [
    ...(
      [
        ['the app', edge.app],
        ['the Kubernetes API', edge.api],
        ['the database', edge.database],
      ] as const
    ).flatMap(([what, balancer]) =>
      [...both(balancer.address), ...both(balancer.public)].map((text) => ({
        cells: [text, what, code, 'Octavia'],
      })),
    ),
    ...router,
  ];
}

/** Every flow of the table that somebody here has: the only ports that are open. */
export const portsOf = ({ flows }: Talk): Html =>
  html`<p>Every firewall is made of this table: what is not in it is refused everywhere.</p>
${tableOf(
  {
    id: 'flows',
    caption: 'Flows and ports',
    head: ['flow', 'from', 'to', 'at', 'port', 'about', 'why'],
    filter: true,
  },
  flows.map((flow) => ({
    id: idOf('flow', flow.name),
    cells: [
      flow.name,
      partyText(flow.from),
      partyText(flow.to),
      { own: 'the same site', others: 'the other sites', all: 'every site' }[flow.reach ?? 'own'],
      portsText(flow),
      KINDS[kindOf(flow)],
      flow.why,
    ],
  })),
)}`;
