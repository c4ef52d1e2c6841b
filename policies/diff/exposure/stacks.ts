import type { Tree } from '../../law.ts';
import type { Data } from '../../reading/objects.ts';
import { jsonOf } from '../../reading/texts.ts';
import { placeOf } from '../thing.ts';
import type { Point } from './point.ts';
import type { Rule } from './reach.ts';

/** Security groups and listeners of a stack, with what each admits. */
export function stackPoints(tree: Tree, paths: readonly string[]): Point[] {
  return paths
    .filter((path) => path.endsWith('.tf.json'))
    .flatMap((path) => {
      const resources: Data = jsonOf(tree.get(path))?.resource ?? {};
      const of = (type: string): [string, Data][] => Object.entries(resources[`openstack_${type}`] ?? {});
      const place = placeOf(path);
      const groups = new Map(
        of('networking_secgroup_v2').map(([name, { name: title }]) => [name, String(title ?? name)]),
      );
      const rules = Map.groupBy(
        of('networking_secgroup_rule_v2'),
        ([, rule]) => `${rule.direction} ${referred(rule.security_group_id)}`,
      );
      const admitted = [...groups].flatMap(([id, title]) =>
        (['ingress', 'egress'] as const).map(
          (direction): Point => ({
            place,
            path,
            name: `security group ${title}`,
            group: id,
            direction: direction === 'ingress' ? 'in' : 'out',
            rules: (rules.get(`${direction} ${id}`) ?? []).map(([, rule]) => ruleOf(rule, groups)),
          }),
        ),
      );
      const balancers = new Map(
        of('lb_loadbalancer_v2').map(([name, { name: title }]) => [name, String(title ?? name)]),
      );
      const listeners = of('lb_listener_v2').map(
        ([, listener]): Point => ({
          place,
          path,
          name: `balancer ${balancers.get(referred(listener.loadbalancer_id)) ?? ''} ${listener.name}`,
          direction: 'in',
          rules: [
            {
              protocol: 'tcp',
              ports: [[listener.protocol_port, listener.protocol_port]],
              ...(listener.allowed_cidrs ? { from: listener.allowed_cidrs } : {}),
            },
          ],
        }),
      );
      const addresses = of('networking_floatingip_v2').map(
        ([, floating]): Point => ({
          place,
          path,
          name: 'public addresses',
          direction: 'in',
          rules: [
            {
              protocol: `what the groups of ${floating.description ?? referred(floating.port_id)} admit`,
              ...(floating.address ? { to: [floating.address] } : {}),
            },
          ],
        }),
      );
      const all = addresses.flatMap(({ rules }) => rules);
      return [...admitted, ...listeners, ...addresses.slice(0, 1).map((each) => ({ ...each, rules: all }))];
    });
}

const referred = (text: Data): string =>
  /\$\{openstack_\w+\.([\w-]+)\.\w+\}/.exec(String(text))?.[1] ?? String(text);

function ruleOf(rule: Data, groups: ReadonlyMap<string, string>): Rule {
  const group =
    rule.remote_group_id && `group ${groups.get(referred(rule.remote_group_id)) ?? rule.remote_group_id}`;
  const from = group ?? rule.remote_ip_prefix;
  return {
    family: rule.ethertype === 'IPv6' ? 'ipv6' : 'ipv4',
    ...(rule.protocol ? { protocol: rule.protocol } : {}),
    ...(rule.port_range_min === undefined ? {} : { ports: [[rule.port_range_min, rule.port_range_max]] }),
    ...(from === undefined ? {} : { from: [from] }),
  };
}
