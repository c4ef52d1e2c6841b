import type { SurvivalPromise } from '#sites/schema/schema.ts';
import type { Judged } from './judge.ts';
import type { Part } from './parts.ts';
import { rangesIn } from './ranges.ts';
import type { Analysis } from './states.ts';
import { servicesOf, type Verdict } from './verdicts.ts';

/** Services of the whole platform that a promise is about. */
const PROMISED = ['app read', 'app write', 'sign-in', 'file read'];

/** A state in which something stops that runs while all is well. */
export interface Broken {
  parts: readonly Part[];
  /** Those that are down. */
  services: string[];
  judged: Judged;
}

/** What a promise names: hosts with the machines that carry them, sites, and both. */
export function casesOf({ failures }: Analysis, promise: SurvivalPromise): (readonly Part[])[] {
  const hosts = failures.filter(({ kind }) => kind === 'host' || kind === 'machine');
  const sites = failures.filter(({ kind }) => kind === 'site');
  if (promise === 'any-host') return hosts.map((part) => [part]);
  if (promise === 'any-site') return sites.map((part) => [part]);
  const siteOf = (part: Part): number => [...part.atoms.keys()][0]!;
  return sites.flatMap((site) =>
    hosts.filter((host) => siteOf(host) !== siteOf(site)).map((host) => [site, host]),
  );
}

/** What a loss stops, at once or when what heals by itself has healed; nothing where the promise is kept. */
export function brokenBy({ judge, world }: Analysis, parts: readonly Part[]): Broken | undefined {
  const whole = judge([], 'at once');
  const services = servicesOf(world);
  for (const phase of ['at once', 'later'] as const) {
    const judged = judge(parts, phase);
    const down = PROMISED.filter((name) => {
      const at = (verdicts: readonly Verdict[]) => verdicts[services.indexOf(name)];
      return at(judged.verdicts) === 'down' && at(whole.verdicts) !== 'down';
    });
    if (down.length > 0 || (lostShare(judged) > 0 && lostShare(whole) === 0))
      return { parts, services: down, judged };
  }
  return undefined;
}

/** The part of all ranges that takes no more writes, from 0 to 1. */
export const lostShare = ({ database }: Judged): number =>
  database ? database.lost.over / database.lost.under : 0;

/** What stops, in words: `writes to two thirds of the ranges and with that sign-in`. */
export function stopsOf({ judged, services }: Broken): string {
  const lost = judged.database?.lost;
  return [
    ...(lost && lost.over > 0 ? [`writes to ${rangesIn(lost)}`] : []),
    ...(services.length > 0 ? [services.join(', ')] : []),
  ].join(' and with that ');
}
