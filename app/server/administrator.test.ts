import { describe, expect, it } from 'vitest';
import { makeAdministrator } from './administrator.ts';
import { DEMO_PEOPLE } from './seed/courses.ts';
import { testDatabase } from './testing/database.ts';
import { testApp } from './testing/test-app.ts';

const { as, db, database } = await testApp();
const [camille, ines] = DEMO_PEOPLE;
const make = (email: string | undefined, url = database.url) => makeAdministrator({ url }, email);

describe('an administrator', () => {
  it('is made of somebody who has an account, once, and it is remembered', async () => {
    const before = await as(camille!.id);
    expect(await make(' Prof@Fredu.test ')).toBe(
      'prof@fredu.test is an administrator now, and has to sign in again',
    );
    expect((await before('/api/v1/me')).statusCode).toBe(401);
    const asked = await as(camille!.id);
    expect((await asked('/api/v1/me')).json()).toMatchObject({ role: 'administrator' });
    expect(await make('prof@fredu.test')).toBe('prof@fredu.test is an administrator already');
    const { items } = (await asked('/api/v1/admin/deeds?q=person.changed')).json();
    expect(items).toMatchObject([
      { actor: null, subjectId: camille!.id, details: { role: 'administrator' } },
    ]);
  });

  it.each([
    [undefined, 'name the address of an account: administrator name@school.fr'],
    [
      'nobody@fredu.test',
      'nobody has an account with nobody@fredu.test; sign up with it at /inscription, confirm the letter, and run this again',
    ],
  ])('is not made of %s, and what is missing is said', async (email, message) => {
    await expect(make(email)).rejects.toMatchObject({ name: 'CannotStart', message });
  });

  it('is not made of somebody who is suspended or goes', async () => {
    const set = (row: object) => db.updateTable('people').set(row).where('id', '=', ines!.id).execute();
    await set({ suspended_at: new Date() });
    await expect(make(ines!.email)).rejects.toThrow('is suspended');
    await set({ suspended_at: null, erase_at: new Date(Date.now() + 86_400_000) });
    await expect(make(ines!.email)).rejects.toThrow('is to be erased');
    await set({ erase_at: null });
    expect((await (await as(ines!.id))('/api/v1/me')).json()).toMatchObject({ role: 'student' });
  });

  it('is not made in a database without tables', async () => {
    const empty = await testDatabase({ empty: true });
    await expect(make('a@fredu.test', empty.url)).rejects.toThrow(
      'this database has no tables yet; run migrate first',
    );
    await empty.close();
  });
});
