import { type Line, lines, type ProxySection, said, seconds } from '../../reading/haproxy-config.ts';
import type { HaproxyRow } from './haproxy-pack.ts';

const binds = (proxy: ProxySection): Line[] => lines(proxy, 'bind');
/** What a proxy listens at; nothing in a line that names none. */
const placeOf = (bind: Line): string => bind.words[1] ?? '';
const addressOf = (bind: Line): string => placeOf(bind).replace(/:\d+$/, '');
const portOf = (bind: Line): number => Number(/:(\d+)$/.exec(placeOf(bind))?.[1]);
const isLoopback = (address: string): boolean => /^(127\.|\[?::1\]?$)/.test(address);
const modeOf = (proxy: ProxySection): string => said(proxy, 'mode')?.words[1] ?? 'tcp';
const takes = (proxy: ProxySection): boolean => proxy.kind !== 'backend';
const passes = (proxy: ProxySection): boolean => proxy.kind !== 'frontend';
const wait = (
  name: string,
  applies: (proxy: ProxySection) => boolean,
  { value, title, why }: { value: string; title: string; why: string },
): HaproxyRow => ({
  id: `timeout-${name}`,
  title,
  avoid: `a proxy without timeout ${name}`,
  fix: `write \`timeout ${name} ${value}\``,
  why,
  proxy: (proxy) =>
    applies(proxy) && !(seconds(said(proxy, 'timeout', name)?.words[2]) > 0) && `says no timeout ${name}`,
});

/** Where connections come in. @see https://docs.haproxy.org/2.6/configuration.html#4 */
export const FRONTENDS: HaproxyRow[] = [
  wait('client', takes, {
    value: '200s',
    title: 'a client that says nothing is let go',
    why: 'Clients that vanished hold connections for ever, until there are none left.',
  }),
  wait('server', passes, {
    value: '200s',
    title: 'a server that says nothing is let go',
    why: 'A server that hangs holds its clients for ever.',
  }),
  wait('connect', passes, {
    value: '3s',
    title: 'a server that does not answer is given up',
    why: 'A client of a host that is gone waits for minutes, instead of for another server.',
  }),
  {
    id: 'http-request-slow',
    title: 'a request that never ends is let go',
    avoid: 'mode http without a timeout of half a minute',
    fix: 'write `timeout http-request 5s`',
    why: 'One laptop sends a letter a minute on each of ten thousand connections.',
    proxy: (proxy) => {
      if (!takes(proxy) || modeOf(proxy) !== 'http') return false;
      const whole = seconds(said(proxy, 'timeout', 'http-request')?.words[2]);
      const silence = seconds(said(proxy, 'timeout', 'client')?.words[2]);
      return !(whole <= 30 || silence <= 30) && 'waits long for a request to end';
    },
  },
  {
    id: 'no-keep-alive',
    title: 'a quiet connection is asked whether it lives',
    avoid: 'mode tcp with a timeout of minutes and without option clitcpka',
    fix: 'write `option clitcpka`',
    why: 'A firewall on the way forgets a quiet connection, and both ends wait for the other.',
    proxy: (proxy) =>
      takes(proxy) &&
      modeOf(proxy) === 'tcp' &&
      seconds(said(proxy, 'timeout', 'client')?.words[2]) > 60 &&
      !said(proxy, 'option', 'clitcpka') &&
      'does not ask whether quiet clients live',
  },
  {
    id: 'no-keep-alive-server',
    title: 'a quiet server is asked whether it lives',
    avoid: 'mode tcp with a timeout of minutes and without option srvtcpka',
    fix: 'write `option srvtcpka`',
    why: 'A server that lost its power says nothing, and a query waits for ten minutes.',
    proxy: (proxy) =>
      passes(proxy) &&
      modeOf(proxy) === 'tcp' &&
      seconds(said(proxy, 'timeout', 'server')?.words[2]) > 60 &&
      !said(proxy, 'option', 'srvtcpka') &&
      'does not ask whether quiet servers live',
  },
  {
    id: 'unlogged',
    title: 'every proxy writes its log',
    avoid: 'a proxy without log global',
    fix: 'write `log global`',
    why: 'Nobody can say afterwards who came, and where they were sent.',
    proxy: (proxy) => !said(proxy, 'log') && 'writes no log',
  },
  {
    id: 'bind-anywhere',
    title: 'a proxy listens at addresses that are said',
    avoid: 'bind *:443',
    fix: 'name the address: `bind 192.0.2.10:443`',
    why: 'It listens on the inner network too, and on the next one that somebody adds.',
    proxy: (proxy) => {
      const anywhere = binds(proxy).find((bind) => /^(\*|0\.0\.0\.0|\[?::\]?|)$/.test(addressOf(bind)));
      return anywhere && `listens anywhere: ${placeOf(anywhere)}`;
    },
  },
  {
    id: 'strangers-welcome',
    title: 'an inner listener refuses whom it does not know',
    avoid: 'listen kubernetes-api without tcp-request connection reject',
    fix: 'write `tcp-request connection reject if !allowed`',
    why: 'One rule of a firewall that is wrong then opens the API or the database.',
    proxy: (proxy) =>
      takes(proxy) &&
      modeOf(proxy) === 'tcp' &&
      binds(proxy).some((bind) => ![80, 443].includes(portOf(bind)) && !isLoopback(addressOf(bind))) &&
      !lines(proxy, 'tcp-request', 'connection', 'reject').some(({ words }) =>
        words.slice(3).some((word) => word.startsWith('!')),
      ) &&
      'takes connections of anybody',
  },
  {
    id: 'unlimited',
    title: 'a listener of the world counts its clients and refuses floods',
    avoid: 'a frontend of port 443 without tcp-request connection track-sc0',
    fix: 'write `tcp-request connection track-sc0 src table clients-ipv4` and a reject by sc0_conn_rate',
    why: 'One client takes every connection there is.',
    proxy: (proxy) => {
      if (!binds(proxy).some((bind) => [80, 443].includes(portOf(bind)))) return false;
      const rules = lines(proxy, 'tcp-request', 'connection').map(({ text }) => text);
      const counts = rules.some((rule) => /\btrack-sc\d\b/.test(rule));
      const refuses = rules.some((rule) => /\breject\b.*\bsc\d_conn_(rate|cur)\b/.test(rule));
      return !(counts && refuses) && 'lets one client take every connection';
    },
  },
  {
    id: 'statistics-open',
    title: 'no page of statistics is served',
    avoid: 'stats enable',
    fix: 'take `stats enable` out: Prometheus has the numbers',
    why: 'It tells every server and its state, and with stats admin puts them out.',
    proxy: (proxy) => said(proxy, 'stats', 'enable') && 'serves a page of statistics',
  },
  {
    id: 'answers-everything',
    title: 'a proxy that answers by itself answers one path and denies the rest',
    avoid: 'http-request use-service prometheus-exporter without http-request deny',
    fix: 'write `http-request deny` behind it',
    why: 'Whatever the next release serves by itself is open.',
    proxy: (proxy) =>
      modeOf(proxy) === 'http' &&
      (lines(proxy, 'http-request', 'use-service').length > 0 || lines(proxy, 'monitor-uri').length > 0) &&
      lines(proxy, 'http-request').at(-1)?.text !== 'http-request deny' &&
      'does not deny what it was not made for',
  },
];
