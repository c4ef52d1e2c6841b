import { join } from 'node:path';
import type { Family } from '#sites/address.ts';
import { ALERT_HEAD, alertRow, type Raised } from './alerts.ts';
import { everyOf, isServed, type Probed, withoutService } from './probes.ts';
import { eventsOf, lines, type TwinEvent } from './state.ts';

/** What one event did to one probe. */
export interface Effect {
  event: string;
  /** Seconds since 1970, and how long it was watched. */
  at: number;
  seconds: number;
  probe: string;
  family: Family;
  secondsWithout: number;
  asked: number;
  /** How many failed, by what they were told. */
  errors: Record<string, number>;
  by: string[];
}

/** What each event did, until the next one. */
export function effects(folder: string, now = Date.now()): Effect[] {
  const results = probedOf(folder);
  const events = eventsOf(folder);
  return events.flatMap((event, index) => effectsOf(results, event, events[index + 1]?.at ?? now));
}

/** Each probe in each family counts as served again when its results of two seconds all were, and two at least. */
const newestOf = (probe: string): number => Math.max(2, 2000 / everyOf(probe));
/**
 * Whether everybody is served, so many seconds after the last event at least: an effect may come late.
 * @param expected those of whom it is asked @default all
 */
export function isServedAfter(
  folder: string,
  seconds: number,
  expected: (asked: Probed) => boolean = () => true,
  now = Date.now(),
): boolean {
  const at = eventsOf(folder).at(-1)?.at ?? 0;
  if (now < at + seconds * 1000) return false;
  const own = probedOf(folder).filter((each) => each.at >= at && expected(each));
  const kinds = new Map(own.map((each) => [`${each.probe} ${each.family}`, each]));
  return (
    kinds.size > 1 &&
    [...kinds.values()].every(({ probe, family }) => {
      const count = newestOf(probe);
      const newest = own.filter((each) => each.probe === probe && each.family === family).slice(-count);
      return newest.length === count && newest.every(isServed);
    })
  );
}

/** The results so far, in the order in which they were asked. */
export const probedOf = (folder: string): Probed[] =>
  lines<Probed>(join(folder, 'probes.jsonl')).sort((a, b) => a.at - b.at);

function effectsOf(results: Probed[], { at, what }: TwinEvent, to: number): Effect[] {
  const own = results.filter((each) => each.at >= at && each.at < to);
  const kinds = new Map(own.map(({ probe, family }) => [`${probe} ${family}`, { probe, family }]));
  return [...kinds.values()].map(({ probe, family }) => {
    const all = own.filter((each) => each.probe === probe && each.family === family);
    const failed = all.filter((each) => !isServed(each));
    const errors: Record<string, number> = {};
    for (const { status, error } of failed) {
      const key = error ?? `${status}`;
      errors[key] = (errors[key] ?? 0) + 1;
    }
    // What is still being asked has not failed yet.
    const end = Math.max(at, ...all.map((each) => each.at));
    return {
      event: what,
      at: at / 1000,
      seconds: (to - at) / 1000,
      probe,
      family,
      secondsWithout: withoutService(all, at, end),
      asked: all.length,
      errors,
      by: [...new Set(all.flatMap((each) => each.by ?? []))].sort(),
    };
  });
}

/** The report as a table, and one of the alerts where something watches. */
export function reportText(all: Effect[], alerts: Raised[] = []): string {
  if (all.length === 0) return 'nothing has happened yet; npm run twin -- lose NAME, for one';
  const rows = all.map((each) => [
    new Date(each.at * 1000).toISOString().slice(11, 19),
    each.event,
    each.probe,
    each.family,
    each.secondsWithout.toFixed(2),
    `${Object.values(each.errors).reduce((sum, count) => sum + count, 0)}/${each.asked}`,
    Object.entries(each.errors)
      .map(([error, count]) => `${error} ${count}`)
      .join(', '),
    each.by.join(' '),
  ]);
  const seen = table(
    ['at (UTC)', 'event', 'probe', 'family', 'seconds without', 'failed', 'errors', 'answered by'],
    rows,
  );
  return alerts.length === 0 ? seen : `${seen}\n\n${table(ALERT_HEAD, alerts.map(alertRow))}`;
}

/** Columns as wide as what stands in them. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]!.length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
