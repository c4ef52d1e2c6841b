import { artefacts } from '#charts/artefacts.ts';
import { type Promised, promises } from '#constructs/plans/promises.ts';
import { alertsOf } from '#policies/whatif/alerts.ts';
import { allReasons } from '#policies/whatif/reasons.ts';
import { type Analysis, analysisOf } from '#policies/whatif/states.ts';
import { lastingsOf } from '#policies/whatif/timers.ts';
import { worldOf } from '#policies/whatif/world.ts';
import { until } from '#scripts/lib/lab/netns.ts';
import type { Model } from '#sites/model.ts';
import { announced, workers } from '#sites/questions.ts';
import { cut, heal, kill, lose } from './events.ts';
import { observing } from './observers.ts';
import { type Size, twinSites } from './parts.ts';
import type { Probed } from './probes.ts';
import { type AlertOutcome, alertsCell, alertsOfLast, overdue } from './rehearsal-alerts.ts';
import { type Effect, effects, isServedAfter } from './report.ts';
import { type Running, remember } from './state.ts';
import { isAsAtFirst } from './status.ts';
import { drain } from './wear.ts';

/** Something that is tried on a twin, with what the tree promises of it and the part that the what-if calls it. */
export interface Trial {
  title: string;
  act(twin: Running): Promise<string>;
  promised?: Promised['id'];
  /** As `npm run whatif -- --explain` names it. */
  part?: string;
  /** The site that is lost with it: nobody asks its own API, and what it alone announces leads nowhere. */
  site?: string;
}

/** What came of it. */
export interface Outcome {
  title: string;
  /** Seconds, and the sum that says so. */
  promised?: { seconds: number; sum: string };
  /** What the what-if says of people who read, and how long the change takes. */
  predicted?: { verdict: string; seconds?: number };
  measured: { family: string; seconds: number; served: boolean }[];
  /** What else was seen: of the database, where another site has to take it over. */
  also?: { probe: string; family: string; seconds: number }[];
  /** Alerts that tell of it, where something watches: those that the what-if predicts, and those that began. */
  alerts?: AlertOutcome;
  /** Why it is a failure; nothing where all three agree. */
  differs?: string;
}

/** What a twin of that size can play: parts of its first site, and where there are more each site as a whole. */
export function trials(model: Model, size: Size): Trial[] {
  const [site] = twinSites(model);
  const { app } = site!.edge;
  const master = app.master.name;
  const [worker] = workers(site!);
  return [
    {
      title: 'HAProxy of the master is killed',
      act: (twin) => kill(twin, master, 'haproxy'),
      promised: 'process',
    },
    {
      title: 'Keepalived of the master is killed',
      act: (twin) => kill(twin, master, 'keepalived'),
      promised: 'keepalived',
    },
    {
      title: 'the master loses its link, and does not notice',
      act: (twin) => cut(twin, [master, 'public'], false),
      promised: 'link',
    },
    {
      title: 'the master no longer reaches the workers',
      act: (twin) => cut(twin, [master, 'nodes'], false),
      promised: 'inner-link',
    },
    {
      title: `the master ${master} is lost`,
      act: (twin) => lose(twin, master),
      promised: 'host',
      part: master,
    },
    {
      title: `the worker ${worker!.name} is lost`,
      act: (twin) => lose(twin, worker!.name),
      promised: 'worker',
      part: worker!.name,
    },
    {
      title: 'the front firewall that leads is lost',
      act: (twin) => lose(twin, `${site!.code}-firewall1`),
      part: `${site!.code}-firewall1`,
    },
    {
      title: 'the master is drained',
      act: (twin) => drain(twin, master),
      promised: 'drain',
    },
    ...(size === 'small'
      ? model.sites.map(
          ({ code }): Trial => ({
            title: `the site ${code} is lost`,
            act: (twin) => lose(twin, code),
            part: code,
            site: code,
            // The addresses are with the first site; losing another one moves none.
            ...(code === site!.code ? { promised: 'site' as const } : {}),
          }),
        )
      : []),
  ];
}

/** Whether what is asked can be served while a site is lost. */
export const remains =
  (model: Model, lost: string | undefined) =>
  ({ probe, family }: Pick<Probed, 'probe' | 'family'>): boolean => {
    if (lost === undefined) return true;
    if (probe.startsWith('api-')) return probe !== `api-${lost}`;
    return model.sites.some((site) => site.code !== lost && announced(model, site)[family] !== undefined);
  };

/** A probe is asked every quarter of a second and waited for; so much more than there was is seen at most. */
const SEEN_SECONDS = 1;
const WATCH_SECONDS = 60;
const READ = 'app read';

/** Tries all of them, one after the other, each from a platform that is well. @param progress is told each outcome */
export async function rehearse(
  twin: Running,
  model: Model,
  { watchSeconds }: { watchSeconds: number },
  progress: (outcome: Outcome) => void,
): Promise<Outcome[]> {
  const [site] = twinSites(model);
  const promised = new Map(promises({ model, site: site! }).map((each) => [each.id, each]));
  const tree = artefacts(model);
  const analysis = analysisOf(worldOf(model, tree));
  const alertsFor = alertsOf(analysis.world, tree);
  const outcomes: Outcome[] = [];
  for (const trial of trials(model, twin.state.size)) {
    const stays = remains(model, trial.site);
    await recovered(twin, model);
    await trial.act(twin);
    const promise = trial.promised && promisedOf(trial.promised, promised);
    const watched = Math.max(watchSeconds, (promise?.seconds ?? 0) + LATE_SECONDS);
    const served = await until(
      'people are served again',
      () => isServedAfter(twin.folder, watched, stays),
      watched + WATCH_SECONDS,
    ).then(
      () => true,
      () => false,
    );
    const prediction = trial.part === undefined ? undefined : predictionOf(analysis, trial.part);
    const outcome: Outcome = {
      title: trial.title,
      ...(promise ? { promised: { seconds: promise.seconds, sum: promise.sum } } : {}),
      ...(prediction ? { predicted: prediction } : {}),
      measured: last(twin, LOOKED_AT)
        .filter(stays)
        .map((each) => ({
          family: each.family,
          seconds: each.secondsWithout,
          served,
        })),
      ...(trial.site
        ? {
            also: last(twin, 'course')
              .filter(stays)
              .map(({ probe, family, secondsWithout }) => ({ probe, family, seconds: secondsWithout })),
          }
        : {}),
    };
    if (observing(twin).length > 0) {
      const part = analysis.failures.find(({ id }) => id === trial.part);
      outcome.alerts = await alertsOfLast(twin, part ? alertsFor([part], analysis.judge) : []);
    }
    const differs = difference(outcome);
    outcomes.push({ ...outcome, ...(differs ? { differs } : {}) });
    progress(outcomes.at(-1)!);
    await heal(twin);
  }
  await recovered(twin, model);
  return outcomes;
}
/** The probe that is compared: every other one asks for more. */
const LOOKED_AT = 'page';

const last = ({ folder }: Running, looked: string): Effect[] => {
  const all = effects(folder);
  return all.filter(({ at, probe }) => at === all.at(-1)?.at && probe === looked);
};
/** An effect may come as late as the slowest check. */
const LATE_SECONDS = 8;
/** Of the service addresses, which people ask: what the edges' own address takes, and what its router takes to see it. */
function promisedOf(
  id: Promised['id'],
  all: ReadonlyMap<string, Promised>,
): { seconds: number; sum: string } {
  const { seconds, sum } = all.get(id)!;
  const [announcement, host] = [all.get('announcement'), all.get('host')];
  if (['worker', 'site'].includes(id) || !announcement || !host) return { seconds, sum };
  const more = announcement.seconds - host.seconds;
  return { seconds: round(seconds + more), sum: `${sum} + ${round(more)}` };
}
async function recovered(twin: Running, model: Model): Promise<void> {
  await until('every address is with its master', () => isAsAtFirst(twin, model), 240);
  remember(twin.folder, 'watch');
  await until('everybody is served', () => isServedAfter(twin.folder, 0), 240);
}

function predictionOf(analysis: Analysis, id: string): Outcome['predicted'] {
  const part = analysis.failures.find((each) => each.id === id);
  if (!part) return undefined;
  const judged = analysis.judge([part], 'at once');
  const read = allReasons(analysis.world, judged).find(({ name }) => name === READ);
  const seconds = lastingsOf(analysis.world, [part])[0]?.seconds;
  return { verdict: read?.verdict ?? 'unknown', ...(seconds === undefined ? {} : { seconds }) };
}

/** Where measured and said part. */
export function difference({
  promised,
  predicted,
  measured,
  alerts,
}: Omit<Outcome, 'title'>): string | undefined {
  const worst = Math.max(...measured.map(({ seconds }) => seconds));
  const served = measured.length > 0 && measured.every((each) => each.served);
  if (promised && worst > promised.seconds + SEEN_SECONDS)
    return `${worst.toFixed(2)} s without service, and ${promised.seconds} are promised`;
  if (promised && !served) return 'nobody is served, and the promise is over';
  if (predicted && ['up', 'degraded'].includes(predicted.verdict) !== served)
    return `predicted is ${predicted.verdict}, and people are ${served ? '' : 'not '}served`;
  const silent = alerts ? overdue(alerts) : [];
  if (silent.length > 0)
    return `predicted alerts that nobody has heard after ${Math.round(alerts!.watchedSeconds)} s: ${silent.join(', ')}`;
  return undefined;
}

/** The outcomes as rows of a table: promised, predicted, measured. */
export const outcomeRow = ({
  title,
  promised,
  predicted,
  measured,
  also = [],
  alerts,
  differs,
}: Outcome): string[] => [
  title,
  promised ? `${promised.seconds} s` : '–',
  predicted
    ? `${predicted.verdict}${predicted.seconds === undefined ? '' : `, ${round(predicted.seconds)} s`}`
    : '–',
  [...measured, ...also]
    .map((each) => `${'probe' in each ? `${each.probe} ` : ''}${each.family} ${each.seconds.toFixed(2)} s`)
    .join(', ') || 'nobody was asked',
  alerts ? alertsCell(alerts) : '–',
  differs ?? 'agree',
];
const round = (value: number): number => Math.round(value * 100) / 100;
export const OUTCOME_HEAD = ['event', 'promised', 'predicted', 'measured', 'alerts', 'verdict'];

/** The page of a rehearsal. */
export const rehearsalPage = (
  outcomes: Outcome[],
  { machine, date }: { machine: string; date: string },
): string =>
  `# Rehearsal

Promised by \`plans/promises.md\`, predicted by \`npm run whatif\`, measured in [the twin](twin.md) by what a student saw, in seconds without
service at the service address, so the time in which its announcement moves is promised with it. Written by \`npm run twin -- rehearse --page docs/rehearsal.md\`; ${machine}; ${date}.

| ${OUTCOME_HEAD.join(' | ')} |
|---|---:|---|---|---|---|
${outcomes.map((each) => `| ${outcomeRow(each).join(' | ')} |`).join('\n')}

A probe is asked every quarter of a second and waited for: up to a second more than there was is seen, and no less than 0.25. Alerts
are those that the twin's Prometheus began after the event, in seconds, with what \`npm run whatif\` predicts of them: how long a rule
waits. Those that the event had no time for are "not yet"; those that stood before it, for what the twin plays, are left out.
`;
