import { both } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { databaseAddress, hostsOf, workers } from '#sites/questions.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import type { Keys, LayoutProps, Pair, TwinHost } from './parts.ts';
import { GENERATED, inner } from './site-hosts.ts';

/** Where nothing stands behind the edges: web servers that answer as Traefik, the API servers and the database would. */
export function playedServers(props: LayoutProps, site: Site): TwinHost[] {
  const { keys } = props;
  const played = (host: Host, servers: string[], pair: Pair, what: string): TwinHost => {
    const own = inner(props, site, host, []);
    return {
      ...own,
      files: [
        ['etc/nginx/nginx.conf', nginx(servers)],
        ['etc/nginx/public.pem', `${keys.played.public.certificate}${keys.played.public.key}`],
        ['etc/nginx/own.pem', `${pair.certificate}${pair.key}`],
      ],
      settings: own.settings.slice(GENERATED.length),
      programs: [{ name: 'nginx', command: "nginx -g 'daemon off;'" }],
      played: what,
    };
  };
  const tls = (name: string) =>
    `ssl_certificate /etc/nginx/${name}.pem; ssl_certificate_key /etc/nginx/${name}.pem;`;
  const answer = (name: string) =>
    `location / { add_header x-answered-by ${name}; return 200 "$proxy_protocol_addr\\n"; }`;
  return [
    ...workers(site).map((host) =>
      played(
        host,
        [
          `listen ${PORTS.traefikWeb.nodePort} proxy_protocol; ${answer(host.name)}`,
          `listen ${PORTS.traefikWebsecure.nodePort} ssl proxy_protocol; ${tls('public')} ${answer(host.name)}`,
          `listen ${PORTS.traefikPing.nodePort}; location /ping { return 200 "OK"; }`,
          `listen 8080 ssl; ${tls('own')} location /health { return 200 "{}"; }`,
        ],
        keys.played.database,
        'Traefik and the database: a web server that answers with the address of who asks',
      ),
    ),
    ...hostsOf(site, 'control-plane').map((host) =>
      played(
        host,
        [`listen 6443 ssl; listen [::]:6443 ssl; ${tls('own')} location / { return 200 "ok"; }`],
        keys.played.kubernetes,
        'the API server: a web server that says it is well',
      ),
    ),
  ];
}
const nginx = (servers: string[]): string => `pid /run/nginx.pid;
error_log stderr warn;
worker_processes 1;
events { worker_connections 1024; }
http { access_log off;
${servers.map((server) => `  server { ${server} }\n`).join('')}}
`;

/** Names and addresses that a played server of a kind answers by. */
export function playedNames(model: Model): Record<keyof Keys['played'], string[]> {
  const sites = model.sites.filter(({ kubernetes }) => kubernetes !== undefined);
  const hosts = (role: Host['role']) =>
    sites
      .flatMap((site) => hostsOf(site, role))
      .flatMap(({ fqdn, address }) => [`DNS:${fqdn}`, ...both(address).map((each) => `IP:${each}`)]);
  return {
    database: [
      ...hosts('worker'),
      // Balancers hand connections on as they are.
      ...sites.flatMap((site) => both(databaseAddress(site)).map((each) => `IP:${each}`)),
    ],
    kubernetes: ['DNS:kubernetes.default.svc', ...hosts('control-plane')],
    public: [
      model.domain,
      ...model.sites.flatMap(({ domain, objects }) => [
        domain,
        ...(objects ? [new URL(objects.endpoint).hostname] : []),
      ]),
    ].map((name) => `DNS:${name}`),
  };
}
