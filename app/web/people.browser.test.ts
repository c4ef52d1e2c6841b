import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { DEMO_COURSES, DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { codeOf } from '#server/testing/codes.ts';
import { hasBrowser, SCREENS } from './testing/browser.ts';
import { agree, asked, looked, openMenu, signedIn } from './testing/signed-in.ts';
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
      await page.getByLabel('Présentation affichée sur mes cours').fill(about);
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

  it.each(['phone', 'desktop'] as const)(
    'ask for a code of one’s telephone after the password, once it is set up, on a %s',
    async (screen) => {
      const { page } = await site.browser.page(screen);
      const ines = DEMO_PEOPLE.find(({ role }) => role === 'student')!;
      const enter = async () => {
        await page.goto(`${site.url}/connexion`);
        await page.getByLabel('Adresse e-mail').fill(ines.email);
        await page.getByLabel('Mot de passe').fill(DEMO_PASSWORD);
        await page.getByRole('button', { name: 'Se connecter' }).click();
      };
      await enter();
      await openMenu(page);
      await page.getByRole('link', { name: ines.name }).click();
      const setUp = page.locator('form', { has: page.getByRole('button', { name: 'Activer' }) });
      await setUp.getByLabel('Mot de passe').fill(DEMO_PASSWORD);
      await setUp.getByRole('button').click();
      await page.getByRole('img', { name: 'Code QR' }).waitFor();
      const secret = (await page.locator('.secret-key').innerText()).replaceAll(' ', '');
      await looked(page, screen, 'second-factor');
      await page.getByLabel('Code à six chiffres').fill(codeOf(secret));
      await page.getByRole('button', { name: 'Vérifier le code' }).click();
      const codes = page.locator('.recovery-codes code');
      await codes.first().waitFor();
      const [recovery, next] = await codes.allInnerTexts();
      await looked(page, screen, 'recovery-codes');
      const arrived = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Télécharger ces codes' }).click();
      expect(await text(await (await arrived).createReadStream())).toContain(recovery);

      await openMenu(page);
      await page.getByRole('button', { name: 'Se déconnecter' }).click();
      await page.getByRole('link', { name: 'Se connecter' }).waitFor();
      await enter();
      const code = page.getByLabel('Code du téléphone');
      await code.waitFor();
      expect(await code.evaluate((field) => document.activeElement === field)).toBe(true);
      await looked(page, screen, 'code');
      await code.fill('123');
      await page.getByRole('button', { name: 'Se connecter' }).click();
      await page.getByRole('alert').waitFor();
      await code.fill(recovery!);
      await page.getByRole('button', { name: 'Se connecter' }).click();
      await openMenu(page);
      await page.getByRole('link', { name: ines.name }).click();
      await page.getByText('Il vous reste 9 codes de secours.').waitFor();
      await page.getByText('Ne plus demander de code').click();
      const off = page.locator('form', { has: page.getByRole('button', { name: 'Désactiver' }) });
      await off.getByLabel('Mot de passe').fill(DEMO_PASSWORD);
      await off.getByLabel('Code du téléphone').fill(next!);
      await off.getByRole('button').click();
      await page.getByRole('button', { name: 'Activer' }).waitFor();
    },
  );

  it('show where one is signed in, and end the account after some days or not at all', async () => {
    const { page, complaints } = await signedIn(site, { email: DEMO_PEOPLE[0]!.email, screen: 'phone' });
    const other = await signedIn(site, { email: DEMO_PEOPLE[0]!.email, screen: 'desktop' });
    await page.goto(`${site.url}/compte`);
    await page.getByText('Cet appareil').waitFor();
    await page.getByRole('button', { name: 'Déconnecter tous les autres' }).click();
    await page.getByText('Vos autres appareils sont déconnectés.').waitFor();
    expect(await page.getByRole('button', { name: /^Déconnecter/ }).count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Appareils connectés');
    await expect(asked(other.page, 'GET', '/me')).rejects.toThrow('sign-in-needed');
    await page.getByText('Supprimer mon compte').click();
    const form = page.locator('form', { has: page.getByRole('button', { name: 'Demander la suppression' }) });
    await form.getByLabel('Mot de passe').fill(DEMO_PASSWORD);
    await form.getByRole('button').click();
    await page.getByText('Votre compte sera supprimé le').waitFor();
    await page.getByText('Personne d’autre n’écrit ces cours').waitFor();
    await looked(page, 'phone', 'leaving');
    await page.reload();
    await page.getByRole('button', { name: 'Garder mon compte' }).click();
    await page.getByText('Votre compte est gardé.').waitFor();
    await page.getByText('Supprimer mon compte').waitFor();
    expect(complaints).toEqual([]);
  });

  /** Where the latest letter of a kind leads. Letters are written after the answer. */
  const link = async (path: string) => {
    const found = async () =>
      new RegExp(`/${path}#[\\w-]{43}`).exec(await (await fetch(`${site.url}/courrier`)).text())?.[0];
    await expect.poll(found).toBeTruthy();
    return (await found())!;
  };

  it('let those teach whom the administration has confirmed, where it wants to', async () => {
    const { page: admin } = await signedIn(site, { email: 'admin@fredu.test', screen: 'desktop' });
    await admin.goto(`${site.url}/administration?partie=enseignants`);
    await admin.getByLabel('les personnes confirmées ici').check();
    await admin.getByLabel('d’un de ces domaines').fill('ac-exemple.fr');
    await admin.getByRole('button', { name: 'Enregistrer' }).click();
    await admin.getByText('C’est enregistré.').waitFor();
    const { page, complaints } = await site.browser.page('phone');
    const body = {
      email: 'nouvelle@exemple.fr',
      name: 'Nour Petit',
      role: 'teacher',
      password: DEMO_PASSWORD,
    };
    await page.goto(site.url);
    await asked(page, 'POST', '/people', { body });
    await page.goto(site.url + (await link('confirmer')));
    await page.getByLabel('Mot de passe choisi').fill(DEMO_PASSWORD);
    await page.getByRole('button', { name: 'Créer mon compte' }).click();
    await openMenu(page);
    await page.getByRole('link', { name: 'Nour Petit' }).click();
    await page.getByText('Vous avez dit enseigner').waitFor();
    await admin.reload();
    await admin.getByRole('button', { name: 'Confirmer que Nour Petit enseigne' }).waitFor();
    await looked(admin, 'desktop', 'teachers-waiting');
    await admin.getByRole('button', { name: 'Confirmer que Nour Petit enseigne' }).click();
    await admin.getByText('Personne n’attend.').waitFor();
    await asked(page, 'POST', '/sessions', { body: { email: body.email, password: DEMO_PASSWORD } });
    expect(await asked(page, 'GET', '/me')).toMatchObject({ role: 'teacher', waitsToTeach: false });
    await admin.getByLabel('toute personne qui le dit').check();
    await admin.getByRole('button', { name: 'Enregistrer' }).click();
    expect(complaints).toEqual([]);
  });

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
    await page.getByText('Un e-mail vient de partir.').waitFor();
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

  it('let the administration see to people, reports, notices and what the site says of itself', async () => {
    const course = DEMO_COURSES[0]!;
    const { page: student } = await signedIn(site, { email: 'eleve@fredu.test', screen: 'phone' });
    await asked(student, 'PUT', `/courses/${course.id}/enrolment`);
    const rude = { title: 'Une question', body: 'Des mots qui blessent.' };
    const { id: thread } = await asked<{ id: string }>(student, 'POST', `/courses/${course.id}/threads`, {
      body: rude,
    });
    const { page: teacher } = await signedIn(site, { email: 'prof@fredu.test', screen: 'phone' });
    await asked(teacher, 'POST', `/threads/${thread}/reports`, { body: { reason: 'Injurieux' } });

    const { page, complaints } = await signedIn(site, { email: 'admin@fredu.test', screen: 'desktop' });
    await page.goto(site.url);
    await openMenu(page);
    await page.getByRole('link', { name: 'Administration' }).click();
    const finder = page.getByRole('search');
    await finder.getByLabel('Nom ou adresse').fill('weber');
    await finder.getByRole('button', { name: 'Chercher' }).click();
    await page.getByText('h.weber@fredu.test').waitFor();
    await page.getByLabel('Rôle de Hugo Weber').selectOption('student');
    await page.getByText('C’est fait.').waitFor();
    await page.getByRole('button', { name: 'Suspendre Hugo Weber' }).click();
    await agree(page, 'Suspendre', 'Ses sessions');
    await page.getByText('Suspendu depuis').waitFor();
    await page.getByRole('button', { name: 'Rétablir Hugo Weber' }).click();
    await page.getByRole('button', { name: 'Suspendre Hugo Weber' }).waitFor();
    await page.getByLabel('Rôle de Hugo Weber').selectOption('teacher');
    await page.getByLabel('Place de Hugo Weber').fill('1,5');
    await page.getByRole('button', { name: 'Fixer' }).click();
    await page.getByText('sur 1,5 Go').waitFor();
    await looked(page, 'desktop', 'administration');

    const part = (name: string) =>
      page.getByRole('navigation', { name: 'Parties' }).getByRole('link', { name }).click();
    await part('Signalements');
    await page.getByText('Des mots qui blessent.').waitFor();
    await page.getByRole('button', { name: 'Retirer le message' }).click();
    await page.getByText('Rien n’est signalé.').waitFor();

    await part('Annonces');
    await page.getByLabel('Annonce en français').fill('Lecture seule dimanche de 6 h à 7 h.');
    await page.getByLabel('La même en anglais').fill('Read only on Sunday from 6 to 7.');
    await page.getByLabel('Jusqu’à').fill('2099-01-01T08:00');
    await page.getByRole('button', { name: 'Annoncer' }).click();
    const { page: visitor } = await site.browser.page('phone');
    await visitor.goto(site.url);
    await visitor.getByText('Lecture seule dimanche').waitFor();
    await looked(visitor, 'phone', 'notice');

    await part('Pages du site');
    await page
      .getByLabel('Mentions légales, en Markdown')
      .fill('Ce site est édité par **une académie de démonstration**.');
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByText('C’est enregistré').waitFor();
    await visitor.getByRole('link', { name: 'Mentions légales' }).click();
    await visitor.getByText('une académie de démonstration').waitFor();
    await visitor.getByRole('link', { name: 'Confidentialité' }).click();
    await visitor.getByRole('heading', { name: 'Combien de temps' }).waitFor();
    await looked(visitor, 'phone', 'privacy');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize(SCREENS.phone);
    await part('Usage');
    await page.getByText('Signalements à examiner').waitFor();
    await looked(page, 'phone', 'administration-usage-dark');
    await part('Journal');
    await page.getByText('person.changed').first().waitFor();
    await part('Annonces');
    await page.getByRole('button', { name: 'Ne plus montrer' }).click();
    await page.getByRole('button', { name: 'Ne plus montrer' }).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('keep nothing of the session where a program in the page could read it', async () => {
    const { page } = await site.browser.page('desktop');
    const { id, authors } = DEMO_COURSES[0]!;
    await page.goto(`${site.url}/connexion`);
    await page.getByLabel('Adresse e-mail').fill(DEMO_PEOPLE.find(({ name }) => name === authors[0])!.email);
    await page.getByLabel('Mot de passe').fill(DEMO_PASSWORD);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByRole('button', { name: /^Menu de/ }).waitFor();
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
