import { RELEASES } from '../../releases.ts';
import type { Used } from './generate.ts';

/** Which provider, and what of it: a type that is added here is made by the next `npm run provider`. */
export const USED: Used & { source: string; version: string } = {
  source: 'terraform-provider-openstack/openstack',
  version: RELEASES.openstackProvider,
  resources: [
    'blockstorage_volume_v3',
    'compute_instance_v2',
    'compute_keypair_v2',
    'compute_servergroup_v2',
    'compute_volume_attach_v2',
    'dns_recordset_v2',
    'dns_zone_v2',
    'lb_listener_v2',
    'lb_loadbalancer_v2',
    'lb_member_v2',
    'lb_monitor_v2',
    'lb_pool_v2',
    'networking_bgp_peer_v2',
    'networking_bgp_speaker_v2',
    'networking_floatingip_v2',
    'networking_network_v2',
    'networking_port_v2',
    'networking_router_interface_v2',
    'networking_router_v2',
    'networking_secgroup_rule_v2',
    'networking_secgroup_v2',
    'networking_subnet_v2',
  ],
  data: ['images_image_v2', 'networking_network_v2'],
};
