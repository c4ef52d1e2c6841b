import { WEB } from '../app/contract.ts';
import type { Model, Site } from '../sites/model.ts';

/** Where the image has the built pages, each text file with its compressed twin beside it. */
export const PAGES_FOLDER = '/usr/share/nginx/html';

/**
 * What a browser may load for a page of the app: its own scripts and styles only, files from the object stores, no frame by
 * others. Nothing inline, so an injected script does not run.
 * @see https://www.w3.org/TR/CSP3/
 */
export function contentSecurityPolicy({ model }: { model: Model }): string {
  const stores = model.sites.flatMap((site) => site.objects?.endpoint ?? []);
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

/**
 * The whole configuration of the web server: files as they were built, compressed ahead; names with a digest for a year,
 * everything else asked for again; an unknown path is a page of the app, an unknown file is not. It proxies nothing, for the
 * ingress leads /api to the API itself, so no name is resolved here.
 *
 * @see https://nginx.org/en/docs/http/ngx_http_gzip_static_module.html
 */
export function nginxConfiguration({ model, site }: { model: Model; site: Site }): string {
  const listen = site.kubernetes!.families.map((family) =>
    family === 'ipv4' ? `listen ${WEB.port};` : `listen [::]:${WEB.port};`,
  );
  const headers = {
    'Cache-Control': '$caching',
    'Content-Security-Policy': contentSecurityPolicy({ model }),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
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

    # What begins with a dot is nobody's business but what RFC 8615 puts there.
    location ~ /\\.(?!well-known/) {
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
