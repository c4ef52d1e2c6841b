import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import { DEMO_COURSES } from '#server/seed/courses.ts';
import { hasBrowser, SCREENS } from './testing/browser.ts';
import { lessonOf, looked } from './testing/signed-in.ts';
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
    await page.goto(site.url);
    let [formulas, heads, boxes] = [0, 0, 0];
    for (const at of demo!.sections.keys()) {
      await page.goto(site.url + (await lessonOf(page, demo!.id, at)));
      await page.locator('.prose').waitFor();
      formulas += await page.locator('math').count();
      heads += await page.getByRole('columnheader', { name: 'Limite' }).count();
      boxes += await page.getByRole('checkbox', { name: 'Fait', exact: true }).count();
      expect(await page.locator('.prose script, .prose [onclick], .prose iframe').count()).toBe(0);
    }
    expect(formulas).toBeGreaterThan(5);
    expect([heads, boxes]).toEqual([1, 2]);
    expect(complaints).toEqual([]);
  });

  it('say what went wrong where a course is not there', async () => {
    const { page } = await site.browser.page('phone');
    const answer = await page.goto(`${site.url}/cours/00000000-0000-4000-8000-00000000ffff`);
    expect(answer?.status()).toBe(404);
    await page.getByRole('heading', { level: 1, name: 'Cours introuvable' }).waitFor();
    expect(await page.title()).toBe('Cours introuvable – fredu');
  });

  it('of courses come whole, without any script', async () => {
    const course = await (await fetch(`${site.url}/cours/${demo!.id}`)).text();
    for (const part of [
      `<title>${demo!.title} – fredu</title>`,
      `<link rel="canonical" href="${site.url}/cours/${demo!.id}" />`,
      'property="og:title"',
      '"@type":"Course"',
      `>${demo!.title}</h1>`,
      demo!.sections[2]![0],
    ])
      expect(course).toContain(part);
    const [lesson] = [...course.matchAll(/href="(\/cours\/[\w-]{36}\/[\w-]{36})"/g)].map(([, path]) => path!);
    const section = await (await fetch(site.url + lesson)).text();
    expect(section).toContain(`>${demo!.sections[0]![0]}</h1>`);
    expect(section).toContain('<math>');
    const sitemap = await (await fetch(`${site.url}/sitemap.xml`)).text();
    expect(sitemap).toContain(`<loc>${site.url}${lesson}</loc>`);
    expect(await (await fetch(`${site.url}/nouveautes.xml`)).text()).toContain(
      `<title>${demo!.title}</title>`,
    );
  });

  it('load themselves again when a part went away with an older build, and say so where that cannot help', async () => {
    const { page } = await site.browser.page('phone');
    await page.goto(site.url);
    await page.getByRole('link', { name: 'Compte' }).waitFor();
    // As after a deployment: the digest in the name of the part is another now.
    await page.route(/\/assets\/sign-in-page/, (route) => route.fulfill({ status: 404 }), { times: 1 });
    await page.getByRole('link', { name: 'Compte' }).click();
    await page.getByRole('heading', { level: 1, name: 'Se connecter' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/connexion');
    await page.route(/\/assets\/sign-up-page/, (route) => route.abort());
    await page.getByRole('link', { name: 'S’inscrire' }).click();
    await page.getByRole('heading', { level: 1, name: 'Cette page n’est pas arrivée' }).waitFor();
    await looked(page, 'phone', 'broken');
    await page.unroute(/\/assets\/sign-up-page/);
    await page.getByRole('button', { name: 'Recharger' }).click();
    await page.getByLabel('Nom', { exact: true }).waitFor();
  });

  it('are light or dark as their reader has chosen, and say when there is no network', async () => {
    const { page, complaints } = await site.browser.page('desktop');
    await page.goto(site.url);
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByLabel('Apparence').selectOption('sombre');
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.context().setOffline(true);
    await page.getByText('Hors connexion').waitFor();
    await looked(page, 'desktop', 'offline-dark');
    await page.context().setOffline(false);
    await page.getByText('Hors connexion').waitFor({ state: 'detached' });
    await page.reload();
    await expect.poll(ground).toBe(dark);
    await page.getByLabel('Apparence').selectOption('comme mon appareil');
    expect(await ground()).toBe(light);
    expect(complaints).toEqual([]);
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
