import { VRIDS, vlanOf } from '../derive.ts';
import { nearest } from '../load/near.ts';
import { familyName } from './addresses.ts';
import { count, eachSite, type Finding, hostsWith, list, type Rule } from './rule.ts';

const peer: Rule = {
  code: 'edge-peer',
  why: 'when an edge is lost, the other one takes its address over',
  check: eachSite((site) => {
    if (site.edge?.kind !== 'haproxy' || !site.whole('hosts')) return [];
    const edges = hostsWith(site, 'edge');
    if (edges.length >= 2) return [];
    const message = `${site.code} has ${count(edges.length, 'edge')}${edges.length ? ` (${edges[0]})` : ''}; two are needed, each the other's backup`;
    return [
      {
        at: [site.code, 'edge'],
        key: true,
        message,
        fix: `add ${count(2 - edges.length, 'host')} of \`role: edge\``,
      },
    ];
  }),
};

const published: Rule = {
  code: 'edge-public',
  why: 'the app address of the site moves between interfaces of that network',
  check: eachSite((site) => {
    if (site.edge?.kind !== 'haproxy') return [];
    return hostsWith(site, 'edge')
      .filter((key) => !site.hosts[key]!.public)
      .map((key) => ({
        at: [site.code, 'hosts', key],
        message: `${key} of ${site.code} has no address in the public network`,
        fix: 'add `public:` with a free address of `networks.public`',
      }));
  }),
};

const master: Rule = {
  code: 'edge-master',
  why: 'the address would have no place of its own, and each edge would wait for the other',
  check: eachSite((site) => {
    const { code, edge } = site;
    if (edge?.kind !== 'haproxy' || !site.whole('hosts')) return [];
    const edges = hostsWith(site, 'edge');
    return (['app', 'api'] as const).flatMap((name): Finding[] => {
      const { master } = edge[name];
      if (edges.includes(master) || edges.length === 0) return [];
      const at = [code, 'edge', name, 'master'];
      const role = Object.hasOwn(site.hosts, master) ? `a ${site.hosts[master]!.role} host` : `no host`;
      const near = nearest(master, edges);
      return [
        {
          at,
          message: `the master of the ${name} address is \`${master}\`, ${role} of ${code}${near ? `; did you mean \`${near}\`?` : ''}`,
          found: master,
          allowed: edges,
          fix: near
            ? `write \`master: ${near}\``
            : `write ${list(edges.map((each) => `\`${each}\``)).replace(' and ', ' or ')}`,
          edit: { at, set: near ?? edges[0]! },
        },
      ];
    });
  }),
};

const masters: Rule = {
  code: 'edge-masters-equal',
  why: 'each edge carries one address and backs up the other, so that both are known to work',
  check: eachSite((site) => {
    const { code, edge } = site;
    if (edge?.kind !== 'haproxy' || edge.app.master !== edge.api.master) return [];
    const at = [code, 'edge', 'api', 'master'];
    const free = hostsWith(site, 'edge').find((key) => key !== edge.app.master);
    if (!free) return []; // an edge without a peer is reported by itself
    return [
      {
        at,
        other: [code, 'edge', 'app', 'master'],
        message: `${edge.app.master} is the master of both addresses of ${code}, and ${free} of none`,
        fix: `write \`master: ${free}\``,
        edit: { at, set: free },
      },
    ];
  }),
};

const vrid: Rule = {
  code: 'vrid-clash',
  why: 'routers with one number have one hardware address, and switches that learn it for all networks together lose one of the two',
  check: eachSite(({ code, edge }) => {
    if (edge?.kind !== 'haproxy') return [];
    const [app, api] = [edge.app.vrid ?? VRIDS.app, edge.api.vrid ?? VRIDS.api];
    // The two are on different links, and a number means another router in each family.
    if (app !== api) return [];
    const name = edge.api.vrid === undefined ? 'app' : 'api';
    const at = [code, 'edge', name, 'vrid'];
    const free = name === 'api' ? (app + 10) % 250 || 1 : VRIDS.app;
    return [
      {
        at,
        other: [code, 'edge', name === 'api' ? 'app' : 'api', 'vrid'],
        message: `the app address and the api address both take the VRRP routers ${app} and ${app + 1} (IPv4 and IPv6)`,
        fix: `write \`vrid: ${free}\``,
        edit: { at, set: free },
      },
    ];
  }),
};

const interfaces: Rule = {
  code: 'interface-twice',
  why: 'traffic of the world and traffic of the nodes are distinguished by interface',
  check: eachSite(({ code, edge }) => {
    if (edge?.kind !== 'haproxy' || !edge.interfaces) return [];
    const { public: outer, nodes } = edge.interfaces;
    if (outer !== nodes) return [];
    const at = [code, 'edge', 'interfaces', 'nodes'];
    const message = `${outer} is the interface of both networks of the edges of ${code}`;
    const free = outer === 'eth1' ? 'eth0' : 'eth1';
    return [
      {
        at,
        other: [code, 'edge', 'interfaces', 'public'],
        message,
        fix: `write \`nodes: ${free}\``,
        edit: { at, set: free },
      },
    ];
  }),
};

const way: Rule = {
  code: 'edge-gateway',
  why: 'an edge answers by its way out; without one in that family a client that dials the address gets no answer',
  check: eachSite((site, { addressMap }) => {
    const { code, edge } = site;
    if (edge?.kind !== 'haproxy' || !site.whole('routing')) return [];
    const gateway = addressMap.pair([code, 'edge', 'gateway']);
    const ways = [gateway, addressMap.pair([code, 'routing', 'peer', 'address'])].flatMap(
      (pair) => pair?.values ?? [],
    );
    const dead = (addressMap.pair([code, 'edge', 'app', 'address'])?.values ?? []).filter(
      ({ family }) => !ways.some((each) => each.family === family),
    );
    if (dead.length === 0) return [];
    const names = list(dead.map(({ family }) => familyName(family)));
    const router = 'the router in `networks.public`';
    return [
      {
        at: gateway?.at ?? [code, 'edge'],
        key: !gateway,
        other: dead[0]!.at,
        message: `the edges of ${code} serve ${list(dead.map(({ text }) => text))}, and have no way out in ${names}`,
        fix: gateway
          ? `write one of each family: [${ways.map(({ text }) => text).join(', ')}, <${names} of ${router}>]`
          : `add \`gateway:\` with ${router}, in each family that the app address has`,
      },
    ];
  }),
};

const vlan: Rule = {
  code: 'interface-vlan',
  why: 'an interface of that name is a VLAN on another, which is made with the number behind the point',
  check: eachSite(({ code, edge }) => {
    if (edge?.kind !== 'haproxy') return [];
    return Object.entries(edge.interfaces ?? {}).flatMap(([name, device]): Finding[] => {
      const found = /\.(\d+)$/.exec(device);
      if (!found || vlanOf(device)) return [];
      const at = [code, 'edge', 'interfaces', name];
      const message = `${device} would be the VLAN ${found[1]}; there are those from 1 to 4094`;
      return [
        { at, message, allowed: ['1 to 4094 behind the point'], fix: 'write the number that the switch has' },
      ];
    });
  }),
};

export const edgeRules: Rule[] = [peer, published, master, masters, vrid, interfaces, way, vlan];
