import { expect, it } from 'vitest';
import { query } from '#server/database/query.ts';
import { testApp } from '#server/testing/test-app.ts';
import { uncheckedSql } from '#server/testing/unchecked-sql.ts';

const { as, ask, db, letters } = await testApp();
const PASSWORD = 'quatre canards bleus 7';
const GUARDIAN = 'parent@exemple.fr';
const post = (url: string, body: object) => ask({ method: 'POST', url: `/api/v1/people${url}`, body });

/** The secret of the newest letter to somebody that leads to a page. */
const tokenOf = async (to: string, page: string): Promise<string> => {
  const all = (await letters()).filter((letter) => letter.to === to);
  return all.flatMap(({ text }) => new RegExp(`/${page}#([\\w-]{43})`).exec(text)?.[1] ?? [])[0]!;
};
const join = async (email: string) => {
  await post('', { email, name: 'Lou', role: 'student', password: PASSWORD, guardianEmail: GUARDIAN });
  return tokenOf(email, 'confirmer');
};
const consented = async (email: string) => {
  const token = await join(email);
  await post('/consent', { token: await tokenOf(GUARDIAN, 'accord') });
  return token;
};
const confirmed = async (email: string) => {
  const made = await post('/confirmation', { token: await consented(email), password: PASSWORD });
  expect(made.statusCode).toBe(201);
  return { id: made.json().id as string, cookie: `session=${made.cookies[0]!.value}` };
};
const kept = (id: string) =>
  db
    .selectFrom('people')
    .select(['guardian_email', 'consented_at', 'erase_at', 'suspended_at'])
    .where('id', '=', id)
    .executeTakeFirst();
const deeds = async (id: string) =>
  (
    await db
      .selectFrom('audit_log')
      .select('action')
      .where('subject_id', '=', id)
      .orderBy('at')
      .orderBy('action')
      .execute()
  ).map(({ action }) => action);

it('a consent is kept with the account, with who gave it and when, and remembered', async () => {
  const { id } = await confirmed('lou@exemple.fr');
  expect(await kept(id)).toMatchObject({ guardian_email: GUARDIAN, consented_at: expect.any(Date) });
  expect(await deeds(id)).toEqual(['person.consented', 'person.joined']);
  const { account } = (await (await as(id))('/api/v1/me/export')).json();
  expect(account).toMatchObject({ guardianEmail: GUARDIAN, consentedAt: expect.any(String) });
  // What stands in the letter stands nowhere else.
  const token = await tokenOf(GUARDIAN, 'retrait-accord');
  for (const table of ['people', 'sign_ups', 'audit_log'])
    expect(
      await query(db, uncheckedSql(`select 1 from ${table} t where t::text like $1`), [`%${token}%`]),
    ).toEqual([]);
});

it('a consent that is given twice is one, with one letter', async () => {
  await join('twice@exemple.fr');
  const token = await tokenOf(GUARDIAN, 'accord');
  const before = (await letters()).length;
  for (let times = 0; times < 2; times++) expect((await post('/consent', { token })).statusCode).toBe(204);
  expect((await letters()).length).toBe(before + 1);
});

it('a consent is taken back by the letter, once: the account is closed at once and erased later', async () => {
  const { id, cookie } = await confirmed('max@exemple.fr');
  const token = await tokenOf(GUARDIAN, 'retrait-accord');
  // A program that opens the address changes nothing.
  await ask(`/retrait-accord?${token}`);
  expect(await kept(id)).toMatchObject({ erase_at: null, suspended_at: null });
  expect((await post('/consent/withdrawal', { token })).statusCode).toBe(204);
  expect((await ask({ url: '/api/v1/me', headers: { cookie } })).statusCode).toBe(401);
  const body = { email: 'max@exemple.fr', password: PASSWORD };
  expect((await ask({ method: 'POST', url: '/api/v1/sessions', body })).statusCode).toBe(401);
  expect((await kept(id))!.erase_at!.getTime()).toBeGreaterThan(Date.now() + 6 * 86_400_000);
  expect(await deeds(id)).toContain('person.consent-withdrawn');
  expect((await post('/consent/withdrawal', { token })).json()).toMatchObject({
    status: 410,
    type: '/problems/token-unknown',
  });
});

it('a consent that is taken back before there is an account leaves none', async () => {
  const confirmation = await consented('zoe@exemple.fr');
  const token = await tokenOf(GUARDIAN, 'retrait-accord');
  expect((await post('/consent/withdrawal', { token })).statusCode).toBe(204);
  expect((await post('/confirmation', { token: confirmation, password: PASSWORD })).statusCode).toBe(410);
  expect(
    await db.selectFrom('sign_ups').select('email').where('email', '=', 'zoe@exemple.fr').execute(),
  ).toEqual([]);
});
