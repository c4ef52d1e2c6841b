import type { Finding, Policy } from '../law.ts';
import { haproxies, type Line, type Section } from '../reading/haproxy-config.ts';

export const haproxyWords: Policy = {
  id: 'haproxy-words',
  title:
    'HAProxy knows every word of its files, and every list, server group and rule that they name is there',
  why: 'Avoid: a keyword with a slip in it, a condition that no acl defines, a backend or a table that no section has. Prefer: the words of the configuration manual, each in a section that takes it. Rationale: HAProxy refuses the whole file for one such word, so the old one stays in force and the reload that was to mend something mends nothing; an edge that restarts then has no balancer at all.',
  check: (_model, tree) => haproxies(tree).flatMap(({ path, sections }) => judge(path, sections)),
};

/** Keywords by the kind of section, each with the form of the rest of its line. @see https://docs.haproxy.org/2.6/configuration.html#4.1 */
const TIME = '\\d+(us|ms|s|m|h|d)?';
const ADDRESS = '(\\[[0-9a-f:.]+\\]|[0-9.]+|[a-z][\\w.-]*)';
const CONDITION = '(if|unless) .+';
const PROXY: Record<string, RegExp> = {
  acl: /^[\w.-]+ \w+(\([^)]*\))?( -\w+)*( .+)?$/,
  balance: /^(roundrobin|static-rr|leastconn|first|source)$/,
  bind: new RegExp(`^${ADDRESS}:\\d+( \\S+)*$`),
  default_backend: /^[\w.-]+$/,
  'default-server': /^\S+( \S+)*$/,
  'http-check': /^(send|expect|connect|comment)( .+)$/,
  'http-request': /^(deny|allow|return|redirect|use-service|set-header|set-log-level|track-sc0)( .+)?$/,
  log: /^(global|\S+ .+)$/,
  maxconn: /^\d+$/,
  mode: /^(tcp|http)$/,
  monitor: new RegExp(`^fail ${CONDITION}$`),
  'monitor-uri': /^\/\S+$/,
  option:
    /^(httpchk|httplog|tcplog|dontlognull|dontlog-normal|redispatch|clitcpka|srvtcpka|tcpka|tcp-check|http-server-close|forwardfor|abortonclose|log-health-checks)( .+)?$/,
  retries: /^\d+$/,
  server: new RegExp(`^[\\w.-]+ ${ADDRESS}:\\d+( \\S+)*$`),
  source: new RegExp(`^${ADDRESS}(:\\d+)?$`),
  'stick-table': /^type (ip|ipv6|integer|string) .+$/,
  'tcp-check': /^(connect|send|expect|comment)( .+)?$/,
  'tcp-request': /^(connection|content|session|inspect-delay) .+$/,
  timeout: new RegExp(
    `^(client|client-fin|connect|check|server|server-fin|tunnel|queue|http-request|http-keep-alive) ${TIME}$`,
  ),
};
const PROCESS: Record<string, RegExp> = {
  chroot: /^\/\S+$/,
  group: /^[a-z_][\w-]*$/,
  user: /^[a-z_][\w-]*$/,
  daemon: /^$/,
  'hard-stop-after': new RegExp(`^${TIME}$`),
  localpeer: /^[\w.-]+$/,
  log: /^\/dev\/log local\d( \w+)?$/,
  maxconn: /^\d+$/,
  nbthread: /^\d+$/,
  'ssl-default-server-options': /^\S+( \S+)*$/,
  'ssl-default-bind-options': /^\S+( \S+)*$/,
  stats: /^(socket|timeout) .+$/,
};
const SECTIONS: Record<string, Record<string, RegExp>> = {
  global: PROCESS,
  defaults: PROXY,
  frontend: PROXY,
  backend: PROXY,
  listen: PROXY,
  peers: { peer: new RegExp(`^[\\w.-]+ ${ADDRESS}:\\d+$`) },
};
/** Words after the address of a server or a bind; those with a value of its own take the next one with them. */
const SERVER_WORDS =
  /^(check|check-ssl|port|inter|fastinter|downinter|fall|rise|verify|required|none|ca-file|crt|sni|check-sni|str\([\w.-]+\)|send-proxy|send-proxy-v2|check-send-proxy|ssl|backup|weight|maxconn|slowstart|on-marked-down|shutdown-sessions|verifyhost|source|ssl-min-ver|TLSv1\.[23]|no-check-ssl|observe|layer4|error-limit|on-error|mark-down|init-addr|resolvers|\d+\w*|\/\S+|[a-z][\w-]*(\.[\w-]+)+)$/;

function judge(path: string, sections: readonly Section[]): Finding[] {
  const named = (kinds: RegExp) =>
    new Set(sections.filter(({ kind }) => kinds.test(kind)).map(({ name }) => name));
  const groups = named(/^(backend|listen)$/);
  const peers = named(/^peers$/);
  return sections.flatMap((section) => {
    const keywords = SECTIONS[section.kind];
    const wrong = (text: string, message: string, fix: string): Finding => ({ path, text, message, fix });
    if (!keywords)
      return [
        wrong(
          section.kind,
          `HAProxy knows no section ${section.kind}`,
          `write ${Object.keys(SECTIONS).join(', ')}`,
        ),
      ];
    const defined = new Set(
      section.lines.filter(({ words }) => words[0] === 'acl').map(({ words }) => words[1]!),
    );
    return section.lines.flatMap((line) => {
      const [keyword = '', ...rest] = line.words;
      const form = keywords[keyword];
      if (!form)
        return [
          wrong(
            line.text,
            `${section.kind} ${section.name} has ${keyword}, which HAProxy refuses`,
            'write a keyword of its manual',
          ),
        ];
      if (!form.test(rest.join(' ').replace(/ #.*$/, '')))
        return [
          wrong(
            line.text,
            `${section.kind} ${section.name}: ${keyword} takes no \`${rest.join(' ').slice(0, 60)}\``,
            'write what the manual lets it take',
          ),
        ];
      return [
        ...servers(line, wrong),
        ...conditions(line, defined, wrong),
        ...led(line, { groups, peers }, wrong),
        ...(keyword === 'user' && rest[0] !== 'haproxy'
          ? [wrong(line.text, `it runs as ${rest[0]}, whom no package makes`, 'user haproxy')]
          : []),
      ];
    });
  });
}
type Wrong = (text: string, message: string, fix: string) => Finding;

function servers({ text, words }: Line, wrong: Wrong): Finding[] {
  const from = words[0] === 'server' ? 3 : words[0] === 'default-server' ? 1 : words.length;
  return words
    .slice(from)
    .filter((word) => !SERVER_WORDS.test(word))
    .map((word) => wrong(text, `a server takes no ${word}`, 'write a parameter of servers'));
}

/** What stands behind `if` is an acl of the section, one of HAProxy's own, or a test in braces. */
function conditions({ text, words }: Line, defined: ReadonlySet<string>, wrong: Wrong): Finding[] {
  const at = words.findIndex((word, index) => index > 0 && (word === 'if' || word === 'unless'));
  if (at < 0) return [];
  const bare = words
    .slice(at + 1)
    .join(' ')
    .replaceAll(/!?\{[^}]*\}/g, '');
  return bare
    .split(/\s+/)
    .map((word) => word.replace(/^!/, ''))
    .filter(
      (word) =>
        word !== '' && word !== 'or' && word !== '||' && !defined.has(word) && !/^[A-Z_]+$/.test(word),
    )
    .map((word) => wrong(text, `no acl of its section is called ${word}`, `acl ${word} …`));
}

/** Backends, tables and peers that a line names. */
function led(
  { text, words }: Line,
  { groups, peers }: { groups: ReadonlySet<string>; peers: ReadonlySet<string> },
  wrong: Wrong,
): Finding[] {
  const after = (word: string) =>
    words.flatMap((each, index) => (each === word ? (words[index + 1] ?? '') : []));
  const counted = [...text.matchAll(/\b(?:nbsrv|table_\w+)\(([\w.-]+)\)/g)].map(([, name]) => name!);
  return [
    ...[...(words[0] === 'default_backend' ? [words[1]!] : []), ...after('table'), ...counted]
      .filter((name) => !groups.has(name))
      .map((name) => wrong(text, `no backend is called ${name}`, 'name one of the file')),
    ...(words[0] === 'stick-table' ? after('peers') : [])
      .filter((name) => !peers.has(name))
      .map((name) => wrong(text, `no section of peers is called ${name}`, 'name the one of the file')),
  ];
}
