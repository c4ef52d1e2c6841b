import { expect, it } from 'vitest';
import { inStack, stackTree } from '#scripts/testing/edited-tree.ts';
import { dualCloud } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { stackAddresses } from './stack-addresses.ts';

const own = threeSites();
const tree = stackTree(own, 'dc');
const messages = (changed: Tree, of = own) => stackAddresses.check(of, changed).map(({ message }) => message);

it('our own data centre keeps it, and so does one with both families', () => {
  expect(messages(tree)).toEqual([]);
  const dual = dualCloud();
  expect(messages(stackTree(dual, 'par'), dual)).toEqual([]);
});

it('both families are looked at', () => {
  const dual = dualCloud();
  const changed = inStack(stackTree(dual, 'par'), 'par', (all) => {
    all.networking_subnet_v2['network_nodes-ipv6'].allocation_pool[0].start = '2001:db8:2:2::1';
  });
  expect(messages(changed, dual)).toContain('OpenStack may give 2001:db8:2:2::10 away');
});

const subnet = (all: Data) => all.networking_subnet_v2['network_nodes-ipv4'];
it.each<[string, (all: Data) => void, string[]]>([
  [
    'another network',
    (all) => {
      subnet(all).cidr = '10.21.0.0/24';
    },
    [
      'no subnet is 10.20.0.0/24',
      '10.21.0.0/24 is no network of dc',
      'the router of 10.21.0.0/24 is 10.20.0.1',
    ],
  ],
  [
    'another version',
    (all) => {
      subnet(all).ip_version = 6;
    },
    ['10.20.0.0/24 is not IPv6'],
  ],
  [
    'another router',
    (all) => {
      subnet(all).gateway_ip = '10.20.0.254';
    },
    ['the router of 10.20.0.0/24 is 10.20.0.254'],
  ],
  [
    'a network without a way out',
    (all) => delete all.networking_router_v2.network_router.external_network_id,
    ['10.20.1.0/24 has no way out', '10.20.0.0/24 has no way out'],
  ],
  [
    'an address of ours in the pool',
    (all) => {
      subnet(all).allocation_pool[0].start = '10.20.0.23';
    },
    ['OpenStack may give 10.20.0.23 away'],
  ],
  ['no pool', (all) => delete subnet(all).allocation_pool, ['OpenStack may give all of 10.20.0.0/24 away']],
  [
    'a public address at another host',
    ({ networking_floatingip_v2: all }) => {
      all.host_worker1_floating.port_id = all.host_worker2_floating.port_id;
    },
    ['198.51.100.21 does not lead to dc-worker1'],
  ],
  [
    'another pool of public addresses',
    ({ networking_floatingip_v2: all }) => {
      all.host_worker1_floating.pool = 'private';
    },
    ['198.51.100.21 is asked of private'],
  ],
  [
    'a public address before there is a way to it',
    ({ networking_floatingip_v2: all }) => all.host_worker1_floating.depends_on.pop(),
    ['198.51.100.21 may be asked for before there is a way to it'],
  ],
  [
    'no announcement',
    (all) => delete all.networking_bgp_speaker_v2.routing_speaker,
    ['dc announces nothing'],
  ],
  [
    'private networks announced, by another, to another',
    (all) => {
      Object.assign(all.networking_bgp_speaker_v2.routing_speaker, {
        advertise_tenant_networks: true,
        local_as: 65010,
      });
      all.networking_bgp_peer_v2.routing_router.remote_as = 65020;
    },
    [
      'the speaker of dc speaks as 65010',
      'the speaker of dc speaks to 198.51.100.1 as 65020',
      'the speaker of dc tells tenant networks',
    ],
  ],
  [
    'an announcement that nobody can withdraw',
    (all) => {
      const { routing_speaker } = all.networking_bgp_speaker_v2;
      routing_speaker.peers = [`\${openstack_networking_bgp_peer_v2.routing_router.id}`];
    },
    ['the speaker of dc cannot be stopped'],
  ],
])('%s', (_, change, expected) => {
  expect(messages(inStack(tree, 'dc', change))).toEqual(expected);
});
