import { expect, it } from 'vitest';
import { example } from '#scripts/testing/example-sites.ts';
import { appSites } from '#sites/questions.ts';
import { PAGES } from './dashboards/index.ts';
import { dashboard } from './panels.ts';

const model = example();
const places = appSites(model).map((site) => ({ model, site }));

it('lays every panel on the page, none over another', () => {
  for (const place of places) {
    for (const page of PAGES.map((make) => make(place))) {
      const panels = (dashboard(page).panels ?? []) as {
        type: string;
        title: string;
        gridPos: { x: number; y: number; w: number; h: number };
      }[];
      expect(panels.filter(({ type }) => type !== 'row')).toHaveLength(
        page.rows.flatMap((row) => row.panels).length,
      );
      for (const [index, a] of panels.entries()) {
        expect(a.gridPos.x + a.gridPos.w, `${page.id}: ${a.title}`).toBeLessThanOrEqual(24);
        for (const b of panels.slice(index + 1)) {
          const [p, q] = [a.gridPos, b.gridPos];
          const apart = p.x + p.w <= q.x || q.x + q.w <= p.x || p.y + p.h <= q.y || q.y + q.h <= p.y;
          expect(apart, `${page.id}: ${a.title} and ${b.title}`).toBe(true);
        }
      }
    }
  }
});

it('says of every panel how to read it, and in which unit', () => {
  for (const place of places) {
    for (const { id, panels } of PAGES.map((make) => {
      const page = make(place);
      return { id: page.id, panels: (dashboard(page).panels ?? []) as Drawn[] };
    })) {
      for (const { type, title, description, fieldConfig } of panels.filter((each) => each.type !== 'row')) {
        expect(description?.length ?? 0, `${id}: ${title}, a ${type}`).toBeGreaterThan(5);
        expect(fieldConfig?.defaults.unit, `${id}: ${title}`).toBeTruthy();
      }
    }
  }
});
interface Drawn {
  type: string;
  title: string;
  description?: string;
  fieldConfig?: { defaults: { unit?: string } };
}

it('shows both sites side by side on the overview', () => {
  const titles = PAGES[0]!(places[0]!).rows.flatMap((row) => row.panels.map((panel) => panel.title));
  for (const site of appSites(model))
    expect(titles.filter((title) => title.startsWith(`${site.code}: `)).length).toBe(3);
});

it('gives each page an identity of its own, and nothing to change', () => {
  const pages = PAGES.map((make) => dashboard(make(places[0]!)));
  expect(new Set(pages.map((page) => page.uid)).size).toBe(PAGES.length);
  for (const page of pages) expect(page.editable).toBe(false);
});
