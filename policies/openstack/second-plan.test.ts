import { expect, it } from 'vitest';
import { inStack, stackTree } from '#scripts/testing/edited-tree.ts';
import { dualCloud } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { stacks } from '../reading/openstack-tree.ts';
import { secondPlan, taken } from './second-plan.ts';

const dual = dualCloud();
const tree = stackTree(dual, 'par');
const messages = (changed: Tree) => secondPlan.check(dual, changed).map(({ message }) => message);

it('our own data centre keeps it, and so does one with both families', () => {
  const own = threeSites();
  expect(secondPlan.check(own, stackTree(own, 'dc'))).toEqual([]);
  expect(messages(tree)).toEqual([]);
});

it.each<[string, (all: Data) => void, string]>([
  [
    'metadata of a volume',
    (all) => {
      all.blockstorage_volume_v3.host_worker1_ceph.metadata = { site: 'par' };
    },
    'host_worker1_ceph has metadata, and gets more when it is attached',
  ],
  [
    'groups of an instance',
    (all) => {
      all.compute_instance_v2.host_worker1_instance.security_groups = ['par-worker'];
    },
    'host_worker1_instance names groups, which are those of its port',
  ],
  [
    'sources in another order',
    (all) => all.lb_listener_v2['balancer_api_api-listener'].allowed_cidrs.reverse(),
    'balancer_api_api-listener lists its sources in an order of its own',
  ],
  [
    'a long address',
    (all) => {
      all.lb_member_v2['balancer_app-ipv6_web-worker1'].address = '2001:DB8:2:2:0::11';
    },
    'balancer_app-ipv6_web-worker1 writes 2001:DB8:2:2:0::11, which is 2001:db8:2:2::11',
  ],
  [
    'a long network',
    (all) => {
      all.networking_subnet_v2['network_nodes-ipv6'].cidr = '2001:db8:2:2:0::/64';
    },
    'network_nodes-ipv6 writes 2001:db8:2:2:0::/64, which is 2001:db8:2:2::/64',
  ],
  [
    'a name without its dot',
    (all) => {
      all.dns_zone_v2 = { name_zone: { name: 'par.example.org' } };
    },
    'name_zone is named par.example.org',
  ],
])('%s', (_, change, expected) => {
  const changed = inStack(tree, 'par', (all, whole) => {
    change(all);
    if (all.dns_zone_v2) whole.resource.openstack_dns_zone_v2 = all.dns_zone_v2;
  });
  expect(messages(changed)).toEqual([expected]);
});

it('leaves what others assign, once the provider knows of it', () => {
  const own = threeSites();
  const found = stacks(stackTree(own, 'dc')).flatMap((stack) => taken(stack, () => true));
  expect(found.map(({ message }) => message)).toEqual([
    expect.stringContaining('would take away dragents, which OpenStack or its administrator assigned'),
  ]);
});
