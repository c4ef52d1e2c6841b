import type { Finding, Policy, Tree } from '../law.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { jsonOf, listOf, yamlOf } from '../reading/texts.ts';

export const dashboardsDrawn: Policy = {
  id: 'dashboards-drawn',
  title:
    'every panel of a dashboard asks the data source that there is, has a title, a unit and a place of its own',
  why: 'Avoid: a panel that asks another data source, lies under another one, or has no title. Prefer: panels side by side in 24 columns, each with one question. Rationale: an empty panel looks like peace, and it is looked at when there is none.',
  check: (_model, tree) =>
    ofKind(tree, 'ConfigMap')
      .filter(({ name }) => name === 'grafana-dashboards')
      .flatMap(({ path, site, object }) => {
        const sources = dataSources(tree, site);
        const all = Object.entries<string>(object.data ?? {}).map(([file, text]) => ({
          file,
          board: jsonOf(text),
        }));
        return [
          ...all.flatMap(({ file, board }) => judge({ path, file, sources }, board ?? {})),
          ...twice(
            path,
            all.map(({ board }) => String(board?.uid)),
          ),
        ];
      }),
};

interface At {
  path: string;
  file: string;
  sources: ReadonlySet<string>;
}

const dataSources = (tree: Tree, site: string): Set<string> =>
  new Set(
    ofKind(tree, 'ConfigMap')
      .filter((each) => each.site === site && each.name === 'grafana')
      .flatMap(({ object }) => listOf(yamlOf(object.data?.['datasource.yaml'])?.datasources))
      .map((source: Data) => `${source.type} ${source.uid}`),
  );
const twice = (path: string, names: string[]): Finding[] =>
  names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => ({
      path,
      text: name,
      message: `two dashboards are called ${name}`,
      fix: 'give each its own uid',
    }));

/** @see https://grafana.com/docs/grafana/v12.1/dashboards/build-dashboards/view-dashboard-json-model/ */
const TYPES = [
  'row',
  'timeseries',
  'stat',
  'table',
  'bargauge',
  'gauge',
  'state-timeline',
  'heatmap',
  'text',
  'piechart',
  'status-history',
];
const BOARD = {
  timezone: 'browser',
  editable: false,
  graphTooltip: 1,
  schemaVersion: 42,
  refresh: '1m',
  fiscalYearStartMonth: 0,
};
const DRAWN = [
  'type',
  'transparent',
  'repeatDirection',
  'options',
  'fieldConfig',
  'title',
  'description',
  'gridPos',
  'datasource',
  'targets',
  'collapsed',
  'id',
  'panels',
  'transformations',
  'pluginVersion',
  'links',
  'maxDataPoints',
  'interval',
  'hideTimeOverride',
  'timeFrom',
];

function judge({ path, file, sources }: At, board: Data): Finding[] {
  const wrong = (title: string, message: string): Finding => ({
    path,
    text: `"${title}"`,
    message: `${file}: ${title} ${message}`,
    fix: 'make the tree again with `npm run synth`',
  });
  const panels: Data[] = listOf(board.panels);
  const places = panels.map(({ gridPos }) => gridPos ?? {});
  const isUnder = (a: Data, b: Data): boolean =>
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  return [
    ...Object.entries(BOARD)
      .filter(([key, value]) => board[key] !== value)
      .map(([key, value]) => wrong(file, `has ${key} ${String(board[key])} instead of ${String(value)}`)),
    ...(/^fredu-[a-z]+$/.test(board.uid) && /\S/.test(board.title ?? '')
      ? []
      : [wrong(file, 'has no title or no uid that a link can keep')]),
    ...(/^now-\d+[hmd]$/.test(board.time?.from) && board.time?.to === 'now'
      ? []
      : [wrong(file, 'shows no time up to now')]),
    ...(listOf(board.tags).includes('fredu')
      ? []
      : [wrong(file, 'is not found among the others by its tag')]),
    ...panels.flatMap((panel, index): Finding[] => {
      const title = String(panel.title ?? '');
      const { x, y, w, h } = places[index];
      const strange = Object.keys(panel).filter((key) => !DRAWN.includes(key));
      const isRow = panel.type === 'row';
      const questions: Data[] = listOf(panel.targets);
      return [
        ...(title ? [] : [wrong(`panel ${index}`, 'has no title')]),
        ...(TYPES.includes(panel.type) ? [] : [wrong(title, `is drawn as ${String(panel.type)}`)]),
        ...strange.map((key) => wrong(title, `has ${key}`)),
        ...([x, y, w, h].every((each) => Number.isInteger(each) && each >= 0) && w > 0 && h > 0 && x + w <= 24
          ? []
          : [wrong(title, 'has no place within 24 columns')]),
        ...places
          .slice(0, index)
          .flatMap((other, before) =>
            isUnder(places[index], other) ? [wrong(title, `lies over ${String(panels[before].title)}`)] : [],
          ),
        ...(isRow
          ? w === 24 && h === 1 && panel.collapsed === false
            ? []
            : [wrong(title, 'is no row over the whole width')]
          : []),
        ...(isRow ||
        (questions.length > 0 &&
          questions.every(({ expr }) => typeof expr === 'string' && expr.trim() !== ''))
          ? []
          : [wrong(title, 'asks nothing')]),
        ...(isRow || sources.has(`${panel.datasource?.type} ${panel.datasource?.uid}`)
          ? []
          : [wrong(title, `asks the data source ${String(panel.datasource?.uid)}, which Grafana has not`)]),
        ...twice(
          path,
          questions.map(({ refId }) => String(refId)),
        ).map(() => wrong(title, 'has two questions of one letter')),
        ...(isRow || panel.type === 'text' || typeof panel.fieldConfig?.defaults?.unit === 'string'
          ? []
          : [wrong(title, 'has no unit')]),
        ...(isRow || /\S/.test(panel.description ?? '') || panel.description === undefined
          ? []
          : [wrong(title, 'has an empty description')]),
        ...(isRow || (panel.options && typeof panel.options === 'object')
          ? []
          : [wrong(title, 'has no options')]),
      ];
    }),
  ];
}
