import type { Finding, Policy } from '../law.ts';
import { ofKind } from '../reading/objects.ts';

export const webPages: Policy = {
  id: 'web-pages',
  title:
    'the web server of the app serves files and nothing else, with the headers that keep a page to itself, and remembers only what has a name of its own',
  why: 'Avoid: a header that is gone, a script from elsewhere, a page that may be framed, a folder that takes more than GET, an answer remembered for a year though its name stays. Prefer: one list of headers for every answer, files under /assets/ for a year, all else asked for again. Rationale: the pages hold sessions of pupils; without these headers any other page may read or steer them, and what a browser remembers wrongly stays until its owner clears it.',
  check: (_model, tree) =>
    ofKind(tree, 'ConfigMap').flatMap(({ path, site, object }): Finding[] => {
      const text: unknown = object.data?.['nginx.conf'];
      return typeof text === 'string' ? judge(path, site, text) : [];
    }),
};

/** @see https://nginx.org/en/docs/dirindex.html */
const WORDS = new Set(
  'worker_processes pid error_log events worker_connections http include default_type charset server_tokens absolute_redirect client_body_temp_path proxy_temp_path fastcgi_temp_path uwsgi_temp_path scgi_temp_path map log_format access_log sendfile tcp_nopush keepalive_timeout client_max_body_size gzip_static gzip_vary server listen server_name root add_header location limit_except deny try_files return default'.split(
    ' ',
  ),
);

/** Each answer, those of errors included. @see https://owasp.org/www-project-secure-headers/ */
const HEADERS: [name: string, value: RegExp, why: string][] = [
  ['Cache-Control', /^"\$caching"$/, 'browsers remember what they please'],
  [
    'Content-Security-Policy',
    /^"default-src 'none'; script-src 'self'; .*frame-ancestors 'none'; base-uri 'none'; form-action 'self'; upgrade-insecure-requests"$/,
    'a page runs what others put into it',
  ],
  ['X-Content-Type-Options', /^"nosniff"$/, 'a picture may be run as a script'],
  ['X-Frame-Options', /^"DENY"$/, 'another page shows it within itself'],
  ['Referrer-Policy', /^"(same-origin|no-referrer)"$/, 'others are told which page somebody came from'],
  [
    'Permissions-Policy',
    /^"camera=\(\), microphone=\(\), geolocation=\(\), payment=\(\), usb=\(\)"$/,
    'what is put into a page may ask for the camera',
  ],
  ['Cross-Origin-Opener-Policy', /^"same-origin"$/, 'a page that opened it steers it'],
  ['Cross-Origin-Resource-Policy', /^"same-origin"$/, 'another page reads its files'],
];
/** What a path is answered with. */
const LOCATIONS: [head: string, needs: RegExp[], why: string][] = [
  [
    'location = /healthz',
    [/^return 200 "ok\\n"$/, /^access_log off$/, /^default_type text\/plain$/],
    'the probes of its pods find nothing',
  ],
  [
    'location /assets/',
    [/^try_files \$uri =404$/, /^deny all$/],
    'a file that is gone is answered with the page, and remembered for a year',
  ],
  [
    'location = /.well-known/security.txt',
    [
      /^default_type "text\/plain; charset=utf-8"$/,
      /^return 200 "Contact: mailto:\S+\\nExpires: \$security_expires\\n/,
    ],
    'who finds a hole does not know whom to tell',
  ],
  ['location ~ /\\.', [/^return 404$/], 'files that begin with a dot are served'],
  ['location /', [/^try_files \$uri \/index\.html$/, /^deny all$/], 'a link into the app leads nowhere'],
];
const SAID: [line: RegExp, why: string][] = [
  [/^server_tokens off$/, 'it tells its release'],
  [/^absolute_redirect off$/, 'a redirect leads to the port behind the ingress'],
  [/^client_max_body_size 1k$/, 'it takes what it has no use for'],
  [/^keepalive_timeout (9[1-9]|[1-9]\d{2})s$/, 'it closes connections that the ingress still writes to'],
  [
    /^(client_body|proxy|fastcgi|uwsgi|scgi)_temp_path \/tmp\/\w+$/,
    'it does not start: its root is read-only',
  ],
  [/^limit_except GET$/, 'it takes more than GET'],
  [/^gzip_static on$/, 'pages are sent whole'],
  [/^gzip_vary on$/, 'a cache hands compressed pages to who cannot read them'],
  [/^sendfile on$/, 'each file is copied twice'],
  [/^include \/etc\/nginx\/mime\.types$/, 'no file has a type'],
  [/^listen (\[::\]:)?\d+$/, 'it answers nobody'],
  [/^worker_connections \d{4,5}$/, 'it takes few connections'],
];

function judge(path: string, site: string, text: string): Finding[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const wrong = (at: string | undefined, message: string, fix: string): Finding => ({
    path,
    ...(at === undefined ? {} : { text: at }),
    message: `the web server of ${site}: ${message}`,
    fix,
  });
  const plain = lines.map((line) => line.replace(/\s*[;{]$/, ''));
  const said = plain.flatMap((line) =>
    /^limit_except (\w+) \{ deny all; \}$/.test(line) ? [line.split(' {')[0]!, 'deny all'] : [line],
  );
  const headers = new Map(
    said.flatMap((line) => {
      const [, name, value] = /^add_header (\S+) (".*") always$/.exec(line) ?? [];
      return name ? [[name, value!] as [string, string]] : [];
    }),
  );
  const open = (line: string): number =>
    (line.match(/\{(?=\s|$)/g) ?? []).length - (line.match(/(^|\s)\}/g) ?? []).length;
  return [
    ...(lines.reduce((depth, line) => depth + open(line), 0) === 0
      ? []
      : [wrong('nginx.conf', 'its brackets do not close', 'close each block')]),
    ...lines
      .filter((line) => !/^[}"~]/.test(line) && !WORDS.has(/^[\w]+/.exec(line)?.[0] ?? line))
      .map((line) =>
        wrong(
          line,
          `nginx does not know \`${line}\` and does not start`,
          'write a word of nginx.org/en/docs/dirindex.html',
        ),
      ),
    ...lines
      .filter((line) => /^[a-z_]+ /.test(line) && !/[;{}]$/.test(line) && !line.startsWith('log_format'))
      .map((line) => wrong(line, `\`${line}\` does not end`, 'end it with ;')),
    ...HEADERS.filter(([name, value]) => !value.test(headers.get(name) ?? '')).map(([name, , why]) =>
      wrong(
        headers.has(name) ? name : undefined,
        `${name} is ${headers.get(name) ?? 'not said of every answer'}: ${why}`,
        `add_header ${name} … always;`,
      ),
    ),
    ...SAID.filter(([form]) => !said.some((line) => form.test(line))).map(([form, why]) =>
      wrong(undefined, `nothing says \`${form.source.replaceAll(/[\\^$]/g, '')}\`: ${why}`, 'say it'),
    ),
    ...LOCATIONS.flatMap(([head, needs, why]) => {
      const from = lines.indexOf(`${head} {`);
      const body = from < 0 ? [] : plain.slice(from + 1, lines.indexOf('}', from));
      return from >= 0 &&
        needs.every((need) => body.some((line) => need.test(line) || line.includes('deny all')))
        ? []
        : [
            wrong(
              from < 0 ? undefined : head,
              `${head} answers ${body.join('; ') || 'as any other path'}: ${why}`,
              `answer it as ${needs.map((need) => need.source.replaceAll(/[\\^$]/g, '')).join('; ')}`,
            ),
          ];
    }),
    ...remembered(lines).map((message) =>
      wrong('$caching', message, '"~^(200|206|304)/assets/" a year; default "no-cache"'),
    ),
    ...expiry(lines).map(([at, message]) =>
      wrong(at, message, 'half a year to a year from now, for each month and year'),
    ),
  ];
}

/** Only a file whose name changes with it may be kept. */
function remembered(lines: readonly string[]): string[] {
  const from = lines.indexOf('map $status$uri $caching {');
  const body = from < 0 ? [] : lines.slice(from + 1, lines.indexOf('}', from));
  const isRight =
    body.length === 2 &&
    body.includes('"~^(200|206|304)/assets/" "public, max-age=31536000, immutable";') &&
    body.includes('default "no-cache";');
  return isRight ? [] : [`browsers are told to keep: ${body.join(' ') || 'what they please'}`];
}

interface Row {
  line: string;
  form?: RegExp;
  value?: string;
}
/** When `security.txt` ends, for each month from now to the end of 2098: in the future, within a year. @see https://www.rfc-editor.org/rfc/rfc9116#section-2.5.5 */
function expiry(lines: readonly string[]): [at: string, message: string][] {
  const from = lines.indexOf('map $time_iso8601 $security_expires {');
  if (from < 0) return [['security_expires', 'security.txt never ends, or always has']];
  const rows = lines.slice(from + 1, lines.indexOf('}', from)).map((line): Row => {
    const [, pattern, value] = /^"~(.+?)" "(.+)";$/.exec(line) ?? [];
    try {
      return pattern && value ? { line, form: new RegExp(pattern), value } : { line };
    } catch {
      return { line };
    }
  });
  const unread = rows.find(({ form }) => !form);
  if (unread) return [[unread.line, `\`${unread.line}\` is no pattern with a value`]];
  for (let year = 2026; year < 2099; year += 1)
    for (const month of ['01', '06', '07', '12']) {
      const now = `${year}-${month}-15T12:00:00+00:00`;
      const row = rows.find(({ form }) => form!.test(now));
      const groups = row?.form?.exec(now)?.groups ?? {};
      const ends = row?.value?.replace(/\$\{(\w+)\}/g, (_whole: string, name: string) => groups[name] ?? '?');
      const days = (Date.parse(ends ?? '') - Date.parse(now)) / 86_400_000;
      if (!(days > 30 && days < 366))
        return [
          [
            row?.line ?? 'security_expires',
            `in ${year}-${month} security.txt says that it ends ${ends ?? 'never'}`,
          ],
        ];
    }
  return [];
}
