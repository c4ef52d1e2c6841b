import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  defaultReduceDataOptions,
  defaultVizTooltipOptions,
  LegendDisplayMode,
  LegendPlacement,
  PercentChangeColorMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  PanelBuilder,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
// Types alone: their builders load both later versions of the dashboard as well, a tenth of what all libraries take to load.
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Options as StatOptions } from '@grafana/grafana-foundation-sdk/stat';
import type {
  FieldConfig as GraphFieldConfig,
  Options as GraphOptions,
} from '@grafana/grafana-foundation-sdk/timeseries';
import type { AtSite } from '#constructs/at-site.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';

/** A page of panels, before it is laid out: rows of panels that answer one question each. */
export interface Page {
  /** In kebab case: file name, address and stable identity. */
  id: string;
  title: string;
  rows: { title: string; panels: Panel[] }[];
}
export interface Panel {
  /** The question that it answers. */
  title: string;
  /** How to read the answer: what is normal, and what to think when it is not. */
  says: string;
  /** One number, or how it went. @default graph */
  kind?: 'graph' | 'number';
  /** Unit as Grafana names it. @default short */
  unit?: 'short' | 's' | 'ms' | 'percentunit' | 'bytes' | 'Bps' | 'reqps' | 'dtdurations';
  /** PromQL, and the legend of its series. */
  queries: [expr: string, legend: string][];
  /** A line from which on it is bad; drawn red. */
  limit?: number;
}
/** Pages depend on where they are looked at: what a site does not have is not drawn. */
export type Pages = (at: AtSite<KubernetesSite>) => Page;

const WIDTH = 24;
const HEIGHT = { graph: 8, number: 4 };

/** The page as Grafana reads it; panels of a row share its width. */
export function dashboard({ id, title, rows }: Page): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(`fredu-${id}`)
    .tags(['fredu'])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh('1m')
    .time({ from: 'now-6h', to: 'now' })
    .timezone('browser');
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title));
    const span = Math.max(4, Math.floor(WIDTH / Math.min(4, row.panels.length)));
    for (const panel of row.panels) builder.withPanel(build(panel, span));
  }
  return builder.build();
}

function build({ title, says, kind = 'graph', unit = 'short', queries, limit }: Panel, span: number) {
  const panel = kind === 'number' ? number() : graph();
  panel
    .title(title)
    .description(says)
    .unit(unit)
    .span(span)
    .height(HEIGHT[kind])
    .datasource({ type: 'prometheus', uid: 'prometheus' });
  for (const [index, [expr, legend]] of queries.entries()) {
    const query: Dataquery = {
      expr,
      legendFormat: legend,
      refId: String.fromCharCode(65 + index),
      _implementsDataqueryVariant() {},
    };
    panel.withTarget({ build: () => query });
  }
  if (limit !== undefined) {
    panel.thresholds({
      build: () => ({
        mode: 'absolute' as never,
        steps: [
          { value: null as unknown as number, color: 'green' },
          { value: limit, color: 'red' },
        ],
      }),
    });
  }
  return panel;
}

/** One number, the last one; a line behind it says how it went. */
function number(): PanelBuilder {
  const options: StatOptions = {
    graphMode: BigValueGraphMode.Area,
    colorMode: BigValueColorMode.Value,
    justifyMode: BigValueJustifyMode.Auto,
    textMode: BigValueTextMode.Auto,
    wideLayout: true,
    showPercentChange: false,
    reduceOptions: defaultReduceDataOptions(),
    percentChangeColorMode: PercentChangeColorMode.Standard,
    orientation: VizOrientation.Auto,
  };
  return new PanelBuilder().type('stat').options(options);
}

function graph(): PanelBuilder {
  const options: GraphOptions = {
    legend: {
      displayMode: LegendDisplayMode.List,
      placement: LegendPlacement.Bottom,
      showLegend: false,
      calcs: [],
    },
    tooltip: defaultVizTooltipOptions(),
  };
  const custom: GraphFieldConfig = { fillOpacity: 8, lineWidth: 1 };
  return new PanelBuilder()
    .type('timeseries')
    .options(options)
    .fieldConfig({ defaults: { custom }, overrides: [] });
}
