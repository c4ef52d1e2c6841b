import type { Site } from '#sites/model.ts';
import { Size } from '#sites/size.ts';

export interface Quota {
  what: string;
  count: number;
  /** What an OpenStack gives a project unless its administrator says otherwise. */
  usual?: number;
}
type Resources = Record<string, Record<string, { size?: number }>>;

/**
 * What a stack asks for of each kind that has a quota.
 * @see https://docs.openstack.org/nova/2024.2/admin/quotas.html, neutron/2024.2/configuration/neutron.html#quotas, cinder/2024.2/cli/cli-set-quotas.html, octavia/2024.2/configuration/configref.html#quotas
 */
export function quotas(stack: string, site: Site): Quota[] {
  const resources = (JSON.parse(stack) as { resource: Resources }).resource;
  const of = (type: string) => Object.values(resources[`openstack_${type}`] ?? {});
  const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
  const gigabytes = sum(of('blockstorage_volume_v3').map(({ size = 0 }) => size));
  const cores = sum(site.hosts.map(({ cpus }) => cpus));
  const memory = Size.bytes(sum(site.hosts.map(({ memoryBytes }) => memoryBytes))).toMebibytes();
  const rows: [what: string, count: number, usual: number][] = [
    ['instances', of('compute_instance_v2').length, 10],
    ['cores', cores, 20],
    ['memory in MiB', memory, 51200],
    ['server groups', of('compute_servergroup_v2').length, 10],
    ['volumes', of('blockstorage_volume_v3').length, 10],
    ['gigabytes of volumes', gigabytes, 1000],
    ['networks', of('networking_network_v2').length, 100],
    ['subnets', of('networking_subnet_v2').length, 100],
    ['ports, without those of balancers', of('networking_port_v2').length, 500],
    ['routers', of('networking_router_v2').length, 10],
    ['floating addresses', of('networking_floatingip_v2').length, 50],
    ['security groups', of('networking_secgroup_v2').length, 10],
    ['security group rules', of('networking_secgroup_rule_v2').length, 100],
  ];
  return [
    ...rows.map(([what, count, usual]) => ({ what, count, usual })),
    // Octavia has no limit unless one is set.
    { what: 'load balancers', count: of('lb_loadbalancer_v2').length },
  ].filter(({ count }) => count > 0);
}
