import { beforeEach, describe, expect, it } from 'vitest';
import { testApp } from '#server/testing/test-app.ts';

const { as, ask, db, letters } = await testApp();
const administrator = await as('administrator');
const PASSWORD = 'quatre canards bleus';
const set = (body: object, version: number) =>
  administrator({
    method: 'PUT',
    url: '/api/v1/admin/settings',
    headers: { 'if-match': `"${version}"` },
    body,
  });
/** Joins as a teacher, and gives what the account is. */
async function join(email: string) {
  await ask({
    method: 'POST',
    url: '/api/v1/people',
    body: { email, name: 'Lou Marchand', role: 'teacher', password: PASSWORD },
  });
  const token = /#(.{43})/.exec((await letters()).find(({ to }) => to === email)!.text)![1];
  const answer = await ask({
    method: 'POST',
    url: '/api/v1/people/confirmation',
    body: { token, password: PASSWORD },
  });
  const { id, role, waitsToTeach } = answer.json();
  return { id, role, waitsToTeach };
}
const waiting = async () =>
  (await administrator('/api/v1/admin/people/waiting')).json().items.map(({ id }: { id: string }) => id);

beforeEach(async () => {
  await db.deleteFrom('attempts').execute();
  await db.deleteFrom('site_settings').execute();
});

describe('who says that they teach', () => {
  it('does so at once, as a site comes', async () => {
    expect((await administrator('/api/v1/admin/settings')).json()).toEqual({
      teachers: 'anyone',
      domains: [],
      version: 0,
    });
    expect(await join('as-it-comes@exemple.fr')).toMatchObject({ role: 'teacher', waitsToTeach: false });
  });

  it('waits where administrators want to confirm it, who are told; and is told when they have', async () => {
    expect((await set({ teachers: 'confirmed', domains: [] }, 0)).statusCode).toBe(200);
    const { id, ...person } = await join('waits@exemple.fr');
    expect(person).toEqual({ role: 'student', waitsToTeach: true });
    expect((await letters())[0]).toMatchObject({
      to: 'admin@fredu.test',
      subject: 'Une personne demande à enseigner',
    });
    expect(await waiting()).toContain(id);
    const confirm = {
      method: 'PATCH',
      url: `/api/v1/admin/people/${id}`,
      body: { role: 'teacher' },
    } as const;
    expect((await administrator(confirm)).statusCode).toBe(204);
    expect(await waiting()).not.toContain(id);
    const own = await as(id);
    expect((await own('/api/v1/me')).json()).toMatchObject({ role: 'teacher', waitsToTeach: false });
    expect((await letters())[0]).toMatchObject({
      to: 'waits@exemple.fr',
      subject: 'Vous pouvez maintenant enseigner sur fredu',
    });
    const before = (await letters()).length;
    await administrator(confirm);
    expect(await letters()).toHaveLength(before);
  });

  it('stays a student where they refuse', async () => {
    await set({ teachers: 'confirmed', domains: [] }, 0);
    const { id } = await join('refused@exemple.fr');
    await administrator({ method: 'PATCH', url: `/api/v1/admin/people/${id}`, body: { role: 'student' } });
    expect((await (await as(id))('/api/v1/me')).json()).toMatchObject({
      role: 'student',
      waitsToTeach: false,
    });
    expect((await letters())[0]?.to).not.toBe('refused@exemple.fr');
  });

  it.each([
    ['lou@ac-exemple.fr', 'teacher'],
    ['lou@lycee.ac-exemple.fr', 'teacher'],
    ['lou@faux-ac-exemple.fr', 'student'],
    ['lou@ac-exemple.fr.exemple.com', 'student'],
  ])('need not wait with an address of a domain that is known: %s', async (email, role) => {
    await set({ teachers: 'confirmed', domains: ['AC-Exemple.fr'] }, 0);
    expect((await join(email)).role).toBe(role);
  });
});

describe('the setting', () => {
  it('is changed from what was read, and refuses what is no domain', async () => {
    expect((await set({ teachers: 'confirmed', domains: ['un.fr', 'UN.fr'] }, 0)).json()).toEqual({
      teachers: 'confirmed',
      domains: ['un.fr'],
      version: 1,
    });
    expect((await set({ teachers: 'anyone', domains: [] }, 0)).statusCode).toBe(412);
    expect((await set({ teachers: 'anyone', domains: ['@un.fr'] }, 1)).statusCode).toBe(400);
    expect((await set({ teachers: 'anyone', domains: ['fr'] }, 1)).statusCode).toBe(400);
    expect((await set({ teachers: 'anyone', domains: [] }, 1)).json()).toMatchObject({ version: 2 });
  });
});
