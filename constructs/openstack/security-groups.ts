import { OsResource, OsTable, type Resources } from '@cdktf/provider-openstack';
import { Construct } from 'constructs';
import type { Role } from '#sites/schema/schema.ts';
import { type Admitted, admitted } from './admitted.ts';
import { type Place, rolesOf, tags } from './place.ts';

/** Neutron's own names; those of ICMP and VRRP depend on the family. */
const PROTOCOLS = {
  ipv4: { tcp: 'tcp', udp: 'udp', icmp: 'icmp', vrrp: 'vrrp' },
  ipv6: { tcp: 'tcp', udp: 'udp', icmp: 'ipv6-icmp', vrrp: 'vrrp' },
};
/** Longest description that Neutron keeps. */
const DESCRIPTION_MAX = 255;

/**
 * One security group a role, with exactly what the table of flows says in both directions; the rules that OpenStack adds by
 * itself (everything may leave) are removed. A rule is named by what it admits and described by the flows that need it.
 *
 * Every address has a rule of its own. An address group would say the same in a tenth of the rules, but firewall drivers that
 * do not know them admit everybody instead of nobody, and say nothing; no driver misreads a prefix.
 *
 * @see https://bugs.launchpad.net/neutron/+bug/2058138
 */
export class SecurityGroups extends Construct {
  readonly groups: ReadonlyMap<Role, OsResource<'networking_secgroup_v2'>>;

  constructor(scope: Construct, { model, site }: Place) {
    super(scope, 'group');
    const groups = rolesOf(site).map((role): [Role, OsResource<'networking_secgroup_v2'>] => [
      role,
      new OsResource(this, role, 'networking_secgroup_v2', {
        name: `${site.code}-${role}`,
        description: `what hosts of role ${role} may receive and send`,
        delete_default_rules: true,
        tags: tags(site, role),
      }),
    ]);
    this.groups = new Map(groups);
    for (const [role, group] of groups) {
      const rules = admitted({ model, site, role }).map((rule): [string, Rule] => [
        ruleName(rule),
        {
          security_group_id: group.ref('id'),
          description: described(rule.flows),
          direction: rule.direction,
          ethertype: rule.family === 'ipv4' ? 'IPv4' : 'IPv6',
          protocol: PROTOCOLS[rule.family][rule.protocol],
          ...(rule.ports ? { port_range_min: rule.ports.first, port_range_max: rule.ports.last } : {}),
          ...('role' in rule.remote
            ? { remote_group_id: this.groups.get(rule.remote.role)!.ref('id') }
            : { remote_ip_prefix: rule.remote.cidr }),
        },
      ]);
      new OsTable(this, `${role}-rule`, 'networking_secgroup_rule_v2', new Map(rules));
    }
  }
}
type Rule = Resources['networking_secgroup_rule_v2'];

/** `in-tcp-6443-from-worker`: by content, so that a flow that joins another's rule replaces none. */
function ruleName({ direction, family, protocol, ports, remote }: Admitted): string {
  const range = ports ? [ports.first === ports.last ? `${ports.first}` : `${ports.first}-${ports.last}`] : [];
  const peer = 'role' in remote ? remote.role : remote.cidr.replaceAll(/[.:/]+/g, '-');
  return [
    direction === 'ingress' ? 'in' : 'out',
    ...(family === 'ipv6' && 'role' in remote ? ['ipv6'] : []),
    protocol,
    ...range,
    direction === 'ingress' ? 'from' : 'to',
    peer,
  ].join('-');
}

function described(flows: string[]): string {
  const text = flows.join(', ');
  return text.length <= DESCRIPTION_MAX ? text : `${text.slice(0, DESCRIPTION_MAX - 2)} …`;
}
