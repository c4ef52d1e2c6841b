import { PAGE_HEADERS, SECURITY, securityText, WEB } from '#shared/contract.ts';
import type { Family } from '#sites/address.ts';
import type { Site } from '#sites/model.ts';

/** Where the image has the built pages, each text file with its compressed twin beside it. */
export const PAGES_FOLDER = '/usr/share/nginx/html';

/** The addresses of the object stores, which files come from. */
export const storesOf = (sites: readonly Site[]): string[] =>
  sites.flatMap(({ objects }) => objects?.endpoint ?? []);

/**
 * What a browser may load for a page of the app: its own scripts and styles only, files from the object stores, no frame by
 * others. Nothing inline, so an injected script does not run.
 * @see https://www.w3.org/TR/CSP3/
 */
export function contentSecurityPolicy(stores: readonly string[]): string {
  const files = ['blob:', ...stores].join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    `img-src 'self' data: ${files}`,
    `media-src 'self' ${files}`,
    `connect-src 'self' ${stores.join(' ')}`.trimEnd(),
    "manifest-src 'self'",
    "worker-src 'self'",
    `frame-src 'self' ${files}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    'upgrade-insecure-requests',
  ].join('; ');
}

export interface NginxProps {
  /** Of the platform: the name that people type. */
  domain: string;
  /** Whom a finder of a fault writes to. */
  contact: string;
  /** Those that the pod has an address of. */
  families: readonly Family[];
  /** As {@link storesOf} has them. */
  stores: readonly string[];
}

/**
 * The whole configuration of the web server: files as they were built, compressed ahead; names with a digest for a year,
 * everything else asked for again; an unknown path is a page of the app, an unknown file is not. It proxies nothing, for the
 * ingress leads /api to the API itself, so no name is resolved here.
 *
 * @see https://nginx.org/en/docs/http/ngx_http_gzip_static_module.html
 */
export function nginxConfiguration({ domain, contact, families, stores }: NginxProps): string {
  const listen = families.map((family) =>
    family === 'ipv4' ? `listen ${WEB.port};` : `listen [::]:${WEB.port};`,
  );
  const headers = {
    'Cache-Control': '$caching',
    'Content-Security-Policy': contentSecurityPolicy(stores),
    ...Object.fromEntries(Object.entries(PAGE_HEADERS).map(([name, value]) => [titled(name), value])),
  };
  const security = securityText({
    contact,
    origin: `https://${domain}`,
    expires: '$security_expires',
  });
  return `# Two processes: the number of the node's processors is not the pod's share of them.
worker_processes 2;
pid /tmp/nginx.pid;
error_log stderr warn;

events {
  worker_connections 2048;
}

http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  charset utf-8;
  server_tokens off;
  # Redirects keep the name and the port that the client used.
  absolute_redirect off;

  # The root is read-only.
  client_body_temp_path /tmp/client_body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;

  # The ingress writes down every request; here only what failed.
  map $status $failed {
    ~^[23] 0;
    default 1;
  }
  log_format json escape=json '{"time":"$time_iso8601","method":"$request_method","path":"$uri","status":$status}';
  access_log /dev/stdout json if=$failed;

  sendfile on;
  tcp_nopush on;
  # Longer than the ingress keeps its idle connections (90 s), so that it never writes into a closing one.
  keepalive_timeout 120s;
  client_max_body_size 1k;

  gzip_static on;
  gzip_vary on;

  # Only a file that exists may be kept for a year.
  map $status$uri $caching {
    "~^(200|206|304)/assets/" "public, max-age=31536000, immutable";
    default "no-cache";
  }

${expiry()}
  server {
${listen.map((line) => `    ${line}\n`).join('')}    server_name _;
    root ${PAGES_FOLDER};

${Object.entries(headers)
  .map(([name, value]) => `    add_header ${name} "${value}" always;\n`)
  .join('')}
    location = ${WEB.livePath} {
      access_log off;
      default_type text/plain;
      return 200 "ok\\n";
    }

    location /assets/ {
      limit_except GET { deny all; }
      try_files $uri =404;
    }

    location = ${SECURITY.path} {
      default_type "${SECURITY.mediaType}";
      return 200 "${security.replaceAll('\n', '\\n')}";
    }

    # What begins with a dot is nobody's business, and RFC 8615 puts nothing else of ours there.
    location ~ /\\. {
      return 404;
    }

    location / {
      limit_except GET { deny all; }
      try_files $uri /index.html;
    }
  }
}
`;
}

const titled = (name: string): string => name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

/** The end of `security.txt`, by `securityExpires`: nginx adds one to a year by its last digits, two where nines stand there. */
function expiry(): string {
  const next = [...Array(9).keys()].flatMap((digit) => [
    `"~^(?<before>[0-9]{3})${digit}-" "\${before}${digit + 1}-${SECURITY.ends.second}";`,
    `"~^(?<century>[0-9]{2})${digit}9-" "\${century}${digit + 1}0-${SECURITY.ends.second}";`,
  ]);
  const lines = [`"~^(?<year>[0-9]{4})-0[1-6]-" "\${year}-${SECURITY.ends.first}";`, ...next];
  return `  # Half a year to a year from now.
  map $time_iso8601 $security_expires {
${lines.map((line) => `    ${line}\n`).join('')}  }
`;
}
