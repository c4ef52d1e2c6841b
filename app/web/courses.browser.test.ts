import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { start } from '#server/main.ts';
import { DEMO_COURSES } from '#server/seed/courses.ts';
import { hasBrowser } from './testing/browser.ts';
import { agree, asked, lessonOf, looked, openMenu, signedIn } from './testing/signed-in.ts';
import { testSite } from './testing/site.ts';

const TEACHER = 'prof@fredu.test';
const cell = DEMO_COURSES[4]!;

describe.skipIf(!hasBrowser)('the courses', () => {
  const site = testSite();

  it.each(['desktop', 'phone'] as const)('are found by words, subject and order (%s)', async (screen) => {
    const { page, complaints } = await site.browser.page(screen);
    await page.goto(site.url);
    const cards = page.locator('.card h2');
    await page.getByLabel('Chercher un cours').fill('réseau');
    await page.waitForURL(/\?q=r%C3%A9seau$/);
    await page.getByText('cours trouvé').waitFor();
    expect(await cards.first().innerText()).toBe(DEMO_COURSES[1]!.title);
    await looked(page, screen, 'search');
    await page.getByLabel('Chercher un cours').fill('zzz introuvable');
    await page.getByText('Aucun cours ne correspond à cette recherche.').waitFor();
    await page.getByLabel('Chercher un cours').fill('mecnaique');
    await page.getByRole('link', { name: 'mécanique' }).click();
    await page.waitForURL(/\?q=m%C3%A9canique$/);
    await page.getByText('1 cours trouvé').waitFor();
    await page.getByLabel('Chercher un cours').fill('zzz introuvable');
    await page.getByText('Aucun cours ne correspond à cette recherche.').waitFor();
    await page.getByRole('button', { name: 'Voir tous les cours' }).click();
    await page.getByText(cell.title).waitFor();
    await expect.poll(() => page.getByLabel('Chercher un cours').inputValue()).toBe('');
    await page.locator('.card').getByRole('link', { name: cell.subject }).click();
    await page.waitForURL(/\?matiere=/);
    await page.waitForFunction(() => document.querySelectorAll('.card').length === 1);
    await page.getByLabel('Trier par').selectOption('notes');
    await page.waitForURL(/tri=notes/);
    await page.getByRole('button', { name: `Ne plus choisir ${cell.subject}` }).click();
    await page.waitForFunction(() => document.querySelectorAll('.card').length > 3);
    expect(complaints).toEqual([]);
  });

  it.each(['desktop', 'phone'] as const)('are narrowed by what the found ones have (%s)', async (screen) => {
    const { page, complaints } = await site.browser.page(screen);
    const isPhone = screen === 'phone';
    const cards = async () => (await page.locator('.card h2').allInnerTexts()).sort();
    const with_ = (subject: string, level?: string) =>
      DEMO_COURSES.filter((each) => each.subject === subject && (!level || each.level === level))
        .map(({ title }) => title)
        .sort();
    await page.goto(`${site.url}/?tri=recents`);
    if (isPhone) await page.getByRole('button', { name: 'Filtrer' }).click();
    const filters = isPhone ? page.getByRole('dialog') : page.getByRole('complementary', { name: 'Filtres' });
    const choice = (words: string) => filters.getByRole('button', { name: new RegExp(`^${words}\\s\\d+$`) });
    await choice(cell.subject).click();
    await expect.poll(cards).toEqual(with_(cell.subject));
    expect(await choice(cell.subject).getAttribute('aria-pressed')).toBe('true');
    await choice(cell.level).click();
    await expect.poll(cards).toEqual(with_(cell.subject, cell.level));
    await page.waitForURL(/matiere=.+&niveau=/);
    await looked(page, screen, 'facets');
    if (isPhone) {
      await filters.getByRole('button', { name: /^Voir \d+\scours$/ }).click();
      await page.getByRole('button', { name: 'Filtrer (2)' }).waitFor();
    }
    await page.getByText('cours trouvé').waitFor();
    await page.getByRole('button', { name: `Ne plus choisir ${cell.level}` }).click();
    await expect.poll(cards).toEqual(with_(cell.subject));
    await page.getByRole('button', { name: `Ne plus choisir ${cell.subject}` }).click();
    await page.getByLabel('Chercher un cours').fill('fournier');
    await page.getByText(/^\d+\scours trouvés?\.$/).waitFor();
    const shown = await page.locator('.authors').allInnerTexts();
    expect(shown.length).toBeGreaterThan(0);
    for (const authors of shown) expect(authors).toContain('Fournier');
    expect(await page.locator('.authors mark').count()).toBe(shown.length);
    await looked(page, screen, 'by-author');
    expect(complaints).toEqual([]);
  });

  it.each(['desktop', 'phone'] as const)(
    'stand at home as subjects and levels for visitors (%s)',
    async (screen) => {
      const { page, complaints } = await site.browser.page(screen);
      await page.goto(site.url);
      await page
        .getByRole('navigation', { name: 'Niveaux' })
        .getByRole('link', { name: cell.level })
        .waitFor();
      await looked(page, screen, 'home-visitor');
      const ofSubject = DEMO_COURSES.filter(({ subject }) => subject === cell.subject).length;
      await page
        .getByRole('navigation', { name: 'Matières' })
        .getByRole('link', { name: `${cell.subject} ${ofSubject} cours`, exact: true })
        .click();
      await page.getByText(`${ofSubject} cours trouvé`).waitFor();
      expect(await page.locator('.card').count()).toBe(ofSubject);
      expect(await page.getByRole('navigation', { name: 'Niveaux' }).count()).toBe(0);
      expect(complaints).toEqual([]);
    },
  );

  it.each(['desktop', 'phone'] as const)(
    'are gone on with from home, at the second of the recording (%s)',
    async (screen) => {
      const { page, complaints } = await signedIn(site, { email: 'h.weber@fredu.test', screen });
      await asked(page, 'PUT', `/courses/${cell.id}/enrolment`);
      const at = cell.sections.findIndex(([, body]) => body.includes('.mp4'));
      await page.goto(site.url + (await lessonOf(page, cell.id, at)));
      const video = page.locator('.lesson-body video').first();
      await video.waitFor();
      await video.evaluate(async (element: HTMLVideoElement) => {
        element.muted = true;
        await element.play();
        const seeked = new Promise((resolve) => element.addEventListener('seeked', resolve, { once: true }));
        element.currentTime = 3;
        await seeked;
        element.pause();
      });
      type Begun = { begun: { seconds: number }[] };
      await expect
        .poll(async () => (await asked<Begun>(page, 'GET', '/courses/home')).begun[0]?.seconds)
        .toBeGreaterThan(0);
      await page.getByRole('link', { name: 'fredu' }).click();
      const on = page.getByRole('region', { name: 'Continuer' }).getByRole('link').first();
      await expect.poll(() => on.innerText()).toMatch(new RegExp(`${cell.sections[at]![0]} à \\d:\\d\\d$`));
      await looked(page, screen, 'home');
      await page.reload();
      await on.click();
      await page.waitForURL(/film=.+&a=\d+$/);
      await video.waitFor();
      await expect
        .poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime))
        .toBeGreaterThan(0);
      await asked(page, 'DELETE', `/courses/${cell.id}/enrolment`);
      expect(complaints).toEqual([]);
    },
  );

  it.each(['desktop', 'phone'] as const)('are followed, worked through and rated (%s)', async (screen) => {
    const { page, complaints } = await signedIn(site, { email: 'eleve@fredu.test', screen });
    await page.goto(`${site.url}/cours/${cell.id}`);
    await page.getByRole('button', { name: 'Suivre le cours' }).click();
    // What was pressed is gone; what came of it has the focus.
    await page.getByText('0 sur 2 sections').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('0 sur 2 sections');
    await page.getByRole('link', { name: `Commencer ${cell.sections[0]![0]}` }).click();
    await page.getByRole('heading', { level: 1, name: cell.sections[0]![0] }).waitFor();
    await looked(page, screen, 'lesson');
    await page.getByText('Mes notes').click();
    await page.getByLabel('Personne d’autre ne les voit.').fill('Revoir le microscope.');
    await page.getByText('Enregistré.').waitFor();
    await page.reload();
    await expect
      .poll(() => page.getByLabel('Personne d’autre ne les voit.').inputValue())
      .toBe('Revoir le microscope.');
    await looked(page, screen, 'notes');
    await page.getByLabel('Personne d’autre ne les voit.').fill('');
    await page.getByText('Enregistré.').waitFor();
    await page.getByRole('link', { name: `Suivant ${cell.sections[1]![0]}` }).click();
    await page.getByRole('heading', { level: 1, name: cell.sections[1]![0] }).waitFor();
    expect(await page.title()).toBe(`${cell.sections[1]![0]} – ${cell.title} – fredu`);
    if (screen === 'phone') {
      await page.getByRole('button', { name: 'Sommaire' }).click();
      await looked(page, screen, 'drawer');
    }
    const contents = page.getByRole('navigation', { name: 'Sommaire' });
    const current = contents.locator('[aria-current=page]');
    expect(await current.innerText()).toContain(cell.sections[1]![0]);
    await contents.getByRole('link', { name: 'terminé' }).click();
    await page.getByLabel(`J’ai terminé « ${cell.sections[0]![0]} »`).isChecked();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: cell.sections[1]![0] }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(cell.sections[1]![0]);
    await page.getByRole('link', { name: `← ${cell.title}` }).click();
    await page.getByText('1 sur 2 sections').waitFor();
    await page.getByRole('link', { name: `Continuer ${cell.sections[1]![0]}` }).waitFor();
    await page.getByLabel('Ma note sur 100').fill('80');
    await page.getByRole('button', { name: 'Noter' }).click();
    await page.getByText('Ma note sur 100 : 80').waitFor();
    await page.getByText('80/100 (1 avis)').waitFor();
    await page.getByText('Note enregistrée : 80 sur 100.').waitFor();
    await looked(page, screen, 'following');
    await page.getByRole('link', { name: 'Mes cours' }).click();
    await page.getByText('1 sur 2 sections').waitFor();
    await looked(page, screen, 'my-courses');
    await page.getByRole('link', { name: cell.title }).click();
    await page.getByRole('button', { name: 'Retirer' }).click();
    await page.getByText('Ma note sur 100 : 80').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Ne plus suivre' }).click();
    await agree(page, 'Ne plus suivre', 'Votre avancement');
    await page.getByRole('button', { name: 'Suivre le cours' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it.each(['desktop', 'phone'] as const)(
    'are narrowed by level alone, in an address that can be kept (%s)',
    async (screen) => {
      const { page, complaints } = await site.browser.page(screen);
      const those = DEMO_COURSES.filter(({ level }) => level === 'Première')
        .map(({ title }) => title)
        .sort();
      const cards = async () => (await page.locator('.card h2').allInnerTexts()).sort();
      await page.goto(site.url);
      await page.getByRole('link', { name: 'Première', exact: true }).first().click();
      await expect.poll(cards).toEqual(those);
      expect(new URL(page.url()).search).toBe('?niveau=Premi%C3%A8re');
      await page.reload();
      await expect.poll(cards).toEqual(those);
      expect(new URL(page.url()).search).toBe('?niveau=Premi%C3%A8re');
      await looked(page, screen, 'level');
      await page.getByRole('button', { name: 'Ne plus choisir Première' }).click();
      await expect.poll(cards).toHaveLength(DEMO_COURSES.length);
      expect(complaints).toEqual([]);
    },
  );

  it('are drawn as typed where their author chose plain text, and as Markdown where they chose that', async () => {
    const { page, complaints } = await signedIn(site, { email: TEACHER, screen: 'phone' });
    const typed = '# Un titre\n\n*des étoiles* et   trois espaces\n  <b>en gras</b>\nfin';
    const body = { title: 'Un essai', summary: '', subject: 'Arts', level: 'L1', format: 'text' };
    const { id } = await asked<{ id: string }>(page, 'POST', '/courses', { body });
    const sections = [{ title: 'Comme il est écrit', body: typed }];
    await asked(page, 'PUT', `/courses/${id}/sections`, { body: { sections }, version: 1 });
    const section = page.locator('.prose');
    const lesson = site.url + (await lessonOf(page, id));
    await page.goto(lesson);
    await page.getByRole('heading', { level: 1, name: 'Comme il est écrit' }).waitFor();
    expect(await section.locator('p').innerText()).toBe(typed);
    expect(await section.locator('h1, h3, em, b, strong').count()).toBe(0);
    await looked(page, 'phone', 'plain-text');

    await page.goto(`${site.url}/cours/${id}/gerer`);
    await page.getByLabel('Format du texte').selectOption('markdown');
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByText('C’est enregistré.').waitFor();
    await page.goto(lesson);
    await section.getByRole('heading', { name: 'Un titre' }).waitFor();
    expect(await section.getByRole('emphasis').innerText()).toBe('des étoiles');
    expect(await section.locator('p').innerText()).toContain('et trois espaces');
    expect(await section.locator('p').innerText()).toContain('<b>en gras</b>');
    expect(complaints).toEqual([]);
  });

  it('are read without a network once they were read or kept, and by nobody after signing out', async () => {
    const { page } = await signedIn(site, { email: 'eleve@fredu.test', screen: 'phone', keeps: true });
    const [read, other] = [DEMO_COURSES[0]!, DEMO_COURSES[1]!];
    const opens = async (path: string, name: string) => {
      await page.goto(site.url + path);
      await page.getByRole('heading', { level: 1, name }).waitFor();
    };
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    const lesson = await lessonOf(page, cell.id, 1);
    await opens(`/cours/${cell.id}`, cell.title);
    await page.getByRole('button', { name: 'Garder sur cet appareil' }).click();
    await page.getByText('Ce cours est sur cet appareil.').waitFor();
    await looked(page, 'phone', 'kept');
    await opens(`/cours/${read.id}`, read.title);
    await page.waitForFunction(
      async (address) => (await caches.match(address)) !== undefined,
      `/api/v1/courses/${read.id}/outline`,
    );
    const video = cell.files.find((name) => name.endsWith('.mp4'))!;
    await site.whileAway(async () => {
      // Never opened before: it was kept.
      await opens(lesson, cell.sections[1]![0]);
      const length = await page.evaluate(async (name) => {
        const answer = await fetch(name, { headers: { range: 'bytes=0-99' } });
        return [answer.status, (await answer.arrayBuffer()).byteLength];
      }, `/api/v1/courses/${cell.id}/files/${video}`);
      expect(length).toEqual([206, 100]);
      await opens(`/cours/${read.id}`, read.title);
      await page.goto(`${site.url}/cours/${other.id}`);
      await page.getByText('Le serveur ne répond pas').waitFor();
    });
    await opens(`/cours/${cell.id}`, cell.title);
    await page.getByRole('button', { name: 'Retirer de cet appareil' }).waitFor();
    await openMenu(page);
    await page.getByRole('button', { name: 'Se déconnecter' }).click();
    await page.getByRole('link', { name: 'Se connecter' }).waitFor();
    await site.whileAway(async () => {
      await page.goto(site.url + lesson);
      await page.getByText('Le serveur ne répond pas').waitFor();
    });
  });

  it('are read in a newer version of the pages once the reader says so', async () => {
    const webDir = mkdtempSync(join(tmpdir(), 'fredu-newer-'));
    cpSync(join(import.meta.dirname, 'dist'), webDir, { recursive: true });
    const running = await start({ webDir, port: 0, metricsPort: 0, logLevel: 'error', environment: {} });
    try {
      const { page } = await site.browser.page('phone', { keeps: true });
      await page.goto(running.url);
      await page.evaluate(async () => void (await navigator.serviceWorker.ready));
      const program = join(webDir, 'service-worker.js');
      for (const packed of ['.gz', '.br']) rmSync(program + packed);
      writeFileSync(program, `${readFileSync(program, 'utf8')}// newer`);
      await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
      await page.getByText('Une nouvelle version de fredu est prête.').waitFor();
      await looked(page, 'phone', 'newer');
      await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Recharger' }).click()]);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.getByText('Une nouvelle version').count()).toBe(0);
    } finally {
      await running.close();
      rmSync(webDir, { recursive: true, force: true });
    }
  });

  it.each(['desktop', 'phone'] as const)(
    'have boxes equally far apart beside their text (%s)',
    async (screen) => {
      const { page } = await signedIn(site, { email: TEACHER, screen });
      await page.goto(`${site.url}/cours/${DEMO_COURSES[0]!.id}`);
      await page.getByRole('button', { name: 'Ajouter des fichiers' }).waitFor();
      await looked(page, screen, 'boxes');
      const gaps = await page.locator('.course-side').evaluate((side) => {
        const boxes = [...side.children].map((each) => each.getBoundingClientRect());
        return boxes.slice(1).map(({ top }, at) => top - boxes[at]!.bottom);
      });
      expect(new Set(gaps)).toEqual(new Set([16]));
    },
  );
});
