import { askCluster, OBSERVERS, observing } from './observers.ts';
import { eventsOf, lines, type Running, type TwinEvent, toldFile } from './state.ts';

/** An alert that an event raised, as the observers of the platform judged. */
export interface Raised {
  event: string;
  /** Seconds since 1970. */
  at: number;
  alert: string;
  severity: string;
  /** Of what is ill, as its labels say. */
  of: string;
  /** Codes of the sites whose observers tell it. */
  observers: string[];
  /** Seconds from the event until the first of them did. */
  seconds: number;
  /** Seconds from the event until whoever is on call was told. */
  toldSeconds?: number;
}

/** Which of them say that they are well while they are. */
const ALWAYS = 'Watchdog|ObserverAlive';
const QUERY = `ALERTS{alertname!~"${ALWAYS}"}`;
/** What one series of an observer is, as `promtool` prints it. */
interface Series {
  metric: Record<string, string>;
  values: [seconds: number, value: string][];
}

/** How finely the past is asked; a rule is judged twice a minute. */
const STEP_SECONDS = 5;

/** The alerts that began with each event and were not there before it. Of observers that are off nothing is known. */
export async function raised(twin: Running, now = Date.now()): Promise<Raised[]> {
  const events = eventsOf(twin.folder);
  const [first] = events;
  if (!first) return [];
  const seen = await seenAlerts(twin, first.at, now);
  return events.flatMap((event, index) => raisedSince(twin, seen, event, events[index + 1]?.at ?? now));
}
/** What all observers that can be asked know of alerts, in milliseconds since 1970. */
export async function seenAlerts(twin: Running, from: number, to: number): Promise<Seen[]> {
  const all = observing(twin).flatMap((site) =>
    OBSERVERS.replicas.map(async (replica) =>
      (await asked(twin, site, replica, from, to)).map((series) => ({ site, series })),
    ),
  );
  return (await Promise.all(all)).flat();
}
export const raisedSince = (twin: Running, seen: readonly Seen[], event: TwinEvent, to: number): Raised[] =>
  raisedBy(seen, lines<Told>(toldFile(twin.folder)), event, to);

/** Names of the alerts that stand or wait at a moment. */
export const standingAt = (seen: readonly Seen[], at: number): Set<string> =>
  new Set(
    seen.filter(({ series }) => isBefore(series, at)).map(({ series }) => series.metric.alertname ?? ''),
  );
const isBefore = ({ values }: Series, at: number): boolean =>
  values.some(([seconds]) => seconds * 1000 < at && seconds * 1000 > at - BEFORE_MS);

/** What a receiver is told. @see https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export interface Told {
  at: number;
  receiver: string;
  alerts?: { status: string; labels: Record<string, string> }[];
}
export interface Seen {
  site: string;
  series: Series;
}

/** Those that one event raised: they began after it, and no rule waited for them just before it. */
export function raisedBy(
  seen: readonly Seen[],
  told: readonly Told[],
  { at, what }: TwinEvent,
  to: number,
): Raised[] {
  const all = new Map<string, Raised>();
  const before = new Set(
    seen.filter(({ series }) => isBefore(series, at)).map(({ series }) => keyOf(series)),
  );
  for (const { site, series } of seen) {
    const { alertname = '', severity = '' } = series.metric;
    const moments = series.values.map(([seconds]) => seconds * 1000);
    const began = moments.find((each) => each >= at && each < to);
    if (began === undefined || series.metric.alertstate !== 'firing' || before.has(keyOf(series))) continue;
    const of = namedBy(series.metric);
    const key = keyOf(series);
    const seconds = (began - at) / 1000;
    const known = all.get(key);
    if (known) {
      if (!known.observers.includes(site)) known.observers.push(site);
      known.seconds = Math.min(known.seconds, seconds);
      continue;
    }
    const message = told.find(
      (each) =>
        each.at >= at &&
        each.at < to &&
        each.alerts?.some(
          ({ status, labels }) =>
            status === 'firing' && labels.alertname === alertname && namedBy(labels) === of,
        ),
    );
    all.set(key, {
      event: what,
      at: at / 1000,
      alert: alertname,
      severity,
      of,
      observers: [site],
      seconds,
      ...(message ? { toldSeconds: (message.at - at) / 1000 } : {}),
    });
  }
  return [...all.values()].sort((a, b) => a.seconds - b.seconds || (a.alert < b.alert ? -1 : 1));
}
/** A series that is older than this has ended. */
const BEFORE_MS = 3 * STEP_SECONDS * 1000;

const keyOf = ({ metric }: Series): string => `${metric.alertname} ${namedBy(metric)}`;
/** The label that says best what is meant. */
const namedBy = (labels: Record<string, string>): string =>
  labels.instance ?? labels.pod ?? labels.node ?? labels.journey ?? labels.service ?? labels.site ?? '';

async function asked(
  twin: Running,
  site: string,
  replica: string,
  from: number,
  to: number,
): Promise<Series[]> {
  const { code, stdout } = await askCluster(
    twin,
    site,
    ...['exec', replica, '--', 'promtool', 'query', '-o', 'json'],
    ...['--http.config.file=/etc/prometheus/probe.yaml', 'range'],
    ...[
      `--start=${Math.floor(from / 1000) - 30}`,
      `--end=${Math.ceil(to / 1000)}`,
      `--step=${STEP_SECONDS}s`,
    ],
    ...[`https://localhost:${OBSERVERS.port}`, QUERY],
  );
  return code === 0 ? (JSON.parse(stdout) as Series[]) : [];
}

/** The alerts as rows of a table. */
export const ALERT_HEAD = ['event', 'alert', 'of', 'severity', 'told by', 'after', 'on call'];
export const alertRow = ({
  event,
  alert,
  of,
  severity,
  observers,
  seconds,
  toldSeconds,
}: Raised): string[] => [
  event,
  alert,
  of,
  severity,
  observers.join(' '),
  `${Math.round(seconds)} s`,
  toldSeconds === undefined ? '–' : `${Math.round(toldSeconds)} s`,
];
