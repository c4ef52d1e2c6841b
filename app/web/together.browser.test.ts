import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { DEMO_COURSES, DEMO_PASSWORD } from '#server/seed/courses.ts';
import type { Course } from '#shared/schemas/course.ts';
import { hasBrowser, type SCREENS } from './testing/browser.ts';
import { asked, lessonOf, looked, signedIn } from './testing/signed-in.ts';
import { testSite } from './testing/site.ts';

const [course] = DEMO_COURSES;
const TEACHER = { email: 'prof@fredu.test', password: DEMO_PASSWORD };

/** One blue point. */
const PICTURE = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#14599c' } })
  .png()
  .toBuffer();

describe.skipIf(!hasBrowser)('the pages of a course that is written together', () => {
  const site = testSite();

  const textOf = (page: Page) => page.getByRole('textbox', { name: 'Texte', exact: true });
  /** The text without the names of those who write in it. */
  const said = (page: Page) =>
    textOf(page).evaluate((text) =>
      [...text.querySelectorAll('.cm-line')]
        .map((line) => {
          const copy = line.cloneNode(true) as HTMLElement;
          for (const cursor of copy.querySelectorAll('.cursor')) cursor.remove();
          return copy.textContent;
        })
        .join('\n'),
    );
  /** Until the text says so, on a machine that has other things to do. */
  const says = (page: Page, words: string | RegExp) =>
    expect.poll(() => said(page), { timeout: 40_000 }).toMatch(words);
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
    await says(yann.page, /^Bonjour Yann\. /);
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
    await says(camille.page, 'Salut Camille. ');
    await says(yann.page, 'Bonjour Yann. Ça va ? ');
    expect(await said(yann.page)).toBe(await said(camille.page));

    // Undoing takes back one's own letters only.
    await camille.page.keyboard.press('Control+z');
    await says(yann.page, /^(?!.*Ça va)/);
    expect(await said(yann.page)).toContain('Salut Camille. ');

    // One composes words out of several keys while the other one types.
    const keyboard = await camille.page.context().newCDPSession(camille.page);
    const compose = (text: string) =>
      keyboard.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      });
    await camille.page.keyboard.press('Control+Home');
    await compose('こん');
    await yann.page.keyboard.press('Control+End');
    await yann.page.keyboard.type(' Fin.');
    await compose('こんに');
    await keyboard.send('Input.insertText', { text: '今日' });
    await says(yann.page, /^今日/);
    await says(camille.page, / Fin\.\s*$/);
    expect(await said(camille.page)).toBe(await said(yann.page));
    expect(await said(camille.page)).not.toContain('こん');
    await looked(camille.page, 'desktop', 'together');

    await camille.page.getByText('Tout est enregistré.').waitFor();
    await camille.page.getByRole('button', { name: 'Publier les modifications' }).click();
    await camille.page.getByText('Publié : version 2 du cours.').waitFor();
    await camille.page.goto(site.url + (await lessonOf(camille.page, course!.id)));
    await camille.page.getByText('Salut Camille.').waitFor();
    await yann.page.getByText('Vous êtes la seule personne à écrire').waitFor();
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
    await page.getByRole('button', { name: 'Publier les modifications' }).click();
    await page.getByRole('heading', { name: 'Le cours a changé entre-temps' }).waitFor();
    await page.getByRole('link', { name: 'Voir les versions du cours' }).waitFor();
    await looked(page, 'phone', 'together-changed');
    expect(await said(page)).toMatch(/^Écrit ici\. /);
    await page.getByRole('button', { name: `Publier par-dessus la version ${version}` }).click();
    await page.getByText(`Publié : version ${version + 1} du cours.`).waitFor();
    expect(complaints.filter((each) => !each.includes('409'))).toEqual([]);
  });

  it('keep what is typed without a network, on leaving and in a closed tab, and send it when there is one', async () => {
    const { page } = await signedInAs('prof@fredu.test', 'desktop');
    await opened(page);
    await site.whileAway(async () => {
      await typedOffline(page, 'Pendant la coupure. ');
      await page.getByRole('link', { name: '← Le cours' }).click();
      await page.getByRole('textbox', { name: 'Texte', exact: true }).waitFor({ state: 'detached' });
      await page.close();
    });
    const { page: other } = await signedInAs('y.leroux@fredu.test', 'desktop');
    await opened(other);
    expect(await said(other)).not.toContain('Pendant la coupure. ');
    const again = await page.context().newPage();
    await opened(again);
    await says(again, /^Pendant la coupure\. /);
    await says(other, /^Pendant la coupure\. /);
  });

  it.each(['phone', 'desktop'] as const)(
    'have the sections, the files and the checks of a course beside its text (%s)',
    async (screen) => {
      const { page, complaints } = await signedInAs('prof@fredu.test', screen);
      const begun = { title: 'Le cycle de l’eau', summary: 'Un essai.', subject: 'SVT', level: 'Sixième' };
      const { id } = await asked<{ id: string }>(page, 'POST', '/courses', { body: begun });
      await page.goto(`${site.url}/cours/${id}/ecrire`);
      await page.getByText('Ce cours n’a pas encore de section').waitFor();
      const contents = page.getByRole('navigation', { name: 'Sections' });
      for (const title of ['Évaporation', 'Condensation']) {
        await contents.getByRole('button', { name: 'Ajouter une section' }).click();
        await page.getByRole('textbox', { name: 'Titre' }).fill(title);
        await contents.getByRole('button', { name: title }).waitFor();
      }
      const order = () => contents.getByRole('listitem').allInnerTexts();
      await contents.getByRole('button', { name: 'Condensation' }).press('Alt+ArrowUp');
      expect(await order()).toEqual(['Condensation', 'Évaporation']);
      await contents.getByText('« Condensation » est en place 1 sur 2.').waitFor();
      await contents.getByRole('button', { name: 'Retirer' }).click();
      expect(await order()).toEqual(['Évaporation']);
      await contents.getByRole('button', { name: 'Annuler' }).click();
      expect(await order()).toEqual(['Condensation', 'Évaporation']);

      // A file that is dropped on the text is sent and named where it was.
      await contents.getByRole('button', { name: 'Condensation' }).click();
      await textOf(page).focus();
      const dropped = await page.evaluateHandle(
        (bytes) => {
          const transfer = new DataTransfer();
          transfer.items.add(
            new File([Uint8Array.from(bytes)], 'Schéma du cycle.png', { type: 'image/png' }),
          );
          return transfer;
        },
        [...PICTURE],
      );
      await textOf(page).dispatchEvent('drop', { dataTransfer: dropped });
      await says(page, '![Schéma du cycle](<Sch%C3%A9ma%20du%20cycle.png>)');
      await page.locator('.workshop-preview img').waitFor({ timeout: 40_000 });
      // Names are offered, spaces and all.
      await page.keyboard.press('Control+End');
      await page.keyboard.type('\n\n#\u00a0Vapeur\n\n![cyc');
      await page.getByRole('option', { name: 'Schéma du cycle.png' }).click();
      await says(page, /!\[Légende\]\(<Sch%C3%A9ma%20du%20cycle\.png>\)\s*$/);
      await page.keyboard.type(' fin');
      await page.keyboard.press('Shift+Control+ArrowLeft');
      await page.keyboard.press('Control+b');
      await says(page, /\*\*fin\*\*\s*$/);

      await page.getByRole('tab', { name: 'À revoir' }).click();
      await page.getByText('espace insécable').waitFor();
      await page.getByText('Cette image n’a pas de description').waitFor();
      await page.getByText('Cette section est vide.').waitFor();
      await looked(page, screen, 'workshop-remarks');
      await page.getByRole('tab', { name: 'Aperçu' }).click();
      await page.getByText('Tout est enregistré.').waitFor();
      await looked(page, screen, 'workshop');
      await page.getByText('Brouillon · modifié depuis la version 1').waitFor();
      await page.getByRole('button', { name: 'Publier le cours' }).click();
      await page.getByText(/^Publié\s: version/).waitFor();
      await page.getByText(/^Publié · version/).waitFor();
      expect(complaints).toEqual([]);
    },
  );

  it('keep what is typed while the session ends, and send it once one has signed in again', async () => {
    const { page } = await signedInAs('prof@fredu.test', 'desktop');
    await opened(page);
    await site.whileAway(async () => {
      await typedOffline(page, 'Sans session. ');
      await page.context().clearCookies();
    });
    await page.getByText('votre session a pris fin').waitFor({ timeout: 40_000 });
    await looked(page, 'desktop', 'together-session-ended');
    expect(await said(page)).toMatch(/^Sans session\. /);

    await asked(page, 'POST', '/sessions', { body: TEACHER });
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await page.getByText('Tout est enregistré.').waitFor();
    await page.reload();
    await page.getByText('Tout est enregistré.').waitFor();
    expect(await said(page)).toMatch(/^Sans session\. /);
  });

  it('keep what is written where it cannot be published, and publish it when it can', async () => {
    const { page } = await signedInAs('prof@fredu.test', 'desktop');
    await opened(page);
    await typed(page, 'À publier. ');
    await page.getByText('Tout est enregistré.').waitFor();
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.getByRole('button', { name: 'Publier les modifications' }).click();
    await page.getByRole('alert').getByText('Le serveur ne répond pas.').waitFor();
    expect(await said(page)).toMatch(/^À publier\. /);
    await page.unroute('**/api/v1/**');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Publier les modifications' }).click();
    await page.getByRole('alert').getByText('Connectez-vous pour continuer').waitFor();
    expect(await said(page)).toMatch(/^À publier\. /);
    await asked(page, 'POST', '/sessions', { body: TEACHER });
    await page.getByRole('button', { name: 'Publier les modifications' }).click();
    await page.getByText('Publié : version').waitFor();
    await page.goto(site.url + (await lessonOf(page, course!.id)));
    await page.getByText('À publier.').waitFor();
  });
});
