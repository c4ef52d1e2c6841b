import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '#server/security/secrets.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { codeOf } from '#server/testing/codes.ts';
import { type Ask, testApp } from '#server/testing/test-app.ts';

const KEY = 'the present key of the platform, drawn at random';
const { app, as, ask, db, letters } = await testApp({ keys: [KEY, 'a key of the past, which opens alone'] });
const ines = DEMO_PEOPLE.find(({ role }) => role === 'student')!;
const url = '/api/v1/me/second-factor';
const post = (by: Ask, path: string, body: object) => by({ method: 'POST', url: `${url}${path}`, body });
const offered = async (by: Ask) =>
  (await post(by, '', { password: DEMO_PASSWORD })).json<{ secret: string; uri: string }>();
const confirm = (by: Ask, code: string) => by({ method: 'PUT', url, body: { code } });
const signIn = (code?: string, password = DEMO_PASSWORD) =>
  ask({
    method: 'POST',
    url: '/api/v1/sessions',
    body: { email: ines.email, password, ...(code && { code }) },
  });
/** The first code of the app was used when it was set up. */
const LATER = 1;

/** A student who is asked for codes: their secret, and their recovery codes. */
async function turnedOn() {
  const by = await as('student');
  const { secret } = await offered(by);
  const { recoveryCodes } = (await confirm(by, codeOf(secret))).json<{ recoveryCodes: string[] }>();
  return { by, secret, recoveryCodes };
}

beforeEach(async () => {
  await db.deleteFrom('attempts').execute();
  await db.deleteFrom('recovery_codes').execute();
  await db.deleteFrom('second_factors').execute();
});

describe('a second factor', () => {
  it('is set up with the password and a first code, and not before', async () => {
    const by = await as('student');
    expect((await post(by, '', { password: 'wrong' })).json()).toMatchObject({
      type: '/problems/wrong-password',
    });
    const { secret, uri } = await offered(by);
    expect(uri).toBe(
      `otpauth://totp/fredu:${encodeURIComponent(ines.email)}?issuer=fredu&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
    );
    expect((await signIn()).statusCode).toBe(201);
    expect((await by(url)).json()).toEqual({ available: true, on: false, recoveryCodesLeft: 0 });
    expect((await confirm(by, codeOf(secret, 30))).json()).toMatchObject({ type: '/problems/wrong-code' });
    const answer = await confirm(by, codeOf(secret));
    expect(answer.json().recoveryCodes).toHaveLength(10);
    expect((await by(url)).json()).toEqual({ available: true, on: true, recoveryCodesLeft: 10 });
    expect((await post(by, '', { password: DEMO_PASSWORD })).json()).toMatchObject({
      type: '/problems/second-factor-on',
    });
  });

  it('ends every other session, and is told by mail', async () => {
    const other = await as('student');
    await turnedOn();
    expect((await other('/api/v1/me')).statusCode).toBe(401);
    expect((await letters())[0]).toMatchObject({
      to: ines.email,
      subject: 'Un code est désormais demandé à la connexion',
    });
  });

  it('is asked for after the password, never before', async () => {
    const { secret } = await turnedOn();
    expect((await signIn(undefined, 'wrong')).json()).toMatchObject({ type: '/problems/wrong-credentials' });
    expect((await signIn(codeOf(secret, LATER), 'wrong')).json()).toMatchObject({
      type: '/problems/wrong-credentials',
    });
    const needed = await signIn();
    expect([needed.json().type, needed.cookies]).toEqual(['/problems/second-factor-needed', []]);
    const code = codeOf(secret, LATER);
    expect((await signIn(` ${code.slice(0, 3)} ${code.slice(3)}`)).statusCode).toBe(201);
  });

  it('takes a code once, also of two requests at the same time', async () => {
    const { secret } = await turnedOn();
    const code = codeOf(secret, LATER);
    const answers = await Promise.all([signIn(code), signIn(code)]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 403]);
    expect((await signIn(code)).json()).toMatchObject({ type: '/problems/wrong-code' });
  });

  it('takes a recovery code once, however it is typed', async () => {
    const { by, recoveryCodes } = await turnedOn();
    const typed = recoveryCodes[0]!
      .toUpperCase()
      .replaceAll('-', ' ')
      .replaceAll('0', 'O')
      .replaceAll('1', 'I');
    expect((await signIn(typed)).statusCode).toBe(201);
    expect((await signIn(typed)).statusCode).toBe(403);
    expect((await by(url)).json().recoveryCodesLeft).toBe(9);
  });

  it('cannot be guessed by somebody who has the password', async () => {
    const { secret } = await turnedOn();
    // Not a code of these minutes.
    const wrong = codeOf(secret, 40);
    const statuses = [];
    for (let times = 0; times < 11; times++) statuses.push((await signIn(wrong)).statusCode);
    expect(statuses).toEqual([...Array(10).fill(403), 429]);
  });

  it('is not gone round by a letter for a new password, which stays good meanwhile', async () => {
    const { secret } = await turnedOn();
    await ask({ method: 'POST', url: '/api/v1/recoveries', body: { email: ines.email } });
    const token = /#(.{43})/.exec((await letters()).find(({ to }) => to === ines.email)!.text)![1];
    const recover = (code?: string) =>
      ask({
        method: 'POST',
        url: '/api/v1/recoveries/confirmation',
        body: { token, password: DEMO_PASSWORD, ...(code && { code }) },
      });
    expect((await recover()).json()).toMatchObject({ type: '/problems/second-factor-needed' });
    expect((await recover(codeOf(secret, LATER))).statusCode).toBe(201);
  });

  it('is kept sealed: neither the secret nor a recovery code stands in the database', async () => {
    const { secret, recoveryCodes } = await turnedOn();
    const rows = JSON.stringify([
      await db.selectFrom('second_factors').selectAll().execute(),
      await db.selectFrom('recovery_codes').selectAll().execute(),
    ]);
    expect(rows).not.toContain(secret);
    for (const code of recoveryCodes) expect(rows).not.toContain(code.replaceAll('-', ''));
    expect(rows).toContain(digestOf(recoveryCodes[0]!.replaceAll('-', '')));
  });

  it('sealed by a key of the past is still opened, and sealed by the present one from then on', async () => {
    const { secret } = await turnedOn();
    await db.updateTable('second_factors').set({ used_period: 0 }).execute();
    const NEWER = 'a newer key than that, drawn at random';
    app.keys = [NEWER, KEY];
    expect((await signIn(codeOf(secret))).statusCode).toBe(201);
    app.keys = [NEWER];
    expect((await signIn(codeOf(secret, LATER))).statusCode).toBe(201);
    app.keys = [KEY];
  });

  it('whose key is lost is refused for that, and a recovery code still helps', async () => {
    const { secret, recoveryCodes } = await turnedOn();
    app.keys = ['another one altogether, drawn at random'];
    expect((await signIn(codeOf(secret, LATER))).statusCode).toBe(501);
    expect((await signIn(recoveryCodes[0])).statusCode).toBe(201);
    app.keys = [KEY];
  });

  it('is not offered where the platform has no key', async () => {
    app.keys = [];
    const by = await as('student');
    expect((await by(url)).json()).toMatchObject({ available: false });
    expect((await post(by, '', { password: DEMO_PASSWORD })).statusCode).toBe(501);
    app.keys = [KEY];
  });

  it('is taken off with the password and a code, and what was kept of it goes', async () => {
    const { by, secret } = await turnedOn();
    const take = (body: object) => post(by, '/removal', { password: DEMO_PASSWORD, code: '000000', ...body });
    expect((await take({ password: 'wrong' })).json()).toMatchObject({ type: '/problems/wrong-password' });
    expect((await take({ code: codeOf(secret, 40) })).json()).toMatchObject({ type: '/problems/wrong-code' });
    expect((await take({ code: codeOf(secret, LATER) })).statusCode).toBe(204);
    expect((await signIn()).statusCode).toBe(201);
    expect(await db.selectFrom('recovery_codes').selectAll().execute()).toEqual([]);
    expect((await take({})).json()).toMatchObject({ type: '/problems/second-factor-off' });
  });

  it('gets new recovery codes in place of those before', async () => {
    const { by, secret, recoveryCodes } = await turnedOn();
    const body = { password: DEMO_PASSWORD, code: codeOf(secret, LATER) };
    const fresh = (await post(by, '/recovery-codes', body)).json().recoveryCodes as string[];
    expect(fresh).toHaveLength(10);
    expect((await signIn(recoveryCodes[0])).statusCode).toBe(403);
    expect((await signIn(fresh[0])).statusCode).toBe(201);
  });

  it('that somebody has lost an administrator takes off; nobody their own so', async () => {
    const { by } = await turnedOn();
    const administrator = await as('administrator');
    const off = (id: string) =>
      administrator({ method: 'DELETE', url: `/api/v1/admin/people/${id}/second-factor` });
    const listed = async () =>
      (await administrator('/api/v1/admin/people'))
        .json()
        .items.find(({ id }: { id: string }) => id === ines.id);
    expect(await listed()).toMatchObject({ secondFactor: true });
    expect((await off(ines.id)).statusCode).toBe(204);
    expect(await listed()).toMatchObject({ secondFactor: false });
    expect((await by('/api/v1/me')).statusCode).toBe(401);
    expect((await letters())[0]).toMatchObject({
      to: ines.email,
      subject: 'Plus aucun code n’est demandé à la connexion',
    });
    const own = DEMO_PEOPLE.find(({ role }) => role === 'administrator')!.id;
    expect((await off(own)).statusCode).toBe(409);
    expect((await off(crypto.randomUUID())).statusCode).toBe(404);
  });
});
