import { both, contains, familyOf, routerOf, toNumber } from '#sites/address.ts';
import type { Model, Site } from '#sites/model.ts';
import { siteOf } from '#sites/questions.ts';
import type { Finding, Policy } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { ofType, type Resource, referred, type Stack, stacks } from '../reading/openstack-tree.ts';

export const stackAddresses: Policy = {
  id: 'stack-addresses',
  title:
    'a stack has the networks of the model, each with a way out, gives hosts their public addresses and none of ours away, and announces the service address alone',
  why: 'Inventories, firewalls and zones say addresses before anything is made, so OpenStack must give exactly these. An address of its own pool that is one of ours makes a host fail at its first start; a floating address reaches nobody without the router, and is asked for too early unless it says so; a speaker that tells tenant networks publishes private addresses.',
  check(model, tree) {
    return stacks(tree).flatMap((stack) => {
      const site = siteOf(model, stack.site);
      const finding = ([name = '', message = '', fix = '']: string[]): Finding => ({
        path: stack.path,
        text: `"${name}"`,
        message,
        fix,
      });
      return [...networks(stack, site), ...floating(stack, site), ...announcement(stack, model, site)].map(
        finding,
      );
    });
  },
};

type Wrong = [name: string, message: string, fix: string];

function networks(stack: Stack, site: Site): Wrong[] {
  const subnets = ofType(stack, 'networking_subnet_v2');
  const edge = site.edge?.kind === 'octavia' ? site.edge : undefined;
  const fixed = [
    ...site.hosts.flatMap(({ address }) => both(address)),
    ...(edge ? [edge.app, edge.api, edge.database].flatMap(({ address }) => both(address)) : []),
  ];
  const wanted = [...both(site.networks.nodes), ...(edge ? both(site.networks.balancers) : [])];
  const routers = ofType(stack, 'networking_router_v2').filter(({ value }) => value.external_network_id);
  const joined = ofType(stack, 'networking_router_interface_v2')
    .filter(({ value }) => routers.some(({ name }) => name === referred(value.router_id)))
    .map(({ value }) => referred(value.subnet_id));
  return [
    ...wanted
      .filter((cidr) => !subnets.some(({ value }) => value.cidr === cidr))
      .map((cidr): Wrong => ['resource', `no subnet is ${cidr}`, 'make one']),
    ...subnets.flatMap(({ name, value }): Wrong[] => [
      ...(wanted.includes(value.cidr)
        ? []
        : [[name, `${value.cidr} is no network of ${site.code}`, 'remove it'] as Wrong]),
      ...(value.ip_version === (familyOf(value.cidr) === 'ipv4' ? 4 : 6)
        ? []
        : [[name, `${value.cidr} is not IPv${value.ip_version}`, 'say its version'] as Wrong]),
      ...(value.gateway_ip === routerOf(value.cidr)
        ? []
        : [
            [
              name,
              `the router of ${value.cidr} is ${value.gateway_ip}`,
              `write ${routerOf(value.cidr)}`,
            ] as Wrong,
          ]),
      ...(joined.includes(name)
        ? []
        : [[name, `${value.cidr} has no way out`, 'join it to the router'] as Wrong]),
      ...given(value)
        .filter((address) => fixed.includes(address))
        .map((address): Wrong => [name, `OpenStack may give ${address} away`, 'end the pool before it']),
      ...((value.allocation_pool ?? []).length > 0
        ? []
        : [[name, `OpenStack may give all of ${value.cidr} away`, 'say its pool'] as Wrong]),
    ]),
  ];

  /** Addresses of ours that lie in a pool. */
  function given({ cidr, allocation_pool: pools = [] }: Data): string[] {
    return fixed.filter(
      (address) =>
        contains(cidr, address) &&
        pools.some(
          ({ start, end }: Data) =>
            toNumber(start) <= toNumber(address) && toNumber(address) <= toNumber(end),
        ),
    );
  }
}

function floating(stack: Stack, site: Site): Wrong[] {
  const all = ofType(stack, 'networking_floatingip_v2');
  const ports = ofType(stack, 'networking_port_v2');
  const interfaces = ofType(stack, 'networking_router_interface_v2').map(
    ({ name }) => `openstack_networking_router_interface_v2.${name}`,
  );
  const portOf = ({ value }: Resource) => ports.find(({ name }) => name === referred(value.port_id));
  return [
    ...site.hosts
      .filter(
        (host) =>
          host.public.ipv4 &&
          !all.some(
            (each) => each.value.address === host.public.ipv4 && portOf(each)?.value.name === host.name,
          ),
      )
      .map(
        (host): Wrong => [
          'openstack_networking_floatingip_v2',
          `${host.public.ipv4} does not lead to ${host.name}`,
          'give its port that floating address',
        ],
      ),
    ...all
      .filter(({ value }) => value.pool !== site.openstack!.externalNetwork)
      .map(
        ({ name, value }): Wrong => [
          name,
          `${value.address} is asked of ${value.pool}`,
          `ask ${site.openstack!.externalNetwork}`,
        ],
      ),
    ...all
      .filter(({ value }) => !interfaces.every((each) => value.depends_on?.includes(each)))
      .map(
        ({ name, value }): Wrong => [
          name,
          `${value.address} may be asked for before there is a way to it`,
          'let it depend on the interfaces of the router',
        ],
      ),
  ];
}

function announcement(stack: Stack, model: Model, site: Site): Wrong[] {
  const speakers = ofType(stack, 'networking_bgp_speaker_v2');
  const peers = ofType(stack, 'networking_bgp_peer_v2');
  const { routing, edge } = site;
  const wanted = routing && edge?.kind === 'octavia' && model.anycast.ipv4;
  if (!wanted)
    return speakers.map(({ name }) => [
      name,
      `${site.code} announces, and has nothing to announce`,
      'remove it',
    ]);
  const [speaker] = speakers;
  if (!speaker) return [['resource', `${site.code} announces nothing`, 'add a speaker']];
  const { value } = speaker;
  const peer = peers.find(({ name }) =>
    String(value.peers).includes(`openstack_networking_bgp_peer_v2.${name}.id`),
  );
  const facts: [what: string, right: boolean][] = [
    [`speaks as ${value.local_as}`, value.local_as === routing.asn && value.ip_version === 4],
    [
      `speaks to ${peer?.value.peer_ip ?? 'nobody'} as ${peer?.value.remote_as ?? 'nobody'}`,
      peer?.value.peer_ip === routing.peer.address.ipv4 && peer?.value.remote_as === routing.peer.asn,
    ],
    ['tells no floating address', value.advertise_floating_ip_host_routes === true],
    ['tells tenant networks', value.advertise_tenant_networks === false],
    ['knows no network', value.networks?.length === 1],
    ['cannot be stopped', String(value.peers).includes('var.announce ?')],
  ];
  return facts
    .filter(([, right]) => !right)
    .map(
      ([what]): Wrong => [speaker.name, `the speaker of ${site.code} ${what}`, 'make it as the model says'],
    );
}
