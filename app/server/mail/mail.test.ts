import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf } from '#server/testing/codes.ts';
import { LANGUAGES, type Language } from '#shared/problem.ts';
import type { Course } from '#shared/schemas/course.ts';
import * as ofCourses from '../routes/courses/letters.ts';
import { sendDigests } from '../routes/notifications/digest.ts';
import * as ofNotifications from '../routes/notifications/letters.ts';
import * as ofPeople from '../routes/people/letters.ts';
import { hashPassword } from '../security/passwords.ts';
import { DEMO_COURSES, DEMO_PASSWORD } from '../seed/courses.ts';
import { type Ask, testApp } from '../testing/test-app.ts';
import { smtpMailer } from './smtp-mailer.ts';

const letter = {
  to: 'ines@fredu.test',
  subject: 'Été',
  text: 'Voyez <b> : http://localhost/x?a=1&b=2',
  language: 'fr',
} as const;

const own = await testApp({ keys: ['a key for secrets of second factors'] });
const published = await testApp({ publicUrl: 'https://fredu.fr' });

describe('letters that stay', () => {
  it('can be read on a page, as text', async () => {
    const { app, ask } = own;
    await app.mail.send(letter);
    const page = await ask('/courrier');
    expect(page.body).toContain('Voyez &lt;b&gt; : <a href="http://localhost/x?a=1&amp;b=2">');
    expect((await ask('/courrier.css')).headers['content-type']).toContain('text/css');
  });

  it('cannot be read where others reach the app', async () => {
    expect((await published.ask('/courrier')).statusCode).toBe(404);
  });
});

type Kind = keyof typeof ofCourses | keyof typeof ofNotifications | keyof typeof ofPeople;
/** The subject and a sentence of each letter. */
const WORDS: Record<Kind, Record<Language, [subject: string, sentence: string]>> = {
  welcomeLetter: {
    fr: ['Bienvenue sur fredu : confirmez votre adresse', 'Pour terminer votre inscription, ouvrez'],
    en: ['Welcome to fredu: confirm your address', 'To finish signing up, open this link'],
  },
  alreadyLetter: {
    fr: ['Vous avez déjà un compte fredu', 'Si ce n’était pas vous, ne faites rien.'],
    en: ['You already have a fredu account', 'If it was not you, do nothing.'],
  },
  consentLetter: {
    fr: ['Votre accord pour un compte fredu', 'Si vous êtes d’accord, ouvrez ce lien'],
    en: ['Your consent to a fredu account', 'If you agree, open this link'],
  },
  consentedLetter: {
    fr: ['Votre accord pour un compte fredu est enregistré', 'Vous pouvez le retirer à tout moment'],
    en: ['Your consent to a fredu account was recorded', 'You can take it back at any time'],
  },
  recoveryLetter: {
    fr: ['Choisissez un nouveau mot de passe', 'ouvrez ce lien dans l’heure'],
    en: ['Choose a new password', 'open this link within the hour'],
  },
  newEmailLetter: {
    fr: ['Confirmez votre nouvelle adresse', 'veut utiliser cette adresse pour son compte'],
    en: ['Confirm your new address', 'wants to use this address for their fredu account'],
  },
  emailChangedLetter: {
    fr: ['L’adresse de votre compte a été changée', 'celle-ci ne sert plus à vous connecter.'],
    en: ['The address of your account was changed', 'this one no longer signs you in.'],
  },
  courseGoesLetter: {
    fr: ['Un cours que vous suivez va disparaître', 'écrit seule le cours « Acoustique » quitte fredu.'],
    en: ['A course that you follow is about to go', 'The only author of the course “Acoustique” leaves'],
  },
  handOnLetter: {
    fr: ['Des cours à confier à un autre enseignant', '- « Acoustique » : POST /api/v1/admin/courses/'],
    en: ['Courses to hand on to another teacher', '- “Acoustique” : POST /api/v1/admin/courses/'],
  },
  changedLetter: {
    fr: ['Votre mot de passe a été changé', 'vos autres sessions ont pris fin.'],
    en: ['Your password was changed', 'your other sessions have ended.'],
  },
  secondFactorLetter: {
    fr: ['Un code est désormais demandé à la connexion', 'Gardez vos codes de secours.'],
    en: ['A code is asked for at sign-in now', 'Keep your recovery codes.'],
  },
  teacherWaitsLetter: {
    fr: ['Une personne demande à enseigner', 'd’ici là, elle a un compte d’élève.'],
    en: ['Somebody asks to teach', 'until then they have the account of a student.'],
  },
  teacherConfirmedLetter: {
    fr: ['Vous pouvez maintenant enseigner sur fredu', 'écrivez votre premier cours ici'],
    en: ['You may now teach on fredu', 'write your first course here'],
  },
  invitationLetter: {
    fr: ['Invitation à un cours sur fredu', 'Ali vous invite à suivre le cours « Acoustique ».'],
    en: ['Invitation to a course on fredu', 'Ali invites you to the course “Acoustique”.'],
  },
  authorInvitationLetter: {
    fr: ['Invitation à écrire un cours sur fredu', 'Ali vous invite à participer à l’écriture du cours'],
    en: ['Invitation to write a course on fredu', 'Ali invites you to write the course “Acoustique”'],
  },
  digestLetter: {
    fr: ['Vos discussions sur fredu', '« Une question »\n- Ali a répondu\n'],
    en: ['Your discussions on fredu', '“Une question”\n- Ali answered\n'],
  },
};

describe.each([
  ['fr', 'en'],
  ['en', 'fr'],
] as const)('letters to those who speak %s, by what others do who speak %s', (language, other) => {
  const { app, as, ask, db, letters } = own;
  const email = `speaks-${language}@fredu.test`;
  const fresh = `new-${language}@fredu.test`;
  const guardian = `parent-${language}@fredu.test`;
  const browser = (of: Language) => ({ 'accept-language': of });
  const post = (url: string, body: object, by: Ask = ask, of: Language = other) =>
    by({ method: 'POST', url: `/api/v1${url}`, body, headers: browser(of) });
  const join = (body: object, of: Language) =>
    post('/people', { name: 'Lou', role: 'student', password: 'quatre canards bleus', ...body }, ask, of);
  const letterTo = async (to: string, subject: string) =>
    (await letters()).find((each) => each.to === to && each.subject === subject);
  const tokenFor = async (to: string, subject: string) =>
    /#([\w-]{43})/.exec((await letterTo(to, subject))!.text)![1];

  /** A teacher who speaks that language. */
  const teacher = async (speaks: Language, address: string) => {
    const password_hash = await hashPassword(DEMO_PASSWORD);
    const { id } = await db
      .insertInto('people')
      .values({ email: address, name: 'Ali', role: 'teacher', language: speaks, password_hash })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  };
  let reader: string;
  let inviter: Ask;
  let course: string;
  beforeAll(async () => {
    reader = await teacher(language, email);
    inviter = await as(await teacher(other, `invites-${language}@fredu.test`));
    const body = { title: 'Acoustique', summary: '', subject: 's', level: 'l' };
    course = (await post('/courses', body, inviter)).json<Course>().id;
  });

  /** What makes somebody get each letter; to whom it goes. */
  const CAUSES: Record<Kind, () => Promise<string>> = {
    async welcomeLetter() {
      await join({ email: fresh }, language);
      return fresh;
    },
    async alreadyLetter() {
      await join({ email }, other);
      return email;
    },
    async consentLetter() {
      await join({ email: fresh, guardianEmail: guardian }, language);
      return guardian;
    },
    async consentedLetter() {
      await CAUSES.consentLetter();
      const token = await tokenFor(guardian, WORDS.consentLetter[language][0]);
      await post('/people/consent', { token });
      return guardian;
    },
    async recoveryLetter() {
      await post('/recoveries', { email });
      return email;
    },
    async newEmailLetter() {
      const id = await teacher(language, `moves-${language}@fredu.test`);
      const body = { email: fresh, password: DEMO_PASSWORD };
      await (await as(id))({ method: 'PUT', url: '/api/v1/me/email', body, headers: browser(other) });
      return fresh;
    },
    async emailChangedLetter() {
      await post('/people/email', { token: await tokenFor(fresh, WORDS.newEmailLetter[language][0]) });
      await db
        .updateTable('people')
        .set({ email: `moved-${language}@fredu.test` })
        .where('email', '=', fresh)
        .execute();
      return `moves-${language}@fredu.test`;
    },
    async courseGoesLetter() {
      await db.insertInto('enrolments').values({ course_id: course, person_id: reader }).execute();
      await db.updateTable('courses').set({ state: 'published' }).where('id', '=', course).execute();
      const body = { password: DEMO_PASSWORD };
      await inviter({ method: 'POST', url: '/api/v1/me/erasure', body, headers: browser(other) });
      await inviter({ method: 'DELETE', url: '/api/v1/me/erasure' });
      return email;
    },
    async handOnLetter() {
      await db.updateTable('people').set({ role: 'administrator' }).where('id', '=', reader).execute();
      const body = { password: DEMO_PASSWORD };
      await inviter({ method: 'POST', url: '/api/v1/me/erasure', body, headers: browser(other) });
      await inviter({ method: 'DELETE', url: '/api/v1/me/erasure' });
      await letters();
      await db.updateTable('people').set({ role: 'teacher' }).where('id', '=', reader).execute();
      return email;
    },
    async changedLetter() {
      const body = { current: DEMO_PASSWORD, next: 'quatre canards bleus' };
      await (await as(reader))({ method: 'PUT', url: '/api/v1/me/password', body, headers: browser(other) });
      return email;
    },
    async secondFactorLetter() {
      const by = await as(reader);
      const body = { password: 'quatre canards bleus' };
      const { secret } = (await post('/me/second-factor', body, by)).json();
      const code = codeOf(secret);
      await by({ method: 'PUT', url: '/api/v1/me/second-factor', body: { code }, headers: browser(other) });
      return email;
    },
    async teacherWaitsLetter() {
      const value = JSON.stringify({ teachers: 'confirmed', domains: [] });
      const once = { name: 'teachers', value };
      await db
        .insertInto('site_settings')
        .values(once)
        .onConflict((each) => each.doNothing())
        .execute();
      await db.updateTable('people').set({ role: 'administrator' }).where('id', '=', reader).execute();
      const wishes = `wishes-${language}@fredu.test`;
      const password = 'quatre canards bleus';
      await join({ email: wishes, role: 'teacher' }, other);
      const token = await tokenFor(wishes, WORDS.welcomeLetter[other][0]);
      await post('/people/confirmation', { token, password });
      await letters();
      await db.updateTable('people').set({ role: 'teacher' }).where('id', '=', reader).execute();
      await db.deleteFrom('site_settings').execute();
      return email;
    },
    async teacherConfirmedLetter() {
      const waiting = { role: 'student', wants_to_teach_at: new Date() } as const;
      await db.updateTable('people').set(waiting).where('id', '=', reader).execute();
      const body = { role: 'teacher' };
      const by = await as('administrator');
      await by({ method: 'PATCH', url: `/api/v1/admin/people/${reader}`, body, headers: browser(other) });
      return email;
    },
    async invitationLetter() {
      await post(`/courses/${course}/invitations`, { emails: [email] }, inviter);
      return email;
    },
    async authorInvitationLetter() {
      await post(`/courses/${course}/authors`, { email }, inviter);
      return email;
    },
    async digestLetter() {
      const thread = await db
        .insertInto('threads')
        .values({ course_id: DEMO_COURSES[0]!.id, title: 'Une question', body: '?' })
        .returning('id')
        .executeTakeFirstOrThrow();
      const events = { person_id: reader, actor_id: reader, kind: 'answer', thread_id: thread.id } as const;
      await db.insertInto('notifications').values(events).execute();
      await sendDigests(app);
      return email;
    },
  };

  it.each(Object.keys(WORDS) as Kind[])('say all in that language: %s', async (kind) => {
    const to = await CAUSES[kind]();
    const [subject, sentence] = WORDS[kind][language];
    const foreign = WORDS[kind][other][0];
    expect(await letterTo(to, foreign)).toBeUndefined();
    const letter = await letterTo(to, subject);
    expect(letter).toMatchObject({ language, text: expect.stringContaining(sentence) });
    expect(letter!.text).toContain(language === 'fr' ? 'Bonjour,' : 'Hello,');
  });

  it('say it in the language of the one who invites, where the address has no account', async () => {
    await post(`/courses/${course}/invitations`, { emails: [fresh] }, inviter);
    const [subject, sentence] = WORDS.invitationLetter[other];
    const letter = await letterTo(fresh, subject);
    expect(letter).toMatchObject({ language: other, text: expect.stringContaining(sentence) });
  });
});

it('every letter that we write is among these, in every language', () => {
  const written = [ofCourses, ofNotifications, ofPeople].flatMap(Object.keys);
  expect(Object.keys(WORDS).sort()).toEqual(written.sort());
  for (const words of Object.values(WORDS)) expect(Object.keys(words)).toEqual(LANGUAGES);
});

describe('letters that leave', () => {
  const received: { from: string; to: string[]; data: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map((each) => each.address),
          data: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  });
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise<void>((resolve) => void server.close(resolve)));
  const mailer = () =>
    smtpMailer(`smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`, 'fredu <a@fredu.test>');

  it('arrive whole, at one address only', async () => {
    const sender = mailer();
    await sender.send(letter);
    await sender.close();
    expect(received).toMatchObject([{ from: 'a@fredu.test', to: ['ines@fredu.test'] }]);
    expect(received[0]!.data).toMatch(/^Content-Language: fr$/m);
    expect(received[0]!.data).toMatch(/^Subject: =\?UTF-8\?B\?w4l0w6k=\?=\r$/m);
  });

  it.each([
    ['refused', 550, 'LetterRefused'],
    ['not taken', 451, 'LetterNotTaken'],
  ])(
    'are %s without the words of the relay, in which their addresses stand',
    async (_what, responseCode, name) => {
      const relay = new SMTPServer({
        disabledCommands: ['AUTH', 'STARTTLS'],
        onRcptTo({ address }, _session, done) {
          done(Object.assign(new Error(`<${address}>: not here, <${address}>`), { responseCode }));
        },
      });
      await new Promise<void>((resolve) => void relay.listen(0, '127.0.0.1', resolve));
      const events: Error[] = [];
      const { port } = relay.server.address() as AddressInfo;
      const sender = smtpMailer(`smtp://127.0.0.1:${port}`, 'a@fredu.test', {
        waitsSeconds: [0],
        onAway: (error) => events.push(error),
      });
      const error: Error = await sender.send(letter).catch((failure) => failure);
      await sender.close();
      await new Promise<void>((resolve) => void relay.close(resolve));
      expect([error.name, error.message]).toEqual([
        name,
        `the relay answered ${responseCode} to RCPT TO (EENVELOPE)`,
      ]);
      expect(events).toHaveLength(responseCode === 451 ? 2 : 0);
      // All that a log, or what prints them, could find in them.
      for (const each of [error, ...events]) expect(inspect(each, { depth: 9 })).not.toContain(letter.to);
    },
  );

  it('fail where nobody takes them', async () => {
    const sender = smtpMailer('smtp://127.0.0.1:1', 'a@fredu.test', { waitsSeconds: [0, 0] });
    await expect(sender.send(letter)).rejects.toThrow('ECONNREFUSED');
    await sender.close();
  });
});
