import { OsData, OsResource } from '@cdktf/provider-openstack';
import { Construct } from 'constructs';
import { addressesOf, type Family, type PerFamily, routerOf } from '#sites/address.ts';
import { POOL_MIN } from '#sites/pool.ts';
import { hasOctavia, type OpenstackSite } from '#sites/site-kinds.ts';
import { terraformText } from '../quote.ts';
import { tags } from './place.ts';
import { allocationPool } from './pool.ts';

/** A network of the site with a subnet for each family. */
export interface Segment {
  id: string;
  subnets: Partial<Record<Family, string>>;
}

interface SegmentProps {
  description: string;
  /** Addresses of the model that stand in it. */
  taken: PerFamily[];
}
export interface NetworkProps {
  site: OpenstackSite;
}

/**
 * The networks of the site, and the router between them and the world. Hosts and balancers stand in networks of their own,
 * so that what comes from a balancer is recognized by its source. No address here moves: ports and balancers have those of the
 * model, and OpenStack's own are taken from a part of the network that the model does not use.
 */
export class Network extends Construct {
  readonly nodes: Segment;
  /** Where Octavia puts its amphorae; only where the site has balancers. */
  readonly balancers?: Segment;
  readonly external: OsData<'networking_network_v2'>;
  /** A floating address reaches a port only when the router has an interface in its subnet; nothing in the address says so. */
  readonly routed: OsResource<'networking_router_interface_v2'>[] = [];
  private readonly router: OsResource<'networking_router_v2'>;

  private readonly site: OpenstackSite;

  constructor(scope: Construct, id: string, { site }: NetworkProps) {
    super(scope, id);
    this.site = site;
    this.external = new OsData(this, 'external', 'networking_network_v2', {
      name: terraformText(site.openstack.externalNetwork),
      external: true,
    });
    this.router = new OsResource(this, 'router', 'networking_router_v2', {
      name: site.code,
      description: 'between the hosts, the balancers and the world',
      external_network_id: this.external.ref('id'),
      tags: tags(site),
    });
    this.nodes = this.segment('nodes', {
      description: 'where the hosts are',
      taken: site.hosts.map(({ address }) => address),
    });
    if (!hasOctavia(site)) return;
    const { app, api, database } = site.edge;
    this.balancers = this.segment('balancers', {
      description: 'where the load balancers are',
      taken: [app, api, database].map(({ address }) => address),
    });
  }

  private segment(name: 'nodes' | 'balancers', { description, taken }: SegmentProps): Segment {
    const { site } = this;
    const network = new OsResource(this, name, 'networking_network_v2', {
      name: `${site.code}-${name}`,
      description,
      port_security_enabled: true,
      tags: tags(site),
    });
    const subnets = addressesOf(site.networks[name]).map(({ family, text: cidr }): [Family, string] => {
      const subnet = new OsResource(this, `${name}-${family}`, 'networking_subnet_v2', {
        name: `${site.code}-${name}-${family}`,
        network_id: network.ref('id'),
        cidr,
        ip_version: family === 'ipv4' ? 4 : 6,
        gateway_ip: routerOf(cidr),
        allocation_pool: [
          allocationPool({
            family,
            network: cidr,
            taken: taken.flatMap((each) => each[family] ?? []),
            needed: POOL_MIN[name],
          }),
        ],
        ...(family === 'ipv6'
          ? { ipv6_address_mode: 'dhcpv6-stateful', ipv6_ra_mode: 'dhcpv6-stateful' }
          : {}),
        tags: tags(site),
      });
      this.routed.push(
        new OsResource(this, `${name}-${family}-router`, 'networking_router_interface_v2', {
          router_id: this.router.ref('id'),
          subnet_id: subnet.ref('id'),
        }),
      );
      return [family, subnet.ref('id')];
    });
    return { id: network.ref('id'), subnets: Object.fromEntries(subnets) };
  }
}
