import { describe, expect, it } from 'vitest';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { DEMO_PEOPLE } from '#server/seed/courses.ts';
import { type Ask, testApp } from '#server/testing/test-app.ts';
import type { Course, CoursePage, Revision } from '#shared/schemas/course.ts';

const { app, as, ask, db, letters, statementsOf } = await testApp();
const teacher = await as('teacher');
const student = await as('student');
const [, , hugo] = DEMO_PEOPLE;
const other = await as(hugo!.id);

const fields = { title: 'Optique', summary: 'Lumière et lentilles', subject: 'Physique', level: 'Terminale' };
const sections = [
  { title: 'Réflexion', body: 'Le rayon réfléchi\nreste dans le plan.' },
  { title: 'Réfraction', body: 'n1 sin i1 = n2 sin i2' },
];
type Answer = Awaited<ReturnType<Ask>>;
const etag = (answer: Answer) => ({ 'if-match': String(answer.headers.etag) });
const make = async (more: object = {}): Promise<Answer> =>
  teacher({ method: 'POST', url: '/api/v1/courses', body: { ...fields, ...more } });
const read = (id: string, by: Ask = teacher) => by(`/api/v1/courses/${id}`);
const put = (id: string, what: string, body: object, answer: Answer, by: Ask = teacher) =>
  by({ method: 'PUT', url: `/api/v1/courses/${id}/${what}`, body, headers: etag(answer) });
/** A course with its sections, in a state. */
async function written(state?: 'published', more: object = {}): Promise<Course> {
  const draft = await make(more);
  const { id } = draft.json<Course>();
  let answer = await put(id, 'sections', { sections }, draft);
  if (state) answer = await put(id, 'state', { state }, answer);
  expect(answer.statusCode).toBe(200);
  return answer.json<Course>();
}

describe('a course that a teacher writes', () => {
  it('begins as a draft that nobody else sees', async () => {
    const answer = await make({ tags: ['lentilles'] });
    expect(answer.statusCode).toBe(201);
    const course = answer.json<Course>();
    expect(answer.headers.location).toBe(`/api/v1/courses/${course.id}`);
    expect(course).toMatchObject({
      ...fields,
      state: 'draft',
      visibility: 'public',
      tags: ['lentilles'],
      version: 1,
    });
    expect(course.mine).toEqual({ author: true, enrolled: false, done: [], score: null });
    for (const by of [ask, student, other]) expect((await read(course.id, by)).statusCode).toBe(404);
  });

  it('is not for students to write', async () => {
    const answer = await student({ method: 'POST', url: '/api/v1/courses', body: fields });
    expect(answer.json()).toMatchObject({ status: 403, type: '/problems/not-allowed' });
  });

  it.each([
    [{ ...fields, title: '' }, 'body.title'],
    [{ ...fields, title: 'a\nb' }, 'body.title'],
    [{ ...fields, state: 'published' }, 'body.state'],
    [{ ...fields, tags: ['a', '\u200b'] }, 'body.tags.1'],
    [{ ...fields, language: 'de' }, 'body.language'],
  ])('is refused as %j with the field', async (body, field) => {
    const answer = await teacher({ method: 'POST', url: '/api/v1/courses', body });
    expect(answer.json().errors).toEqual([expect.objectContaining({ field })]);
  });

  it('is changed from the version that was read, and by its authors alone', async () => {
    const draft = await make();
    const { id } = draft.json<Course>();
    const patch = (by: Ask, headers: object) =>
      by({
        method: 'PATCH',
        url: `/api/v1/courses/${id}`,
        body: { title: 'Ondes' },
        headers: headers as never,
      });
    expect((await patch(other, etag(draft))).statusCode).toBe(404);
    expect((await patch(teacher, {})).statusCode).toBe(428);
    expect((await patch(teacher, etag(draft))).json()).toMatchObject({ title: 'Ondes', version: 2 });
    expect((await patch(teacher, etag(draft))).json()).toMatchObject({ status: 412 });
  });

  it('keeps its sections in order, and their ids when they move', async () => {
    const course = await written();
    expect(course.sections.map(({ title }) => title)).toEqual(['Réflexion', 'Réfraction']);
    const [first, second] = course.sections;
    const answer = await put(
      course.id,
      'sections',
      { sections: [second, first, { title: 'Prismes', body: '' }] },
      await read(course.id),
    );
    expect(answer.json<Course>().sections.map(({ id }) => id)).toEqual([
      second!.id,
      first!.id,
      expect.any(String),
    ]);
    const foreign = (await written()).sections[0];
    const refused = await put(course.id, 'sections', { sections: [foreign] }, await read(course.id));
    expect(refused.json()).toMatchObject({ status: 404, type: '/problems/section-unknown' });
  });

  it('is written and restored by as many statements whatever the number of its sections', async () => {
    const draft = await make();
    const { id } = draft.json<Course>();
    const many = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ title: `"${at}", {}`, body: `\\ NULL ${at}` }));
    const restore = (version: number, answer: Answer) =>
      teacher({
        method: 'POST',
        url: `/api/v1/courses/${id}/revisions/${version}/restoration`,
        headers: etag(answer),
      });
    const write = (answer: Answer, count: number) => put(id, 'sections', { sections: many(count) }, answer);
    let last = draft;
    const counted = async (work: () => Promise<Answer>) => {
      const statements = await statementsOf(async () => {
        last = await work();
      });
      expect(last.statusCode).toBe(200);
      return statements;
    };
    const first = await counted(() => write(last, 2));
    const two = await counted(() => write(last, 2));
    // How far people are in the sections that go is kept.
    expect(two).toBe(first + 2);
    expect(await counted(() => write(last, 100))).toBe(two);
    expect(last.json<Course>().sections).toMatchObject(many(100));
    expect(two).toBeLessThan(16);
    const back = await counted(() => restore(2, last));
    expect(last.json<Course>().sections).toMatchObject(many(2));
    expect(await counted(() => restore(4, last))).toBe(back);
    expect(last.json<Course>().sections).toMatchObject(many(100));
  });

  it('takes no section from another course, whatever a version of it says', async () => {
    const [mine, theirs] = [await written(), await written()];
    await query(
      db,
      sql`update course_revisions set content = jsonb_set(content, '{sections}', $2::jsonb) where course_id = $1 and version = 2`,
      [mine.id, JSON.stringify([theirs.sections[0], { ...mine.sections[1], body: 'À moi' }])],
    );
    const restored = await teacher({
      method: 'POST',
      url: `/api/v1/courses/${mine.id}/revisions/2/restoration`,
      headers: etag(await read(mine.id)),
    });
    expect(restored.json<Course>().sections).toEqual([{ ...mine.sections[1], body: 'À moi' }]);
    expect((await read(theirs.id)).json<Course>().sections).toEqual(theirs.sections);
  });

  it('is published once it has content, shown at once, withdrawn, and published again', async () => {
    const draft = await make({ title: 'Acoustique des salles' });
    const { id } = draft.json<Course>();
    expect((await put(id, 'state', { state: 'published' }, draft)).json()).toMatchObject({
      status: 409,
      type: '/problems/course-empty',
    });
    const filled = await put(id, 'sections', { sections }, draft);
    await ask('/api/v1/courses'); // a list that is cached by now
    const published = await put(id, 'state', { state: 'published' }, filled);
    expect(published.json<Course>().publishedAt).not.toBeNull();
    const listed = async () =>
      (await ask('/api/v1/courses')).json<CoursePage>().items.some((item) => item.id === id);
    expect(await listed()).toBe(true);
    expect((await read(id, ask)).statusCode).toBe(200);
    const withdrawn = await put(id, 'state', { state: 'draft' }, published);
    expect(withdrawn.json<Course>().state).toBe('draft');
    expect(await listed()).toBe(false);
    expect((await read(id, ask)).statusCode).toBe(404);
    expect((await put(id, 'state', { state: 'published' }, withdrawn)).json<Course>().state).toBe(
      'published',
    );
    expect([await listed(), (await read(id, ask)).statusCode]).toEqual([true, 200]);
  });

  it('once archived is read by those who followed it, and by nobody new until it is published again', async () => {
    const { id } = await written('published');
    const enrolment = { method: 'PUT', url: `/api/v1/courses/${id}/enrolment` } as const;
    await student(enrolment);
    const archived = await put(id, 'state', { state: 'archived' }, await read(id));
    expect((await ask('/api/v1/courses')).json<CoursePage>().items.map((item) => item.id)).not.toContain(id);
    expect((await read(id, ask)).statusCode).toBe(404);
    expect((await read(id, student)).json<Course>()).toMatchObject({ state: 'archived' });
    expect((await student('/api/v1/courses/mine')).json<CoursePage>().items.map((item) => item.id)).toContain(
      id,
    );
    expect((await other(enrolment)).statusCode).toBe(404);
    expect((await put(id, 'state', { state: 'draft' }, archived)).json()).toMatchObject({
      status: 409,
      type: '/problems/course-state-forbids',
    });
    expect((await put(id, 'state', { state: 'published' }, archived)).statusCode).toBe(200);
    expect((await read(id, ask)).statusCode).toBe(200);
  });

  it('can be taken back for 30 days after it was deleted, and is gone then', async () => {
    const kept = await written('published');
    const gone = await written('published');
    for (const { id } of [kept, gone]) await put(id, 'state', { state: 'deleted' }, await read(id));
    expect((await read(kept.id, ask)).statusCode).toBe(404);
    await db
      .updateTable('courses')
      .set({ state_at: new Date(Date.now() - 31 * 86_400_000) })
      .where('id', '=', gone.id)
      .execute();
    await app.runJobs();
    expect((await put(kept.id, 'state', { state: 'draft' }, await read(kept.id))).json()).toMatchObject({
      state: 'draft',
    });
    expect((await read(gone.id)).statusCode).toBe(404);
  });
});

describe('the versions of a course', () => {
  it('show what changed, and come back as a new one', async () => {
    const course = await written();
    const [first, second] = course.sections;
    await put(
      course.id,
      'sections',
      { sections: [{ ...first, body: 'Le rayon réfléchi\nfait le même angle.' }] },
      await read(course.id),
    );
    const url = `/api/v1/courses/${course.id}/revisions`;
    const list = (await teacher(url)).json();
    expect(list.items.map(({ version }: { version: number }) => version)).toEqual([3, 2, 1]);
    expect(list.items[0].author.name).toBe('Camille Fournier');
    const { changes } = (await teacher(`${url}/3`)).json<Revision>();
    expect(changes).toContainEqual({
      where: 'Réflexion',
      lines: [
        { kind: 'same', text: 'Le rayon réfléchi' },
        { kind: 'removed', text: 'reste dans le plan.' },
        { kind: 'added', text: 'fait le même angle.' },
      ],
    });
    expect(changes.find(({ where }) => where === second!.title)?.lines).toEqual([
      { kind: 'removed', text: 'n1 sin i1 = n2 sin i2' },
    ]);
    const restored = await teacher({
      method: 'POST',
      url: `${url}/2/restoration`,
      headers: etag(await read(course.id)),
    });
    expect(restored.json<Course>()).toMatchObject({ version: 4, sections: course.sections });
    expect((await teacher(`${url}/2?against=4`)).json<Revision>().changes).toEqual([]);
    expect((await teacher(`${url}/9`)).json()).toMatchObject({
      status: 404,
      type: '/problems/revision-unknown',
    });
  });

  it('are compared with the last before them, though the course changed its state between', async () => {
    const { id } = await written('published');
    await put(id, 'sections', { sections: [{ title: 'Ombres', body: 'Au soleil.' }] }, await read(id));
    const url = `/api/v1/courses/${id}/revisions`;
    const [last, before] = (await teacher(url)).json().items;
    expect(last.version - before.version).toBeGreaterThan(1);
    const { changes } = (await teacher(`${url}/${last.version}`)).json<Revision>();
    expect(changes.find(({ where }) => where === 'Ombres')?.lines).toEqual([
      { kind: 'added', text: 'Au soleil.' },
    ]);
  });

  it('are for its authors alone', async () => {
    const { id } = await written('published');
    expect((await other(`/api/v1/courses/${id}/revisions`)).statusCode).toBe(404);
    expect((await other(`/api/v1/courses/${id}/revisions/1`)).statusCode).toBe(404);
    expect((await student(`/api/v1/courses/${id}/revisions`)).statusCode).toBe(403);
  });
});

describe('a published course', () => {
  it('keeps a section at least', async () => {
    const { id } = await written('published');
    const answer = await put(id, 'sections', { sections: [] }, await read(id));
    expect(answer.json()).toMatchObject({ status: 409, type: '/problems/course-empty' });
    const empty = (await make()).json<Course>();
    const forced = await (await as('administrator'))({
      method: 'PUT',
      url: `/api/v1/admin/courses/${empty.id}/state`,
      body: { state: 'published' },
    });
    expect(forced.json()).toMatchObject({ status: 409, type: '/problems/course-empty' });
    expect((await read(empty.id)).json<Course>().state).toBe('draft');
  });
});

describe('a course by invitation', () => {
  const accept = (by: Ask, link: string) =>
    by({
      method: 'POST',
      url: '/api/v1/courses/invitations/acceptance',
      body: { token: link.split('#')[1] },
    });

  it('is found by nobody, and opened to many by a link until it is withdrawn', async () => {
    const { id } = await written('published', { visibility: 'invitation', title: 'Cristallographie' });
    expect((await read(id, student)).statusCode).toBe(404);
    expect((await student('/api/v1/courses?q=cristallographie')).json<CoursePage>().items).toEqual([]);
    const url = `/api/v1/courses/${id}/invitations`;
    const { link } = (await teacher({ method: 'POST', url, body: {} })).json();
    expect((await accept(student, link)).json()).toEqual({ courseId: id });
    expect((await read(id, student)).json<Course>().mine).toMatchObject({ enrolled: true });
    expect((await student('/api/v1/courses?q=cristallographie')).json<CoursePage>().items).toHaveLength(1);
    const [invitation] = (await teacher(url)).json().items;
    expect(invitation).toMatchObject({ email: null, usedCount: 1 });
    expect(JSON.stringify(invitation)).not.toContain(link.split('#')[1]);
    expect((await other({ method: 'DELETE', url: `${url}/${invitation.id}` })).statusCode).toBe(404);
    expect((await teacher({ method: 'DELETE', url: `${url}/${invitation.id}` })).statusCode).toBe(204);
    expect((await accept(other, link)).json()).toMatchObject({
      status: 410,
      type: '/problems/invitation-gone',
    });
  });

  it('sends a letter to each address, good once', async () => {
    const { id } = await written('published', { visibility: 'invitation' });
    await teacher({
      method: 'POST',
      url: `/api/v1/courses/${id}/invitations`,
      body: { emails: ['a@exemple.fr', 'b@exemple.fr'] },
    });
    const sent = (await letters()).filter(({ subject }) => subject.startsWith('Invitation'));
    expect(sent.map(({ to }) => to).sort()).toEqual(['a@exemple.fr', 'b@exemple.fr']);
    const link = /\S+#\S+/.exec(sent[0]!.text)![0];
    expect((await accept(student, link)).statusCode).toBe(200);
    expect((await accept(other, link)).statusCode).toBe(410);
    // A second click of the one who came by it leads there as well.
    expect((await accept(student, link)).json()).toEqual({ courseId: id });
    expect((await student(`/api/v1/courses/${id}/invitations`)).statusCode).toBe(403);
    expect((await other(`/api/v1/courses/${id}/invitations`)).statusCode).toBe(404);
  });

  it('is used up by no author who tries the letter, and by nobody before the course is published', async () => {
    const draft = await written(undefined, { visibility: 'invitation' });
    const { id } = draft;
    const url = `/api/v1/courses/${id}/invitations`;
    await teacher({ method: 'POST', url, body: { emails: ['c@exemple.fr'] } });
    const link = /\S+#\S+/.exec((await letters()).find(({ to }) => to === 'c@exemple.fr')!.text)![0];
    expect((await accept(student, link)).json()).toMatchObject({
      status: 409,
      type: '/problems/course-not-open',
    });
    await put(id, 'state', { state: 'published' }, await read(id));
    expect((await accept(teacher, link)).json()).toEqual({ courseId: id });
    expect((await accept(student, link)).json()).toEqual({ courseId: id });
    expect((await accept(other, link)).statusCode).toBe(410);
  });

  it('lists its invitations page after page, those of a kind, or those that are still good', async () => {
    const { id } = await written('published', { visibility: 'invitation' });
    const url = `/api/v1/courses/${id}/invitations`;
    const emails = ['1', '2', '3'].map((each) => `liste-${each}@exemple.fr`);
    for (const email of emails) await teacher({ method: 'POST', url, body: { emails: [email] } });
    const first = (await teacher(`${url}?limit=2`)).json();
    const second = (await teacher(`${url}?limit=2&cursor=${first.next}`)).json();
    const fields = [...first.items, ...second.items].map((each: { email: string }) => each.email);
    expect([fields, second.next]).toEqual([emails.toReversed(), null]);
    expect((await teacher(`${url}?kind=author`)).json().items).toEqual([]);
    await teacher({ method: 'DELETE', url: `${url}/${first.items[0].id}` });
    expect((await teacher(`${url}?open=true&kind=follower`)).json().items).toHaveLength(2);
  });

  it('is closed by time', async () => {
    const { id } = await written('published', { visibility: 'invitation' });
    const { link } = (
      await teacher({ method: 'POST', url: `/api/v1/courses/${id}/invitations`, body: { days: 1 } })
    ).json();
    const [open] = (await teacher(`/api/v1/courses/${id}/invitations`)).json().items;
    const hours = (Date.parse(open.expiresAt) - Date.now()) / 3_600_000;
    expect([hours > 23, hours < 25]).toEqual([true, true]);
    await db
      .updateTable('invitations')
      .set({ expires_at: new Date(Date.now() - 1000) })
      .where('course_id', '=', id)
      .execute();
    expect((await accept(student, link)).statusCode).toBe(410);
  });
});

describe('invitations by letter', () => {
  it('are as few statements for a hundred people as for two, and one letter for two spellings', async () => {
    const { id } = await written('published', { visibility: 'invitation' });
    const invite = async (emails: string[]) =>
      expect(
        (await teacher({ method: 'POST', url: `/api/v1/courses/${id}/invitations`, body: { emails } }))
          .statusCode,
      ).toBe(201);
    const few = await statementsOf(() => invite(['Tom@exemple.fr', 'tom@exemple.fr']));
    expect((await letters()).filter(({ to }) => to === 'tom@exemple.fr')).toHaveLength(1);
    const many = await statementsOf(() =>
      invite(Array.from({ length: 100 }, (_, index) => `invite${index}@exemple.fr`)),
    );
    expect(many).toBe(few);
  });
});

describe('the courses that one teaches', () => {
  it('are one’s own, drafts with them, and none of others', async () => {
    const { id } = (await make({ title: 'Mon brouillon' })).json<Course>();
    const taught = async (by: Ask) => (await by('/api/v1/courses/mine?as=author&limit=100')).json();
    expect((await taught(teacher)).items).toContainEqual(
      expect.objectContaining({ id, author: true, state: 'draft' }),
    );
    expect((await taught(student)).items).toEqual([]);
  });

  it('come page after page', async () => {
    for (const title of ['Un', 'Deux', 'Trois']) await make({ title });
    const all = (await teacher('/api/v1/courses/mine?as=author&limit=100')).json<CoursePage>();
    expect(all.next).toBeNull();
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: CoursePage = (
        await teacher(`/api/v1/courses/mine?as=author&limit=2${cursor && `&cursor=${cursor}`}`)
      ).json();
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(seen).toEqual(all.items.map(({ id }) => id));
  });
});

describe('who follows a course', () => {
  it('enrols, works through it, rates it, and leaves with all of that', async () => {
    const { id, sections: all } = await written('published');
    const enrolment = { method: 'PUT', url: `/api/v1/courses/${id}/enrolment` } as const;
    const progress = (done: boolean) =>
      student({
        method: 'PUT',
        url: `/api/v1/courses/${id}/sections/${all[0]!.id}/progress`,
        body: { done },
      });
    const rating = (score: number) =>
      student({ method: 'PUT', url: `/api/v1/courses/${id}/rating`, body: { score } });
    expect((await progress(true)).json()).toMatchObject({ status: 409, type: '/problems/not-enrolled' });
    expect((await rating(80)).json()).toMatchObject({ status: 409, type: '/problems/not-enrolled' });
    for (let times = 0; times < 2; times++) expect((await student(enrolment)).statusCode).toBe(204);
    expect((await teacher(enrolment)).json()).toMatchObject({ status: 409, type: '/problems/own-course' });
    expect((await progress(true)).statusCode).toBe(204);
    expect(
      (await Promise.all(Array.from({ length: 10 }, () => rating(80)))).map((each) => each.statusCode),
    ).toEqual(Array(10).fill(204));
    expect((await rating(90)).statusCode).toBe(204);
    expect((await rating(101)).statusCode).toBe(400);
    const course = (await read(id, student)).json<Course>();
    expect(course.mine).toEqual({ author: false, enrolled: true, done: [all[0]!.id], score: 90 });
    expect(course.rating).toEqual({ count: 1, mean: 90 });
    const taken = `/api/v1/courses/${id}/sections/${all[1]!.id}/progress`;
    for (const done of [true, false]) await student({ method: 'PUT', url: taken, body: { done } });
    expect((await read(id, student)).json<Course>().mine?.done).toEqual([all[0]!.id]);
    const mine = (await student('/api/v1/courses/mine')).json();
    expect(mine.items.find((item: { id: string }) => item.id === id)).toMatchObject({
      author: false,
      doneCount: 1,
      sectionCount: 2,
    });
    const followers = (await teacher(`/api/v1/courses/${id}/followers`)).json();
    expect(followers.items).toEqual([
      expect.objectContaining({ person: expect.objectContaining({ name: 'Inès Benali' }), doneCount: 1 }),
    ]);
    expect((await other(`/api/v1/courses/${id}/followers`)).statusCode).toBe(404);
    expect((await student({ method: 'DELETE', url: enrolment.url })).statusCode).toBe(204);
    const after = (await read(id, student)).json<Course>();
    expect(after).toMatchObject({ mine: null, rating: { count: 0, mean: null } });
  });

  it('is fields of a section that is not there, and of a course that may not be seen', async () => {
    const { id } = await written('published');
    await student({ method: 'PUT', url: `/api/v1/courses/${id}/enrolment` });
    const nowhere = '00000000-0000-4000-8000-00000000ffff';
    const answer = await student({
      method: 'PUT',
      url: `/api/v1/courses/${id}/sections/${nowhere}/progress`,
      body: { done: true },
    });
    expect(answer.json()).toMatchObject({ status: 404, type: '/problems/section-unknown' });
    const draft = await written();
    expect((await student({ method: 'PUT', url: `/api/v1/courses/${draft.id}/enrolment` })).statusCode).toBe(
      404,
    );
  });
});

describe('the search', () => {
  const find = async (query: string, by: Ask = ask) =>
    (await by(`/api/v1/courses?${query}`)).json<CoursePage>().items.map(({ title }) => title);

  it('knows no accents, no capitals and no endings, and lets the title weigh most', async () => {
    await written('published', {
      title: 'Génétique des populations',
      summary: 'Hérédité',
      subject: 'Biologie',
    });
    await written('published', {
      title: 'Écologie',
      summary: 'Un mot de génétique aussi',
      subject: 'Biologie',
    });
    await written('published', {
      title: 'Running tests',
      summary: 'How programmers measure',
      language: 'en',
      subject: 'CS',
    });
    expect(await find('q=genetiques')).toEqual(['Génétique des populations', 'Écologie']);
    expect(await find('q=GÉNÉT')).toEqual(['Génétique des populations', 'Écologie']);
    expect(await find('q=run+programmer')).toEqual(['Running tests']);
    expect(await find('q=genetique+population')).toEqual(['Génétique des populations']);
    expect(await find('q=introuvablement')).toEqual([]);
    expect(await find('q=%26%7C!')).toEqual([]);
  });

  it('finds one’s own drafts, and nobody else’s', async () => {
    await written(undefined, { title: 'Sismologie secrète' });
    expect(await find('q=sismologie', teacher)).toEqual(['Sismologie secrète']);
    for (const by of [ask, student, other]) expect(await find('q=sismologie', by)).toEqual([]);
  });

  it('is narrowed by subject, level, language and tag', async () => {
    await written('published', {
      title: 'Topologie',
      tags: ['espaces'],
      level: 'Licence 3',
      subject: 'Maths pures',
    });
    expect(await find('tag=espaces')).toEqual(['Topologie']);
    expect(
      await find(`subject=${encodeURIComponent('Maths pures')}&level=${encodeURIComponent('Licence 3')}`),
    ).toEqual(['Topologie']);
    const narrowed = (subject: string, level: string) =>
      find(`subject=${encodeURIComponent(subject)}&level=${encodeURIComponent(level)}`);
    expect(await narrowed('Maths pures', 'Terminale')).toEqual([]);
    expect(await narrowed('Physique', 'Licence 3')).toEqual([]);
    expect(await find('tag=espaces&language=en')).toEqual([]);
  });

  it('pages in each order without forgetting or repeating a course', async () => {
    for (const query of ['sort=rating', 'sort=recent', 'q=lumiere']) {
      const all = (await ask(`/api/v1/courses?${query}&limit=100`))
        .json<CoursePage>()
        .items.map(({ id }) => id);
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: CoursePage = (
          await ask(`/api/v1/courses?${query}&limit=3${cursor && `&cursor=${cursor}`}`)
        ).json();
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next;
      }
      expect(seen, query).toEqual(all);
      expect(all.length).toBeGreaterThan(3);
    }
  });

  it('lets few votes win nothing', async () => {
    const one = await written('published', { title: 'Une seule voix' });
    const many = await written('published', { title: 'Beaucoup de voix' });
    const raters = await db
      .insertInto('people')
      .values(
        Array.from({ length: 20 }, (_, index) => ({
          email: `r${index}@exemple.fr`,
          name: `R${index}`,
          role: 'student' as const,
        })),
      )
      .returning('id')
      .execute();
    const rate = async (id: string, personId: string, score: number) => {
      const by = await as(personId);
      await by({ method: 'PUT', url: `/api/v1/courses/${id}/enrolment` });
      expect(
        (await by({ method: 'PUT', url: `/api/v1/courses/${id}/rating`, body: { score } })).statusCode,
      ).toBe(204);
    };
    await rate(one.id, raters[0]!.id, 100);
    for (const { id } of raters) await rate(many.id, id, 90);
    expect(await find('sort=rating&limit=2')).toEqual(['Beaucoup de voix', 'Une seule voix']);
  });

  it('is one statement beside that for its authors, a course and a list of mine one', async () => {
    expect(await statementsOf(() => ask('/api/v1/courses?q=numériques'))).toBe(2);
    const { id } = await written('published');
    // One more looks up who asks.
    expect(await statementsOf(() => student(`/api/v1/courses/${id}`))).toBe(2);
    expect(await statementsOf(() => teacher('/api/v1/courses/mine?as=author'))).toBe(2);
  });
});
