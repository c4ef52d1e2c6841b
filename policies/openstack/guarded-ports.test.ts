import { expect, it } from 'vitest';
import { inStack, stackTree } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { guardedPorts } from './guarded-ports.ts';

const model = threeSites();
const tree: Tree = stackTree(model, 'dc');
const messages = (changed: Tree) => guardedPorts.check(model, changed).map(({ message }) => message);
const changed = (change: (resources: Data, whole: Data) => void) => messages(inStack(tree, 'dc', change));

it('our own data centre keeps it', () => {
  expect(messages(tree)).toEqual([]);
});

it.each<[string, (all: Data) => void, string]>([
  [
    'port security',
    (all) => delete all.networking_port_v2.host_worker1_port.port_security_enabled,
    'port dc-worker1 has no port security',
  ],
  [
    'port security of a whole network',
    (all) => delete all.networking_network_v2.network_balancers.port_security_enabled,
    'network dc-balancers has no port security',
  ],
  [
    'no group',
    (all) => delete all.networking_port_v2.host_worker1_port.security_group_ids,
    'port dc-worker1 is in 0 groups',
  ],
  [
    'addresses of others',
    (all) => {
      all.networking_port_v2.host_worker1_port.allowed_address_pairs = [{ ip_address: '10.20.128.0/17' }];
    },
    'port dc-worker1 may send from addresses that are not its own',
  ],
  [
    'an interface more',
    (all) => all.compute_instance_v2.host_worker1_instance.network.push({ name: 'public' }),
    'dc-worker1 is not reached through one port of the stack alone',
  ],
  [
    'the group default',
    (all) => {
      all.compute_instance_v2.host_bastion_instance.security_groups = ['default'];
    },
    'dc-bastion is not reached through one port of the stack alone',
  ],
  [
    'metadata over the network',
    (all) => delete all.compute_instance_v2.host_cp1_instance.config_drive,
    'dc-cp1 asks the metadata service how to start',
  ],
  [
    'default rules',
    (all) => delete all.networking_secgroup_v2.group_worker.delete_default_rules,
    'group dc-worker keeps the rules that let everything leave',
  ],
  [
    'everybody by name',
    (all) => {
      all.networking_secgroup_rule_v2['group_bastion-rule_in-tcp-22-from-192-0-2-128-28'].remote_ip_prefix =
        '0.0.0.0/0';
    },
    'rule group_bastion-rule_in-tcp-22-from-192-0-2-128-28 lets the whole world in',
  ],
  [
    'everybody by silence',
    (all) =>
      delete all.networking_secgroup_rule_v2['group_bastion-rule_in-tcp-22-from-192-0-2-128-28']
        .remote_ip_prefix,
    'rule group_bastion-rule_in-tcp-22-from-192-0-2-128-28 lets the whole world in',
  ],
  [
    'an open API',
    (all) => delete all.lb_listener_v2['balancer_api_api-listener'].allowed_cidrs,
    'port 6443 of a balancer is open to the whole world',
  ],
  [
    'an open database',
    (all) => {
      all.lb_listener_v2['balancer_database_database-listener'].allowed_cidrs = ['0.0.0.0/0'];
    },
    'port 26257 of a balancer is open to the whole world',
  ],
])('%s', (_, change, message) => {
  expect(changed(change)).toEqual([message]);
});
