import { describe } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import type { Tree } from '#policies/law.ts';
import { only, replaced } from '#scripts/testing/edited-tree.ts';
import { type Case, named, proved } from '#scripts/testing/named-checks.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { HAPROXY } from './checks.ts';

const tree = only(artefacts(threeSites()), /\/etc\/haproxy\//);
const EDGE = 'sxb/hosts/sxb-edge1/etc/haproxy/haproxy.cfg';

/** Words that are exchanged, and those that the fix puts in their place. */
const swap = (
  from: string | RegExp,
  to: string,
  mend: [from: string | RegExp, to: string],
  also?: string[],
): Case => ({
  break: (all: Tree) => replaced(all, EDGE, from, to),
  mend: (all: Tree) => replaced(all, EDGE, ...mend),
  ...(also ? { also: also.map((each) => `haproxy/${each}`) } : {}),
});
/** A line that is lost, and that the fix writes again, as its own words say. */
const lost = (line: string, section: string, written = line): Case =>
  swap(within(section, `  ${line}\n`), '$1', [within(section, ''), `$1  ${written}\n`]);
/** A text behind the head of a section; the head and what is between stay as `$1`. */
const within = (section: string, text: string): RegExp =>
  new RegExp(`(^${section}\\n(?:  .*\\n)*?)${text.replaceAll(/[.*+?^$()[\]{}|\\/]/g, '\\$&')}`, 'm');
/** A line that somebody adds to a section. */
const added = (line: string, section = 'global'): Case =>
  swap(within(section, ''), `$1  ${line}\n`, [`  ${line}\n`, '']);
const API = 'listen kubernetes-api';

const CASES: Record<string, Case> = {
  user: swap('  user haproxy\n', '  user root\n', ['  user root\n', '  user haproxy\n']),
  group: lost('group haproxy', 'global'),
  chroot: lost('chroot /var/lib/haproxy', 'global'),
  maxconn: lost('maxconn 20000', 'global'),
  'hard-stop-after': lost('hard-stop-after 15m', 'global'),
  log: lost('log /dev/log local0', 'global'),
  'admin-socket-remote': swap('/run/haproxy/admin.sock', 'ipv4@0.0.0.0:9999', [
    'ipv4@0.0.0.0:9999',
    '/run/haproxy/admin.sock',
  ]),
  'admin-socket-mode': swap('mode 660', 'mode 666', ['mode 666', 'mode 660']),
  'tls-old': swap('ssl-min-ver TLSv1.2', 'ssl-min-ver TLSv1.0', ['TLSv1.0', 'TLSv1.2']),
  'servers-unverified': added('ssl-server-verify none'),
  'insecure-fork-wanted': added('insecure-fork-wanted'),
  'insecure-setuid-wanted': added('insecure-setuid-wanted'),
  nbproc: added('nbproc 4'),
  'timeout-client': swap('  timeout client 200s\n', '', [
    within('defaults', ''),
    '$1  timeout client 200s\n',
  ]),
  'timeout-server': swap('  timeout server 200s\n', '', [
    within('defaults', ''),
    '$1  timeout server 200s\n',
  ]),
  'timeout-connect': lost('timeout connect 3s', 'defaults'),
  'http-request-slow': swap(within('frontend metrics', '  timeout client 10s\n'), '$1', [
    within('frontend metrics', ''),
    '$1  timeout http-request 5s\n',
  ]),
  'no-keep-alive': lost('option clitcpka', 'defaults'),
  'no-keep-alive-server': lost('option srvtcpka', 'defaults'),
  unlogged: lost('log global', 'defaults'),
  'bind-anywhere': swap('bind 192.0.2.10:443', 'bind *:443', ['bind *:443', 'bind 192.0.2.10:443']),
  'strangers-welcome': lost('tcp-request connection reject if !allowed', API),
  unlimited: swap(
    /(^frontend front-websecure\n(?: {2}.*\n)*?)(?: {2}tcp-request connection reject.*\n)+/m,
    '$1',
    [
      within('frontend front-websecure', ''),
      '$1  tcp-request connection reject if { sc0_conn_rate(clients-ipv4) gt 100 }\n',
    ],
  ),
  'statistics-open': added('stats enable', 'frontend metrics'),
  'answers-everything': swap(within('frontend metrics', '  http-request deny\n'), '$1', [
    /(^ {2}http-request use-service.*\n)/m,
    '$1  http-request deny\n',
  ]),
  unchecked: swap(within(API, '  default-server check '), '$1  default-server ', [
    within(API, '  default-server '),
    '$1  default-server check ',
  ]),
  'checked-by-connecting': lost('option httpchk', API),
  'takes-any-answer': lost('http-check expect status 200', API),
  unverified: swap('verify required ca-file /etc/haproxy/database-ca.crt', 'verify none', [
    'verify none',
    'verify required ca-file /etc/haproxy/database-ca.crt',
  ]),
  unnamed: swap(' verifyhost worker1.sxb.fredu.fr', '', [
    'check-sni worker1.sxb.fredu.fr',
    'check-sni worker1.sxb.fredu.fr verifyhost worker1.sxb.fredu.fr',
  ]),
  'check-overlaps': swap(within('listen database', '  timeout check 1s'), '$1  timeout check 5s', [
    'timeout check 5s',
    'timeout check 1s',
  ]),
  hasty: swap('  default-server inter 2s fall 3 rise 2', '  default-server inter 2s fall 1 rise 2', [
    'fall 1',
    'fall 3',
  ]),
  late: swap('  default-server inter 2s fall 3 rise 2', '  default-server inter 60s fall 3 rise 2', [
    'inter 60s',
    'inter 2s',
  ]),
  'one-server': swap(/ {2}server sxb-cp[23] .*\n/, '', [
    within(API, ''),
    '$1  server another 10.10.0.19:6443\n',
  ]),
  'server-by-name': swap('server sxb-cp1 10.10.0.11:6443', 'server sxb-cp1 cp1.sxb.fredu.fr:6443', [
    'cp1.sxb.fredu.fr:6443',
    '10.10.0.11:6443',
  ]),
  'balance-unsaid': lost('balance leastconn', API),
  'client-unknown': swap(
    within('backend websecure', '  default-server check port 30082 send-proxy-v2'),
    '$1  default-server check port 30082',
    [
      within('backend websecure', '  default-server check port 30082'),
      '$1  default-server check port 30082 send-proxy-v2',
    ],
  ),
  'table-forever': swap('size 100k expire 60s', 'size 100k', ['size 100k', 'size 100k expire 60s']),
};
CASES['one-server']!.break = (all) =>
  replaced(replaced(all, EDGE, / {2}server sxb-cp2 .*\n/, ''), EDGE, / {2}server sxb-cp3 .*\n/, '');

describe('HAProxy', () => {
  proved(HAPROXY.checks, tree, named('haproxy', CASES));
});
