import { canonical } from '#sites/address.ts';
import type { Finding, Policy } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { ofType, type Stack, stacks } from '../reading/openstack-tree.ts';
import schema from '../reading/schemas/openstack.json' with { type: 'json' };

export const secondPlan: Policy = {
  id: 'second-plan',
  title: 'a stack says nothing that OpenStack gives back in other words',
  why: 'A plan that is never empty is read by nobody, and hides the one change that matters. Cinder writes into the metadata of a volume when it is attached (provider issue 787); groups of an instance are not those of its port (issue 754); Octavia keeps the sources of a listener in the order of their texts; Neutron writes addresses in their shortest form; Designate ends every name with a dot.',
  check(_model, tree) {
    return stacks(tree).flatMap((stack) => {
      const found = (type: string, judge: (value: Data) => string[], fix: string): Finding[] =>
        ofType(stack, type).flatMap(({ name, value }) =>
          judge(value).map((message) => ({
            path: stack.path,
            text: `"${name}"`,
            message: `${name} ${message}`,
            fix,
          })),
        );
      return [
        ...taken(stack, (type, field) => KNOWN[type]?.attributes?.[field] !== undefined),
        ...found(
          'blockstorage_volume_v3',
          ({ metadata }) => (metadata ? ['has metadata, and gets more when it is attached'] : []),
          'say it in the description',
        ),
        ...found(
          'compute_instance_v2',
          ({ security_groups }) => (security_groups ? ['names groups, which are those of its port'] : []),
          'name them at the port',
        ),
        ...found(
          'lb_listener_v2',
          ({ allowed_cidrs: cidrs = [] }) =>
            `${[...new Set<string>(cidrs)].sort()}` === `${cidrs}`
              ? []
              : ['lists its sources in an order of its own'],
          'sort them as texts, each once',
        ),
        ...[
          'networking_port_v2',
          'networking_subnet_v2',
          'networking_secgroup_rule_v2',
          'lb_member_v2',
        ].flatMap((type) =>
          found(
            type,
            (value) =>
              addresses(value)
                .filter((each) => canonical(each) !== each)
                .map((each) => `writes ${each}, which is ${canonical(each)}`),
            'write the shortest form',
          ),
        ),
        ...['dns_zone_v2', 'dns_recordset_v2'].flatMap((type) =>
          found(
            type,
            ({ name }) => (/^[a-z0-9_.-]+\.$/.test(name) ? [] : [`is named ${name}`]),
            'write it small, and with its last dot',
          ),
        ),
      ];
    });
  },
};

const addresses = (value: Data): string[] =>
  [
    value.cidr,
    value.gateway_ip,
    value.remote_ip_prefix,
    value.address,
    ...(value.fixed_ip ?? []).map(({ ip_address }: Data) => ip_address),
    ...(value.allocation_pool ?? []).flatMap(({ start, end }: Data) => [start, end]),
  ].filter((each) => each !== undefined);

/**
 * Optional fields that others fill, where the provider of the stack knows them: left out, a plan would empty them. `dragents`
 * came after provider 3.4.0, so this begins to judge with the schema of the next release.
 */
const ASSIGNED: [type: string, field: string][] = [['networking_bgp_speaker_v2', 'dragents']];
const KNOWN = schema.resources as Record<string, { attributes?: Record<string, unknown> }>;
export const taken = (stack: Stack, known: (type: string, field: string) => boolean): Finding[] =>
  ASSIGNED.filter(([type, field]) => known(type, field)).flatMap(([type, field]) =>
    ofType(stack, type)
      .filter(({ value }) => !value.lifecycle?.ignore_changes?.includes(field))
      .map(({ name }) => ({
        path: stack.path,
        text: `"${name}"`,
        message: `${name} would take away ${field}, which OpenStack or its administrator assigned`,
        fix: `ignore changes of ${field}`,
      })),
  );
