import { describe, expect, it } from 'vitest';
import { testApp } from '#server/testing/test-app.ts';
import type { CourseStatistics } from '#shared/schemas/course.ts';
import { csv } from './csv.ts';

const { as, db } = await testApp();
const teacher = await as('teacher');
const student = await as('student');

/** A published course of the teacher's with two sections. */
async function course(): Promise<{ id: string; sections: string[] }> {
  const body = { title: 'Optique', summary: '', subject: 'Physique', level: 'Terminale' };
  const made = await teacher({ method: 'POST', url: '/api/v1/courses', body });
  const { id } = made.json<{ id: string }>();
  const put = (what: string, body: object, etag: unknown) =>
    teacher({
      method: 'PUT',
      url: `/api/v1/courses/${id}/${what}`,
      body,
      headers: { 'if-match': String(etag) },
    });
  const sections = [
    { title: 'Réflexion', body: 'a' },
    { title: 'Réfraction', body: 'b' },
  ];
  const written = await put('sections', { sections }, made.headers.etag);
  const published = await put('state', { state: 'published' }, written.headers.etag);
  return { id, sections: published.json<{ sections: { id: string }[] }>().sections.map((each) => each.id) };
}
const statisticsOf = async (id: string) =>
  (await teacher(`/api/v1/courses/${id}/statistics`)).json<CourseStatistics>();

describe('how a course is followed', () => {
  it('is counted by week, section, mark and open question', async () => {
    const { id, sections } = await course();
    expect(await statisticsOf(id)).toMatchObject({
      followers: 0,
      finished: 0,
      unanswered: 0,
      ratings: [0, 0, 0, 0, 0],
    });
    const follow = (what: string, method: 'PUT' | 'POST', body?: object) =>
      student({ method, url: `/api/v1/courses/${id}/${what}`, ...(body ? { body } : {}) });
    await follow('enrolment', 'PUT');
    await follow(`sections/${sections[0]}/progress`, 'PUT', { done: true });
    await follow('rating', 'PUT', { score: 100 });
    await follow('threads', 'POST', { title: 'Pourquoi ?', body: 'Je ne vois pas.' });
    const first = await statisticsOf(id);
    expect(first).toMatchObject({
      followers: 1,
      finished: 0,
      unanswered: 1,
      ratings: [0, 0, 0, 0, 1],
      sections: [
        { id: sections[0], title: 'Réflexion', done: 1 },
        { id: sections[1], title: 'Réfraction', done: 0 },
      ],
    });
    expect(first.weeks).toHaveLength(12);
    expect(first.weeks.map(({ enrolled }) => enrolled)).toEqual([...Array(11).fill(0), 1]);
    for (const { from } of first.weeks) expect(new Date(`${from}T00:00:00Z`).getUTCDay()).toBe(1);
    await follow(`sections/${sections[1]}/progress`, 'PUT', { done: true });
    await db
      .updateTable('enrolments')
      .set({ at: new Date(Date.now() - 21 * 24 * 3_600_000) })
      .where('course_id', '=', id)
      .execute();
    const later = await statisticsOf(id);
    expect(later.finished).toBe(1);
    expect(later.weeks.map(({ enrolled }) => enrolled)).toEqual([...Array(8).fill(0), 1, 0, 0, 0]);
  });

  it('goes into a spreadsheet, with no formula in it', async () => {
    const { id } = await course();
    await student({ method: 'PUT', url: `/api/v1/courses/${id}/enrolment` });
    const answer = await teacher(`/api/v1/courses/${id}/followers.csv`);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    const [head, line, ...rest] = answer.body.split('\r\n');
    expect(head).toBe('\uFEFFname;enrolled;sections done;mark');
    expect(line).toMatch(/^Inès Benali;\d{4}-\d\d-\d\dT[\d:.]+Z;0;$/);
    expect(rest).toEqual(['']);
    expect((await student(`/api/v1/courses/${id}/followers.csv`)).statusCode).toBe(403);
  });
});

it.each([
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+33 6', "'+33 6"],
  ['-1', "'-1"],
  ['@a', "'@a"],
  ['Weber; Hugo', '"Weber; Hugo"'],
  ['deux\nlignes', '"deux\nlignes"'],
  ['a=b', 'a=b'],
])('writes %j as a field that is no formula', (text, written) => {
  expect(csv([[text]])).toBe(`\uFEFF${written}\r\n`);
});
