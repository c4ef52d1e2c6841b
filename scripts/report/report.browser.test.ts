import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { hasBrowser, SCREENS, type TestBrowser, testBrowser } from '#web/testing/browser.ts';
import { factsOf } from './facts.ts';
import { pageOf } from './page.ts';

/** Where screenshots are left to be looked at; none are made without it. */
const SCREENSHOTS = process.env.SCREENSHOTS;
type Screen = keyof typeof SCREENS;

describe.skipIf(!hasBrowser)('the page of npm run report', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fredu-report-'));
  const file = join(folder, 'report.html');
  let browser: TestBrowser;
  beforeAll(async () => {
    writeFileSync(file, pageOf(factsOf(threeSites(), { version: '1.2.3', changes: 'nobody asked' })));
    browser = await testBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  const opened = async (screen: Screen, { dark = false, at = '' } = {}) => {
    const { page, complaints } = await browser.page(screen, { dark });
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) complaints.push(`asks ${request.url()}`);
    });
    await page.goto(`${pathToFileURL(file)}${at}`);
    return { page, complaints };
  };
  const box = (page: Page, screen: Screen, name: string) =>
    page.locator(`.map.${screen === 'phone' ? 'narrow' : 'wide'} a.box[data-id="${name}"]`);

  async function looked(page: Page, screen: Screen, name: string) {
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(SCREENS[screen].width);
    if (SCREENSHOTS) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `report-${name}-${screen}.png`), fullPage: true });
    }
    // The contrast of 4,000 cells takes three quarters of the time: a row without a cell of a new kind says nothing new.
    await page.locator('#matrix tbody tr').evaluateAll((rows) => {
      const kinds = new Set<string>();
      for (const row of rows) {
        const found = [row, ...row.querySelectorAll('*')].map((each) => `${each.tagName} ${each.className}`);
        row.toggleAttribute(
          'data-alike',
          found.every((kind) => kinds.has(kind)),
        );
        for (const kind of found) kinds.add(kind);
      }
    });
    const { violations } = await new AxeBuilder({ page })
      .exclude('#matrix [data-alike]')
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    expect(violations.map((each) => `${each.id}: ${each.nodes[0]?.html}`)).toEqual([]);
  }

  // Side by side: the rules of axe take long for a page of this size, and the browser has a process for each.
  for (const screen of Object.keys(SCREENS) as Screen[])
    for (const dark of [false, true])
      it.concurrent(`is for everyone on a ${screen}${dark ? ' in the dark' : ''}, as it opens and with a host and a cell chosen`, async () => {
        const { page, complaints } = await opened(screen, { dark });
        await looked(page, screen, `opened${dark ? '-dark' : ''}`);
        await box(page, screen, 'sxb-worker1').click();
        await page.getByRole('heading', { name: 'sxb-worker1', exact: true }).waitFor();
        await page.locator('#matrix tbody tr').first().locator('td').nth(4).click();
        await page.evaluate(() => {
          for (const each of document.querySelectorAll('details')) each.open = true;
        });
        await looked(page, screen, `chosen${dark ? '-dark' : ''}`);
        expect(complaints).toEqual([]);
      });

  it('leads by keyboard to a host, draws its lines alone, and lets it go', async () => {
    const { page, complaints } = await opened('desktop');
    const drawn = () => page.locator('.map.wide path:not(.off)').count();
    const before = await drawn();
    const host = box(page, 'desktop', 'do-node1');
    await host.focus();
    await page.keyboard.press('Enter');
    expect(await host.getAttribute('aria-current')).toBe('true');
    expect(await page.locator('#chosen').innerText()).toMatch(/^do-node1 is chosen: it talks to \d+ places/);
    const ends = await page
      .locator('.map.wide path:not(.off)')
      .evaluateAll((paths) => paths.map((path) => [path.dataset.a, path.dataset.b]));
    expect(ends.length).toBeGreaterThan(5);
    for (const pair of ends) expect(pair).toContain('do-node1');
    expect(await page.locator('.hosts .host:visible').count()).toBe(1);
    expect(await page.evaluate(() => location.hash)).toBe('#host-do-node1');
    await page.keyboard.press('Escape');
    expect(await drawn()).toBe(before);
    expect(await page.locator('.hosts .host:visible').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('opens at the host that an address names', async () => {
    const { page } = await opened('desktop', { at: '#host-dc-cp2' });
    expect(await page.locator('.hosts .host:visible h3').innerText()).toBe('dc-cp2');
  });

  it('draws one flow alone, and says what it is for', async () => {
    const { page } = await opened('desktop');
    await page.getByLabel('or one flow').selectOption({ label: 'vrrp' });
    const ends = await page
      .locator('.map.wide path:not(.off)')
      .evaluateAll((paths) => paths.map((path) => `${path.dataset.a} ${path.dataset.b}`));
    expect(ends).toEqual(['sxb-edge1 sxb-edge2']);
    expect(await page.locator('.layers output').innerText()).toBe('who holds the virtual addresses');
  });

  it('explains cells by arrow keys, one stop of Tab for all of them', async () => {
    const { page } = await opened('desktop');
    const matrix = page.getByRole('grid');
    expect(await matrix.locator('[tabindex="0"]').count()).toBe(1);
    await matrix.locator('[tabindex="0"]').focus();
    for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowRight');
    expect(await page.locator('#why').innerText()).toContain('Without the site sxb: file write');
    expect(await page.locator('#why').innerText()).toContain(
      'only sxb takes writes until another zone is promoted',
    );
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('#why').innerText()).toContain('Without the site dc: file write');
    expect(await matrix.locator('[tabindex="0"]').count()).toBe(1);
  });

  it('explains the cell under a pointer', async () => {
    const { page } = await opened('desktop');
    await page.locator('#survives').scrollIntoViewIfNeeded();
    await page.locator('#matrix tbody tr').nth(1).locator('td').nth(6).hover();
    expect(await page.locator('#why').innerText()).toContain('Without the site dc: observers');
  });

  it('filters the matrix by words, kind, and what somebody notices', async () => {
    const { page } = await opened('phone');
    const form = page.locator('form[data-for=matrix]');
    const rows = page.locator('#matrix tbody tr:visible');
    const whole = await rows.count();
    await form.getByLabel('Kind').selectOption('site');
    expect(await rows.count()).toBe(3);
    await form.getByLabel('only what somebody notices').check();
    expect(await rows.locator('th').allInnerTexts()).toEqual(['sxb', 'dc']);
    expect(await form.locator('output').innerText()).toBe(`2 of ${whole} rows`);
    await form.getByLabel('Search').fill('nobody is called so');
    expect(await rows.count()).toBe(0);
    await form.getByLabel('Search').fill('');
    expect(await page.locator('#matrix [tabindex="0"]:visible').count()).toBe(1);
  });

  it('says of any two failures what they do together, and tells a screen reader', async () => {
    const { page, complaints } = await opened('phone');
    const both = page.locator('#both');
    await page.getByLabel('Without', { exact: true }).selectOption('dc');
    await page.getByLabel('and', { exact: true }).selectOption('do');
    expect(await both.getAttribute('role')).toBe('status');
    expect(await both.locator('p').innerText()).toMatch(
      /^Without dc and do: only together they hurt app read, app write, sign-in/,
    );
    const cells = both.locator('tbody tr').first().locator('th, td');
    expect(await cells.allInnerTexts()).toEqual(['app read', 'up', 'up', 'down', 'down']);
    await page.getByLabel('and', { exact: true }).selectOption('dc');
    expect(await both.locator('p').innerText()).toBe('Without dc');
    expect(complaints).toEqual([]);
  });

  it('prints every host and the whole matrix, and no controls', async () => {
    const { page } = await opened('desktop');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.hosts .host:visible').count()).toBe(19);
    expect(await page.locator('form:visible, nav:visible, .talks:visible').count()).toBe(0);
    const clipped = await page
      .locator('.scroll')
      .evaluateAll((all) => all.filter((each) => each.scrollHeight > each.clientHeight + 1).length);
    expect(clipped).toBe(0);
    expect((await page.pdf({ preferCSSPageSize: true })).length).toBeGreaterThan(10_000);
    if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, 'report-print.png'), fullPage: true });
  });
});
