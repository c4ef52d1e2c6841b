import type { AtSite } from '#constructs/at-site.ts';
import { both } from '#sites/address.ts';
import { hostsOf } from '#sites/questions.ts';
import { type HaproxySite, hasRouting } from '#sites/site-kinds.ts';
import { bird } from '../hosts/edge/bird.ts';
import { haproxy } from '../hosts/edge/haproxy.ts';
import { keepalived } from '../hosts/edge/keepalived.ts';
import { RETRY } from '../kubernetes/ingress/traefik-config.ts';

/** How long something is refused at most after a failure, and the sum that says so. */
export interface Promised {
  id:
    | 'process'
    | 'keepalived'
    | 'link'
    | 'host'
    | 'inner-link'
    | 'drain'
    | 'return'
    | 'worker'
    | 'announcement'
    | 'site';
  failure: string;
  noticed: string;
  /** `3 × 0.2 + 0.12`, in seconds. */
  sum: string;
  seconds: number;
}

/** The timers of a site's edges, as its files have them; the slowest where they differ. In seconds. */
interface Timers {
  advert: number;
  /** What a backup waits longer the lower its priority is. @see https://www.rfc-editor.org/rfc/rfc5798 section 6.1 */
  skew: number;
  check: { interval: number; timeout: number; fall: number; rise: number };
  server: { interval: number; timeout: number; fall: number };
  bfd?: { interval: number; multiplier: number; scan: number; hold: number };
}

/**
 * Seconds until another edge serves, read from the rendered files: a change of a timer there changes what is promised here. Upper
 * bounds: a failure that comes just after a check or an advert.
 */
export function promises(at: AtSite<HaproxySite>): Promised[] {
  const { advert, skew, check, server, bfd } = timers(at);
  const silence = { sum: `3 × ${advert} + ${round(skew)}`, seconds: 3 * advert + skew };
  const refused = check.fall * check.interval + check.timeout;
  const asked = `${check.fall} × ${check.interval} + ${check.timeout}`;
  const all: Promised[] = [
    {
      id: 'process',
      failure: 'HAProxy ends or hangs on an edge',
      noticed: 'the check of keepalived fails; it gives the address away with an advert of priority 0',
      sum: `${asked} + ${round(skew)}`,
      seconds: refused + skew,
    },
    { id: 'keepalived', failure: 'keepalived ends', noticed: 'three adverts are missing', ...silence },
    { id: 'link', failure: 'an edge loses its link', noticed: 'three adverts are missing', ...silence },
    { id: 'host', failure: 'an edge is lost', noticed: 'three adverts are missing', ...silence },
    {
      id: 'inner-link',
      failure: 'an edge no longer reaches the workers, and its link says nothing',
      noticed: 'HAProxy finds no worker well, and then the check of keepalived fails',
      sum: `${server.fall} × ${server.interval} + ${server.timeout} + ${asked} + ${round(skew)}`,
      seconds: server.fall * server.interval + server.timeout + refused + skew,
    },
    {
      id: 'drain',
      failure: 'an edge is drained',
      noticed: 'its next check says no',
      sum: `${asked} + ${round(skew)}`,
      seconds: refused + skew,
    },
    {
      id: 'return',
      failure: 'an edge is back',
      noticed: `${check.rise} checks in a row say yes; it takes its addresses from one that still serves`,
      sum: `(${check.rise} + 1) × ${check.interval} + ${check.timeout} + ${round(3 * advert + skew)}`,
      seconds: (check.rise + 1) * check.interval + check.timeout + 3 * advert + skew,
    },
    {
      id: 'worker',
      failure: 'a worker is lost',
      noticed: `${server.fall} checks in a row fail; new connections go elsewhere before that, when theirs is not taken, and requests after ${RETRY.dialMilliseconds / 1000} s`,
      sum: `${server.fall} × ${server.interval} + ${server.timeout}`,
      seconds: server.fall * server.interval + server.timeout,
    },
    ...(bfd
      ? [
          {
            id: 'announcement' as const,
            failure: 'the service addresses move to another edge',
            noticed: 'keepalived holds them there, bird sees that, and the session is open already',
            sum: `${round(silence.seconds)} + ${bfd.scan}`,
            seconds: silence.seconds + bfd.scan,
          },
          {
            id: 'site' as const,
            failure: 'the whole site is lost, and the service addresses are another site’s',
            noticed: `the router misses ${bfd.multiplier} packets of BFD (without BFD it would wait ${bfd.hold})`,
            sum: `${bfd.multiplier} × ${bfd.interval}`,
            seconds: bfd.multiplier * bfd.interval,
          },
        ]
      : []),
  ];
  return all.map((each) => ({ ...each, seconds: Number(each.seconds.toFixed(2)) }));
}

/** The promises as a page beside the plans. */
export function promisesPage(at: AtSite<HaproxySite>): string {
  const rows = promises(at);
  return `# What ${at.site.code} promises

Seconds until new connections are served again, at most, from the timers in this tree; what is open on a lost edge is lost. Not in
them: what a switch or a client needs to learn a neighbour's new address (keepalived tells them at once).

| failure | what notices it | sum | seconds |
|---|---|---|---:|
${rows.map(({ failure, noticed, sum, seconds }) => `| ${failure} | ${noticed} | ${sum} | ${seconds} |`).join('\n')}
`;
}

function timers({ model, site }: AtSite<HaproxySite>): Timers {
  const hosts = hostsOf(site, 'edge');
  const vrrp = hosts.map((host) => keepalived({ model, site, host }));
  const balancers = hosts.map((host) => haproxy({ model, site, host }));
  const announces = hasRouting(site) && both(model.anycast).length > 0;
  const routers = announces ? hosts.map((host) => bird({ model, site, host })) : [];
  const slowest = (texts: string[], pattern: RegExp) =>
    Math.max(...texts.flatMap((text) => found(text, pattern)));
  const advert = slowest(vrrp, /advert_int ([\d.]+)/g);
  const lowest = Math.min(...vrrp.flatMap((text) => found(text, /priority (\d+)/g)));
  return {
    advert,
    skew: ((256 - lowest) * advert) / 256,
    check: {
      interval: slowest(vrrp, / interval (\d+)/g),
      timeout: slowest(vrrp, / timeout (\d+)/g),
      fall: slowest(vrrp, / fall (\d+)/g),
      rise: slowest(vrrp, / rise (\d+)/g),
    },
    server: {
      interval: slowest(balancers, /default-server inter (\d+)s/g),
      timeout: slowest(balancers, /timeout check (\d+)s/g),
      fall: slowest(balancers, /default-server .* fall (\d+)/g),
    },
    ...(announces
      ? {
          bfd: {
            interval: slowest(routers, /min rx interval (\d+) ms/g) / 1000,
            multiplier: slowest(routers, /multiplier (\d+)/g),
            scan: slowest(routers, /scan time (\d+)/g),
            hold: slowest(routers, /hold time (\d+)/g),
          },
        }
      : {}),
  };
}

/** @throws RangeError when a file has no such timer: then nothing can be promised */
function found(text: string, pattern: RegExp): number[] {
  const values = [...text.matchAll(pattern)].map((match) => Number(match[1]));
  if (values.length === 0) throw new RangeError(`no timer like ${pattern.source}`);
  return values;
}

const round = (seconds: number): string => String(Number(seconds.toFixed(2)));
