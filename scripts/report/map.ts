import { preferred } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { type Html, html, idOf } from './html.ts';
import { KINDS, type Kind, type Line, OUTSIDERS, octaviaOf, routerOf, type Talk } from './talk.ts';

/** A box of the map. */
interface Place {
  id: string;
  label: string;
  /** A second line, smaller. */
  note: string;
  x: number;
  y: number;
  host?: Host;
}
interface Panel {
  site: Site;
  x: number;
  y: number;
  height: number;
}

const BOX = { width: 116, height: 44, gap: 10, row: 30 };
const COLUMNS = 3;
const PANEL = { width: COLUMNS * BOX.width + (COLUMNS - 1) * BOX.gap + 24, gap: 36, head: 40 };
const TOP = 30;

/** Every site as a panel of its hosts, the lines of each kind of conversation behind them; so many panels side by side. */
export function mapOf(model: Model, talk: Talk, wide: number): Html {
  const across = Math.min(wide, model.sites.length);
  const width = across * PANEL.width + (across - 1) * PANEL.gap + 8;
  const { panels, places, height } = layout(model, across, width);
  const at = new Map(places.map((place) => [place.id, place]));
  const lines = (Object.keys(KINDS) as Kind[]).map(
    (kind, index) =>
      html`<g class="layer ${kind}">${talk.lines
        .filter((line) => line.kind === kind)
        .map((line) => lineOf(line, at, index))}</g>`,
  );
  return html`<svg viewBox="0 0 ${width} ${height}" role="group" aria-label="Map of the sites" class="map ${
    wide > 1 ? 'wide' : 'narrow'
  }">
${panels.map(panelOf)}${lines}
${places.map(boxOf)}
</svg>`;
}

function layout(model: Model, across: number, width: number) {
  const top = rowOf(
    Object.entries(OUTSIDERS).map(([id, label]) => ({
      id,
      label,
      note: id === 'services' ? 'DNS, time, mail' : '',
    })),
    { x: 0, y: TOP - 26, width },
  );
  const panels: Panel[] = [];
  const places: Place[] = [...top];
  let y = TOP + BOX.height + 14;
  for (let first = 0; first < model.sites.length; first += across) {
    const row = model.sites.slice(first, first + across).map((site, index): Panel => {
      const x = 4 + index * (PANEL.width + PANEL.gap);
      const [boxes, bottom] = boxesOf(site, x, y + PANEL.head);
      places.push(...boxes);
      return { site, x, y, height: bottom - y };
    });
    const height = Math.max(...row.map((panel) => panel.height));
    panels.push(...row.map((panel) => ({ ...panel, height })));
    y += height + PANEL.gap;
  }
  return { panels, places, height: y - PANEL.gap + 6 };
}

type Named = Pick<Place, 'id' | 'label' | 'note' | 'host'>;
const ROLES = [['edge', 'bastion'], ['control-plane'], ['worker'], ['database']];

/** The boxes of a site from the way in down to the workers, and where they end. */
function boxesOf(site: Site, x: number, top: number): [Place[], number] {
  const front: Named[] = [
    ...(site.routing ? [{ id: routerOf(site), label: 'router', note: `AS ${site.routing.peer.asn}` }] : []),
    ...(site.edge?.kind === 'octavia'
      ? [{ id: octaviaOf(site), label: 'Octavia', note: 'app, API, database' }]
      : []),
  ];
  const known = ROLES.flat();
  const rows = [
    front,
    ...ROLES.map((roles) => site.hosts.filter(({ role }) => roles.includes(role)).map(named)),
    site.hosts.filter(({ role }) => !known.includes(role)).map(named),
  ].flatMap((row) => chunks(row, COLUMNS));
  const places = rows.flatMap((row, index) =>
    rowOf(row, { x, y: top + index * (BOX.height + BOX.row), width: PANEL.width }),
  );
  return [places, top + rows.length * (BOX.height + BOX.row) - BOX.row + 16];
}

const named = (host: Host): Named => ({
  id: host.name,
  label: host.key,
  note: preferred(host.address),
  host,
});
const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );

/** A row of boxes in the middle of a width. */
function rowOf(row: readonly Named[], { x, y, width }: { x: number; y: number; width: number }): Place[] {
  const taken = row.length * BOX.width + (row.length - 1) * BOX.gap;
  return row.map((each, index) => ({
    ...each,
    x: x + (width - taken) / 2 + index * (BOX.width + BOX.gap),
    y,
  }));
}

const panelOf = ({ site, x, y, height }: Panel): Html =>
  html`<g class="site"><rect x="${x}" y="${y}" width="${PANEL.width}" height="${height}" rx="10"/><text x="${x + 14}" y="${y + 24}"><tspan class="code">${site.code}</tspan> ${cut(site.name, 34)}</text></g>
`;

/** Between the middles of two boxes; kinds beside each other, and over what stands between. */
function lineOf({ kind, from, to, flows }: Line, at: ReadonlyMap<string, Place>, index: number): Html {
  const [a, b] = [at.get(from), at.get(to)];
  if (!a || !b) return html``;
  const shift = (index - 3) * 4;
  const [x1, y1, x2, y2] = [a, b]
    .flatMap(({ x, y }) => [x + BOX.width / 2 + shift, y + BOX.height / 2])
    .map(Math.round) as [number, number, number, number];
  const bend = y1 === y2 ? -(BOX.height / 2 + 14 + Math.min(30, Math.abs(x2 - x1) / 30)) : 0;
  const side = y1 === y2 ? 0 : (y2 - y1) / 8;
  const middle = `${Math.round((x1 + x2) / 2 + side)} ${Math.round((y1 + y2) / 2 + bend * 1.6)}`;
  return html`<path d="M${x1} ${y1}Q${middle} ${x2} ${y2}" data-a="${from}" data-b="${to}" data-f="${flows.join(' ')}" data-k="${kind}"/>`;
}

function boxOf({ id, label, note, x, y, host }: Place): Html {
  const [left, right] = [Math.round(x), Math.round(y)];
  const middle = left + BOX.width / 2;
  const inside = html`<rect x="${left}" y="${right}" width="${BOX.width}" height="${BOX.height}" rx="6"/><text x="${middle}" y="${
    right + (note ? 18 : 27)
  }">${cut(label, 15)}</text>${note !== '' && html`<text class="note" x="${middle}" y="${right + 34}">${cut(note, 19)}</text>`}`;
  return host
    ? html`<a href="#${idOf('host', id)}" class="box ${host.role}" data-id="${id}" aria-label="${host.name}, ${host.role}, ${note}">${inside}</a>
`
    : html`<g class="box other" data-id="${id}">${inside}</g>
`;
}

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;
