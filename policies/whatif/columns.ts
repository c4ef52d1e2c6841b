import { copies, storeServes, unfindable } from './facts.ts';
import type { Judged } from './judge.ts';
import { rangesIn } from './ranges.ts';
import type { World } from './world.ts';

/** One state in four short texts, as people ask for it: the database, the clusters, the object stores, the way in. */
export interface Columns {
  database: string;
  kubernetes: string;
  objects: string;
  entry: string;
}

export const columnsOf = (world: World, judged: Judged): Columns => ({
  database: database(judged),
  kubernetes: kubernetes(world, judged),
  objects: objects(world, judged),
  entry: entry(world, judged),
});

function database({ database: state, ended }: Judged): string {
  if (!state) return 'none';
  if (ended.has('authority:database')) return 'lost: nodes no longer trust each other';
  const { lost, fewest, most, placement } = state;
  if (lost.over === lost.under) return 'lost';
  if (lost.over > 0) return `lost for ${rangesIn(lost)}`;
  const slow = ended.has('licence') ? ', 5 transactions at a time' : '';
  return `up, ${fewest < most ? '≥ ' : ''}${fewest}/${placement.replicas}${slow}`;
}

function kubernetes({ sites }: World, { locals }: Judged): string {
  const all = sites.flatMap(({ index, code }) => {
    const { api, dead } = locals[index]!;
    if (!api) return [];
    if (!api.quorum) return [`${code} ${dead ? 'gone' : `lost ${api.members}/${api.of}`}`];
    const way = api.address ? '' : ', by the bastion only';
    return [`${code} up ${api.members}/${api.of}${way}`];
  });
  return all.join('; ') || 'none';
}

function objects(world: World, judged: Judged): string {
  const zones = world.sites.filter(({ zone }) => zone);
  const first = zones.find(({ zone }) => zone!.takesWrites);
  if (!first) return 'none';
  const serves = (index: number) => storeServes(world, judged, index);
  const words = zones.map(({ index, code, zone }) => {
    const { store, dead } = judged.locals[index]!;
    const readOnly =
      index !== first.index && !serves(first.index)
        ? ', writes only after promotion, bucket operations refused before'
        : '';
    if (dead) return `${code} gone`;
    if (store!.state === 'blocked')
      return `${code} blocked (${store!.monitors} of ${zone!.monitors} monitors, ${store!.copies} of ${zone!.minSize} copies)`;
    if (!serves(index)) return `${code} out of reach`;
    if (store!.state === 'degraded')
      return `${code} degraded${store!.target ? '' : ', no repair target'}${readOnly}`;
    return `${code} ${readOnly ? `readable${readOnly}` : 'up'}`;
  });
  const stops = zones.length > 1 && !copies(world, judged) ? ['copying stops'] : [];
  return [...words, ...stops].join('; ');
}

function entry(world: World, judged: Judged): string {
  const { serving, pagesOnly, misleading } = judged.entry;
  const codes = (indexes: readonly number[]) =>
    indexes.map((index) => world.sites[index]!.code).join(' and ');
  const app = world.sites.filter(({ cluster, wayIn }) => cluster && wayIn);
  if (unfindable(world, judged))
    return judged.ended.has('authority:public')
      ? 'refused: certificates have ended'
      : 'not found: no name server';
  if (serving.length === 0) return pagesOnly.length > 0 ? 'static pages only' : 'none';
  const slow = judged.ended.has('licence') ? 'degraded' : 'up';
  if (serving.length === app.length) return slow;
  const elsewhere = misleading.length === 0 && world.anycast ? 'by name or anycast' : 'by name';
  const rest = pagesOnly.length > 0 ? `; ${codes(pagesOnly)} degraded: static pages only` : '';
  return `${codes(serving)}, ${elsewhere}${rest}`;
}
