import { after, lines, type ProxySection, said, seconds, serverWords } from '../../reading/haproxy-config.ts';
import type { HaproxyRow } from './haproxy-pack.ts';

const passes = (proxy: ProxySection): boolean => lines(proxy, 'server').length > 0;

/** Where connections go. @see https://docs.haproxy.org/2.6/configuration.html#5.2 */
export const SERVERS: HaproxyRow[] = [
  {
    id: 'unchecked',
    title: 'every server is checked',
    avoid: 'server a 10.0.0.1:443',
    fix: 'write `default-server check`',
    why: 'A part of all clients goes on reaching the server that is gone.',
    server: (server, proxy) => !serverWords(proxy, server).includes('check') && 'is not checked',
  },
  {
    id: 'checked-by-connecting',
    title: 'a check asks whether a server is ready, not whether it listens',
    avoid: 'a backend without option httpchk',
    fix: 'write `option httpchk`',
    why: 'A database node that drains, and an API server without etcd, both still accept connections.',
    proxy: (proxy) =>
      passes(proxy) && !said(proxy, 'option', 'httpchk') && 'asks its servers only whether they listen',
  },
  {
    id: 'takes-any-answer',
    title: 'a check takes 200 and nothing else for well',
    avoid: 'option httpchk without http-check expect status 200',
    fix: 'write `http-check expect status 200`',
    why: 'By default 2xx and 3xx are well: a secure node answers a wrong question with a redirect, and stays in while it drains.',
    proxy: (proxy) =>
      passes(proxy) &&
      said(proxy, 'option', 'httpchk') &&
      lines(proxy, 'http-check', 'expect').at(-1)?.text !== 'http-check expect status 200' &&
      'takes more than 200 for well',
  },
  {
    id: 'unverified',
    title: 'a server that is asked by TLS is verified',
    avoid: 'check-ssl verify none',
    fix: 'write `verify required ca-file` with the authority',
    why: 'Anybody who answers at the address is well, and is given the clients.',
    server: (server, proxy) => {
      const words = serverWords(proxy, server);
      const tls = words.includes('ssl') || words.includes('check-ssl');
      return (
        tls &&
        !(after(words, 'verify') === 'required' && words.includes('ca-file')) &&
        'is believed whatever it is'
      );
    },
  },
  {
    id: 'unnamed',
    title: 'a server that is asked by TLS has the name that it must show',
    avoid: 'check-ssl verify required without verifyhost',
    fix: 'write `verifyhost` and the name',
    why: 'Any certificate of the authority will do, that of a client too.',
    server: (server, proxy) => {
      const words = serverWords(proxy, server);
      return (
        words.includes('check-ssl') &&
        !words.includes('verifyhost') &&
        'may show any certificate of its authority'
      );
    },
  },
  {
    id: 'check-overlaps',
    title: 'a check ends before the next one begins',
    avoid: 'timeout check 5s with inter 2s',
    fix: 'write `timeout check 1s`',
    why: 'A server that hangs is found later than the numbers say.',
    server: (server, proxy) => {
      const inter = seconds(after(serverWords(proxy, server), 'inter') ?? '2s');
      const check = seconds(said(proxy, 'timeout', 'check')?.words[2]);
      return !(check < inter) && `may take ${check} s for a check, and is asked every ${inter} s`;
    },
  },
  {
    id: 'hasty',
    title: 'one lost packet puts no server out',
    avoid: 'fall 1',
    fix: 'write `default-server fall 3`',
    why: 'All of them are put out together by one hiccup.',
    server: (server, proxy) => {
      const fall = Number(after(serverWords(proxy, server), 'fall') ?? 3);
      return fall < 2 && 'is put out by one lost packet';
    },
  },
  {
    id: 'late',
    title: 'a server that is gone is put out within fifteen seconds',
    avoid: 'inter 60s',
    fix: 'write `default-server inter 2s`',
    why: 'Until then its part of the clients gets nothing.',
    server: (server, proxy) => {
      const words = serverWords(proxy, server);
      const all = seconds(after(words, 'inter') ?? '2s') * Number(after(words, 'fall') ?? 3);
      return all > 15 && `is put out after ${all} s`;
    },
  },
  {
    id: 'one-server',
    title: 'a proxy has two servers',
    avoid: 'a backend with one server',
    fix: 'add a server',
    lab: 'it has one host of each role',
    why: 'A balancer before one host balances nothing.',
    proxy: (proxy) =>
      passes(proxy) &&
      new Set(lines(proxy, 'server').map(({ words }) => words[2])).size < 2 &&
      'leads to fewer than two servers',
  },
  {
    id: 'server-by-name',
    title: 'a server is an address',
    avoid: 'server a worker1.example.org:443',
    fix: 'write the address',
    why: 'A name is resolved once, at the start: without DNS the balancer does not start at all.',
    server: ({ words }) =>
      !/^(\d+(\.\d+){3}|\[?[\da-f:]+\]?):\d+$/.test(words[2] ?? '') && `is found by the name ${words[2]}`,
  },
  {
    id: 'balance-unsaid',
    title: 'long connections go to the server that has the fewest',
    avoid: 'a backend without balance',
    fix: 'write `balance leastconn`',
    why: 'After a restart round robin leaves the server that came back without any for hours.',
    proxy: (proxy) =>
      passes(proxy) &&
      said(proxy, 'balance')?.words[1] !== 'leastconn' &&
      `balances by ${said(proxy, 'balance')?.words[1] ?? 'roundrobin'}`,
  },
  {
    id: 'client-unknown',
    title: 'the ingress learns who the client is, in the binary form',
    avoid: 'a backend of the ingress without send-proxy-v2',
    fix: 'write `default-server send-proxy-v2`',
    why: 'All clients have the address of the edge then: one of them meets the limit, and all are refused.',
    server: (server, proxy) => {
      // What serves the world is the ingress; others know their clients by certificates.
      const { config } = proxy;
      const world = config.sections.some(
        (section) =>
          section.kind === 'frontend' &&
          lines(section, 'default_backend').some(({ words }) => words[1] === proxy.name) &&
          lines(section, 'bind').some(({ words }) => /:(80|443)$/.test(words[1] ?? '')),
      );
      return (
        world && !serverWords(proxy, server).includes('send-proxy-v2') && 'does not learn who the client is'
      );
    },
  },
  {
    id: 'table-forever',
    title: 'what is counted of a client is forgotten',
    avoid: 'stick-table type ip size 100k without expire',
    fix: 'write `expire 60s`',
    why: 'A table that never forgets is full one day, and counts nobody new.',
    global: (_section, { sections }) => {
      const tables = sections.flatMap((section) => lines(section, 'stick-table'));
      const kept = tables.find(({ words }) => !(seconds(after(words, 'expire')) > 0));
      return kept && `never forgets: ${kept.text}`;
    },
  },
];
