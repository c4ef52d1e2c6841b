import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEMO_COURSES, DEMO_PASSWORD } from '#server/seed/courses.ts';
import { hasBrowser } from './testing/browser.ts';
import { asked, looked, signedIn } from './testing/signed-in.ts';
import { testSite } from './testing/site.ts';

const STUDENT = 'eleve@fredu.test';
const TEACHER = 'prof@fredu.test';
const DEMO = DEMO_COURSES[0]!.id;
/** What stands for a radio button or a checkbox that was chosen. */
const CHOSEN = 'choisi';

interface Form {
  of: string;
  /** The person who is signed in. */
  who?: string;
  at(): string;
  open?(page: Page): Promise<unknown>;
  /** What is typed, by the label of each field. */
  typed: Record<string, string>;
  /** Makes the server refuse what it would take, and take it again. */
  refuse?(page: Page): Promise<unknown>;
  lift?(page: Page): Promise<unknown>;
  says: string;
  /** The field that says so too. */
  field?: string;
  /** What is typed in place of what was refused. */
  mended?: Record<string, string>;
  /** What is seen once it is sent; nothing where it cannot be any more. */
  done?: string;
}

describe.skipIf(!hasBrowser)('the forms', () => {
  const site = testSite();
  let teacher: Page;
  /** A course of the teacher's that everyone reads, and a discussion of hers with an answer of the student's. */
  let course: string;
  let thread: string;
  let answer: string;
  beforeAll(async () => {
    const made = async (page: Page, path: string, body: object) =>
      (await asked<{ id: string }>(page, 'POST', path, { body })).id;
    ({ page: teacher } = await signedIn(site, { email: TEACHER, screen: 'desktop' }));
    course = await made(teacher, '/courses', { title: 'Ondes', summary: '', subject: 'Arts', level: 'L1' });
    const sections = [{ title: 'Le son', body: 'Il vibre.' }];
    await asked(teacher, 'PUT', `/courses/${course}/sections`, { body: { sections }, version: 1 });
    await asked(teacher, 'PUT', `/courses/${course}/state`, { body: { state: 'published' }, version: 2 });
    thread = await made(teacher, `/courses/${course}/threads`, {
      title: 'Le vide',
      body: 'Y a-t-il du son ?',
    });
    const { page } = await signedIn(site, { email: STUDENT, screen: 'desktop' });
    await asked(page, 'PUT', `/courses/${course}/enrolment`);
    answer = await made(page, `/threads/${thread}/posts`, { body: 'Je crois que non.' });
  });

  const sessionEnds = (email: string) => ({
    refuse: async (page: Page) => {
      await asked(page, 'DELETE', '/sessions/current');
      await lookElsewhere(page);
    },
    lift: (page: Page) => asked(page, 'POST', '/sessions', { body: { email, password: DEMO_PASSWORD } }),
    says: 'Connectez-vous pour continuer',
  });
  const locked = (is: boolean) =>
    asked(teacher, 'PUT', `/threads/${thread}/moderation`, { body: { locked: is } });

  const forms: Form[] = [
    {
      of: 'signing in',
      at: () => '/connexion',
      typed: { 'Adresse e-mail': STUDENT, 'Mot de passe': 'ce n’est pas lui' },
      says: 'L’adresse ou le mot de passe ne convient pas.',
      mended: { 'Mot de passe': DEMO_PASSWORD },
      done: 'Inès Benali',
    },
    {
      of: 'signing up',
      at: () => '/inscription',
      open: (page) => page.getByLabel('J’ai moins de 15 ans').check(),
      typed: {
        enseignant: CHOSEN,
        Nom: 'Lou',
        'Adresse e-mail': 'lou@exemple.fr',
        'Mot de passe': 'quatre canards bleus 7',
        'J’ai moins de 15 ans': CHOSEN,
        'Adresse e-mail d’un parent': 'lou@exemple.fr',
      },
      says: 'c’est l’adresse de l’enfant',
      field: 'Adresse e-mail d’un parent',
      mended: { 'Adresse e-mail d’un parent': 'parent@exemple.fr' },
      done: 'Un e-mail vient de partir.',
    },
    {
      of: 'a forgotten password',
      at: () => '/mot-de-passe-oublie',
      typed: { 'Adresse e-mail': 'eleve@fredu' },
      says: 'ce n’est pas une adresse électronique',
      field: 'Adresse e-mail',
      mended: { 'Adresse e-mail': STUDENT },
      done: 'Si un compte a cette adresse',
    },
    {
      of: 'one’s account',
      who: TEACHER,
      at: () => '/compte',
      typed: { Nom: 'Camille F.', 'Présentation affichée sur mes cours': 'Physicienne.\nÀ Strasbourg.' },
      refuse: async (page) => {
        const { version } = await asked<{ version: number }>(page, 'GET', '/me');
        await asked(page, 'PATCH', '/me', { body: { about: 'D’une autre fenêtre.' }, version });
      },
      says: 'Quelqu’un a enregistré une autre version',
      done: 'C’est enregistré.',
    },
    {
      of: 'a new course',
      who: TEACHER,
      at: () => '/cours/nouveau',
      typed: {
        Titre: 'Nombres premiers',
        Résumé: 'De 2 à 100,\npuis au-delà.',
        Matière: 'Mathématiques',
        Niveau: 'Terminale',
        'Mots-clés, séparés par des virgules': `crible, ${'x'.repeat(41)}`,
        'Langue du cours': 'en',
        'Format du texte': 'text',
        'Qui peut le lire, une fois publié': 'invitation',
      },
      says: 'écrivez au plus 40 caractères',
      field: 'Mots-clés, séparés par des virgules',
      mended: { 'Mots-clés, séparés par des virgules': 'crible' },
      done: 'Tout est enregistré.',
    },
    {
      of: 'what a course says of itself',
      who: TEACHER,
      at: () => `/cours/${course}/gerer`,
      typed: {
        Titre: 'Les ondes',
        Résumé: 'Ce qui vibre.',
        Matière: 'Physique',
        Niveau: 'Première',
        'Mots-clés, séparés par des virgules': 'son, lumière',
        'Langue du cours': 'en',
        'Format du texte': 'text',
        'Qui peut le lire, une fois publié': 'public',
      },
      ...sessionEnds(TEACHER),
      done: 'C’est enregistré.',
    },
    {
      of: 'the invitation of an author',
      who: TEACHER,
      at: () => `/cours/${course}/gerer`,
      typed: { 'Adresse d’un enseignant': 'h.weber@fredu' },
      says: 'ce n’est pas une adresse électronique',
      mended: { 'Adresse d’un enseignant': 'h.weber@fredu.test' },
      done: 'un e-mail vient de partir',
    },
    {
      of: 'invitations into a course',
      who: TEACHER,
      at: () => `/cours/${course}/gerer`,
      typed: {
        'Adresses, une par ligne ; sans adresse, un lien à donner': 'a@exemple.fr\nb@exemple',
        'Durée de validité (jours)': '30',
      },
      says: 'À corriger : b@exemple',
      mended: {
        'Adresses, une par ligne ; sans adresse, un lien à donner': 'a@exemple.fr\nb@exemple.fr',
      },
      done: 'Les e-mails partent.',
    },
    {
      of: 'another name for a file',
      who: TEACHER,
      at: () => `/cours/${DEMO}`,
      open: (page) => page.getByRole('button', { name: 'Renommer poly-suites.pdf' }).click(),
      typed: { 'Nouveau nom de poly-suites.pdf': 'corrigé.pdf' },
      says: 'Ce cours a déjà un fichier',
      mended: { 'Nouveau nom de poly-suites.pdf': 'poly de Camille.pdf' },
      done: 's’appelle maintenant',
    },
    {
      of: 'a rating',
      who: STUDENT,
      at: () => `/cours/${course}`,
      typed: { 'Ma note sur 100': '80' },
      refuse: (page) => asked(page, 'DELETE', `/courses/${course}/enrolment`),
      lift: (page) => asked(page, 'PUT', `/courses/${course}/enrolment`),
      says: 'Inscrivez-vous d’abord à ce cours.',
      done: 'Ma note sur 100 : 80',
    },
    {
      of: 'a question',
      who: STUDENT,
      at: () => `/cours/${course}/discussions`,
      open: (page) => page.getByRole('button', { name: 'Poser une question' }).click(),
      typed: {
        Titre: 'Et la lumière ?',
        'Votre question': 'Vibre-t-elle aussi ?\n\nJe ne vois pas **quoi**.',
      },
      ...sessionEnds(STUDENT),
      done: 'Vibre-t-elle aussi ?',
    },
    {
      of: 'an answer',
      who: STUDENT,
      at: () => `/discussions/${thread}`,
      typed: { 'Votre réponse': 'Sans air,\n\nrien ne vibre.' },
      refuse: () => locked(true),
      lift: () => locked(false),
      says: 'Cette discussion n’accepte plus de réponses.',
      done: 'rien ne vibre.',
    },
    {
      of: 'another text for an answer',
      who: STUDENT,
      at: () => `/discussions/${thread}`,
      open: (page) => page.locator(`#reponse-${answer}`).getByRole('button', { name: 'Modifier' }).click(),
      typed: { 'Votre texte': 'Je suis sûre que non.' },
      ...sessionEnds(STUDENT),
      done: 'Je suis sûre que non.',
    },
    {
      of: 'a report',
      who: STUDENT,
      at: () => `/discussions/${thread}`,
      open: (page) => page.getByRole('button', { name: 'Signaler' }).click(),
      typed: { 'Ce qui ne va pas': 'C’est hors sujet.' },
      ...sessionEnds(STUDENT),
      done: 'Merci, ce message va être examiné.',
    },
    {
      of: 'a removed answer',
      who: STUDENT,
      at: () => `/discussions/${thread}`,
      open: (page) => page.locator(`#reponse-${answer}`).getByRole('button', { name: 'Modifier' }).click(),
      typed: { 'Votre texte': 'J’en suis certaine.' },
      refuse: () => asked(teacher, 'DELETE', `/posts/${answer}`),
      says: 'Cette réponse n’existe pas ou a été retirée.',
    },
  ];

  it.each(forms)('keep what was typed for $of when it cannot be sent, and say why', async (each) => {
    const { page } = each.who
      ? await signedIn(site, { email: each.who, screen: 'desktop' })
      : await site.browser.page('desktop');
    page.setDefaultTimeout(15_000);
    await page.clock.install();
    await page.goto(site.url + each.at());
    await each.open?.(page);
    const labels = Object.keys(each.typed);
    const form = page.locator('form').filter({ has: page.getByLabel(labels[0]!) });
    const field = (label: string) => form.getByLabel(label).first();
    const fill = async (typed: Record<string, string>) => {
      for (const [label, value] of Object.entries(typed)) await put(field(label), value);
    };
    const send = () => form.locator('[type=submit]').click();
    const holdsAll = async () => {
      const held = labels.map(async (label) => [label, await heldBy(field(label))]);
      expect(Object.fromEntries(await Promise.all(held))).toEqual(each.typed);
    };
    const refused = async (says: string) => {
      await send();
      await form.getByRole('alert').first().waitFor();
      // What is wrong with a field stands at the field.
      await form.getByText(says).first().waitFor();
      await holdsAll();
    };
    await fill(each.typed);

    await page.context().setOffline(true);
    await refused('Le serveur ne répond pas.');
    await page.context().setOffline(false);
    await page.route('**/api/v1/**', (route) => route.abort());
    await refused('Le serveur ne répond pas.');
    await lookElsewhere(page);
    await holdsAll();
    await page.unroute('**/api/v1/**');
    await each.refuse?.(page);
    await refused(each.says);
    if (each.field) expect(await describedBy(field(each.field))).toContain(each.says);
    await looked(page, 'desktop', `refused-${each.of}`);

    if (!each.done) return;
    await each.lift?.(page);
    await fill(each.mended ?? {});
    await send();
    await page.getByText(each.done).first().waitFor();
  });
});

async function put(field: Locator, value: string): Promise<unknown> {
  if (value === CHOSEN) return field.check();
  const isList = await field.evaluate((element) => element.tagName === 'SELECT');
  return isList ? field.selectOption(value) : field.fill(value);
}

const heldBy = (field: Locator): Promise<string> =>
  field.evaluate((element: HTMLInputElement, chosen) => (element.checked ? chosen : element.value), CHOSEN);

/** What a screen reader says of a field besides its name. */
const describedBy = (field: Locator): Promise<string> =>
  field.evaluate((element) =>
    (element.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent)
      .join(' '),
  );

/** A minute goes by, and somebody comes back: the page reads again what it shows, three times where nothing answers. */
async function lookElsewhere(page: Page): Promise<void> {
  await page.clock.fastForward('01:00');
  await page.evaluate(() => dispatchEvent(new Event('visibilitychange')));
  for (let times = 0; times < 3; times += 1) {
    await page.waitForTimeout(200);
    await page.clock.fastForward('00:05');
  }
}
