import type { Finding, Policy } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { ofType, referred, stacks } from '../reading/openstack-tree.ts';

export const guardedPorts: Policy = {
  id: 'guarded-ports',
  title:
    'every host of a stack is reached through one port behind one group, and nothing opens that group to the world',
  why: 'A port without port security or without a group lets everything through; a host with an interface beside its port has the group default on it; rules that OpenStack adds by itself let everything leave; and a group that lets the whole world in makes its host a target. The world comes in through the balancer of the app alone.',
  check(_model, tree) {
    return stacks(tree).flatMap((stack) => {
      const { path } = stack;
      const finding = (name: string, message: string, fix: string): Finding => ({
        path,
        text: `"${name}"`,
        message,
        fix,
      });
      const ports = ofType(stack, 'networking_port_v2');
      return [
        ...ports.flatMap(({ name, value }) => [
          ...(value.port_security_enabled === true
            ? []
            : [finding(name, `port ${value.name} has no port security`, 'set port_security_enabled')]),
          ...(value.security_group_ids?.length === 1 && !value.no_security_groups
            ? []
            : [
                finding(
                  name,
                  `port ${value.name} is in ${value.security_group_ids?.length ?? 0} groups`,
                  'put it into the group of its role',
                ),
              ]),
          ...(value.allowed_address_pairs
            ? [
                finding(
                  name,
                  `port ${value.name} may send from addresses that are not its own`,
                  'remove allowed_address_pairs',
                ),
              ]
            : []),
        ]),
        ...ofType(stack, 'compute_instance_v2').flatMap(({ name, value }) => {
          const through = (value.network as Data[]).map(({ port }) => referred(port));
          const known = through.length === 1 && ports.some((port) => port.name === through[0]);
          return [
            ...(known && !value.security_groups
              ? []
              : [
                  finding(
                    name,
                    `${value.name} is not reached through one port of the stack alone`,
                    'give it that port, and no groups',
                  ),
                ]),
            // Without it, its first start needs an address that no flow leads to.
            ...(value.config_drive === true
              ? []
              : [finding(name, `${value.name} asks the metadata service how to start`, 'set config_drive')]),
          ];
        }),
        ...ofType(stack, 'networking_network_v2')
          .filter(({ value }) => value.port_security_enabled !== true)
          .map(({ name, value }) =>
            finding(name, `network ${value.name} has no port security`, 'set port_security_enabled'),
          ),
        ...ofType(stack, 'networking_secgroup_v2')
          .filter(({ value }) => value.delete_default_rules !== true)
          .map(({ name, value }) =>
            finding(
              name,
              `group ${value.name} keeps the rules that let everything leave`,
              'set delete_default_rules',
            ),
          ),
        ...ofType(stack, 'networking_secgroup_rule_v2').flatMap(({ name, value }) => {
          const anybody =
            !value.remote_group_id && (!value.remote_ip_prefix || /\/0$/.test(value.remote_ip_prefix));
          return value.direction === 'ingress' && anybody
            ? [finding(name, `rule ${name} lets the whole world in`, 'name who may come in')]
            : [];
        }),
        ...ofType(stack, 'lb_listener_v2').flatMap(({ name, value }) => {
          const allowed: string[] = value.allowed_cidrs ?? [];
          const open = allowed.length === 0 || allowed.some((cidr) => cidr.endsWith('/0'));
          return open && ![80, 443].includes(value.protocol_port)
            ? [
                finding(
                  name,
                  `port ${value.protocol_port} of a balancer is open to the whole world`,
                  'list who may dial it in allowed_cidrs',
                ),
              ]
            : [];
        }),
      ];
    });
  },
};
