import { PODS } from './cluster.ts';
import type { DatabaseState } from './database.ts';
import type { Local } from './local.ts';
import type { World } from './world.ts';

/** What is so in one state of the platform, and what verdicts follow from. */
export interface Facts {
  locals: readonly Local[];
  reach: (a: number, b: number) => boolean;
  database?: DatabaseState;
  /** By site: part of the ranges that its app cannot use. */
  beyond: readonly number[];
  /** What is global and gone for long: `licence`, `authority:database`, … */
  ended: ReadonlySet<string>;
}
/** Sites (indexes) by what clients find there. */
export interface Entry {
  /** The whole app. */
  serving: number[];
  /** The pages, without what comes from the database. */
  pagesOnly: number[];
  /** Clients are led there, though it does not serve. */
  misleading: number[];
}

/**
 * Ranges that a request of somebody who is signed in meets: their session, themselves, and what they ask for. A site serves
 * while most requests meet none without a majority.
 */
const RANGES_A_REQUEST = 3;

/** Names no longer resolve, or certificates are refused: nobody gets as far as a site. */
export const unfindable = ({ names }: World, { ended }: Pick<Facts, 'ended'>): boolean =>
  ended.has('authority:public') ||
  (names.servers.length > 0 && names.servers.every((name) => ended.has(`names:${name}`)));

export function entryOf(world: World, facts: Facts): Entry {
  const { locals, beyond } = facts;
  const left = (index: number, name: string) => locals[index]!.pods.get(name) ?? 0;
  const app = world.sites.filter(({ cluster, wayIn }) => cluster && wayIn).map(({ index }) => index);
  const pages = app.filter((index) => {
    const { wayIn, stale } = locals[index]!;
    return (
      !unfindable(world, facts) &&
      wayIn &&
      !stale &&
      left(index, PODS.traefik) > 0 &&
      left(index, PODS.web) > 0
    );
  });
  const serving = pages.filter(
    (index) =>
      left(index, PODS.api) > 0 &&
      left(index, PODS.pooler) > 0 &&
      locals[index]!.databaseWay &&
      (1 - beyond[index]!) ** RANGES_A_REQUEST >= 0.5,
  );
  return {
    serving,
    pagesOnly: pages.filter((index) => !serving.includes(index)),
    misleading: app.filter(
      (index) => !serving.includes(index) && (world.anycast ? locals[index]!.announces : true),
    ),
  };
}

/** Whether clients get objects from the zone of a site. */
export function storeServes(world: World, facts: Facts, index: number): boolean {
  const { store, wayIn, stale, pods } = facts.locals[index]!;
  return (
    !unfindable(world, facts) &&
    store !== undefined &&
    store.state !== 'blocked' &&
    store.gateways > 0 &&
    wayIn &&
    !stale &&
    (pods.get(PODS.traefik) ?? 0) > 0
  );
}
/** Whether what is written at the zone that takes writes comes to the others. */
export function copies(world: World, facts: Facts): boolean {
  const zones = world.sites.filter(({ zone }) => zone);
  const first = zones.find(({ zone }) => zone!.takesWrites);
  if (zones.length < 2 || !first) return true;
  return zones.every(
    ({ index }) =>
      storeServes(world, facts, index) &&
      facts.locals[index]!.store!.syncs > 0 &&
      facts.reach(first.index, index),
  );
}
