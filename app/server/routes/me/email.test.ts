import { beforeEach, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';

const { as, ask, db, letters } = await testApp();
const [camille, ines] = DEMO_PEOPLE;
const student = await as('student');
const wish = (email: string, password = DEMO_PASSWORD) =>
  student({ method: 'PUT', url: '/api/v1/me/email', body: { email, password } });
const confirm = (token: string) => ask({ method: 'POST', url: '/api/v1/people/email', body: { token } });
const tokenTo = async (email: string) =>
  /#(.{43})/.exec((await letters()).find(({ to }) => to === email)?.text ?? '')?.[1] ?? '';
const signIn = async (email: string) =>
  (await ask({ method: 'POST', url: '/api/v1/sessions', body: { email, password: DEMO_PASSWORD } }))
    .statusCode;
beforeEach(async () => {
  await db.deleteFrom('attempts').execute();
  await db.updateTable('people').set({ email: ines.email }).where('id', '=', ines.id).execute();
});

describe('another e-mail address', () => {
  it('is one’s own once the letter to it is answered, and the one before is told', async () => {
    expect((await wish('Ines.Nouvelle@exemple.fr')).statusCode).toBe(202);
    const token = await tokenTo('ines.nouvelle@exemple.fr');
    expect((await student('/api/v1/me')).json().email).toBe(ines.email);
    const { version } = (await student('/api/v1/me')).json();
    expect((await confirm(token)).statusCode).toBe(204);
    expect((await student('/api/v1/me')).json()).toMatchObject({
      email: 'ines.nouvelle@exemple.fr',
      version: version + 1,
    });
    expect([await signIn('ines.nouvelle@exemple.fr'), await signIn(ines.email)]).toEqual([201, 401]);
    expect((await letters())[0]).toMatchObject({
      to: ines.email,
      subject: 'L’adresse de votre compte a été changée',
    });
    expect((await confirm(token)).json()).toMatchObject({ status: 410 });
  });

  it('takes one’s password, and is guessed by nobody', async () => {
    const before = (await letters()).length;
    expect((await wish('autre@exemple.fr', 'wrong')).json()).toMatchObject({
      type: '/problems/wrong-password',
    });
    expect(await letters()).toHaveLength(before);
    for (let times = 0; times < 9; times++) await wish('autre@exemple.fr', 'wrong');
    expect((await wish('autre@exemple.fr')).statusCode).toBe(429);
  });

  it('that somebody has already is told to them alone', async () => {
    const free = await wish('libre@exemple.fr');
    const taken = await wish(camille.email);
    expect([taken.statusCode, taken.body]).toEqual([free.statusCode, free.body]);
    expect((await letters())[0]).toMatchObject({
      to: camille.email,
      subject: 'Vous avez déjà un compte fredu',
    });
  });

  it('that somebody got meanwhile stays theirs', async () => {
    await wish('course@exemple.fr');
    const token = await tokenTo('course@exemple.fr');
    await db
      .insertInto('people')
      .values({ email: 'course@exemple.fr', name: 'Lou', role: 'student' })
      .execute();
    expect((await confirm(token)).statusCode).toBe(410);
    expect((await student('/api/v1/me')).json().email).toBe(ines.email);
  });

  it('of two wishes the later one counts, and none for longer than a day', async () => {
    await wish('un@exemple.fr');
    const first = await tokenTo('un@exemple.fr');
    await wish('deux@exemple.fr');
    const second = await tokenTo('deux@exemple.fr');
    expect((await confirm(first)).statusCode).toBe(410);
    await db
      .updateTable('email_changes')
      .set({ expires_at: new Date(0) })
      .execute();
    expect((await confirm(second)).statusCode).toBe(410);
  });
});
