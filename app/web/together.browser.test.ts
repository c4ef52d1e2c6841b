import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, start } from '../server/main.ts';
import { DEMO_COURSES, DEMO_PASSWORD } from '../server/seed/courses.ts';
import { buildWeb } from './build.ts';
import { hasBrowser, SCREENS, type TestBrowser, testBrowser } from './testing/browser.ts';

const SCREENSHOTS = process.env.SCREENSHOTS;
const [course] = DEMO_COURSES;

describe.skipIf(!hasBrowser)('the pages of those who are signed in', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fredu-together-pages-'));
  chmodSync(dataDir, 0o755);
  let running: Running;
  let browser: TestBrowser;
  beforeAll(async () => {
    await buildWeb();
    running = await start({ dataDir, port: 0, metricsPort: 0, logLevel: 'error', environment: {} });
    browser = await testBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function signedIn(email: string, screen: keyof typeof SCREENS) {
    const { page, complaints } = await browser.page(screen);
    await page.goto(running.url);
    await page.evaluate(
      async ([address, password]) => {
        const answer = await fetch('/api/v1/sessions', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ email: address, password }),
        });
        if (!answer.ok) throw new Error(await answer.text());
      },
      [email, DEMO_PASSWORD],
    );
    return { page, complaints };
  }
  async function looked(page: Page, screen: keyof typeof SCREENS, name: string) {
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(SCREENS[screen].width);
    if (SCREENSHOTS) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${screen}.png`) });
    }
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    expect(violations.map((each) => `${each.id}: ${each.nodes[0]?.html}`)).toEqual([]);
  }

  it('let two authors write one course at once, and publish it', async () => {
    const camille = await signedIn('prof@fredu.test', 'desktop');
    const yann = await signedIn('y.leroux@fredu.test', 'phone');
    for (const { page } of [camille, yann]) {
      await page.goto(`${running.url}/cours/${course!.id}/ecrire`);
      await page.getByText('Tout est enregistré.').waitFor();
    }
    const textOf = (page: Page) => page.getByRole('textbox', { name: 'Texte' }).first();
    await textOf(camille.page).focus();
    await camille.page.keyboard.press('Control+Home');
    await camille.page.keyboard.type('Bonjour Yann. ');
    await camille.page.getByText('Tout est enregistré.').waitFor();
    await yann.page.waitForFunction(() =>
      document.querySelectorAll('textarea')[1]?.value.startsWith('Bonjour Yann. '),
    );
    // The other one’s cursor stands in the text, under her name.
    await yann.page.locator('.cursor-name', { hasText: 'Camille Fournier' }).waitFor();
    await yann.page.getByRole('list', { name: 'Présents' }).getByText('Camille Fournier').waitFor();
    await looked(yann.page, 'phone', 'together');

    // What is typed on either side of the same place at once stands on both sides.
    await textOf(yann.page).focus();
    await yann.page.keyboard.press('Control+Home');
    await Promise.all([
      yann.page.keyboard.type('Salut Camille. ', { delay: 5 }),
      camille.page.keyboard.type('Ça va ? ', { delay: 5 }),
    ]);
    await camille.page.waitForFunction(() =>
      document.querySelectorAll('textarea')[1]?.value.includes('Salut Camille. '),
    );
    await yann.page.waitForFunction(() =>
      document.querySelectorAll('textarea')[1]?.value.includes('Bonjour Yann. Ça va ? '),
    );
    expect(await textOf(yann.page).inputValue()).toBe(await textOf(camille.page).inputValue());

    // Undoing takes back one's own letters only.
    await camille.page.keyboard.press('Control+z');
    await yann.page.waitForFunction(() => !document.querySelectorAll('textarea')[1]?.value.includes('Ça va'));
    expect(await textOf(yann.page).inputValue()).toContain('Salut Camille. ');
    await looked(camille.page, 'desktop', 'together');

    await camille.page.getByText('Tout est enregistré.').waitFor();
    await camille.page.getByRole('button', { name: 'Publier ce texte dans le cours' }).click();
    await camille.page.getByText('Publié : version 2 du cours.').waitFor();
    await camille.page.goto(`${running.url}/cours/${course!.id}`);
    await camille.page.getByText('Salut Camille.').waitFor();
    await yann.page.getByText('Vous écrivez seul pour l’instant.').waitFor();
    expect([...camille.complaints, ...yann.complaints]).toEqual([]);
  });

  it('keep what is typed without a network, and send it when there is one', async () => {
    const { page } = await signedIn('prof@fredu.test', 'desktop');
    await page.goto(`${running.url}/cours/${course!.id}/ecrire`);
    await page.getByText('Tout est enregistré.').waitFor();
    // The server ends every connection, as when it is replaced; its successor has the same address.
    const port = Number(new URL(running.url).port);
    await running.close();
    await page.getByText('Hors ligne').waitFor();
    await page.getByRole('textbox', { name: 'Texte' }).first().focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('Pendant la coupure. ');
    running = await start({ dataDir, port, metricsPort: 0, logLevel: 'error', environment: {} });
    await page.getByText('Tout est enregistré.').waitFor({ timeout: 40_000 });
    const { page: other } = await signedIn('y.leroux@fredu.test', 'desktop');
    await other.goto(`${running.url}/cours/${course!.id}/ecrire`);
    await other.waitForFunction(() =>
      document.querySelectorAll('textarea')[1]?.value.startsWith('Pendant la coupure. '),
    );
  });
});
