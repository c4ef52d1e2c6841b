import type { AtSite } from '#constructs/at-site.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';

/**
 * What an on-call engineer receives, as values: from these come the rule files that Prometheus reads, the unit tests that
 * promtool runs and the runbook pages, so that none of the three can lack an alert that the others have.
 */
export interface Group {
  /** The component that the rules watch; its runbook is `platform/runbooks/<component>.md` in the tree. */
  component: string;
  records?: Recording[];
  alerts: Alert[];
}

/** A series that is computed ahead, named `level:metric:operations`. */
export interface Recording {
  record: string;
  expr: string;
  labels?: Record<string, string>;
}

/** page: somebody gets up now. ticket: somebody acts within a working day. info: seen beside another alert, wakes nobody. */
type Severity = 'page' | 'ticket' | 'info';

export interface Alert {
  /** In CamelCase, starting with the component; unique over all groups. */
  alert: string;
  expr: string;
  /** How long it must hold before somebody is notified, such as `5m`. @default at once */
  for?: string;
  severity: Severity;
  labels?: Record<string, string>;
  /** One line for the phone: which thing, with its labels and value. */
  summary: string;
  /** What users feel or will feel when nobody acts. */
  impact: string;
  /** What to do, step by step; a command stands in backquotes. The first step tells this cause from others. */
  steps: string[];
  /** Series that must raise it, and series that look alike and must not. */
  fires: Case;
  quiet: Case;
  /** Further series that must raise it, where it has more than one cause, and that must not. */
  more?: { fires: Case[]; quiet: Case[] };
}

/** Input series in promtool's notation, and when to look. */
export interface Case {
  series: [series: string, values: string][];
  /** Offset from the start, such as `10m`. */
  at: string;
}

/** Rules depend on where they run: names, addresses and preferences of the site. */
export type Rules = (at: AtSite<KubernetesSite>) => Group;

/** Where the tree has the runbooks, and what `runbooks` of platform.yaml is the address of. */
export const RUNBOOKS = 'platform/runbooks';

/**
 * The annotation that leads to an alert's entry: `runbook_url`, which programs show as a link, where people can open the
 * pages at an address, else the file in the tree.
 */
function runbookOf(component: string, alert: string, address: string | undefined) {
  const entry = `${component}.md#${alert.toLowerCase()}`;
  return address ? { runbook_url: `${address}/${entry}` } : { runbook: `dist/${RUNBOOKS}/${entry}` };
}

/**
 * A rule file as Prometheus reads it, before it is written as YAML.
 * @param address of the runbooks, without a slash at its end
 */
export function ruleFile({ component, records = [], alerts }: Group, address?: string) {
  return {
    groups: [
      {
        name: component,
        rules: [
          ...records.map(({ record, expr, labels }) => ({ record, expr, ...(labels ? { labels } : {}) })),
          ...alerts.map((alert) => ({
            alert: alert.alert,
            expr: alert.expr,
            ...(alert.for ? { for: alert.for } : {}),
            labels: { severity: alert.severity, component, ...alert.labels },
            annotations: {
              summary: alert.summary,
              impact: alert.impact,
              ...runbookOf(component, alert.alert, address),
            },
          })),
        ],
      },
    ],
  };
}

/** The unit tests of a group for `promtool test rules`: each alert fires once where it must and nowhere else. */
export function ruleTests({ component, alerts }: Group, ruleFileName: string) {
  const count = (alert: string) =>
    `count(ALERTS{alertname="${alert}",alertstate="firing",component="${component}"})`;
  const test = (alert: string, { series, at }: Case, firing: boolean) => ({
    name: `${alert} ${firing ? 'fires' : 'stays quiet'}`,
    interval: '1m',
    input_series: series.map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr: `${count(alert)} > bool 0`,
        eval_time: at,
        exp_samples: firing ? [{ labels: '{}', value: 1 }] : [],
      },
    ],
  });
  return {
    rule_files: [ruleFileName],
    evaluation_interval: '1m',
    tests: alerts.flatMap(({ alert, fires, quiet, more }) => [
      ...[fires, ...(more?.fires ?? [])].map((each) => test(alert, each, true)),
      ...[quiet, ...(more?.quiet ?? [])].map((each) => test(alert, each, false)),
    ]),
  };
}

/** Both cases of an alert that looks at one value: the series held at what must raise it, and at what must not. */
export function between(
  series: string,
  raises: number,
  not: number,
  at = '20m',
): Pick<Alert, 'fires' | 'quiet'> {
  const held = (value: number): [string, string][] => [[series, `${value}x120`]];
  return { fires: { series: held(raises), at }, quiet: { series: held(not), at } };
}

/** Both cases of an alert that looks at how fast a counter grows each minute. */
export function growing(
  series: string,
  raises: number,
  not: number,
  at = '30m',
): Pick<Alert, 'fires' | 'quiet'> {
  const counted = (step: number): [string, string][] => [[series, `0+${step}x120`]];
  return { fires: { series: counted(raises), at }, quiet: { series: counted(not), at } };
}

/** Both cases of an alert that compares several series, given as name -> [raises, not]. */
export function among(
  series: Record<string, [raises: string | number, not: string | number]>,
  at = '20m',
): Pick<Alert, 'fires' | 'quiet'> {
  const values = (value: string | number) => (typeof value === 'number' ? `${value}x120` : value);
  const pick = (index: 0 | 1) =>
    Object.entries(series).map(([name, pair]): [string, string] => [name, values(pair[index])]);
  return { fires: { series: pick(0), at }, quiet: { series: pick(1), at } };
}
