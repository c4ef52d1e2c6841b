import type { Finding, Policy, Tree } from '../law.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { listOf, yamlOf } from '../reading/texts.ts';

export const ratesAgree: Policy = {
  id: 'rates-agree',
  title:
    'every recorded rate is over the window that its name says, rates of one journey differ by their window alone, and rules and panels ask jobs that there are',
  why: 'Avoid: a rate over five minutes that is called rate1h, a route that only one of five windows has, a job that nothing scrapes. Prefer: one expression a journey, written for each window. Rationale: an alert on the budget of errors compares windows; one that measures another journey, or nothing, either never fires or always does, and nobody reads twelve expressions that look alike.',
  check: (model, tree) =>
    sitesOf(tree).flatMap((site) => {
      const jobs = jobsAt(tree, site);
      // One observer alone has nobody to watch, and keeps the rules of all.
      if (model.sites.filter(({ kubernetes }) => kubernetes).length < 2) jobs.add('observer');
      return [
        ...recorded(tree, site).flatMap(windows),
        ...alike(recorded(tree, site)),
        ...expressions(tree, site).flatMap((each) => asked(each, jobs)),
      ];
    }),
};

const fix = 'make the tree again with `npm run synth`';
const RULES = 'prometheus-rules';
const sitesOf = (tree: Tree): string[] =>
  ofKind(tree, 'ConfigMap')
    .filter(({ name }) => name === RULES)
    .map(({ site }) => site);
const configMaps = (tree: Tree, site: string, wanted: string) =>
  ofKind(tree, 'ConfigMap').filter((each) => each.site === site && each.name === wanted);

interface Rule {
  path: string;
  rule: Data;
}
const rules = (tree: Tree, site: string): Rule[] =>
  configMaps(tree, site, RULES).flatMap(({ path, object }) =>
    Object.values<string>(object.data ?? {}).flatMap((text) =>
      listOf(yamlOf(text)?.groups).flatMap((group: Data) =>
        listOf(group?.rules).map((rule: Data) => ({ path, rule })),
      ),
    ),
  );
const recorded = (tree: Tree, site: string): Rule[] =>
  rules(tree, site).filter(({ rule }) => rule?.record !== undefined);

const WINDOW = /\[(\d+[smhd])(?::\w*)?\]/g;
const windowsIn = (text: string): string[] => [...text.matchAll(WINDOW)].map(([, window = '']) => window);

/** `site:education_all:rate1h`, `instance:sql_latency_seconds:p99_5m`: what is recorded says over what time. */
function windows({ path, rule }: Rule): Finding[] {
  const name = String(rule.record);
  const wanted = /(?:rate|_)(\d+[smhd])$/.exec(name)?.[1];
  if (typeof rule.expr !== 'string' || rule.expr.trim() === '')
    return [{ path, text: name, message: `${name} is recorded of nothing`, fix: 'expr' }];
  return windowsIn(rule.expr)
    .filter((window) => wanted !== undefined && window !== wanted)
    .map((window) => ({
      path,
      text: name,
      message: `${name} is measured over ${window}`,
      fix: `[${wanted}]`,
    }));
}

/** Of one journey all windows have one expression. */
function alike(all: readonly Rule[]): Finding[] {
  const journeys = Map.groupBy(
    all.filter(({ rule }) => /rate\d+[smhd]$/.test(String(rule.record)) && rule.labels !== undefined),
    ({ rule }) => `${String(rule.record).replace(/\d+[smhd]$/, '')} ${JSON.stringify(rule.labels)}`,
  );
  return [...journeys.values()].flatMap((same) => {
    const said = (rule: Data) => String(rule.expr).replaceAll(WINDOW, '[]');
    const counted = [...Map.groupBy(same, ({ rule }) => said(rule))].sort(
      (a, b) => b[1].length - a[1].length,
    );
    return counted.slice(1).flatMap(([, odd]) =>
      odd.map(({ path, rule }) => ({
        path,
        text: String(rule.record),
        message: `${String(rule.record)} ${JSON.stringify(rule.labels)} measures another thing than ${String(counted[0]![1][0]!.rule.record)}`,
        fix,
      })),
    );
  });
}

interface Expression {
  path: string;
  where: string;
  text: string;
}
function expressions(tree: Tree, site: string): Expression[] {
  const panels = configMaps(tree, site, 'grafana-dashboards').flatMap(({ path, object }) =>
    Object.entries<string>(object.data ?? {}).flatMap(([file, text]) =>
      targets(yamlOf(text)).map((each) => ({ path, where: file, text: each })),
    ),
  );
  return [
    ...rules(tree, site).map(({ path, rule }) => ({
      path,
      where: String(rule?.alert ?? rule?.record),
      text: String(rule?.expr),
    })),
    ...panels,
  ];
}
/** Expressions of all panels, however deep they are. */
const targets = (board: Data): string[] =>
  typeof board !== 'object' || board === null
    ? []
    : Object.entries<Data>(board).flatMap(([key, value]) =>
        key === 'expr' ? [String(value)] : targets(value),
      );

/** Names of what is scraped, and of what rules record with a job of their own. */
const jobsAt = (tree: Tree, site: string): Set<string> =>
  new Set(
    configMaps(tree, site, 'prometheus').flatMap(({ object }) =>
      listOf(yamlOf(object.data?.['prometheus.yaml'])?.scrape_configs).map((job: Data) =>
        String(job.job_name),
      ),
    ),
  );

/** Metrics that are 0 or 1. */
const YES_OR_NO =
  /\b(up|probe_success|\w+_up|kube_\w+_condition|keepalived_vrrp_(?:master|fault)|bird_session_established|redis_up)(\{[^}]*\})?\s*[=!]=\s*(\d+)/g;
function asked({ path, where, text }: Expression, jobs: ReadonlySet<string>): Finding[] {
  const exact = [...text.matchAll(/\bjob="([^"]*)"/g)].map(([, job = '']) => job);
  // Of several it is enough that one is there: a site of one family has no probes of the other.
  const several = [...text.matchAll(/\bjob=~"([\w|-]+)"/g)].map(([, list = '']) => list.split('|'));
  const none = several.filter((list) => !list.some((job) => jobs.has(job))).flat();
  return [
    ...[...new Set([...exact, ...none])]
      .filter((job) => !jobs.has(job))
      .map((job) => ({
        path,
        text: job,
        message: `${where} asks the job ${job}, which Prometheus does not have`,
        fix: [...jobs].join(', '),
      })),
    ...[...text.matchAll(YES_OR_NO)]
      .filter(([, , , value]) => value !== '0' && value !== '1')
      .map(([, metric = '', , value]) => ({
        path,
        text: metric,
        message: `${where} waits for ${metric} to be ${value}; it is 0 or 1`,
        fix: '0 or 1',
      })),
  ];
}
