import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DEMO_COURSES, DEMO_PASSWORD } from '#server/seed/courses.ts';
import type { Course } from '#shared/schemas/course.ts';
import { hasBrowser, type SCREENS } from './testing/browser.ts';
import { asked, lessonOf, looked, signedIn } from './testing/signed-in.ts';
import { testSite } from './testing/site.ts';

const [course] = DEMO_COURSES;
const TEACHER = { email: 'prof@fredu.test', password: DEMO_PASSWORD };

describe.skipIf(!hasBrowser)('the pages of a course that is written together', () => {
  const site = testSite();

  const textOf = (page: Page) => page.getByRole('textbox', { name: 'Texte' }).first();
  /** Opens the course to write it, once all of it is there. */
  const opened = async (page: Page) => {
    await page.goto(`${site.url}/cours/${course!.id}/ecrire`);
    await page.getByText('Tout est enregistré.').waitFor();
  };
  /** Types at the beginning of the first section. */
  const typed = async (page: Page, words: string) => {
    await textOf(page).focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type(words);
  };
  const typedOffline = async (page: Page, words: string) => {
    await page.getByText('Hors ligne').waitFor();
    await typed(page, words);
  };
  const signedInAs = (email: string, screen: keyof typeof SCREENS) => signedIn(site, { email, screen });

  it('let two authors write one course at once, and publish it', async () => {
    const camille = await signedInAs('prof@fredu.test', 'desktop');
    const yann = await signedInAs('y.leroux@fredu.test', 'phone');
    for (const { page } of [camille, yann]) await opened(page);
    await typed(camille.page, 'Bonjour Yann. ');
    await camille.page.getByText('Tout est enregistré.').waitFor();
    await yann.page.waitForFunction(() =>
      document.querySelectorAll('textarea')[1]?.value.startsWith('Bonjour Yann. '),
    );
    // The other one’s cursor stands in the text, under their name.
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
    await camille.page.goto(site.url + (await lessonOf(camille.page, course!.id)));
    await camille.page.getByText('Salut Camille.').waitFor();
    await yann.page.getByText('Vous écrivez seul pour l’instant.').waitFor();
    expect([...camille.complaints, ...yann.complaints]).toEqual([]);
  });

  it('say what was changed elsewhere too, and publish over it once one has seen it', async () => {
    const { page, complaints } = await signedInAs('prof@fredu.test', 'phone');
    await opened(page);
    await typed(page, 'Écrit ici. ');
    await page.getByText('Tout est enregistré.').waitFor();
    const url = `/courses/${course!.id}`;
    const { sections, version: read } = await asked<Course>(page, 'GET', url);
    const [first, ...rest] = sections;
    const elsewhere = [{ ...first, body: 'Écrit ailleurs.' }, ...rest];
    await asked(page, 'PUT', `${url}/sections`, { body: { sections: elsewhere }, version: read });
    const version = read + 1;
    await page.reload();
    await page.getByText('Tout est enregistré.').waitFor();
    await page.getByRole('button', { name: 'Publier ce texte dans le cours' }).click();
    await page.getByRole('heading', { name: 'Le cours a changé entre-temps' }).waitFor();
    await page.getByRole('link', { name: 'Voir les versions du cours' }).waitFor();
    await looked(page, 'phone', 'together-changed');
    expect(await textOf(page).inputValue()).toMatch(/^Écrit ici\. /);
    await page.getByRole('button', { name: `Publier par-dessus la version ${version}` }).click();
    await page.getByText(`Publié : version ${version + 1} du cours.`).waitFor();
    expect(complaints.filter((each) => !each.includes('409'))).toEqual([]);
  });

  it('keep what is typed without a network, and send it when there is one', async () => {
    const { page } = await signedInAs('prof@fredu.test', 'desktop');
    await opened(page);
    await site.whileAway(() => typedOffline(page, 'Pendant la coupure. '));
    await page.getByText('Tout est enregistré.').waitFor({ timeout: 40_000 });
    const { page: other } = await signedInAs('y.leroux@fredu.test', 'desktop');
    await other.goto(`${site.url}/cours/${course!.id}/ecrire`);
    await other.waitForFunction(() =>
      document.querySelectorAll('textarea')[1]?.value.startsWith('Pendant la coupure. '),
    );
  });

  it('keep what is typed while the session ends, and send it once one has signed in again', async () => {
    const { page } = await signedInAs('prof@fredu.test', 'desktop');
    await opened(page);
    await site.whileAway(async () => {
      await typedOffline(page, 'Sans session. ');
      await page.context().clearCookies();
    });
    await page.getByText('votre session a pris fin').waitFor({ timeout: 40_000 });
    await looked(page, 'desktop', 'together-session-ended');
    expect(await textOf(page).inputValue()).toMatch(/^Sans session\. /);

    await asked(page, 'POST', '/sessions', { body: TEACHER });
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await page.getByText('Tout est enregistré.').waitFor();
    await page.reload();
    await page.getByText('Tout est enregistré.').waitFor();
    expect(await textOf(page).inputValue()).toMatch(/^Sans session\. /);
  });

  it('keep what is written where it cannot be published, and publish it when it can', async () => {
    const { page } = await signedInAs('prof@fredu.test', 'desktop');
    await opened(page);
    await typed(page, 'À publier. ');
    await page.getByText('Tout est enregistré.').waitFor();
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.getByRole('button', { name: 'Publier ce texte dans le cours' }).click();
    await page.getByRole('alert').getByText('Le serveur ne répond pas.').waitFor();
    expect(await textOf(page).inputValue()).toMatch(/^À publier\. /);
    await page.unroute('**/api/v1/**');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Publier ce texte dans le cours' }).click();
    await page.getByRole('alert').getByText('Connectez-vous pour continuer').waitFor();
    expect(await textOf(page).inputValue()).toMatch(/^À publier\. /);
    await asked(page, 'POST', '/sessions', { body: TEACHER });
    await page.getByRole('button', { name: 'Publier ce texte dans le cours' }).click();
    await page.getByText('Publié : version').waitFor();
    await page.goto(site.url + (await lessonOf(page, course!.id)));
    await page.getByText('À publier.').waitFor();
  });
});
