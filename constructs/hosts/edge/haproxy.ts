import type { AtHost } from '#constructs/at-site.ts';
import { HEALTH_CHECK } from '#constructs/drain.ts';
import { bracketed, FAMILIES, type PerFamily, preferred, withPort } from '#sites/address.ts';
import type { Host, Site } from '#sites/model.ts';
import { hostsOf, workers } from '#sites/questions.ts';
import type { HaproxySite } from '#sites/site-kinds.ts';
import { conversations, isWithin, machinesAtApp } from '#sites/traffic/conversations.ts';
import { isBalancer } from '#sites/traffic/parties.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { databaseServers } from '../database/database-balancer.ts';

/** Where keepalived asks whether this edge can serve: one answer for each virtual address, on loopback only. */
export const EDGE_HEALTH = { path: '/healthz', app: 8404, api: 8406 } as const;
/** Put there at deploy time: the authorities that the health checks trust. */
export const DATABASE_AUTHORITY = '/etc/haproxy/database-ca.crt';
export const KUBERNETES_AUTHORITY = '/etc/haproxy/kubernetes-ca.crt';

/**
 * Connections that an edge carries at once. Each costs two buffers of 16 KiB, so 20,000 take 640 MiB of a Raspberry Pi's
 * 4 GiB, beside two stick tables of 100,000 entries of about 120 bytes.
 * @see https://docs.haproxy.org/2.6/configuration.html#3.2-tune.bufsize
 */
export const CONNECTIONS_MAX = 20_000;
const TABLE = { entries: '100k', expire: '60s', window: '10s' } as const;

/**
 * The balancer on one edge of an on-premises site: TCP to Traefik with the client's address in front (PROXY v2), to the
 * Kubernetes API and to the database without. Clients are counted by address, IPv6 ones by their /64, for that is what
 * one household or phone has; both edges share the counts. `haproxy.cfg` for the release in `releases.ts`.
 *
 * @see https://docs.haproxy.org/2.6/configuration.html
 */
export function haproxy({ model, site, host }: AtHost<HaproxySite>): string {
  const at = { model, site, host };
  const sections = [
    global(host),
    defaults(),
    peers(site),
    health('app', 'websecure'),
    health('api', 'kubernetes-api'),
    metrics(host),
    ...counters(),
    front('web', { port: PORTS.http, at }),
    front('websecure', { port: PORTS.https, at }),
    traefik('web', { port: PORTS.traefikWeb.nodePort, at }),
    traefik('websecure', { port: PORTS.traefikWebsecure.nodePort, at }),
    kubernetesApi(at),
    ...(site.database ? [database(at)] : []),
  ];
  return `# ${host.name}: who reaches what stands in the table of flows\n${sections.map(write).join('\n')}`;
}

interface Section {
  head: string;
  lines: string[];
}
const write = ({ head, lines }: Section): string => `${head}\n${lines.map((line) => `  ${line}\n`).join('')}`;
/** The families one after the other for each address, as the service addresses follow the site's own. */
const binds = (addresses: PerFamily[], port: number): string[] =>
  addresses.flatMap((each) =>
    FAMILIES.flatMap((family) =>
      each[family] ? `bind ${withPort(each[family], port)}${family === 'ipv6' ? ' v6only' : ''}` : [],
    ),
  );

function global(host: Host): Section {
  return {
    head: 'global',
    lines: [
      'log /dev/log local0',
      'user haproxy',
      'group haproxy',
      'chroot /var/lib/haproxy',
      'stats socket /run/haproxy/admin.sock mode 660 level admin',
      `localpeer ${host.name}`,
      `maxconn ${CONNECTIONS_MAX}`,
      // A reload keeps old connections for as long as an upload may take, and no longer.
      'hard-stop-after 15m',
      'ssl-default-server-options ssl-min-ver TLSv1.2',
    ],
  };
}

function defaults(): Section {
  return {
    head: 'defaults',
    lines: [
      'log global',
      'mode tcp',
      'option tcplog',
      'option dontlognull',
      'option clitcpka',
      'option srvtcpka',
      'timeout connect 3s',
      // Longer than Traefik keeps an idle connection (180 s), so that the side that speaks HTTP closes it.
      'timeout client 200s',
      'timeout server 200s',
      'timeout client-fin 30s',
      'timeout tunnel 1h',
      `timeout check ${HEALTH_CHECK.timeoutSeconds}s`,
      `default-server inter ${HEALTH_CHECK.intervalSeconds}s fall ${HEALTH_CHECK.fall} rise ${HEALTH_CHECK.rise}`,
    ],
  };
}

function peers(site: Site): Section {
  const lines = hostsOf(site, 'edge').map(
    (edge) => `peer ${edge.name} ${withPort(preferred(edge.address), PORTS.peers)}`,
  );
  return { head: 'peers edges', lines };
}

/** Whether any server behind a virtual address is well, as an answer that keepalived reads. */
function health(name: 'app' | 'api', backend: string): Section {
  return {
    head: `frontend health-${name}`,
    lines: [
      `bind 127.0.0.1:${EDGE_HEALTH[name]}`,
      'mode http',
      'option httplog',
      'timeout client 2s',
      `monitor-uri ${EDGE_HEALTH.path}`,
      `monitor fail if { nbsrv(${backend}) lt 1 }`,
      'http-request deny',
    ],
  };
}

function metrics(host: Host): Section {
  return {
    head: 'frontend metrics',
    lines: [
      `bind ${withPort(preferred(host.address), PORTS.haproxyMetrics)}`,
      'mode http',
      'option httplog',
      'timeout client 10s',
      'http-request use-service prometheus-exporter if { path /metrics }',
      'http-request deny',
    ],
  };
}

/** Who opened how many connections lately; one table a family, filled by both fronts and shared by both edges. */
function counters(): Section[] {
  return [
    ['clients-ipv4', 'ip'],
    ['clients-ipv6', 'ipv6'],
  ].map(([name, type]) => ({
    head: `backend ${name}`,
    lines: [
      `stick-table type ${type} size ${TABLE.entries} expire ${TABLE.expire} store conn_rate(${TABLE.window}),conn_cur peers edges`,
    ],
  }));
}

/** One port of an edge, or of the workers behind it. */
interface Passed {
  port: number;
  at: AtHost<HaproxySite>;
}
/** The ceiling is for clients. Zones that copy, backups and the API's files open more than a person, from few addresses. */
function front(name: 'web' | 'websecure', { port, at: { model, site } }: Passed): Section {
  const most = model.limits.connectionsPer10s;
  const machines = machinesAtApp(model, site);
  return {
    head: `frontend front-${name}`,
    lines: [
      ...binds([site.edge.app.address, model.anycast], port),
      ...machines.map(({ text }) => `acl ours src ${text}`),
      ...(machines.length > 0 ? ['tcp-request connection accept if ours'] : []),
      'acl ipv4 src 0.0.0.0/0',
      'tcp-request connection track-sc0 src table clients-ipv4 if ipv4',
      'tcp-request connection track-sc1 src,ipmask(32,64) table clients-ipv6 if !ipv4',
      `tcp-request connection reject if ipv4 { sc0_conn_rate(clients-ipv4) gt ${most} }`,
      `tcp-request connection reject if !ipv4 { sc1_conn_rate(clients-ipv6) gt ${most} }`,
      `default_backend ${name}`,
    ],
  };
}

/**
 * Traefik on every worker. The check asks its own port, without a PROXY header, and a pod that is leaving says 503 there.
 * Connections leave by the edge's own address: the one hop that Traefik believes.
 */
function traefik(name: 'web' | 'websecure', { port, at: { site, host } }: Passed): Section {
  return {
    head: `backend ${name}`,
    lines: [
      'balance leastconn',
      `source ${bracketed(preferred(host.address))}`,
      'option httpchk',
      'http-check send meth GET uri /ping ver HTTP/1.1 hdr Host edge',
      'http-check expect status 200',
      'option redispatch 1',
      'retries 2',
      `default-server check port ${PORTS.traefikPing.nodePort} send-proxy-v2`,
      ...workers(site).map((worker) => `server ${worker.name} ${withPort(preferred(worker.address), port)}`),
    ],
  };
}

/** Never with a PROXY header: the API server would take it for a broken handshake. */
function kubernetesApi(at: AtHost<HaproxySite>): Section {
  const { site, host } = at;
  return {
    head: 'listen kubernetes-api',
    lines: [
      ...binds([site.edge.api.address], PORTS.kubernetesApi),
      ...onlyFrom('api', at),
      'balance leastconn',
      `source ${bracketed(preferred(host.address))}`,
      'option httpchk',
      'http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host kubernetes',
      'http-check expect status 200',
      `default-server check check-ssl check-sni kubernetes.default.svc verifyhost kubernetes.default.svc verify required ca-file ${KUBERNETES_AUTHORITY}`,
      ...hostsOf(site, 'control-plane').map(
        (node) => `server ${node.name} ${withPort(preferred(node.address), PORTS.kubernetesApi)}`,
      ),
    ],
  };
}

function database(at: AtHost<HaproxySite>): Section {
  const { site, host } = at;
  return {
    head: 'listen database',
    lines: [
      ...binds([site.edge.api.address], PORTS.sql),
      ...onlyFrom('database', at),
      'balance leastconn',
      `source ${bracketed(preferred(host.address))}`,
      // A pooled connection may be idle for long; dead ones are found by keep-alive.
      'timeout client 10m',
      'timeout server 10m',
      ...databaseServers({ site, authority: DATABASE_AUTHORITY }),
    ],
  };
}

/** Refuses every client that the table of flows does not name, before a byte is read. */
function onlyFrom(balancer: 'api' | 'database', { model, site }: AtHost): string[] {
  const sources = conversations(model, site, ({ to }) => isBalancer(to, balancer))
    .filter((each) => each.way === 'in' && isWithin(each))
    .flatMap(({ from }) => from.addresses.map(({ text }) => text));
  return [
    ...[...new Set(sources)].sort().map((address) => `acl allowed src ${address}`),
    'tcp-request connection reject if !allowed',
  ];
}
