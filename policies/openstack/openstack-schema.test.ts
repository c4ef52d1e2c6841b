import { expect, it } from 'vitest';
import { inStack, stackTree } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { openstackSchema } from './openstack-schema.ts';

const model = threeSites();
const tree: Tree = stackTree(model, 'dc');
const messages = (changed: Tree) => openstackSchema.check(model, changed).map(({ message }) => message);
const changed = (change: (resources: Data, whole: Data) => void) => messages(inStack(tree, 'dc', change));

it('our own data centre keeps it', () => {
  expect(messages(tree)).toEqual([]);
});

it.each<[string, (all: Data, whole: Data) => void, string]>([
  [
    'a key of its own making',
    (all) => {
      all.compute_instance_v2.host_cp1_instance.flavour_name = 'x';
    },
    'openstack_compute_instance_v2.host_cp1_instance has a key flavour_name, which the provider does not know',
  ],
  [
    'a key that only the provider sets',
    (all) => {
      all.compute_instance_v2.host_cp1_instance.access_ip_v4 = '10.20.0.11';
    },
    'openstack_compute_instance_v2.host_cp1_instance has a key access_ip_v4, which only the provider sets',
  ],
  [
    'a key of a nested block',
    (all) => {
      all.networking_port_v2.host_cp1_port.fixed_ip[0].ip = '10.20.0.11';
    },
    'openstack_networking_port_v2.host_cp1_port.fixed_ip[0] has a key ip, which the provider does not know',
  ],
  [
    'what is needed',
    (all) => delete all.lb_monitor_v2['balancer_api_api-monitor'].delay,
    'openstack_lb_monitor_v2.balancer_api_api-monitor has no delay, which it needs',
  ],
  [
    'a text for a number',
    (all) => {
      all.blockstorage_volume_v3.host_cp1_boot.size = '60';
    },
    'openstack_blockstorage_volume_v3.host_cp1_boot.size is "60", not a number',
  ],
  [
    'one for many',
    (all) => {
      all.lb_listener_v2['balancer_api_api-listener'].allowed_cidrs = '10.20.0.0/24';
    },
    'openstack_lb_listener_v2.balancer_api_api-listener.allowed_cidrs is "10.20.0.0/24", not a list of string',
  ],
  [
    'a resource of another provider',
    (_, whole) => {
      whole.resource.openstack_compute_instance_v3 = { one: {} };
    },
    'openstack_compute_instance_v3.one is of a type that the schema does not have',
  ],
  [
    'another release',
    (_, whole) => {
      whole.terraform.required_providers.openstack.version = '3.3.0';
    },
    'the stack asks for terraform-provider-openstack/openstack 3.3.0; it is judged by the schema of terraform-provider-openstack/openstack 3.4.0',
  ],
])('%s', (_, change, message) => {
  expect(changed(change)).toEqual([message]);
});

it('a reference to nothing', () => {
  expect(changed((all) => delete all.networking_port_v2.host_cp1_port)).toEqual([
    'openstack_networking_port_v2.host_cp1_port.id leads to nothing: no networking_port_v2 host_cp1_port',
  ]);
  expect(
    changed((all) => {
      all.lb_listener_v2['balancer_api_api-listener'].loadbalancer_id =
        `\${openstack_lb_loadbalancer_v2.balancer_api_vip.vip}`;
    }),
  ).toEqual(['openstack_lb_loadbalancer_v2.balancer_api_vip.vip leads to nothing: no attribute vip']);
});
