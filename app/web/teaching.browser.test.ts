import { describe, expect, it } from 'vitest';
import { hasBrowser } from './testing/browser.ts';
import { agree, asked, looked, signedIn } from './testing/signed-in.ts';
import { testSite } from './testing/site.ts';

describe.skipIf(!hasBrowser)('the pages of teachers', () => {
  const site = testSite();

  it.each(['desktop', 'phone'] as const)(
    'lead a course from its first words to its readers and back (%s)',
    async (screen) => {
      const { page, complaints } = await signedIn(site, { email: 'prof@fredu.test', screen });
      await page.goto(site.url);
      await page.getByRole('link', { name: 'Mes cours' }).click();
      await page.getByRole('link', { name: 'Commencer un cours' }).click();
      await page.getByLabel('Titre').fill('Nombres premiers');
      await page.getByLabel('Matière').fill('Mathématiques');
      await page.getByLabel('Niveau').fill('Terminale');
      await page.getByLabel('Mots-clés').fill('arithmétique, crible');
      await looked(page, screen, 'new-course');
      await page.getByRole('button', { name: 'Créer le cours' }).click();
      await page.waitForURL(/\/ecrire$/);
      const id = /cours\/([^/]+)\//.exec(page.url())![1]!;
      await page.goto(`${site.url}/mes-cours`);
      const card = page.getByRole('article').filter({ hasText: 'Nombres premiers' });
      await card.first().getByText('Brouillon', { exact: true }).waitFor();
      await looked(page, screen, 'own-courses');

      // A course without a word in it is not published, and says why.
      await page.goto(`${site.url}/cours/${id}/gerer`);
      await page.getByRole('button', { name: 'Publier' }).click();
      await page.getByRole('alert').waitFor();
      const sections = [{ title: 'Le crible', body: 'Barrez les multiples.' }];
      await asked(page, 'PUT', `/courses/${id}/sections`, { body: { sections }, version: 1 });
      await page.reload();
      await page.getByLabel('Résumé').fill('De 2 à 100, puis au-delà.');
      await page.getByRole('button', { name: 'Enregistrer' }).click();
      await page.getByText('C’est enregistré.').waitFor();
      await page.getByRole('button', { name: 'Publier' }).click();
      await page.getByText('Publié.', { exact: true }).waitFor();

      await page.goto(`${site.url}/cours/${id}`);
      await page.getByRole('link', { name: 'Suivi du cours' }).click();
      await page.getByRole('heading', { level: 1, name: 'Suivi du cours' }).waitFor();
      await page.getByText('personne ne suit encore ce cours').waitFor();
      expect(await page.getByRole('row', { name: /Le crible/ }).innerText()).toMatch(/\b0\b/);
      await looked(page, screen, 'statistics');
      await page.goto(`${site.url}/cours/${id}/gerer`);

      const links = async () =>
        (await (await fetch(`${site.url}/courrier`)).text()).match(/\/ecrire-un-cours#[\w-]{43}/g) ?? [];
      const before = new Set(await links());
      await page.getByLabel('Adresse d’un enseignant').fill('h.weber@fredu.test');
      await page.getByRole('button', { name: 'Inviter un auteur' }).click();
      await page.getByText('un e-mail vient de partir').waitFor();
      await page.getByRole('button', { name: 'Révoquer l’invitation h.weber@fredu.test' }).waitFor();
      const { page: invited } = await signedIn(site, { email: 'h.weber@fredu.test', screen });
      // Letters are written after the answer.
      const arrived = async () => (await links()).find((each) => !before.has(each));
      await expect.poll(arrived).toBeTruthy();
      await invited.goto(site.url + (await arrived())!);
      await looked(invited, screen, 'author-invitation');
      await invited.getByRole('button', { name: 'Devenir auteur' }).click();
      await invited.waitForURL(`${site.url}/cours/${id}/gerer`);
      await page.reload();
      await page.getByRole('button', { name: 'Retirer Hugo Weber' }).waitFor();
      // An author who leaves is led to what he may still read.
      await invited.getByRole('button', { name: 'Retirer Hugo Weber' }).click();
      await agree(invited, 'Retirer', 'Retirer Hugo Weber ?');
      await invited.waitForURL(`${site.url}/cours/${id}`);
      await page.getByRole('button', { name: 'Créer un lien' }).click();
      await page.getByText(/À copier maintenant.*\/invitation/).waitFor();
      await page.getByLabel('Adresses, une par ligne').fill('a@exemple.fr\nb@exemple.fr');
      await page.getByRole('button', { name: 'Inviter 2 personnes' }).click();
      await page.getByRole('button', { name: 'Révoquer l’invitation a@exemple.fr' }).click();
      await page
        .getByRole('button', { name: 'Révoquer l’invitation a@exemple.fr' })
        .waitFor({ state: 'detached' });

      await page.getByRole('button', { name: 'Ce que la version 3 a changé' }).click();
      await page.getByText('De 2 à 100, puis au-delà.').last().waitFor();
      await looked(page, screen, 'manage');
      await page.getByRole('button', { name: 'Rétablir la version 2' }).click();
      await page.getByText('Version 5,').waitFor();
      await page.getByRole('button', { name: 'Supprimer' }).click();
      await agree(page, 'Supprimer', '30 jours');
      await page.getByRole('button', { name: 'Reprendre le cours' }).click();
      await page.getByText('Brouillon : seuls ses auteurs').waitFor();
      expect(complaints.filter((each) => !/409|422|400/.test(each))).toEqual([]);
    },
  );

  it('keep what two authors change at once, and undo nothing of one another unseen', async () => {
    const { page: one } = await signedIn(site, {
      email: 'prof@fredu.test',
      screen: 'desktop',
    });
    const { page: two } = await signedIn(site, { email: 'prof@fredu.test', screen: 'phone' });
    const volcanoes = { title: 'Volcans', summary: 'Le Stromboli', subject: 'SVT', level: 'Quatrième' };
    const { id } = await asked<{ id: string }>(one, 'POST', '/courses', { body: volcanoes });
    for (const page of [one, two]) await page.goto(`${site.url}/cours/${id}/gerer`);
    const saved = async (page: typeof one) => {
      await page.getByRole('button', { name: 'Enregistrer' }).click();
      await page.getByText('C’est enregistré.').waitFor();
    };
    await two.getByLabel('Matière').waitFor();
    await one.getByLabel('Résumé').fill('Le Stromboli et l’Etna');
    await one.getByLabel('Langue du cours').selectOption('en');
    await saved(one);

    // The version that this page shows is an old one: refused, read again, and then only what was typed here is sent.
    await two.getByLabel('Niveau').fill('Seconde');
    await two.getByRole('button', { name: 'Enregistrer' }).click();
    await two.getByRole('alert').waitFor();
    await saved(two);
    expect(await two.getByLabel('Résumé').inputValue()).toBe('Le Stromboli et l’Etna');
    expect(await two.getByLabel('Langue du cours').inputValue()).toBe('en');

    await two.getByLabel('Titre').fill('Volcans d’Italie');
    await saved(two);
    await one.getByLabel('Titre').fill('Les volcans');
    await one.getByRole('button', { name: 'Enregistrer' }).click();
    await one.getByRole('alert').waitFor();
    await one.getByRole('button', { name: 'Enregistrer' }).click();
    await one.getByRole('alert').getByText('Volcans d’Italie').waitFor();
    expect(await one.getByLabel('Titre').inputValue()).toBe('Les volcans');
    await looked(one, 'desktop', 'manage-changed-meanwhile');
    await saved(one);
    await one.reload();
    await one.getByLabel('Titre').waitFor();
    expect(
      await Promise.all(['Titre', 'Résumé', 'Niveau'].map((label) => one.getByLabel(label).inputValue())),
    ).toEqual(['Les volcans', 'Le Stromboli et l’Etna', 'Seconde']);
  });
});
