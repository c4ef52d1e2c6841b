import { ofType, referred } from '../../reading/openstack-tree.ts';
import { listOf } from '../../reading/texts.ts';
import { isAnybody, isWorld, type StackRow } from './stack-pack.ts';

const RULE = 'networking_secgroup_rule_v2';
const outwards = (rule: { direction?: unknown }): boolean => rule.direction === 'egress';
/** Ports that nothing of a platform dials out to in clear text. */
const CLEAR = [21, 23, 25, 80, 110, 143, 389];

/** What leaves a stack, and how its ports are guarded. Sources: Trivy AVD-OPNSTK-0005, Neutron's documentation. */
export const NETWORKS: StackRow[] = [
  {
    id: 'default-rules-kept',
    title: 'no group keeps the rules that OpenStack adds by itself',
    avoid: 'a security group without delete_default_rules',
    fix: 'set `delete_default_rules: true`',
    why: 'They let everything leave, in both families.',
    type: 'networking_secgroup_v2',
    broken: (group) => group.delete_default_rules !== true && 'keeps the rules that let everything leave',
  },
  {
    id: 'egress-any-protocol',
    title: 'a rule that lets out says of which protocol',
    avoid: 'an egress rule without protocol',
    fix: 'set `protocol`',
    why: 'A host that is lost talks to its new master by any tunnel it likes.',
    type: RULE,
    broken: (rule) => outwards(rule) && !rule.protocol && 'lets out every protocol',
  },
  {
    id: 'egress-any-port',
    title: 'a rule that lets out to the world names its port',
    avoid: 'an egress rule of tcp to 0.0.0.0/0 without ports',
    fix: 'set `port_range_min` and `port_range_max`',
    why: 'What is stolen leaves by any port.',
    type: RULE,
    broken: (rule) =>
      outwards(rule) &&
      isAnybody(rule) &&
      ['tcp', 'udp'].includes(rule.protocol) &&
      rule.port_range_min !== rule.port_range_max &&
      'lets out to the world on many ports',
  },
  {
    id: 'egress-clear-text',
    title: 'nothing leaves for the world in clear text',
    avoid: 'an egress rule of port 80 to 0.0.0.0/0',
    fix: 'take the rule away: packages, images and mail go by TLS',
    why: 'Anybody who is on the way reads and changes it.',
    type: RULE,
    broken: (rule) =>
      outwards(rule) &&
      isAnybody(rule) &&
      rule.protocol === 'tcp' &&
      CLEAR.includes(rule.port_range_min) &&
      rule.port_range_min === rule.port_range_max &&
      `lets port ${rule.port_range_min} out to the world`,
  },
  {
    id: 'group-undescribed',
    title: 'a security group says what it is for',
    avoid: 'a security group without description',
    fix: 'set `description`',
    why: 'Nobody dares to remove what nobody understands; Trivy calls it AVD-OPNSTK-0005.',
    type: 'networking_secgroup_v2',
    broken: (group) => !group.description && 'does not say what it is for',
  },
  {
    id: 'rule-undescribed',
    title: 'a rule says which flow it is for',
    avoid: 'a rule without description',
    fix: 'set `description` to the flow',
    why: 'Nobody dares to remove what nobody understands.',
    type: RULE,
    broken: (rule) => !rule.description && 'does not say which flow it is for',
  },
  {
    id: 'rule-without-peer',
    title: 'a rule says with whom',
    avoid: 'a rule without remote_group_id and remote_ip_prefix',
    fix: 'set `remote_ip_prefix` or `remote_group_id`',
    why: 'Said by nobody, it means everybody, in a way that a reader misses.',
    type: RULE,
    broken: (rule) => !rule.remote_group_id && !rule.remote_ip_prefix && 'does not say with whom',
  },
  {
    id: 'port-security-off',
    title: 'every port is guarded',
    avoid: 'port_security_enabled: false on a port',
    fix: 'set `port_security_enabled: true`',
    why: 'Its groups mean nothing then, and it may send from any address.',
    type: 'networking_port_v2',
    broken: (port) => port.port_security_enabled !== true && 'is not guarded',
  },
  {
    id: 'network-security-off',
    title: 'every network guards the ports on it',
    avoid: 'port_security_enabled: false on a network',
    fix: 'set `port_security_enabled: true`',
    why: 'A port that somebody adds is open from its first second.',
    type: 'networking_network_v2',
    broken: (network) => network.port_security_enabled !== true && 'guards no port by default',
  },
  {
    id: 'network-shared',
    title: 'no network is shared with other projects',
    avoid: 'shared: true',
    fix: 'leave out `shared`',
    why: 'Anybody who rents beside us puts a host between ours.',
    type: 'networking_network_v2',
    broken: (network) => network.shared === true && 'is shared with every project of the cloud',
  },
  {
    id: 'port-without-group',
    title: 'every port is in a security group',
    avoid: 'a port without security_group_ids',
    fix: 'set `security_group_ids`',
    why: 'It gets the group default, in which every host of the project trusts every other.',
    type: 'networking_port_v2',
    broken: (port) =>
      (listOf(port.security_group_ids).length === 0 || port.no_security_groups === true) && 'is in no group',
  },
  {
    id: 'address-pairs-wide',
    title: 'no port may send from any address',
    avoid: 'allowed_address_pairs: [{ip_address: 0.0.0.0/0}]',
    fix: 'take the pair away, or name one address',
    why: 'The host answers for all its neighbours; the pod network is a tunnel and needs none.',
    type: 'networking_port_v2',
    broken: (port) =>
      listOf(port.allowed_address_pairs).some(({ ip_address }) => isWorld(ip_address)) &&
      'may send from any address',
  },
  {
    id: 'port-address-unsaid',
    title: 'a port has the address of the model',
    avoid: 'a port without fixed_ip',
    fix: 'set `fixed_ip`',
    why: 'The host comes back at another address, and certificates, firewalls and the other sites know the old one.',
    type: 'networking_port_v2',
    broken: (port) =>
      !listOf(port.fixed_ip).some(({ ip_address }) => ip_address) && 'has whatever address is free',
  },
  {
    id: 'pool-over-hosts',
    title: 'addresses that are given by chance are none of a host',
    avoid: 'an allocation_pool that covers a fixed_ip',
    fix: 'set `allocation_pool` beside the addresses of the hosts',
    why: 'An amphora takes the address of a host that is down, and the host cannot come back.',
    type: 'networking_subnet_v2',
    broken: (subnet, { stack, resource }) => {
      const taken = ofType(stack, 'networking_port_v2')
        .flatMap(({ value }) => listOf(value.fixed_ip))
        .filter(({ subnet_id }) => referred(subnet_id) === resource.name)
        .map(({ ip_address }) => String(ip_address))
        .find((address) =>
          listOf(subnet.allocation_pool).some(({ start, end }) => between(address, start, end)),
        );
      return taken !== undefined && `gives away ${taken}, which a host has`;
    },
  },
];

/** Whether an IPv4 address is between two others; of IPv6 the pool is the network's own business. */
function between(address: string, start: string, end: string): boolean {
  if (address.includes(':')) return false;
  const [at, from, to] = [address, start, end].map((each) =>
    String(each)
      .split('.')
      .reduce((sum, part) => sum * 256 + Number(part), 0),
  );
  return from! <= at! && at! <= to!;
}
