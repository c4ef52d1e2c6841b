import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import { DEMO_COURSES } from '#server/seed/courses.ts';
import { hasBrowser, SCREENS } from './testing/browser.ts';
import { testSite } from './testing/site.ts';

/** Where screenshots are left to be looked at; none are made without it. */
const SCREENSHOTS = process.env.SCREENSHOTS;
const [demo] = DEMO_COURSES;

describe.skipIf(!hasBrowser)('the pages', () => {
  const site = testSite();

  const pages = [
    { name: 'courses', path: '/', heading: 'Les cours', ready: DEMO_COURSES[7]!.title },
    { name: 'course', path: `/cours/${demo!.id}`, heading: demo!.title, ready: 'Exercices corrigés' },
    { name: 'unknown', path: '/nulle-part', heading: 'Page introuvable', ready: 'Revenir à la liste' },
  ];
  for (const screen of Object.keys(SCREENS) as (keyof typeof SCREENS)[]) {
    for (const dark of [false, true]) {
      it.each(pages)(
        `$path shows $heading on a ${screen}${dark ? ' in the dark' : ''}, to everyone`,
        async (each) => {
          const { page, complaints } = await site.browser.page(screen, { dark });
          await page.goto(site.url + each.path);
          await page.getByText(each.ready).first().waitFor();
          await page.waitForLoadState('networkidle');
          expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(each.heading);
          expect(await page.title()).toBe(`${each.heading} – fredu`);
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(SCREENS[screen].width);
          if (SCREENSHOTS) {
            mkdirSync(SCREENSHOTS, { recursive: true });
            const name = `${each.name}-${screen}${dark ? '-dark' : ''}.png`;
            await page.screenshot({ path: join(SCREENSHOTS, name), fullPage: true });
          }
          const { violations } = await new AxeBuilder({ page })
            .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
            .analyze();
          expect(violations.map((each) => `${each.id}: ${each.nodes[0]?.html}`)).toEqual([]);
          expect(complaints).toEqual([]);
        },
      );
    }
  }

  it('lead from the list to a course and back, by keyboard alone', async () => {
    const { page, complaints } = await site.browser.page('desktop');
    await page.goto(site.url);
    await page.getByRole('link', { name: demo!.title }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: demo!.title }).waitFor();
    // What a screen reader reads next is the new page's heading.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(demo!.title);
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Les cours' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('draw formulas, tables and tasks, and nothing that runs', async () => {
    const { page, complaints } = await site.browser.page('desktop');
    await page.goto(`${site.url}/cours/${demo!.id}`);
    await page.locator('math').first().waitFor();
    expect(await page.locator('math').count()).toBeGreaterThan(5);
    expect(await page.getByRole('columnheader', { name: 'Limite' }).count()).toBe(1);
    expect(await page.getByRole('checkbox', { name: 'Fait', exact: true }).count()).toBe(2);
    expect(await page.locator('.prose script, .prose [onclick], .prose iframe').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('say what went wrong where a course is not there', async () => {
    const { page } = await site.browser.page('phone');
    await page.goto(`${site.url}/cours/00000000-0000-4000-8000-00000000ffff`);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('Cours introuvable');
  });

  it('have icons beside them, and say what may be found by search engines', async () => {
    for (const [path, type] of [
      ['/favicon.ico', 'image/vnd.microsoft.icon'],
      ['/icon.svg', 'image/svg+xml'],
      ['/apple-touch-icon.png', 'image/png'],
      ['/robots.txt', 'text/plain; charset=utf-8'],
    ]) {
      const answer = await fetch(site.url + path);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 200, type]);
    }
  });

  it('are answered whatever dots stand in their address, and show what was searched', async () => {
    const { page, complaints } = await site.browser.page('desktop');
    await page.goto(`${site.url}/?q=Node.js`);
    await page.getByText('Aucun cours ne correspond à cette recherche.').waitFor();
    expect(await page.getByLabel('Chercher un cours').inputValue()).toBe('Node.js');
    expect(complaints).toEqual([]);
  });

  it('are kept by the browser only where they never change', async () => {
    const index = await fetch(site.url);
    expect(index.headers.get('cache-control')).toBe('no-cache');
    expect(index.headers.get('content-security-policy')).not.toContain('unsafe');
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(await index.text())![1]!;
    expect((await fetch(site.url + script)).headers.get('cache-control')).toBe(
      'public, max-age=31536000, immutable',
    );
    for (const path of ['/api/v1/nothing', '/assets/nothing.js', '/.sources']) {
      const answer = await fetch(site.url + path);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        404,
        'application/problem+json; charset=utf-8',
      ]);
    }
  });
});
