import { describe, expect, it } from 'vitest';
import { DEMO_COURSES, DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { waiting } from '#server/testing/concurrent-change.ts';
import { testApp } from '#server/testing/test-app.ts';
import { PRIOR } from '../courses/ratings.ts';
import { eraseDue } from './erasure.ts';

const { app, as, ask, database, db, letters } = await testApp();
const [camille, ines, hugo] = DEMO_PEOPLE;
const [demo] = DEMO_COURSES;
const student = await as('student');

describe('one’s own data', () => {
  it('can be taken along, and hold nothing secret', async () => {
    await student({ method: 'PUT', url: `/api/v1/courses/${demo!.id}/enrolment` });
    const { id } = (
      await student({
        method: 'POST',
        url: `/api/v1/courses/${demo!.id}/threads`,
        body: { title: 'Aide', body: 'S’il vous plaît' },
      })
    ).json();
    const changed = await student({
      method: 'PATCH',
      url: `/api/v1/threads/${id}`,
      headers: { 'if-match': '"1"' },
      body: { body: 'S’il te plaît' },
    });
    expect(changed.statusCode).toBe(204);
    const answer = await student('/api/v1/me/export');
    expect(answer.headers['content-disposition']).toContain('attachment');
    expect(answer.json()).toMatchObject({
      account: { email: ines!.email, name: ines!.name },
      threads: [{ title: 'Aide', body: 'S’il te plaît' }],
      formerWords: [{ title: 'Aide', body: 'S’il vous plaît' }],
      enrolments: [{ course: demo!.title, sectionsDone: 0 }],
    });
    expect(answer.body).not.toMatch(/argon2|secret|password_hash/);
  });

  it('go seven days after one asked with the password, unless one changes one’s mind', async () => {
    const ask1 = (password: string) =>
      student({ method: 'POST', url: '/api/v1/me/erasure', body: { password } });
    expect((await ask1('wrong password')).json()).toMatchObject({
      status: 403,
      type: '/problems/wrong-password',
    });
    const asked = await ask1(DEMO_PASSWORD);
    expect(asked.statusCode).toBe(202);
    expect(Date.parse(asked.json().eraseAt)).toBeGreaterThan(Date.now() + 6 * 86_400_000);
    const keep = () => student({ method: 'DELETE', url: '/api/v1/me/erasure' });
    // What cannot be remembered is not done.
    await database.asOwner(
      `alter table audit_log add constraint none check (action <> 'person.erasure-withdrawn') not valid`,
    );
    expect((await keep()).statusCode).toBe(500);
    await database.asOwner('alter table audit_log drop constraint none');
    const { erase_at } = await db
      .selectFrom('people')
      .select('erase_at')
      .where('id', '=', ines!.id)
      .executeTakeFirstOrThrow();
    expect(erase_at?.toISOString()).toBe(asked.json().eraseAt);
    expect((await keep()).statusCode).toBe(204);
    await app.runJobs();
    expect((await student('/api/v1/me')).statusCode).toBe(200);
  });

  it('stay when the change of mind comes between the look and the deed', async () => {
    await db
      .updateTable('people')
      .set({ erase_at: new Date(Date.now() - 1000) })
      .where('id', '=', ines!.id)
      .execute();
    // Held by a transaction that takes the wish back, as their request does.
    let running: Promise<void> | undefined;
    await db.transaction().execute(async (each) => {
      await each.updateTable('people').set({ erase_at: null }).where('id', '=', ines!.id).execute();
      running = eraseDue(app);
      await expect.poll(() => waiting(db)).toBe(1);
    });
    await running;
    expect((await student('/api/v1/me')).statusCode).toBe(200);
  });

  it('leave what others built on without a name, and take along what was theirs alone', async () => {
    const alone = (
      await (
        await as(hugo!.id)
      )({
        method: 'POST',
        url: '/api/v1/courses',
        body: { title: 'Seul', summary: '', subject: 's', level: 'l' },
      })
    ).json().id;
    await student({ method: 'PUT', url: `/api/v1/courses/${demo!.id}/rating`, body: { score: 10 } });
    const removed = await as(ines!.id);
    const wrong = (
      await removed({
        method: 'POST',
        url: `/api/v1/courses/${demo!.id}/threads`,
        body: { title: 'À retirer', body: 'Mon numéro est le 06' },
      })
    ).json().id;
    expect((await removed({ method: 'DELETE', url: `/api/v1/threads/${wrong}` })).statusCode).toBe(204);
    await db
      .insertInto('invitations')
      .values({
        course_id: demo!.id,
        email: ines!.email,
        token_hash: 'a',
        created_by: camille!.id,
        expires_at: new Date(Date.now() + 86_400_000),
      })
      .execute();
    const due = { erase_at: new Date(Date.now() - 1000) };
    await db.updateTable('people').set(due).where('id', 'in', [ines!.id, hugo!.id, camille!.id]).execute();
    await app.runJobs();
    expect(
      await db.selectFrom('people').select('id').where('id', 'in', [ines!.id, hugo!.id]).execute(),
    ).toEqual([]);
    expect(await db.selectFrom('courses').select('id').where('id', '=', alone).execute()).toEqual([]);
    const course = (await ask(`/api/v1/courses/${demo!.id}`)).json();
    expect(course.authors.map(({ name }: { name: string }) => name)).toEqual(['Yann Leroux']);
    expect(course.rating).toEqual({ count: 0, mean: null });
    expect(await db.selectFrom('threads').select('id').where('id', '=', wrong).execute()).toEqual([]);
    expect(
      await db.selectFrom('invitations').select('id').where('email', '=', ines!.email).execute(),
    ).toEqual([]);
    const { rating_rank: rank } = await db
      .selectFrom('courses')
      .select('rating_rank')
      .where('id', '=', demo!.id)
      .executeTakeFirstOrThrow();
    // As of a course that nobody rated.
    expect(Number(rank)).toBe(PRIOR.score * 1000);
    const [thread] = (await ask(`/api/v1/courses/${demo!.id}/threads`)).json().items;
    expect(thread).toMatchObject({ title: 'Aide', author: null });
    expect(await db.selectFrom('forum_edits').selectAll().execute()).toEqual([]);
    expect((await student('/api/v1/me')).statusCode).toBe(401);
  });
});

describe('somebody under 15', () => {
  it('gets an account once a parent agreed, and not before', async () => {
    const body = {
      email: 'lou@exemple.fr',
      name: 'Lou',
      role: 'student',
      password: 'quatre canards bleus 7',
      guardianEmail: 'parent@exemple.fr',
    };
    expect((await ask({ method: 'POST', url: '/api/v1/people', body })).statusCode).toBe(202);
    const all = await letters();
    const token = (to: string) => /#(\S+)/.exec(all.find((letter) => letter.to === to)!.text)![1]!;
    const confirm = () =>
      ask({
        method: 'POST',
        url: '/api/v1/people/confirmation',
        body: { token: token('lou@exemple.fr'), password: body.password },
      });
    expect((await confirm()).json()).toMatchObject({ status: 409, type: '/problems/consent-needed' });
    const consent = (word: string) =>
      ask({ method: 'POST', url: '/api/v1/people/consent', body: { token: word } });
    expect((await consent(token('lou@exemple.fr'))).statusCode).toBe(410);
    expect((await consent(token('parent@exemple.fr'))).statusCode).toBe(204);
    expect((await confirm()).statusCode).toBe(201);
  });
});
