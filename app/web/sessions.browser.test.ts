import { describe, expect, it } from 'vitest';
import { DEMO_COURSES, DEMO_PASSWORD } from '#server/seed/courses.ts';
import { hasBrowser } from './testing/browser.ts';
import { asked, looked, signedIn } from './testing/signed-in.ts';
import { testSite } from './testing/site.ts';

const course = DEMO_COURSES[0]!;

describe.skipIf(!hasBrowser)('who is signed in', () => {
  const site = testSite();
  const signIn = async (page: Awaited<ReturnType<typeof signedIn>>['page'], email: string) => {
    await page.getByLabel('Adresse e-mail').fill(email);
    await page.getByLabel('Mot de passe').fill(DEMO_PASSWORD);
    await page.getByRole('button', { name: 'Se connecter' }).click();
  };

  it('in a second tab does not speak in the first one, which keeps what was typed', async () => {
    const { page } = await signedIn(site, { email: 'eleve@fredu.test', screen: 'desktop' });
    await asked(page, 'PUT', `/courses/${course.id}/enrolment`);
    await page.goto(`${site.url}/cours/${course.id}/discussions`);
    await page.getByRole('button', { name: 'Poser une question' }).click();
    await page.getByRole('textbox', { name: 'Titre' }).fill('Qui parle ?');
    await page.getByRole('textbox', { name: 'Votre question' }).fill('Moi, Inès.');
    const second = await page.context().newPage();
    const signInThere = async (email: string) => {
      await second.goto(`${site.url}/connexion`);
      await signIn(second, email);
      await second.getByRole('button', { name: /^Menu de/ }).waitFor();
      await second.waitForLoadState('networkidle');
    };
    await signInThere('prof@fredu.test');
    await page.getByRole('button', { name: 'Envoyer la question' }).click();
    await page.getByText('Une autre personne est connectée').waitFor();
    await page.getByRole('button', { name: 'Recharger la page' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Votre question' }).inputValue()).toBe('Moi, Inès.');
    await looked(page, 'desktop', 'another-person');
    await signInThere('eleve@fredu.test');
    await page.getByRole('button', { name: 'Envoyer la question' }).click();
    await page.getByRole('heading', { level: 1, name: 'Qui parle ?' }).waitFor();
    await page.getByText('Inès Benali').first().waitFor();
  });

  it('comes back to the invitation that asked for it', async () => {
    const { page: teacher } = await signedIn(site, { email: 'prof@fredu.test', screen: 'desktop' });
    const { link } = await asked<{ link: string }>(teacher, 'POST', `/courses/${course.id}/invitations`, {
      body: {},
    });
    const { page, complaints } = await site.browser.page('phone');
    // The server is started at any free port, of which its settings know nothing.
    const { pathname, hash } = new URL(link);
    await page.goto(site.url + pathname + hash);
    await page.getByRole('main').getByRole('link', { name: 'se connecter' }).click();
    await signIn(page, 'eleve@fredu.test');
    await page.getByRole('heading', { level: 1, name: 'Invitation à un cours' }).waitFor();
    await page.getByRole('button', { name: 'Suivre ce cours' }).click();
    await page.getByRole('heading', { level: 1, name: course.title }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('names somebody who has not written in the thread, chosen by the beginning of the name', async () => {
    const { page, complaints } = await signedIn(site, { email: 'eleve@fredu.test', screen: 'phone' });
    await page.goto(`${site.url}/cours/${course.id}/discussions`);
    await page.getByRole('button', { name: 'Poser une question' }).click();
    await page.getByRole('textbox', { name: 'Titre' }).fill('Une aide ?');
    await page.getByRole('textbox', { name: 'Votre question' }).pressSequentially('Merci @cam');
    await page.getByRole('button', { name: '@Camille Fournier' }).click();
    expect(await page.getByRole('textbox', { name: 'Votre question' }).inputValue()).toBe(
      'Merci @Camille Fournier ',
    );
    await looked(page, 'phone', 'naming');
    await page.getByRole('button', { name: 'Envoyer la question' }).click();
    await page.getByRole('heading', { level: 1, name: 'Une aide ?' }).waitFor();
    await page.locator('strong', { hasText: '@Camille Fournier' }).waitFor();
    expect(complaints).toEqual([]);
  });
});
