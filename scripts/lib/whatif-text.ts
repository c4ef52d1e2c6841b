import type { Fired } from '#policies/whatif/alerts.ts';
import type { SiteCapacity } from '#policies/whatif/capacity.ts';
import { columnsOf } from '#policies/whatif/columns.ts';
import type { Coverage } from '#policies/whatif/coverage.ts';
import type { Judged } from '#policies/whatif/judge.ts';
import { bottlenecks, grown, type Load, relief, type Serves, servesOf } from '#policies/whatif/load.ts';
import type { Part } from '#policies/whatif/parts.ts';
import { quorumsOf } from '#policies/whatif/quorum.ts';
import { rangesIn } from '#policies/whatif/ranges.ts';
import { allReasons } from '#policies/whatif/reasons.ts';
import { repairsOf, repairText } from '#policies/whatif/repairs.ts';
import type { Analysis, Phase, State } from '#policies/whatif/states.ts';
import { lastingsOf, lastingText } from '#policies/whatif/timers.ts';
import { untold } from '#policies/whatif/untold.ts';
import { servicesOf, type Verdict } from '#policies/whatif/verdicts.ts';

/** What a terminal shows: signs that can be distinguished without colour, and colours for those who see them. */
const SIGNS: Record<Verdict, string> = { up: '·', degraded: '~', 'read-only': 'r', down: 'X' };
const COLOURS: Record<Verdict, number> = { up: 32, degraded: 33, 'read-only': 35, down: 31 };
export type Paint = (text: string, verdict: Verdict) => string;
export const paintOf =
  (colour: boolean): Paint =>
  (text, verdict) =>
    colour ? `\u001b[${COLOURS[verdict]}m${text}\u001b[0m` : text;

/** What a state serves of the peak. */
export type Serving = (judged: Judged) => Serves;
/** Which alerts tell of it. */
export type Alerting = (parts: readonly Part[]) => Fired[];

const alertLine = ({ name, severity, after, observers, runbook }: Fired): string =>
  `  ${name} (${severity}${after ? `, after ${after}` : ''}, sent by ${observers.join(' and ')}): ${runbook}`;

/** Every failure with the alerts that tell of it; those that nobody tells of come first. */
export function alertsText({ failures }: Analysis, alerts: Alerting): string {
  const reported = failures.map((part) => ({ part, fired: alerts([part]) }));
  const silent = reported.filter(({ fired }) => fired.length === 0).map(({ part }) => part);
  const reasons = Map.groupBy(
    silent,
    (part) => untold(part) ?? 'no rule of the tree fires for it, and nobody has said why',
  );
  const rows = reported
    .filter(({ fired }) => fired.length > 0)
    .map(({ part, fired }) => `${part.id}\n  ${fired.map(({ name }) => name).join(', ')}`);
  const none = [...reasons].map(([reason, parts]) => `${parts.map(({ id }) => id).join(', ')}\n  ${reason}`);
  return `No alert tells of:${none.length > 0 ? `\n${none.join('\n')}` : ' nothing'}\n\nAlerts:\n${rows.join('\n')}\n`;
}

const LABEL = 46;
const short = (service: string): string =>
  service.replace('observers', 'watch').replace('sign-in', 'signin').replace('backups', 'backup');

/** Rows of one look: parts alike, and each service at once and, where that differs, later. */
export function matrix(analysis: Analysis, paint: Paint, serves: Serving): string {
  const services = servicesOf(analysis.world);
  const widths = services.map((name) => Math.max(4, short(name).length));
  const head = `${''.padEnd(LABEL)}  ${services.map((name, index) => short(name).padEnd(widths[index]!)).join('  ')}   peak`;
  const row = (label: string, at: readonly Verdict[], later: readonly Verdict[], percent: number) => {
    const cells = at.map((verdict, index) => {
      const then = later[index]!;
      const signs = verdict === then ? SIGNS[verdict] : `${SIGNS[verdict]}>${SIGNS[then]}`;
      const worst = verdict === 'up' ? then : verdict;
      return paint(signs, worst) + ' '.repeat(widths[index]! - signs.length);
    });
    const share = `${percent} %`.padStart(7);
    return `${label.padEnd(LABEL)}  ${cells.join('  ')}${percent < 100 ? paint(share, 'down') : share}`;
  };
  const section = (title: string, parts: readonly Part[]): string[] => {
    const alike = Map.groupBy(parts, (part) => classOf(analysis, part));
    const rows = [...alike.values()].flatMap((group) => {
      const [now, later] = phases(analysis, group[0]!);
      return labels(group).map((label, index) =>
        index === 0 ? row(label, now, later, serves(analysis.judge([group[0]!], 'at once')).percent) : label,
      );
    });
    return [title, ...rows, ''];
  };
  const signs = (Object.keys(SIGNS) as Verdict[]).map(
    (verdict) => `${paint(SIGNS[verdict], verdict)} ${verdict}`,
  );
  return [
    `${signs.join('   ')}   a>b: a at once, b when what heals by itself has healed and what lived on caches has ended`,
    '',
    head,
    ...section('One failure', analysis.failures),
    ...section('Maintenance', analysis.maintenance),
  ].join('\n');
}

const phases = (analysis: Analysis, part: Part): [now: readonly Verdict[], later: readonly Verdict[]] => {
  const now = analysis.judge([part], 'at once').verdicts;
  return [now, part.orderly ? now : analysis.judge([part], 'later').verdicts];
};

/** `  sxb-worker1, sxb-worker2`, on as many lines as are needed. */
function labels(group: readonly Part[]): string[] {
  const lines: string[] = [];
  let line = `  ${group[0]!.id}`;
  for (const { id } of group.slice(1)) {
    if (line.length + id.length + 3 > LABEL) {
      lines.push(`${line},`);
      line = `    ${id}`;
    } else line += `, ${id}`;
  }
  return [...lines, line];
}

/** What two losses do that neither does alone; parts that are alike in all they do are rows_ once. */
export function togetherText(analysis: Analysis, { together }: Coverage, most: number): string {
  const { world, failures, maintenance } = analysis;
  const app = together.filter(({ services }) => services.includes('app write'));
  if (app.length === 0) return 'No two at once stop the app’s writes, but where one of them does so alone.\n';
  const place = new Map([...failures, ...maintenance].map((part, index) => [part, index]));
  const lines = Map.groupBy(
    app
      .map(({ parts, state }) => ({ parts: parts.toSorted((a, b) => place.get(a)! - place.get(b)!), state }))
      .toSorted((a, b) => sum(a.parts, place) - sum(b.parts, place)),
    ({ parts, state: { judged } }) => {
      const { database } = judged;
      const lost =
        database && database.lost.over > 0 ? rangesIn(database.lost) : columnsOf(world, judged).entry;
      return `${parts.map((part) => classOf(analysis, part)).join('+')}:${lost}`;
    },
  );
  const row = (key: string, pairs: { parts: readonly Part[] }[]): string => {
    const [first, second] = [0, 1].map((side) => {
      const ids = [...new Set(pairs.map(({ parts }) => parts[side]!.id))];
      return ids.length > 1 ? `${ids[0]} (or ${ids.length - 1} alike)` : ids[0];
    });
    return `  ${first} + ${second}: ${key.slice(key.lastIndexOf(':') + 1)}`;
  };
  const rows = [...lines].map(([key, pairs]) => row(key, pairs));
  return `${[
    'Two at once that stop the app’s writes, though neither does alone, and what they stop',
    ...rows.slice(0, most),
    ...(rows.length > most ? [`  and ${rows.length - most} more lines, in --json`] : []),
  ].join('\n')}\n`;
}

const sum = (parts: readonly Part[], place: ReadonlyMap<Part, number>): number =>
  parts.reduce((total, part) => total + place.get(part)!, 0);
/** Parts of one kind, at the same sites, that do the same to every service. */
const classOf = (analysis: Analysis, part: Part): string => {
  const sites = [...part.atoms.keys(), ...part.links.flat()].join();
  return `${part.kind}|${sites}|${phases(analysis, part).join('|')}`;
};

/** One case as a chain of causes, in every order that matters. */
export function chain(
  { world, judge }: Analysis,
  parts: readonly Part[],
  paint: Paint,
  { serves, alerts }: { serves: Serving; alerts: Alerting },
): string {
  const cases: { title: string; parts: readonly Part[]; phase: Phase }[] = [
    { title: 'at once', parts, phase: 'at once' },
    { title: 'when what heals by itself has healed', parts, phase: 'later' },
  ];
  if (parts.length === 2 && parts.every(({ orderly }) => !orderly))
    for (const order of [parts, parts.toReversed()])
      cases.push({
        title: `${order[0]!.id} first, healed before ${order[1]!.id} goes`,
        parts: order,
        phase: 'one after the other',
      });
  const seen = new Map<string, string>();
  const texts = cases.map(({ title, parts: order, phase }) => {
    const judged = judge(order, phase);
    const text = state(world, { parts: order, phase, judged }, paint, serves(judged));
    const same = seen.get(text);
    if (same) return `${title}: as ${same}\n`;
    seen.set(text, title);
    return `${title}\n${text}`;
  });
  const fired = alerts(parts).map(alertLine);
  const heard = fired.length > 0 ? fired : ['  none'];
  return `${parts.map(({ words }) => words).join(', and ')}\n\n${texts.join('\n')}\nalerts, if it stays so\n${heard.join('\n')}\n`;
}

function state(world: Analysis['world'], { parts, judged }: State, paint: Paint, load: Serves): string {
  const columns = columnsOf(world, judged);
  const all = allReasons(world, judged);
  const lines = [
    ...Object.entries(columns).map(([name, text]) => `  ${name.padEnd(12)}${text}`),
    ...alike(all).map(({ names, verdict, because }) =>
      [
        `  ${paint(verdict.padEnd(11), verdict as Verdict)} ${names.join(', ')}`,
        ...because.map((line) => `      because ${line}`),
      ].join('\n'),
    ),
    `  peak        ${loadText(load)}`,
    ...quorumsOf(world, judged).map((line) => `  majority    ${line}`),
    ...lastingsOf(world, parts).map((each) => `  lasts       ${lastingText(each)} (${each.timer})`),
    ...repairsOf(world, parts, judged).map((each) => `  mend        ${repairText(each)}: ${each.run}`),
  ];
  return `${lines.join('\n')}\n`;
}

const count = (value: number): string => Math.floor(value).toLocaleString('en');
const loadText = ({ requestsPerSecond, percent, sites, first }: Serves): string => {
  const each = sites.map(({ code, requestsPerSecond: own }) => `${code} ${count(own)}`).join(', ');
  const held = first ? `; first gives way${first.site ? ` at ${first.site}` : ''}: ${first.words}` : '';
  return sites.length === 0
    ? 'nothing is served'
    : `${percent} % of it: ${count(requestsPerSecond)} requests a second (alone: ${each}), headroom ${percent - 100} %${held}`;
};

/** What gives way when the load grows, in that order, and what removes it; and how the platform does then without a host and without a site. */
export function growthText(
  {
    analysis,
    capacities,
    load,
  }: { analysis: Analysis; capacities: ReadonlyMap<string, SiteCapacity>; load: Load },
  times: number,
): string {
  const { world, judge, failures } = analysis;
  const peak = grown(load, times);
  const whole = judge([], 'at once');
  const serves = (judged: Judged) => servesOf(world, capacities, judged, peak);
  const limits = bottlenecks(world, capacities, whole, peak);
  const steps = limits.map(
    ({ limit, share }, index) =>
      `  ${index + 1}. ${limit.site || 'all sites'}: ${limit.words}: ${count(limit.requestsPerSecond)} of ${count(share)} requests a second\n     removed by ${relief(limit, share)}`,
  );
  const without = failures
    .filter(({ kind }) => kind === 'site' || kind === 'machine' || kind === 'host')
    .map((part) => ({ part, serves: serves(judge([part], 'at once')) }))
    .filter(({ serves: { percent } }) => percent < serves(whole).percent)
    .toSorted((a, b) => a.serves.percent - b.serves.percent)
    .slice(0, 6);
  return [
    `At ${times} times the load: ${count(peak.requestsPerSecond)} requests a second and ${count(peak.videoMegabytesPerSecond)} MB of video`,
    `  nothing lost: ${loadText(serves(whole))}`,
    ...(limits.length > 0 ? ['What gives way, in this order', ...steps] : ['Nothing gives way.']),
    ...(without.length > 0
      ? ['And without', ...without.map(({ part, serves: own }) => `  ${part.id}: ${loadText(own)}`)]
      : []),
    '',
  ].join('\n');
}

/** Services with the same verdict for the same reasons are rows_ once. */
function alike(all: ReturnType<typeof allReasons>) {
  const groups = Map.groupBy(all, ({ verdict, because }) => JSON.stringify([verdict, because]));
  return [...groups.values()].map((group) => ({ ...group[0]!, names: group.map(({ name }) => name) }));
}
