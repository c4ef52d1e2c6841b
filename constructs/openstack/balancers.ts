import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import type { AtSite } from '#constructs/at-site.ts';
import { addressesOf, type Family } from '#sites/address.ts';
import type { Host, Site } from '#sites/model.ts';
import { databaseNodes, hostsOf, workers } from '#sites/questions.ts';
import type { OctaviaSite, OpenstackSite } from '#sites/site-kinds.ts';
import type { Party } from '#sites/traffic/parties.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { HEALTH_CHECK } from '../drain.ts';
import { terraformText } from '../quote.ts';
import { allowedSources } from './admitted.ts';
import type { Network } from './network.ts';
import { tags } from './place.ts';
import { OsResource } from './provider/index.ts';

const BALANCERS = ['app', 'api', 'database'] as const;
type Name = (typeof BALANCERS)[number];

/** What stands behind one port of a balancer. */
interface Service {
  name: string;
  port: number;
  /** How long without a byte until a connection ends. */
  idle: Duration;
  protocol: 'TCP' | 'PROXYV2';
  members: Host[];
  memberPort: number;
  monitor: { type: 'HTTP' | 'HTTPS'; url_path: string };
  /** Where the monitor asks, when not at the port of the members. */
  monitorPort?: number;
}

type Balanced = OpenstackSite & OctaviaSite;
interface BalancerProps {
  /** Its own part of every name. */
  id: string;
  /** What stands behind it. */
  name: Name;
  family: Family;
  /** @default one that Octavia takes out of the pool */
  address?: string;
  /** Where the world reaches it. @default nowhere */
  floating?: string;
}
interface ServiceProps {
  balancer: OsResource<'lb_loadbalancer_v2'>;
  name: Name;
  service: Service;
  family: Family;
}
export interface BalancersProps extends AtSite<Balanced> {
  network: Network;
}

const CONNECT = Duration.seconds(3);
/** The same as the edges of our own have: longer than Traefik keeps an idle connection. */
const IDLE_APP = Duration.seconds(200);
/** A watch on the API is silent for long. */
const IDLE_API = Duration.hours(1);
/** A pooled connection may be idle for long; dead ones are found by keep-alive. */
const IDLE_DATABASE = Duration.minutes(10);

/**
 * Octavia's balancers of the site: the app with a floating address, the Kubernetes API and the database from inside only. All
 * pass TCP on; only Traefik gets the client's address (PROXY v2), for neither an API server nor a database understands
 * it. Members are dialled from the amphorae's own network, because they name no subnet: were they given the hosts' one, an
 * amphora would stand in it too, and its connections would come from addresses that nothing trusts. Needs the amphora
 * provider, for OVN knows no PROXY protocol, and Octavia 2.22 or newer.
 *
 * @see https://docs.openstack.org/api-ref/load-balancer/v2/
 */
export class Balancers extends Construct {
  private readonly at: AtSite<Balanced>;
  private readonly network: Network;
  constructor(scope: Construct, id: string, { model, site, network }: BalancersProps) {
    super(scope, id);
    this.at = { model, site };
    this.network = network;
    for (const name of BALANCERS) {
      if (services(site, name).length === 0) continue;
      const { address, public: open } = site.edge[name];
      for (const { family, text } of addressesOf(address))
        this.balancer({ id: name, name, family, address: text, floating: open.ipv4 });
    }
    // The service address is one more floating address, and an address of a balancer has at most one.
    if (site.routing && model.anycast.ipv4)
      this.balancer({ id: 'anycast', name: 'app', family: 'ipv4', floating: model.anycast.ipv4 });
  }

  private balancer({ id, name, family, address, floating }: BalancerProps): void {
    const { site } = this.at;
    const label = family === 'ipv4' ? id : `${id}-ipv6`;
    const of = new Construct(this, label);
    const balancer = new OsResource(of, 'vip', 'lb_loadbalancer_v2', {
      name: `${site.code}-${label}`,
      description: DESCRIPTIONS[name],
      loadbalancer_provider: 'amphora',
      vip_subnet_id: this.network.balancers!.subnets[family]!,
      ...(address ? { vip_address: address } : {}),
      tags: tags(site, id),
    });
    for (const service of services(site, name)) this.service(of, { balancer, name, service, family });
    if (address) this.metrics(of, { balancer, family });
    if (floating && family === 'ipv4') {
      new OsResource(
        of,
        'floating',
        'networking_floatingip_v2',
        {
          description: `${site.code}-${id}`,
          pool: terraformText(site.openstack.externalNetwork),
          address: floating,
          port_id: balancer.ref('vip_port_id'),
          tags: tags(site, id),
        },
        { dependsOn: this.network.routed, lifecycle: { preventDestroy: true } },
      );
    }
  }

  private service(of: Construct, { balancer, name, service, family }: ServiceProps): void {
    const { site } = this.at;
    const label = `${site.code}-${service.name}`;
    const to = (party: Party) => party.kind === 'balancer' && party.balancer === name;
    const listener = new OsResource(of, `${service.name}-listener`, 'lb_listener_v2', {
      name: label,
      loadbalancer_id: balancer.ref('id'),
      protocol: 'TCP',
      protocol_port: service.port,
      allowed_cidrs: allowedSources(this.at, to, service.port, family),
      timeout_client_data: service.idle.toMilliseconds(),
      timeout_member_data: service.idle.toMilliseconds(),
      timeout_member_connect: CONNECT.toMilliseconds(),
      tags: tags(site, name),
    });
    const pool = new OsResource(of, `${service.name}-pool`, 'lb_pool_v2', {
      name: label,
      listener_id: listener.ref('id'),
      protocol: service.protocol,
      lb_method: 'LEAST_CONNECTIONS',
      tags: tags(site, name),
    });
    new OsResource(of, `${service.name}-monitor`, 'lb_monitor_v2', {
      name: label,
      pool_id: pool.ref('id'),
      ...service.monitor,
      http_method: 'GET',
      expected_codes: String(HEALTH_CHECK.status),
      delay: HEALTH_CHECK.intervalSeconds,
      timeout: HEALTH_CHECK.timeoutSeconds,
      max_retries: HEALTH_CHECK.rise,
      max_retries_down: HEALTH_CHECK.fall,
    });
    for (const host of service.members) {
      const address = host.address[family];
      if (!address) continue;
      new OsResource(of, `${service.name}-${host.key}`, 'lb_member_v2', {
        name: host.name,
        pool_id: pool.ref('id'),
        address,
        protocol_port: service.memberPort,
        ...(service.monitorPort ? { monitor_port: service.monitorPort } : {}),
      });
    }
  }

  /** What Octavia counts itself, for the Prometheus of the site alone. */
  private metrics(of: Construct, { balancer, family }: Pick<ServiceProps, 'balancer' | 'family'>): void {
    const { site } = this.at;
    const allowed = allowedSources(this.at, ({ kind }) => kind === 'octavia', PORTS.octaviaMetrics, family);
    new OsResource(of, 'metrics-listener', 'lb_listener_v2', {
      name: `${site.code}-metrics`,
      loadbalancer_id: balancer.ref('id'),
      protocol: 'PROMETHEUS',
      protocol_port: PORTS.octaviaMetrics,
      allowed_cidrs: allowed,
      tags: tags(site, 'metrics'),
    });
  }
}

const DESCRIPTIONS: Record<Name, string> = {
  app: 'the app and the object store, for the world',
  api: 'the Kubernetes API, from inside only',
  database: 'the database, from inside only',
};

/** Empty where the site has nothing behind that balancer. */
function services(site: Site, name: Name): Service[] {
  const { path: url_path } = HEALTH_CHECK;
  if (name === 'database') {
    const members = databaseNodes(site);
    if (members.length === 0) return [];
    const monitor = { type: 'HTTPS', url_path } as const;
    const ports = { port: PORTS.sql, memberPort: PORTS.sql, monitorPort: PORTS.cockroachHttp };
    return [{ name: 'database', idle: IDLE_DATABASE, protocol: 'TCP', members, monitor, ...ports }];
  }
  if (!site.kubernetes) return [];
  if (name === 'api') {
    const members = hostsOf(site, 'control-plane');
    const monitor = { type: 'HTTPS', url_path: '/readyz' } as const;
    const ports = { port: PORTS.kubernetesApi, memberPort: PORTS.kubernetesApi };
    return [{ name: 'api', idle: IDLE_API, protocol: 'TCP', members, monitor, ...ports }];
  }
  // The check asks a port of its own, so that it needs no PROXY header; a Traefik that is leaving says 503 there.
  const traefik = {
    idle: IDLE_APP,
    protocol: 'PROXYV2',
    members: workers(site),
    monitor: { type: 'HTTP', url_path: '/ping' },
    monitorPort: PORTS.traefikPing.nodePort,
  } as const;
  return [
    { ...traefik, name: 'web', port: PORTS.http, memberPort: PORTS.traefikWeb.nodePort },
    { ...traefik, name: 'websecure', port: PORTS.https, memberPort: PORTS.traefikWebsecure.nodePort },
  ];
}
