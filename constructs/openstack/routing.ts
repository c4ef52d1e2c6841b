import { TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import { OsResource } from './provider/index.ts';

export interface RoutingProps {
  /** Of the site. */
  code: string;
  /** Number of the autonomous system that announces. */
  asn: number;
  /** Who receives it: its number, and its address of IPv4. */
  router: { asn: number; address: string };
  /** Id of the network whose floating addresses are announced. */
  network: string;
}

/**
 * The announcement of the service address: OpenStack's own BGP speaker tells the router of the site the host routes of
 * floating addresses, the service address among them. Nothing of ours runs for it, and `announce = false` withdraws it before
 * maintenance. It does not withdraw by itself when the site is ill. Speakers and fixed floating addresses are for an
 * administrator of the OpenStack; a site whose OpenStack offers neither has no `routing`.
 *
 * @see https://docs.openstack.org/neutron/latest/admin/config-bgp-dynamic-routing.html
 */
export class Routing extends Construct {
  constructor(scope: Construct, id: string, { code, asn, router: peer, network }: RoutingProps) {
    super(scope, id);
    const announce = new TerraformVariable(this, 'announce', {
      type: 'bool',
      default: true,
      description: 'whether the service address is announced to the router; false before maintenance',
    });
    announce.overrideLogicalId('announce');
    const router = new OsResource(this, 'router', 'networking_bgp_peer_v2', {
      name: `${code}-router`,
      peer_ip: peer.address,
      remote_as: peer.asn,
    });
    const speaker = new OsResource(this, 'speaker', 'networking_bgp_speaker_v2', {
      name: code,
      ip_version: 4,
      local_as: asn,
      advertise_floating_ip_host_routes: true,
      advertise_tenant_networks: false,
      networks: [network],
      peers: [],
    });
    speaker.addOverride('peers', `\${${announce.fqn} ? [${router.fqn}.id] : []}`);
  }
}
