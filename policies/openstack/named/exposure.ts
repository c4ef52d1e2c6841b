import { ofType, referred } from '../../reading/openstack-tree.ts';
import { listOf } from '../../reading/texts.ts';
import { covers, isAnybody, isWorld, type StackRow } from './stack-pack.ts';

const RULE = 'networking_secgroup_rule_v2';
const inwards = (rule: { direction?: unknown }): boolean => rule.direction === 'ingress';
/** Doors that only the bastion, the nodes or the balancers need. */
const door = (
  id: string,
  ports: number | [first: number, last: number],
  what: string,
  why: string,
): StackRow => ({
  id,
  title: `${what} is not open to the world`,
  avoid: `an ingress rule of port ${[ports].flat()[0]} without remote_group_id and remote_ip_prefix`,
  fix: 'set `remote_ip_prefix` to those who need it',
  why,
  type: RULE,
  broken: (rule) =>
    inwards(rule) &&
    isAnybody(rule) &&
    covers(rule, [ports].flat()) &&
    rule.protocol !== 'icmp' &&
    `opens ${what} to the world`,
});

/** Who may reach what of a stack. Sources: Checkov CKV_OPENSTACK_2 and 3, Trivy AVD-OPNSTK-0003, the defaults of Kubespray's own stack. */
export const EXPOSURE: StackRow[] = [
  door('ssh-open', 22, 'SSH', 'Keys are tried day and night; Checkov calls it CKV_OPENSTACK_2.'),
  door(
    'rdp-open',
    3389,
    'remote desktop',
    'Nobody here has one, and everybody looks for it; Checkov calls it CKV_OPENSTACK_3.',
  ),
  door(
    'api-open',
    6443,
    'the Kubernetes API',
    'A hole in the API server is then a hole of the platform, on the day that it is known.',
  ),
  door('etcd-open', 2379, 'etcd', 'It is every secret of the cluster behind one certificate.'),
  door('kubelet-open', 10250, 'the kubelet', 'It runs commands in every pod of its node.'),
  door(
    'database-open',
    26257,
    'the database',
    'Its protocol tells its version before anybody has signed in.',
  ),
  door(
    'node-ports-open',
    [30000, 32767],
    'node ports',
    'They pass the balancer, and with it every limit and the address of the client.',
  ),
  {
    id: 'any-protocol',
    title: 'a rule that lets in says of which protocol',
    avoid: 'an ingress rule without protocol',
    fix: 'set `protocol`',
    why: 'It lets in tunnels and routing protocols that no firewall of a host knows.',
    type: RULE,
    broken: (rule) => inwards(rule) && !rule.protocol && 'lets in every protocol',
  },
  {
    id: 'wide-range',
    title: 'a rule from addresses opens few ports',
    avoid: 'port_range_min: 1, port_range_max: 65535 with remote_ip_prefix',
    fix: 'set `port_range_min` and `port_range_max` to the ports of one flow',
    why: 'What listens tomorrow is open today.',
    type: RULE,
    broken: (rule) => {
      if (!inwards(rule) || !['tcp', 'udp'].includes(rule.protocol) || rule.remote_group_id) return false;
      const ports = (rule.port_range_max ?? 65535) - (rule.port_range_min ?? 1) + 1;
      return ports > 1000 && `opens ${ports} ports to ${rule.remote_ip_prefix ?? 'everybody'}`;
    },
  },
  {
    id: 'control-plane-public',
    title: 'no host of the control plane has an address of the world',
    avoid: 'a floating address on the port of a control-plane instance',
    fix: 'take the floating address away: the bastion leads there',
    why: 'One rule that is wrong then opens etcd to the world.',
    type: 'networking_floatingip_v2',
    broken: (floating, { stack }) => {
      const port = referred(floating.port_id);
      const host = ofType(stack, 'compute_instance_v2').find(({ value }) =>
        listOf(value.network).some((each) => referred(each.port) === port),
      );
      return (
        host?.value.metadata?.role === 'control-plane' && `gives ${host.value.name} an address of the world`
      );
    },
  },
  {
    id: 'listener-open',
    title: 'a balancer is open to the world on ports 80 and 443 alone',
    avoid: 'a listener of port 6443 with allowed_cidrs: ["0.0.0.0/0"]',
    fix: 'set `allowed_cidrs` to those who need it',
    why: 'Anybody who reaches the address of the balancer reaches the API or the database behind it.',
    type: 'lb_listener_v2',
    broken: ({ allowed_cidrs: cidrs, protocol_port: port }) =>
      listOf(cidrs).some(isWorld) && ![80, 443].includes(port) && `opens port ${port} to the world`,
  },
  {
    id: 'listener-cidrs-unsaid',
    title: 'a balancer says who may dial it',
    avoid: 'a listener without allowed_cidrs',
    fix: 'set `allowed_cidrs`',
    why: 'Without the list Octavia admits everybody, which nobody sees in a review.',
    type: 'lb_listener_v2',
    broken: (listener) => listOf(listener.allowed_cidrs).length === 0 && 'does not say who may dial it',
  },
];
