import { HOST_CERTIFICATES } from '#constructs/cockroachdb-node.ts';
import { HEALTH_CHECK } from '#constructs/drain.ts';
import { preferred, withPort } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';
import { databaseNodes } from '#sites/questions.ts';
import { PORTS } from '#sites/traffic/ports.ts';

/**
 * The database nodes of a site as HAProxy's servers, and how each is asked whether it takes clients: over TLS, verified
 * against the database's authority, and exactly 200, for HAProxy's own default counts a redirect as well.
 * @see https://docs.haproxy.org/2.6/configuration.html#4.2-http-check%20expect
 */
export function databaseServers({ site, authority }: { site: Site; authority: string }): string[] {
  const check = [
    'check check-ssl',
    `port ${PORTS.cockroachHttp}`,
    `inter ${HEALTH_CHECK.intervalSeconds}s`,
    `fall ${HEALTH_CHECK.fall}`,
    `rise ${HEALTH_CHECK.rise}`,
    'verify required',
    `ca-file ${authority}`,
  ].join(' ');
  return [
    'option httpchk',
    `http-check send meth GET uri ${HEALTH_CHECK.path} ver HTTP/1.1 hdr Host database`,
    `http-check expect status ${HEALTH_CHECK.status}`,
    `timeout check ${HEALTH_CHECK.timeoutSeconds}s`,
    // Sessions of a node that is marked down go on: it drains, and closes them itself.
    `default-server ${check}`,
    ...databaseNodes(site).map(
      (host) =>
        `server ${host.name} ${withPort(preferred(host.address), PORTS.sql)} check-sni ${host.fqdn} verifyhost ${host.fqdn}`,
    ),
  ];
}

/**
 * The balancer of a site without an edge, on each of its hosts and for programs of that host only: `haproxy.cfg`.
 * @see https://docs.haproxy.org/2.6/configuration.html
 */
export function databaseBalancer({ site }: { site: Site }): string {
  return `# The way to the database for programs of this host: any node of the site that is not draining.
global
  log /dev/log local0
  user haproxy
  group haproxy
  chroot /var/lib/haproxy
  maxconn 1000
  # A reload keeps old connections as long as a pooled one may be idle, and no longer.
  hard-stop-after 15m
  ssl-default-server-options ssl-min-ver TLSv1.2

defaults
  log global
  mode tcp
  option dontlognull
  option clitcpka
  option srvtcpka
  timeout connect 5s
  # A pooled connection may be idle for long; dead ones are found by keep-alive.
  timeout client 10m
  timeout server 10m

listen database
  bind ${withPort('127.0.0.1', PORTS.sql)}
  balance leastconn
${databaseServers({ site, authority: `${HOST_CERTIFICATES}/ca.crt` })
  .map((line) => `  ${line}`)
  .join('\n')}
`;
}
