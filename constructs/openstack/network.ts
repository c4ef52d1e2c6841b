import { Construct } from 'constructs';
import { both, type Family, familyOf, routerOf } from '#sites/address.ts';
import type { OctaviaEdge } from '#sites/model.ts';
import { POOL_MIN } from '#sites/pool.ts';
import { terraformText } from '../quote.ts';
import { type Place, tags } from './place.ts';
import { allocationPool } from './pool.ts';
import { OsData, OsResource } from '@cdktf/provider-openstack';

/** A network of the site with a subnet for each family. */
export interface Segment {
  id: string;
  subnets: Partial<Record<Family, string>>;
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

  private readonly place: Place;

  constructor(scope: Construct, place: Place) {
    super(scope, 'network');
    this.place = place;
    const { site } = place;
    this.external = new OsData(this, 'external', 'networking_network_v2', {
      name: terraformText(site.openstack!.externalNetwork),
      external: true,
    });
    this.router = new OsResource(this, 'router', 'networking_router_v2', {
      name: site.code,
      description: 'between the hosts, the balancers and the world',
      external_network_id: this.external.ref('id'),
      tags: tags(site),
    });
    const hosts = site.hosts.flatMap(({ address }) => both(address));
    this.nodes = this.segment('nodes', 'where the hosts are', hosts);
    if (site.edge?.kind === 'octavia')
      this.balancers = this.segment('balancers', 'where the load balancers are', addresses(site.edge));
  }

  private segment(name: 'nodes' | 'balancers', description: string, taken: string[]): Segment {
    const { site } = this.place;
    const network = new OsResource(this, name, 'networking_network_v2', {
      name: `${site.code}-${name}`,
      description,
      port_security_enabled: true,
      tags: tags(site),
    });
    const subnets = both(site.networks[name]).map((cidr): [Family, string] => {
      const family = familyOf(cidr);
      const subnet = new OsResource(this, `${name}-${family}`, 'networking_subnet_v2', {
        name: `${site.code}-${name}-${family}`,
        network_id: network.ref('id'),
        cidr,
        ip_version: family === 'ipv4' ? 4 : 6,
        gateway_ip: routerOf(cidr),
        allocation_pool: [allocationPool(cidr, taken, POOL_MIN[name])],
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

const addresses = ({ app, api, database }: OctaviaEdge): string[] =>
  [app, api, database].flatMap(({ address }) => both(address));
