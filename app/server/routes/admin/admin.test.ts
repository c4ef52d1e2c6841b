import { describe, expect, it } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { DEMO_COURSES, DEMO_PASSWORD, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { waiting } from '#server/testing/concurrent-change.ts';
import { type Ask, testApp } from '#server/testing/test-app.ts';
import { uncheckedSql } from '#server/testing/unchecked-sql.ts';
import { makeWorld, type World } from '#server/testing/world.ts';
import { words } from '../courses/search-terms.ts';
import { COURSE_BYTES_MAX, PERSON_BYTES_MAX } from '../files/quota.ts';
import { eraseDue } from '../me/erasure.ts';

const { app, as, ask, database, db, statementsOf } = await testApp();
const admin = await as('administrator');
const teacher = await as('teacher');
const ines = DEMO_PEOPLE.find(({ role }) => role === 'student')!;
const [demo] = DEMO_COURSES;

describe('the figures', () => {
  const url = '/api/v1/admin/figures';
  const read = async () => (await admin(url)).json();

  it('say how much there is, without what was removed, and who was there', async () => {
    const { files } = await read();
    const [author, follower, stranger] = DEMO_PEOPLE.map(({ id }) => id) as [string, string, string];
    const ids = { author, follower, stranger, visitor: '', colleague: '', administrator: '' };
    const made: World[] = [];
    for (const kind of [...Array<'public'>(5).fill('public'), 'draft', 'draft'] as const)
      made.push(await makeWorld(app, ids, kind));
    const set = (table: string, what: string, rows: string[]) =>
      query(db, uncheckedSql(`update ${table} set ${what} where id = any($1::uuid[])`), [rows]);
    const some = (kind: keyof World, count: number) => made.slice(0, count).map((each) => each[kind]);
    await set('courses', `state = 'deleted'`, some('course', 4));
    await set('courses', `state = 'archived'`, some('course', 3));
    await set('threads', 'removed_at = now()', some('thread', 1));
    await set('posts', 'removed_at = now()', some('post', 2));
    await set('reports', `outcome = 'kept'`, some('report', 3));
    await as('teacher'); // once more, and counted once
    for (const [id, days] of [
      [follower, 3],
      [stranger, 8],
    ] as const) {
      await as(id);
      await query(db, sql`update sessions set used_at = now() - $2 * interval '1 day' where person_id = $1`, [
        id,
        days,
      ]);
    }
    expect(await read()).toEqual({
      people: { students: 1, teachers: 4, administrators: 1 },
      activeToday: 2,
      activeThisWeek: 3,
      courses: { drafts: 2, published: DEMO_COURSES.length + 1, archived: 3 },
      enrolments: 7,
      threads: 6,
      posts: 5,
      openReports: 4,
      files: { count: files.count + 7, bytes: files.bytes + 7 },
    });
    await db.deleteFrom('courses').where('id', 'in', some('course', 7)).execute();
  });

  it('are read in one statement, and one for who asks', async () => {
    expect(await statementsOf(read)).toBe(2);
  });
});

describe('an administrator', () => {
  it('finds people by whatever words their names and addresses have', async () => {
    const names = [
      ['Šimon Łódzki-Œuvrard', 'simon.l/2@deux-mots.example'],
      ['O’Neill, J.R.', "o'neill+cours%1@fredu.test"],
      ['Ali\u00adce Nguyễn', 'alice_n@fredu.test'],
      ['李小龙', 'dragon@fredu.test'],
    ];
    const ids = await db
      .insertInto('people')
      .values(names.map(([name = '', email = '']) => ({ name, email, role: 'student' as const })))
      .returning('id')
      .execute();
    await app.runJobs();
    for (const [at, texts] of names.entries()) {
      for (const word of texts.flatMap(words)) {
        const { items } = (
          await admin(`/api/v1/admin/people?q=${encodeURIComponent(word)}&limit=100`)
        ).json();
        expect([word, items.map(({ id }: { id: string }) => id)]).toEqual([
          word,
          expect.arrayContaining([ids[at]!.id]),
        ]);
      }
    }
    const found = async (q: string) =>
      (await admin(`/api/v1/admin/people?q=${encodeURIComponent(q)}`)).json().items.length;
    expect(await found('小龙')).toBe(1);
    // Who changes their name is found by the new one.
    await db.updateTable('people').set({ name: 'Žofie' }).where('id', '=', ids[0]!.id).execute();
    await app.runJobs();
    expect([await found('zofie'), await found('lodzki')]).toEqual([1, 0]);
    await db
      .deleteFrom('people')
      .where(
        'id',
        'in',
        ids.map(({ id }) => id),
      )
      .execute();
    await db.deleteFrom('audit_log').where('action', '=', 'people.looked-up').execute();
  });

  it('finds people by name or address, and is remembered for it', async () => {
    const { items } = (await admin('/api/v1/admin/people?q=benali')).json();
    expect(items).toEqual([
      expect.objectContaining({ email: ines.email, role: 'student', suspendedAt: null }),
    ]);
    for (const q of ['INÈS ben', 'ines', 'eleve@fredu.test', 'eleve'])
      expect((await admin(`/api/v1/admin/people?q=${encodeURIComponent(q)}`)).json().items).toEqual(items);
    expect((await admin('/api/v1/admin/people?q=%25')).json().items).toEqual([]);
    const deeds = (await admin('/api/v1/admin/deeds?q=people.looked-up')).json().items;
    // The latest first: whose account was shown, and never what was typed.
    expect(deeds.map(({ details }: { details: object }) => details)).toEqual([
      { shown: [] },
      ...Array.from({ length: 5 }, () => ({ shown: [ines.id] })),
    ]);
  });

  it('is remembered for looking at reports, at courses and into the log itself', async () => {
    for (const list of ['reports', 'courses', 'deeds']) {
      const { items } = (await admin(`/api/v1/admin/${list}?q=${encodeURIComponent('Optique 06')}`)).json();
      expect(items).toEqual([]);
      const [deed] = (await admin(`/api/v1/admin/deeds?q=${list}.looked-up&limit=1`)).json().items;
      expect(deed).toMatchObject({ action: `${list}.looked-up`, details: { shown: [] } });
    }
  });

  it('pages through lists without repeating anybody', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: { id: string }[]; next: string | null } = (
        await admin(`/api/v1/admin/people?limit=2${cursor && `&cursor=${cursor}`}`)
      ).json();
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(seen).toHaveLength(DEMO_PEOPLE.length);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('suspends somebody at once, and lets them back in', async () => {
    const student = await as('student');
    const change = (body: object, id: string = ines.id) =>
      admin({ method: 'PATCH', url: `/api/v1/admin/people/${id}`, body });
    expect((await change({ suspended: true })).statusCode).toBe(204);
    expect((await student('/api/v1/me')).statusCode).toBe(401);
    expect((await change({ suspended: false, role: 'teacher' })).statusCode).toBe(204);
    expect((await (await as(ines.id))('/api/v1/me')).json()).toMatchObject({ role: 'teacher' });
    const me = (await admin('/api/v1/me')).json().id;
    expect((await change({ role: 'student' }, me)).json()).toMatchObject({
      status: 409,
      type: '/problems/not-oneself',
    });
    expect((await change({ suspended: true }, demo!.id)).json()).toMatchObject({
      status: 404,
      type: '/problems/person-unknown',
    });
  });

  it('withdraws any course, which is gone from lists at once', async () => {
    await ask('/api/v1/courses');
    const put = (state: string) =>
      admin({ method: 'PUT', url: `/api/v1/admin/courses/${demo!.id}/state`, body: { state } });
    expect((await put('deleted')).statusCode).toBe(204);
    expect((await ask('/api/v1/courses')).body).not.toContain(demo!.id);
    expect(
      (await admin(`/api/v1/admin/courses?q=${encodeURIComponent(demo!.title.slice(0, 8))}`)).json().items[0],
    ).toMatchObject({ state: 'deleted' });
    await put('published');
    expect((await ask('/api/v1/courses')).body).toContain(demo!.id);
  });

  it('publishes what never was, where the newest are found', async () => {
    const { id } = (
      await teacher({
        method: 'POST',
        url: '/api/v1/courses',
        body: { title: 'Jamais publié', summary: '', subject: 's', level: 'l' },
      })
    ).json();
    await teacher({
      method: 'PUT',
      url: `/api/v1/courses/${id}/sections`,
      headers: { 'if-match': '"1"' },
      body: { sections: [{ title: 't', body: 'b' }] },
    });
    const body = { state: 'published' };
    await admin({ method: 'PUT', url: `/api/v1/admin/courses/${id}/state`, body });
    expect((await ask('/api/v1/courses')).json().items[0]).toMatchObject({ id });
    await admin({ method: 'PUT', url: `/api/v1/admin/courses/${id}/state`, body: { state: 'deleted' } });
  });

  it('says how much somebody, or a course, may keep in files, and is remembered for it', async () => {
    const put = (what: string, id: string, bytes: number | null) =>
      admin({ method: 'PUT', url: `/api/v1/admin/${what}/${id}/quota`, body: { bytes } });
    const camille = DEMO_PEOPLE[0].id;
    const { id: courseId } = (
      await teacher({
        method: 'POST',
        url: '/api/v1/courses',
        body: { title: 'Optique', summary: '', subject: 's', level: 'l' },
      })
    ).json();
    const begin = () =>
      teacher({
        method: 'POST',
        url: `/api/v1/courses/${courseId}/uploads`,
        headers: {
          'tus-resumable': '1.0.0',
          'upload-length': '3000',
          'upload-metadata': `filename ${Buffer.from(`${crypto.randomUUID()}.bin`).toString('base64')}`,
        },
      });
    const kept = async (what: string, q: string) =>
      (await admin(`/api/v1/admin/${what}?q=${q}`)).json().items[0].files;

    expect((await begin()).statusCode).toBe(201);
    const { bytes, bytesMax, own } = await kept('people', 'prof');
    expect([bytes >= 3000, bytesMax, own]).toEqual([true, PERSON_BYTES_MAX, false]);
    expect(await kept('courses', 'optique')).toEqual({ bytes: 3000, bytesMax: COURSE_BYTES_MAX, own: false });

    for (const [what, q, id] of [
      ['people', 'prof', camille],
      ['courses', 'optique', courseId],
    ] as const) {
      expect((await put(what, id, 4000)).statusCode).toBe(204);
      expect(await kept(what, q)).toMatchObject({ bytesMax: 4000, own: true });
      expect((await begin()).json().type).toBe('/problems/quota-exceeded');
      expect((await put(what, id, null)).statusCode).toBe(204);
      expect((await begin()).statusCode).toBe(201);
      const { items } = (await admin(`/api/v1/admin/deeds?q=${id}`)).json();
      expect(items.filter((each: { action: string }) => each.action.endsWith('.quota-changed'))).toEqual([
        expect.objectContaining({ details: { bytes: null, former: 4000 } }),
        expect.objectContaining({ details: { bytes: 4000, former: null } }),
      ]);
    }
    expect((await put('people', courseId, 1)).json().type).toBe('/problems/person-unknown');
    expect((await put('courses', camille, 1)).json().type).toBe('/problems/course-unknown');
    expect((await put('courses', courseId, -1)).statusCode).toBe(400);
  });

  it('tells everybody something until it is over', async () => {
    const endsAt = new Date(Date.now() + 3_600_000).toISOString();
    const notice = { textFr: 'Maintenance ce soir.', textEn: 'Maintenance tonight.', endsAt };
    const { id } = (await admin({ method: 'POST', url: '/api/v1/admin/notices', body: notice })).json();
    expect((await ask('/api/v1/notices')).json().items).toEqual([
      expect.objectContaining({ id, textFr: 'Maintenance ce soir.' }),
    ]);
    const over = { ...notice, endsAt: '2020-01-01T00:00:00.000Z' };
    expect((await admin({ method: 'POST', url: '/api/v1/admin/notices', body: over })).json()).toMatchObject({
      type: '/problems/notice-over',
    });
    const remove = () => admin({ method: 'DELETE', url: `/api/v1/admin/notices/${id}` });
    // What cannot be remembered is not done.
    await database.asOwner(
      `alter table audit_log add constraint none check (action <> 'notice.removed') not valid`,
    );
    expect((await remove()).statusCode).toBe(500);
    await database.asOwner('alter table audit_log drop constraint none');
    expect((await ask('/api/v1/notices')).json().items).toHaveLength(1);
    expect((await remove()).statusCode).toBe(204);
    expect((await ask('/api/v1/notices')).json().items).toEqual([]);
  });

  it('sees what everybody is told only tomorrow', async () => {
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const notice = { textFr: 'Maintenance.', textEn: 'Maintenance!', startsAt: day(1), endsAt: day(2) };
    const { id } = (await admin({ method: 'POST', url: '/api/v1/admin/notices', body: notice })).json();
    expect((await admin('/api/v1/admin/notices')).json().items).toEqual([{ id, ...notice }]);
    expect((await ask('/api/v1/notices')).json().items).toEqual([]);
  });
});

describe('the last administrator', () => {
  const first = DEMO_PEOPLE.find(({ role }) => role === 'administrator')!;
  const refused = { status: 409, type: '/problems/last-administrator' };
  const patch = (by: Ask, id: string, body: object) =>
    by({ method: 'PATCH', url: `/api/v1/admin/people/${id}`, body });
  const leave = (by: Ask) =>
    by({ method: 'POST', url: '/api/v1/me/erasure', body: { password: DEMO_PASSWORD } });
  const role = async (id: string) =>
    (await db.selectFrom('people').select('role').where('id', '=', id).executeTakeFirst())?.role;
  const another = async (): Promise<{ id: string; by: Ask }> => {
    const { password_hash } = await db
      .selectFrom('people')
      .select('password_hash')
      .where('id', '=', first.id)
      .executeTakeFirstOrThrow();
    const { id } = await db
      .insertInto('people')
      .values({
        name: 'Noé',
        email: `${crypto.randomUUID()}@exemple.fr`,
        role: 'administrator',
        password_hash,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { id, by: await as(id) };
  };

  it.each([{ role: 'teacher' }, { suspended: true }])(
    'stays when two take each other’s rights at once, by %o',
    async (body) => {
      const { id, by } = await another();
      const mine = await as(first.id);
      // Both requests are past the look at who asks when they wait for the rows that this one holds.
      let asked: Promise<Awaited<ReturnType<Ask>>[]> | undefined;
      await db.transaction().execute(async (held) => {
        await held.selectFrom('people').select('id').where('id', 'in', [id, first.id]).forUpdate().execute();
        asked = Promise.all([patch(mine, id, body), patch(by, first.id, body)]);
        await expect.poll(() => waiting(db)).toBe(2);
      });
      const answers = await asked!;
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, 409]);
      expect(answers.find(({ statusCode }) => statusCode === 409)!.json()).toMatchObject({
        ...refused,
        title: 'Dernier administrateur',
      });
      await db
        .updateTable('people')
        .set({ role: 'administrator', suspended_at: null })
        .where('id', '=', first.id)
        .execute();
      await db.deleteFrom('people').where('id', '=', id).execute();
    },
  );

  it('is not erased: neither asked for nor, where the other one went meanwhile, done', async () => {
    const alone = await as(first.id);
    expect((await leave(alone)).json()).toMatchObject(refused);
    const { id, by } = await another();
    expect((await leave(by)).statusCode).toBe(202);
    // Who leaves is no longer somebody who stays.
    expect((await leave(alone)).json()).toMatchObject(refused);
    expect((await patch(by, first.id, { role: 'student' })).json()).toMatchObject(refused);
    await db.updateTable('people').set({ role: 'student' }).where('id', '=', first.id).execute();
    await db
      .updateTable('people')
      .set({ erase_at: new Date(Date.now() - 1000) })
      .where('id', '=', id)
      .execute();
    await eraseDue(app);
    expect(await role(id)).toBe('administrator');
    await db.updateTable('people').set({ role: 'administrator' }).where('id', '=', first.id).execute();
    await eraseDue(app);
    expect(await role(id)).toBeUndefined();
  });
});

it('nobody else does any of that', async () => {
  for (const url of ['people', 'courses', 'deeds', 'figures', 'notices']) {
    expect((await teacher(`/api/v1/admin/${url}`)).statusCode).toBe(403);
    expect((await ask(`/api/v1/admin/${url}`)).statusCode).toBe(401);
  }
});
