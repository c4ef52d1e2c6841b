import { describe, expect, it } from 'vitest';
import { DEMO_COURSES } from '#server/seed/courses.ts';
import { hasBrowser } from './testing/browser.ts';
import { agree, lessonOf, looked, signedIn } from './testing/signed-in.ts';
import { testSite } from './testing/site.ts';

const [course] = DEMO_COURSES;

describe.skipIf(!hasBrowser)('the pages of a forum', () => {
  const site = testSite();

  it('lead from a question to its accepted answer, and tell both of it', async () => {
    const student = await signedIn(site, { email: 'eleve@fredu.test', screen: 'phone' });
    const teacher = await signedIn(site, { email: 'prof@fredu.test', screen: 'desktop' });
    const forum = `${site.url}/cours/${course!.id}/discussions`;
    expect(
      await student.page.evaluate(async (id) => {
        const done = await fetch(`/api/v1/courses/${id}/enrolment`, { method: 'PUT' });
        await done.text();
        return done.status;
      }, course!.id),
    ).toBe(204);

    // From the section that it is about, where others find it.
    const lesson = await lessonOf(student.page, course!.id);
    await student.page.goto(site.url + lesson);
    const below = student.page.getByRole('region', { name: 'Questions sur cette section' });
    await below.getByText('Personne n’a encore posé de question ici.').waitFor();
    await below.getByRole('link', { name: 'Poser une question' }).click();
    await student.page.getByRole('heading', { level: 1, name: course!.sections[0]![0] }).waitFor();
    await student.page.getByRole('button', { name: 'Poser une question' }).click();
    await student.page.getByRole('textbox', { name: 'Titre' }).fill('Que veut dire le titre ?');
    await student.page.getByRole('textbox', { name: 'Votre question' }).fill('Je ne le vois pas.');
    await student.page.getByRole('button', { name: 'Envoyer la question' }).click();
    await student.page.getByRole('heading', { level: 1, name: 'Que veut dire le titre ?' }).waitFor();
    await student.page.goto(site.url + lesson);
    await below.getByRole('link', { name: 'Que veut dire le titre ?' }).waitFor();
    await looked(student.page, 'phone', 'section-questions');
    await student.page.goto(site.url + (await lessonOf(student.page, course!.id, 1)));
    await below.getByText('Personne n’a encore posé de question ici.').waitFor();

    // From the course itself, by what stands there.
    await student.page.goto(`${site.url}/cours/${course!.id}`);
    await student.page.getByRole('link', { name: 'Questions et réponses' }).click();
    await student.page.getByText(`${course!.sections[0]![0]} ·`).waitFor();
    await student.page.getByRole('button', { name: 'Poser une question' }).click();
    await student.page.getByRole('textbox', { name: 'Titre' }).fill('Pourquoi la suite converge-t-elle ?');
    await student.page
      .getByRole('textbox', { name: 'Votre question' })
      .fill('Je ne vois pas pourquoi $u_n \\to 0$. <script>alert(1)</script>');
    await looked(student.page, 'phone', 'forum-asking');
    // Nobody loses what they typed by a link.
    await student.page.getByRole('link', { name: 'Mes cours' }).click();
    await looked(student.page, 'phone', 'unsaved');
    await agree(student.page, 'Annuler', 'Quitter sans envoyer ?');
    expect(await student.page.getByRole('textbox', { name: 'Titre' }).inputValue()).toContain('converge');
    await student.page.getByRole('button', { name: 'Envoyer la question' }).click();
    await student.page
      .getByRole('heading', { level: 1, name: 'Pourquoi la suite converge-t-elle ?' })
      .waitFor();
    await student.page.locator('math').waitFor();
    expect(await student.page.locator('.message script').count()).toBe(0);

    await teacher.page.waitForLoadState('networkidle');
    await teacher.page.goto(forum);
    await teacher.page.getByRole('link', { name: 'Pourquoi la suite converge-t-elle ?' }).click();
    await teacher.page.getByRole('textbox', { name: 'Votre réponse' }).fill('Parce que $|u_n| \\le 1/n$.');
    await teacher.page.getByRole('button', { name: 'Répondre' }).click();
    await teacher.page.getByRole('article', { name: 'Réponse de Camille Fournier' }).waitFor();
    await teacher.page.getByRole('button', { name: 'Épingler' }).click();
    await teacher.page.getByRole('button', { name: 'Ne plus épingler' }).waitFor();

    // The student, who waits on the page, sees it come.
    await student.page.getByText('Une nouvelle réponse depuis que vous êtes ici.').waitFor();
    await student.page.getByRole('article', { name: 'Réponse de Camille Fournier' }).waitFor();

    // The student is notified, votes, accepts, and names the teacher in their thanks.
    await student.page.waitForLoadState('networkidle');
    await student.page.goto(forum);
    await student.page.getByText('Épinglée').waitFor();
    await looked(student.page, 'phone', 'forum');
    await student.page.getByRole('link', { name: 'Notifications (1 non lue)' }).click();
    await student.page.getByText('a répondu dans').waitFor();
    await looked(student.page, 'phone', 'notifications');
    await student.page.getByRole('link', { name: 'Pourquoi la suite converge-t-elle ?' }).click();
    // To the answer itself.
    await student.page.waitForFunction(() => document.activeElement?.id.startsWith('reponse-'));
    const answer = student.page.getByRole('article', { name: 'Réponse de Camille Fournier' });
    await answer.getByRole('button', { name: '▲ Utile' }).click();
    await answer.getByText('1 point').waitFor();
    await answer.getByRole('button', { name: 'Accepter cette réponse' }).click();
    await answer.getByText('Réponse acceptée').waitFor();
    await answer.getByRole('button', { name: 'Mentionner' }).click();
    const field = student.page.getByRole('textbox', { name: 'Votre réponse' });
    await field.press('Control+End');
    await field.pressSequentially('merci !');
    await student.page.getByRole('button', { name: 'Répondre' }).click();
    await student.page
      .getByRole('article', { name: 'Réponse de Inès Benali' })
      .getByText('@Camille Fournier')
      .waitFor();
    await looked(student.page, 'phone', 'thread');

    await teacher.page.waitForLoadState('networkidle');
    await teacher.page.goto(`${site.url}/notifications`);
    await teacher.page.getByText('a accepté votre réponse dans').waitFor();
    await teacher.page.getByText('vous a mentionné dans').waitFor();
    await teacher.page.getByRole('button', { name: 'Tout marquer comme lu' }).click();
    await teacher.page.getByText('Non lue').first().waitFor({ state: 'detached' });
    await teacher.page.getByRole('checkbox', { name: 'Un résumé par jour' }).click();
    await teacher.page.waitForFunction(async () => {
      const answer = await fetch('/api/v1/notifications/settings');
      return (await answer.json()).digest === 'never';
    });
    await looked(teacher.page, 'desktop', 'notifications');
    expect([...student.complaints, ...teacher.complaints]).toEqual([]);
  });

  it('let readers report and change, and moderators decide', async () => {
    const student = await signedIn(site, { email: 'eleve@fredu.test', screen: 'phone' });
    const teacher = await signedIn(site, { email: 'prof@fredu.test', screen: 'desktop' });
    const forum = `${site.url}/cours/${course!.id}/discussions`;
    await teacher.page.waitForLoadState('networkidle');
    await teacher.page.goto(forum);
    await teacher.page.getByRole('link', { name: 'Pourquoi la suite converge-t-elle ?' }).click();
    const own = teacher.page.getByRole('article', { name: 'Réponse de Camille Fournier' });
    await own.getByRole('button', { name: 'Modifier' }).click();
    await own.getByRole('textbox', { name: 'Votre texte' }).fill('Corrigé : **1/n** tend vers 0.');
    await own.getByRole('button', { name: 'Enregistrer' }).click();
    await own.getByText('· modifié').waitFor();

    await student.page.goto(teacher.page.url());
    const answer = student.page.getByRole('article', { name: 'Réponse de Camille Fournier' });
    await answer.getByRole('button', { name: 'Signaler' }).click();
    await answer.getByRole('textbox', { name: 'Ce qui ne va pas' }).fill('Un essai');
    await answer.getByRole('button', { name: 'Envoyer le signalement' }).click();
    await answer.getByText('Merci, ce message va être examiné.').waitFor();

    // Not the writer, but the other author of the course decides.
    const colleague = await signedIn(site, {
      email: 'y.leroux@fredu.test',
      screen: 'desktop',
    });
    await colleague.page.goto(`${site.url}/notifications`);
    await colleague.page.getByText('Quelqu’un a signalé un message dans').waitFor();
    await colleague.page.goto(forum);
    await colleague.page.getByRole('heading', { name: 'Signalements à examiner' }).waitFor();
    await looked(colleague.page, 'desktop', 'forum');
    await colleague.page.getByRole('button', { name: 'Retirer le message' }).click();
    await colleague.page
      .getByRole('heading', { name: 'Signalements à examiner' })
      .waitFor({ state: 'detached' });
    await student.page.waitForLoadState('networkidle');
    await student.page.reload();
    await student.page.getByText('Cette réponse a été retirée.').waitFor();

    await teacher.page.getByRole('button', { name: 'Fermer la discussion' }).click();
    await teacher.page.getByText('Cette discussion est fermée.').waitFor();
    await looked(teacher.page, 'desktop', 'thread');
    expect([...student.complaints, ...teacher.complaints, ...colleague.complaints]).toEqual([]);
  });

  it('show visitors what they may read, and no button that they may not press', async () => {
    const { page, complaints } = await site.browser.page('desktop');
    await page.goto(`${site.url}/cours/${course!.id}/discussions`);
    await page.getByRole('link', { name: 'Pourquoi la suite converge-t-elle ?' }).click();
    await page.getByRole('heading', { name: /réponse/ }).waitFor();
    expect(await page.locator('main button').count()).toBe(0);
    await page.waitForLoadState('networkidle');
    await page.goto(`${site.url}/desabonnement#${'x'.repeat(43)}`);
    await page.getByRole('button', { name: 'Ne plus recevoir de résumés' }).waitFor();
    await looked(page, 'desktop', 'unsubscribe');
    expect(complaints).toEqual([]);
  });
});
