import { describe, expect, it } from 'vitest';
import { DEMO_COURSES, DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { hasBrowser } from './testing/browser.ts';
import { looked, openMenu } from './testing/signed-in.ts';
import { testSite } from './testing/site.ts';
import { leaveInStores, readStores } from './testing/stores.ts';

describe.skipIf(!hasBrowser)('the pages of people', () => {
  const site = testSite();

  it.each(['phone', 'desktop'] as const)('let one in and out again, on a %s', async (screen) => {
    const { page, complaints } = await site.browser.page(screen);
    await page.goto(site.url);
    await page.getByRole('link', { name: 'Se connecter' }).click();
    await page.getByLabel('Adresse e-mail').fill('eleve@fredu.test');
    await page.getByLabel('Mot de passe').fill('ce n’est pas lui');
    await looked(page, screen, 'sign-in');
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByRole('alert').getByText('L’adresse ou le mot de passe ne convient pas.').waitFor();
    await page.getByLabel('Mot de passe').fill(DEMO_PASSWORD);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await openMenu(page);
    await page.getByRole('link', { name: 'Inès Benali' }).click();
    await page.getByRole('heading', { name: 'Mon compte' }).waitFor();
    await page.getByLabel('Nom', { exact: true }).fill('Inès B.');
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByText('C’est enregistré.').waitFor();
    await openMenu(page);
    await page.getByRole('link', { name: 'Inès B.' }).waitFor();
    await page.keyboard.press('Escape');
    await looked(page, screen, 'account');
    await page.getByLabel('Nom', { exact: true }).fill('Inès Benali');
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    await openMenu(page);
    await page.getByRole('link', { name: 'Inès Benali' }).waitFor();
    await page.getByRole('button', { name: 'Se déconnecter' }).click();
    await page.getByRole('link', { name: 'Se connecter' }).waitFor();
    // The browser writes down that one try was refused, and nothing else.
    expect(complaints).toEqual([expect.stringContaining('401')]);
  });

  it.each(['phone', 'desktop'] as const)(
    'show at a course what its author writes of himself, on a %s',
    async (screen) => {
      const { page, complaints } = await site.browser.page(screen);
      const about = `Physicienne.\nSur ${screen}.`;
      await page.goto(`${site.url}/connexion`);
      await page
        .getByLabel('Adresse e-mail')
        .fill(DEMO_PEOPLE.find(({ name }) => name === 'Camille Fournier')!.email);
      await page.getByLabel('Mot de passe').fill(DEMO_PASSWORD);
      await page.getByRole('button', { name: 'Se connecter' }).click();
      await openMenu(page);
      await page.getByRole('link', { name: 'Camille Fournier' }).click();
      await page.getByLabel('Ce que l’on lit de moi à mes cours').fill(about);
      await page.getByRole('button', { name: 'Enregistrer' }).click();
      await page.getByText('C’est enregistré.').waitFor();
      await page.goto(`${site.url}/cours/${DEMO_COURSES[0]!.id}`);
      const shown = page.getByRole('region', { name: 'Enseignants' });
      expect(await shown.getByRole('definition').innerText()).toBe(about);
      await shown.scrollIntoViewIfNeeded();
      await looked(page, screen, 'teachers');
      expect(complaints).toEqual([]);
    },
  );

  it('make an account of a letter, for somebody under 15 once a parent agreed', async () => {
    const { page, complaints } = await site.browser.page('phone');
    await page.goto(`${site.url}/inscription`);
    await page.getByLabel('Nom').fill('Lou');
    await page.getByLabel('Adresse e-mail', { exact: true }).fill('lou@exemple.fr');
    await page.getByLabel('Mot de passe').fill('quatre canards bleus 7');
    await page.getByLabel('J’ai moins de 15 ans').check();
    await page.getByLabel('Adresse e-mail d’un parent').fill('parent@exemple.fr');
    await looked(page, 'phone', 'sign-up');
    await page.getByRole('button', { name: 'S’inscrire' }).click();
    await page.getByText('Une lettre vient de partir.').waitFor();
    // Letters are written after the answer.
    const link = async (path: string) => {
      const found = async () =>
        new RegExp(`/${path}#[\\w-]{43}`).exec(await (await fetch(`${site.url}/courrier`)).text())?.[0];
      await expect.poll(found).toBeTruthy();
      return (await found())!;
    };
    await page.goto(site.url + (await link('accord')));
    await page.getByRole('button', { name: 'Je suis d’accord' }).click();
    await page.getByText('Votre accord est enregistré.').waitFor();
    await page.goto(site.url + (await link('confirmer')));
    await page.getByLabel('Mot de passe choisi').fill('quatre canards bleus 7');
    await looked(page, 'phone', 'confirm');
    await page.getByRole('button', { name: 'Créer mon compte' }).click();
    await openMenu(page);
    await page.getByRole('link', { name: 'Lou' }).waitFor();
    await page.goto(site.url + (await link('retrait-accord')));
    await page.getByRole('button', { name: 'Retirer mon accord' }).click();
    await page.getByText('Le compte est fermé.').waitFor();
    await page.goto(site.url);
    await page.getByRole('link', { name: 'Se connecter' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('keep nothing of the session where a program in the page could read it', async () => {
    const { page } = await site.browser.page('desktop');
    const { id, authors } = DEMO_COURSES[0]!;
    await page.goto(`${site.url}/connexion`);
    await page.getByLabel('Adresse e-mail').fill(DEMO_PEOPLE.find(({ name }) => name === authors[0])!.email);
    await page.getByLabel('Mot de passe').fill(DEMO_PASSWORD);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByRole('button', { name: 'Se déconnecter' }).waitFor();
    await page.goto(`${site.url}/cours/${id}`);
    await page.getByRole('link', { name: 'Questions et réponses' }).click();
    await page.getByRole('button', { name: 'Poser une question' }).waitFor();
    await page.goto(`${site.url}/cours/${id}/ecrire`);
    await page.getByRole('textbox', { name: 'Texte' }).first().pressSequentially('Rien. ');
    await page.getByText('Tout est enregistré.').waitFor();

    const cookies = await page.context().cookies();
    expect(cookies.filter(({ httpOnly }) => !httpOnly)).toEqual([]);
    const { value } = cookies.find(({ name }) => name === 'session')!;
    const parts = Array.from(value.slice(7), (_, at) => value.slice(at, at + 8));
    expect(parts).toHaveLength(36);
    // A word that is left in each place shows that what lies there is found.
    await page.evaluate(leaveInStores, 'un-repere');
    const stores = Object.entries(await page.evaluate(readStores));
    expect(stores.filter(([, held]) => !held.includes('un-repere'))).toEqual([]);
    expect(stores.filter(([, held]) => parts.some((part) => held.includes(part)))).toEqual([]);
  });
});
