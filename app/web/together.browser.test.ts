import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, start } from '../server/main.ts';
import { DEMO_COURSES, DEMO_PASSWORD } from '../server/seed/courses.ts';
import { buildWeb } from './build.ts';
import { hasBrowser, type SCREENS, type TestBrowser, testBrowser } from './testing/browser.ts';
import { asked, looked, signedIn } from './testing/signed-in.ts';

const [course] = DEMO_COURSES;
const TEACHER = { email: 'prof@fredu.test', password: DEMO_PASSWORD };

describe.skipIf(!hasBrowser)('the pages of a course that is written together', () => {
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

  const signedInAs = (email: string, screen: keyof typeof SCREENS) =>
    signedIn(browser, running.url, { email, screen });

  it('let two authors write one course at once, and publish it', async () => {
    const camille = await signedInAs('prof@fredu.test', 'desktop');
    const yann = await signedInAs('y.leroux@fredu.test', 'phone');
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

  it('say what was changed elsewhere too, and publish over it once one has seen it', async () => {
    const { page, complaints } = await signedInAs('prof@fredu.test', 'phone');
    await page.goto(`${running.url}/cours/${course!.id}/ecrire`);
    await page.getByText('Tout est enregistré.').waitFor();
    await page.getByRole('textbox', { name: 'Texte' }).first().focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('Écrit ici. ');
    await page.getByText('Tout est enregistré.').waitFor();
    const version = await page.evaluate(async (id) => {
      const read = await fetch(`/api/v1/courses/${id}`);
      const { sections, version } = await read.json();
      const answer = await fetch(`/api/v1/courses/${id}/sections`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'if-match': `"${version}"` },
        body: JSON.stringify({
          sections: sections.map((each: { body: string }, at: number) =>
            at === 0 ? { ...each, body: 'Écrit ailleurs.' } : each,
          ),
        }),
      });
      await answer.text();
      return version + 1;
    }, course!.id);
    await page.reload();
    await page.getByText('Tout est enregistré.').waitFor();
    await page.getByRole('button', { name: 'Publier ce texte dans le cours' }).click();
    await page.getByRole('heading', { name: 'Le cours a changé entre-temps' }).waitFor();
    await page.getByRole('link', { name: 'Voir les versions du cours' }).waitFor();
    await looked(page, 'phone', 'together-changed');
    expect(await page.getByRole('textbox', { name: 'Texte' }).first().inputValue()).toMatch(/^Écrit ici\. /);
    await page.getByRole('button', { name: `Publier par-dessus la version ${version}` }).click();
    await page.getByText(`Publié : version ${version + 1} du cours.`).waitFor();
    expect(complaints.filter((each) => !each.includes('409'))).toEqual([]);
  });

  it('keep what is typed without a network, and send it when there is one', async () => {
    const { page } = await signedInAs('prof@fredu.test', 'desktop');
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
    const { page: other } = await signedInAs('y.leroux@fredu.test', 'desktop');
    await other.goto(`${running.url}/cours/${course!.id}/ecrire`);
    await other.waitForFunction(() =>
      document.querySelectorAll('textarea')[1]?.value.startsWith('Pendant la coupure. '),
    );
  });

  it('keep what is typed while the session ends, and send it once one has signed in again', async () => {
    const { page } = await signedInAs('prof@fredu.test', 'desktop');
    await page.goto(`${running.url}/cours/${course!.id}/ecrire`);
    await page.getByText('Tout est enregistré.').waitFor();
    const port = Number(new URL(running.url).port);
    await running.close();
    await page.getByText('Hors ligne').waitFor();
    const text = page.getByRole('textbox', { name: 'Texte' }).first();
    await text.focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('Sans session. ');
    await page.context().clearCookies();
    running = await start({ dataDir, port, metricsPort: 0, logLevel: 'error', environment: {} });
    await page.getByText('votre session a pris fin').waitFor({ timeout: 40_000 });
    await looked(page, 'desktop', 'together-session-ended');
    expect(await text.inputValue()).toMatch(/^Sans session\. /);

    await asked(page, 'POST', '/sessions', { body: TEACHER });
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await page.getByText('Tout est enregistré.').waitFor();
    await page.reload();
    await page.getByText('Tout est enregistré.').waitFor();
    expect(await text.inputValue()).toMatch(/^Sans session\. /);
  });

  it('keep what is written where it cannot be published, and publish it when it can', async () => {
    const { page } = await signedInAs('prof@fredu.test', 'desktop');
    await page.goto(`${running.url}/cours/${course!.id}/ecrire`);
    await page.getByText('Tout est enregistré.').waitFor();
    const text = page.getByRole('textbox', { name: 'Texte' }).first();
    await text.focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('À publier. ');
    await page.getByText('Tout est enregistré.').waitFor();
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.getByRole('button', { name: 'Publier ce texte dans le cours' }).click();
    await page.getByRole('alert').getByText('Le serveur ne répond pas.').waitFor();
    expect(await text.inputValue()).toMatch(/^À publier\. /);
    await page.unroute('**/api/v1/**');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Publier ce texte dans le cours' }).click();
    await page.getByRole('alert').getByText('Connectez-vous pour continuer').waitFor();
    expect(await text.inputValue()).toMatch(/^À publier\. /);
    await asked(page, 'POST', '/sessions', { body: TEACHER });
    await page.getByRole('button', { name: 'Publier ce texte dans le cours' }).click();
    await page.getByText('Publié : version').waitFor();
    await page.goto(`${running.url}/cours/${course!.id}`);
    await page.getByText('À publier.').waitFor();
  });
});
