import { describe, expect, it } from 'vitest';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';

const { ask, as, db, letters } = await testApp();
const student = DEMO_PEOPLE.find((person) => person.role === 'student')!;
const tokenIn = (text: string) => /#([\w-]{43})/.exec(text)?.[1];
const join = (body: object, more: object = {}) =>
  ask({
    method: 'POST',
    url: '/api/v1/people',
    body: { email: 'a@fredu.test', name: 'Ada', role: 'student', password: PASSWORD, ...body },
    ...more,
  });
const PASSWORD = 'un deux trois quatre';
const confirm = (token: string | undefined, password = PASSWORD) =>
  ask({ method: 'POST', url: '/api/v1/people/confirmation', body: { token, password } });

describe('joining', () => {
  it('takes a letter, which makes the account and signs in', async () => {
    expect((await join({ email: 'Ada@fredu.test', role: 'teacher' })).statusCode).toBe(202);
    expect(
      await db.selectFrom('people').select('id').where('email', '=', 'ada@fredu.test').execute(),
    ).toEqual([]);
    const [letter] = await letters();
    expect(letter).toMatchObject({
      to: 'ada@fredu.test',
      subject: 'Bienvenue sur fredu : confirmez votre adresse',
    });
    const made = await confirm(tokenIn(letter!.text));
    expect(made.statusCode).toBe(201);
    expect(made.json()).toMatchObject({
      email: 'ada@fredu.test',
      name: 'Ada',
      role: 'teacher',
      language: 'fr',
    });
    expect(made.cookies[0]).toMatchObject({ name: 'session', httpOnly: true });
    expect((await confirm(tokenIn(letter!.text))).statusCode).toBe(410);
  });

  it('makes no account of what a stranger asked for in the name of the one who opens the letter', async () => {
    await join({ email: 'victim@fredu.test', password: 'chosen by a stranger' });
    const [strangers] = await letters();
    await join({ email: 'victim@fredu.test', password: 'cinq tortues lentes' });
    const refused = await confirm(tokenIn(strangers!.text), 'cinq tortues lentes');
    expect(refused.json()).toMatchObject({ status: 401, type: '/problems/other-password' });
    const own = (await letters()).find(({ text }) => tokenIn(text) !== tokenIn(strangers!.text));
    expect((await confirm(tokenIn(own!.text), 'cinq tortues lentes')).statusCode).toBe(201);
    const again = { email: 'victim@fredu.test', password: 'chosen by a stranger' };
    expect((await ask({ method: 'POST', url: '/api/v1/sessions', body: again })).statusCode).toBe(401);
  });

  it('gives the same answer for an address that has an account, and tells its owner only', async () => {
    const fresh = await join({ email: 'new@fredu.test' });
    const known = await join({ email: student.email });
    expect([known.statusCode, known.body]).toEqual([fresh.statusCode, fresh.body]);
    const letter = (await letters()).find(({ to }) => to === student.email);
    expect(letter).toMatchObject({ subject: 'Vous avez déjà un compte fredu' });
    expect(tokenIn(letter!.text)).toBeUndefined();
  });

  it('tells somebody suspended that the address has an account, and promises no other', async () => {
    const { id, email } = DEMO_PEOPLE.find(({ name }) => name === 'Hugo Weber')!;
    await db.updateTable('people').set({ suspended_at: new Date() }).where('id', '=', id).execute();
    await join({ email });
    const told = (await letters()).filter(({ to }) => to === email);
    expect(told.map(({ subject }) => subject)).toEqual(['Vous avez déjà un compte fredu']);
    expect(await db.selectFrom('sign_ups').select('email').where('email', '=', email).execute()).toEqual([]);
    await db.updateTable('people').set({ suspended_at: null }).where('id', '=', id).execute();
  });

  it('keeps the password nowhere', async () => {
    const password = 'ma phrase très secrète';
    await join({ email: 'secret@fredu.test', password });
    const [letter] = await letters();
    const kept = async (table: 'sign_ups' | 'people') => {
      const rows = await db.selectFrom(table).selectAll().execute();
      expect(JSON.stringify(rows)).not.toContain('secrète');
      const { password_hash } = rows.find(({ email }) => email === 'secret@fredu.test')!;
      expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    };
    await kept('sign_ups');
    expect((await confirm(tokenIn(letter!.text), password)).statusCode).toBe(201);
    await kept('people');
  });

  it.each([
    [{ role: 'administrator' }, 'body.role', 'choisissez student ou teacher'],
    [{ id: student.id }, 'body.id', 'retirez-le'],
    [{ email: 'nobody' }, 'body.email', 'écrivez-la sous la forme nom@exemple.fr'],
    [{ email: 'a@b.fr\r\nBcc: c@d.fr' }, 'body.email', 'écrivez-la sous la forme nom@exemple.fr'],
    [{ name: ' ' }, 'body.name', 'écrivez au moins 1 caractère'],
    [{ name: '\u2800' }, 'body.name', 'écrivez-le sur une ligne, sans caractère de contrôle'],
    [{ name: 'a\nb' }, 'body.name', 'écrivez-le sur une ligne, sans caractère de contrôle'],
    [{ guardianEmail: 'A@fredu.test' }, 'body.guardianEmail', 'donnez celle d’un parent'],
    [{ password: 'court' }, 'body.password', 'écrivez au moins 10 caractères'],
    [{ password: 'aaaaaaaaaaaa' }, 'body.password', 'mélangez au moins 5 caractères différents'],
    [{ password: 'motdepasse123' }, 'body.password', 'prenez plutôt quelques mots sans rapport entre eux'],
    [
      { password: 'Lovelace2026', name: 'Ada Lovelace' },
      'body.password',
      'choisissez-en un que vos proches ne devinent pas',
    ],
  ])('refuses %o and says how to mend it', async (body, field, mend) => {
    const answer = await join(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([{ field, reason: expect.any(String), mend }]);
  });

  it('answers in English who reads English', async () => {
    const answer = await join({ password: 'short' }, { headers: { 'accept-language': 'en' } });
    expect(answer.json()).toMatchObject({
      title: 'Incomplete or incorrect request',
      errors: [{ reason: 'this text is too short', mend: 'write at least 10 characters' }],
    });
  });

  it('writes in English to who reads English, then and later', async () => {
    const email = 'grace@fredu.test';
    await join({ email, name: 'Grace Hopper' }, { headers: { 'accept-language': 'en-GB, fr;q=0.5' } });
    const letter = (await letters()).find(({ to }) => to === email);
    expect([letter!.language, letter!.subject]).toEqual(['en', 'Welcome to fredu: confirm your address']);
    expect(
      await db.selectFrom('sign_ups').select('language').where('email', '=', email).executeTakeFirst(),
    ).toEqual({ language: 'en' });
  });

  it('sends no more than five letters an hour to one address for one network, and twenty for all', async () => {
    const email = 'flood@fredu.test';
    const sent = async () => (await letters()).filter((letter) => letter.to === email).length;
    for (let count = 0; count < 7; count++) await join({ email });
    expect(await sent()).toBe(5);
    for (const network of [1, 2, 3, 4])
      for (let count = 0; count < 6; count++) await join({ email }, { remoteAddress: `192.0.2.${network}` });
    expect(await sent()).toBe(20);
  });
});

it('writes to every child, though its parent gets no more letters', async () => {
  await db.deleteFrom('attempts').execute();
  const guardianEmail = 'tuteur@fredu.test';
  for (let count = 0; count < 7; count++) await join({ email: `enfant${count}@fredu.test`, guardianEmail });
  const sent = (await letters()).map(({ to }) => to);
  expect(sent.filter((to) => to.startsWith('enfant'))).toHaveLength(7);
  expect(sent.filter((to) => to === guardianEmail)).toHaveLength(5);
});

describe('a forgotten password', () => {
  const recover = (email: string) => ask({ method: 'POST', url: '/api/v1/recoveries', body: { email } });
  const choose = (token: string | undefined, password: string) =>
    ask({ method: 'POST', url: '/api/v1/recoveries/confirmation', body: { token, password } });

  it('is replaced by a letter, once; every session ends and a new one begins', async () => {
    const before = await as('student');
    const device = { secret_hash: 'of somebody who knew the old one', person_id: student.id };
    await db.insertInto('devices').values(device).execute();
    expect((await recover(student.email)).statusCode).toBe(202);
    const [letter] = await letters();
    const token = tokenIn(letter!.text);
    expect((await choose(token, 'aaaaaaaaaaaa')).statusCode).toBe(400);
    const chosen = await choose(token, 'quatre chiens bleus');
    expect(chosen.statusCode).toBe(201);
    expect((await before('/api/v1/me')).statusCode).toBe(401);
    const devices = db.selectFrom('devices').select('secret_hash').where('person_id', '=', student.id);
    expect(await devices.where('secret_hash', '=', device.secret_hash).execute()).toEqual([]);
    expect(await devices.execute()).toHaveLength(1);
    const cookie = `session=${chosen.cookies[0]!.value}`;
    expect((await ask({ url: '/api/v1/me', headers: { cookie } })).json()).toMatchObject({
      email: student.email,
    });
    expect((await choose(token, 'cinq souris rouges')).statusCode).toBe(410);
    expect((await letters())[0]).toMatchObject({
      to: student.email,
      subject: 'Votre mot de passe a été changé',
    });
  });

  it('brings its letter though a stranger asked for as many as they may, for recovering and for joining', async () => {
    await db.deleteFrom('attempts').execute();
    const { email } = DEMO_PEOPLE[0]!;
    const sent = async () => (await letters()).filter((letter) => letter.to === email).length;
    const before = await sent();
    const from = (remoteAddress: string, more: object = {}) =>
      ask({ method: 'POST', url: '/api/v1/recoveries', body: { email }, remoteAddress, ...more });
    for (let count = 0; count < 7; count++) {
      await join({ email }, { remoteAddress: '192.0.2.66' });
      await from('192.0.2.66');
    }
    expect(await sent()).toBe(before + 10);
    await from('192.0.2.7');
    expect(await sent()).toBe(before + 11);
    // And though they asked from everywhere, to a browser in which the person was signed in.
    await db.updateTable('attempts').set({ count: 50 }).execute();
    await from('192.0.2.8');
    expect(await sent()).toBe(before + 11);
    const body = { email, password: DEMO_PASSWORD };
    await db.deleteFrom('attempts').where('count', '<', 50).execute();
    const signedIn = await ask({ method: 'POST', url: '/api/v1/sessions', body, remoteAddress: '192.0.2.9' });
    const device = signedIn.cookies.find(({ name }) => name === 'device')!.value;
    await from('192.0.2.8', { headers: { cookie: `device=${device}` } });
    expect(await sent()).toBe(before + 12);
    await db.deleteFrom('attempts').execute();
  });

  it('of nobody gets the same answer and no letter', async () => {
    const sent = async (email: string) => (await letters()).filter(({ to }) => to === email).length;
    const { email } = DEMO_PEOPLE[0]!;
    const before = await sent(email);
    const [known, unknown] = [await recover(email), await recover('nobody@fredu.test')];
    expect([known.statusCode, known.body]).toEqual([unknown.statusCode, unknown.body]);
    expect([await sent(email), await sent('nobody@fredu.test')]).toEqual([before + 1, 0]);
  });
});

describe('my account', () => {
  const url = '/api/v1/me';
  it('is changed from the version that was read, and from no older one', async () => {
    const ask = await as('teacher');
    const { etag } = (await ask(url)).headers;
    const change = { method: 'PATCH', url, body: { about: 'Mathématiques', language: 'en' } } as const;
    expect((await ask(change)).statusCode).toBe(428);
    const changed = await ask({ ...change, headers: { 'if-match': String(etag) } });
    expect(changed.json()).toMatchObject({ about: 'Mathématiques', language: 'en', version: 2 });
    const late = await ask({ ...change, headers: { 'if-match': String(etag) } });
    // From now on this reader is spoken to in English.
    expect(late.json()).toMatchObject({ status: 412, title: 'Changed meanwhile' });
  });

  it.each([{ role: 'administrator' }, { email: 'x@y.fr' }, { version: 9 }, {}])(
    'refuses the change %o',
    async (body) => {
      const ask = await as('teacher');
      expect((await ask({ method: 'PATCH', url, body, headers: { 'if-match': '"1"' } })).statusCode).toBe(
        400,
      );
    },
  );

  it('gets a new password only with the old one, and loses its other sessions', async () => {
    const weber = DEMO_PEOPLE.find((person) => person.name === 'Hugo Weber')!;
    const [here, there] = [await as(weber.id), await as(weber.id)];
    const put = (body: object) => here({ method: 'PUT', url: `${url}/password`, body });
    expect((await put({ current: 'wrong', next: 'sept lapins noirs' })).json()).toMatchObject({
      status: 403,
      type: '/problems/wrong-password',
    });
    const changed = await put({ current: DEMO_PASSWORD, next: 'sept lapins noirs' });
    expect(changed.statusCode).toBe(204);
    expect((await there(url)).statusCode).toBe(401);
    expect((await here(url)).statusCode).toBe(401);
    const cookie = `session=${changed.cookies[0]!.value}`;
    expect((await ask({ url, headers: { cookie } })).statusCode).toBe(200);
  });

  it('leaves its traces in the audit log', async () => {
    const actions = await db.selectFrom('audit_log').select('action').distinct().orderBy('action').execute();
    expect(actions.map((row) => row.action)).toEqual([
      'password.changed',
      'password.recovered',
      'person.joined',
      'session.begun',
    ]);
  });
});
