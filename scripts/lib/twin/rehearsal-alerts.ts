import type { Fired } from '#policies/whatif/alerts.ts';
import { type Raised, raisedSince, seenAlerts, standingAt } from './alerts.ts';
import { observing } from './observers.ts';
import { eventsOf, type Running } from './state.ts';

/** The alerts of one event: those that the what-if predicts, and those that began. */
export interface AlertOutcome {
  /** Of observers that run, without those that were raised before it already. */
  predicted: Pick<Fired, 'name' | 'after'>[];
  began: Raised[];
  watchedSeconds: number;
}

/** What the last event has raised so far. */
export async function alertsOfLast(twin: Running, predicted: readonly Fired[]): Promise<AlertOutcome> {
  const event = eventsOf(twin.folder).at(-1)!;
  const now = Date.now();
  const seen = await seenAlerts(twin, event.at, now);
  const standing = standingAt(seen, event.at);
  const sites = observing(twin);
  return {
    predicted: predicted.filter(
      ({ name, observers }) => !standing.has(name) && observers.some((each) => sites.includes(each)),
    ),
    began: raisedSince(twin, seen, event, now),
    watchedSeconds: (now - event.at) / 1000,
  };
}

/** Asked every 30 s, judged every 30 s, and the moment between. */
const SLOW_SECONDS = 90;
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600 };
const patience = (after: string): number =>
  Number.parseInt(after || '0', 10) * (SECONDS[after.at(-1) ?? 's'] ?? 1);

/** Those that should have begun by then, and did not. */
export const overdue = ({ predicted, began, watchedSeconds }: AlertOutcome): string[] =>
  predicted
    .filter(({ name, after }) => {
      const isThere = began.some(({ alert }) => alert === name);
      return !isThere && watchedSeconds > patience(after) + SLOW_SECONDS;
    })
    .map(({ name, after }) => `${name} (${after || 'at once'})`);

/** A cell of the table: each alert once, with when it began, and whether that was predicted. */
export function alertsCell({ predicted, began }: AlertOutcome): string {
  const first = new Map<string, number>();
  for (const { alert, seconds } of began)
    first.set(alert, Math.min(seconds, first.get(alert) ?? Number.POSITIVE_INFINITY));
  const after = new Map(predicted.map((each) => [each.name, each.after || 'at once']));
  const told = [...first].map(
    ([name, seconds]) =>
      `${name} ${Math.round(seconds)} s${after.has(name) ? ` (predicted, ${after.get(name)})` : ''}`,
  );
  const later = [...after].flatMap(([name, wait]) => (first.has(name) ? [] : [`${name} ${wait}`]));
  return [...told, ...(later.length > 0 ? [`not yet: ${later.join(', ')}`] : [])].join('; ') || '–';
}
