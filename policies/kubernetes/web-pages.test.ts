import { findsEach } from '#scripts/testing/broken-trees.ts';
import { webPages } from './web-pages.ts';

const web = 'sxb/kubernetes/education/configmap-education-web.yaml';

findsEach(webPages, [
  [web, 'X-Frame-Options "DENY"', 'X-Frame-Options "ALLOW"', /another page shows it within itself/],
  [web, "script-src 'self'", 'script-src *', /a page runs what others put into it/],
  [web, 'location /assets/ {', 'locationx /assets/ {', /nginx does not know/],
  [web, 'location /assets/ {', 'location /files/ {', /location \/assets\/ answers as any other path/],
  [web, 'return 404;', 'return 405;', /files that begin with a dot are served/],
  [web, 'server_tokens off;', 'server_tokens on;', /it tells its release/],
  [web, 'default "no-cache";', 'default "max-age=600";', /browsers are told to keep/],
  [web, '{century}30-06-29', '{century}31-06-29', /security\.txt says that it ends/],
  [
    web,
    'keepalive_timeout 120s;',
    'keepalive_timeout 60s;',
    /it closes connections that the ingress still writes to/,
  ],
  [web, 'sendfile on;', 'sendfile on', /does not end|nothing says/],
]);
