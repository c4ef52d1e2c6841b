import { beforeEach, describe, expect, it, vi } from 'vitest';
import { invalidate } from '#server/cache/cache.ts';
import { DEMO_COURSES } from '#server/seed/courses.ts';
import { filled, operationsOf } from '#server/testing/operations.ts';
import { testApp } from '#server/testing/test-app.ts';
import type { Course, CoursePage } from '#shared/schemas/course.ts';
import { COURSE_LISTS } from './read.ts';

const { app, as, ask, statementsOf } = await testApp();
const [teacher, student] = [await as('teacher'), await as('student')];
const API = '/api/v1';
const LIST = `${API}/courses`;
const url = `${LIST}/${DEMO_COURSES[0]!.id}`;
const nowhere = `${LIST}/00000000-0000-4000-8000-00000000ffff`;
const listed = async () => (await ask(LIST)).json<CoursePage>().items;
/** Whether the list is the one that was made before. */
const isKept = async () => (await statementsOf(listed)) === 0;
beforeEach(listed);

/** A draft with a section. */
async function draft(title: string) {
  const body = { title, summary: 's', subject: 's', level: 'l' };
  const { id } = (await teacher({ method: 'POST', url: LIST, body })).json<Course>();
  await change(id, 'PUT', '/sections', { sections: [{ title: 'Un', body: '1' }] });
  return id;
}
/** Changes a course as it is now. */
async function change(id: string, method: 'PUT' | 'PATCH', what: string, body: object) {
  const { etag } = (await teacher(`${LIST}/${id}`)).headers;
  const headers = { 'if-match': String(etag) };
  const answer = await teacher({ method, url: `${LIST}/${id}${what}`, body, headers });
  expect(answer.statusCode, answer.body).toBe(200);
}

describe('the lists that everybody shares', () => {
  it('are kept whatever students do, who see it at once where it is theirs', async () => {
    const done = async (method: 'PUT' | 'DELETE', at: string, body?: object) => {
      const answer = await student({ method, url: at, ...(body ? { body } : {}) });
      expect(answer.statusCode, answer.body).toBe(204);
      expect(await isKept(), `${method} ${at}`).toBe(true);
    };
    const rating = async () => (await student(url)).json<Course>().rating;
    await done('DELETE', `${nowhere}/enrolment`);
    await done('DELETE', `${nowhere}/rating`);
    await done('PUT', `${url}/enrolment`);
    await done('PUT', `${url}/rating`, { score: 80 });
    expect(await rating()).toEqual({ count: 1, mean: 80 });
    await done('DELETE', `${url}/rating`);
    expect(await rating()).toEqual({ count: 0, mean: null });
    await done('PUT', `${url}/rating`, { score: 60 });
    await done('DELETE', `${url}/enrolment`);
    expect(await rating()).toEqual({ count: 0, mean: null });
  });

  it('are kept while a draft is written, and show at once what its author does once it is public', async () => {
    const id = await draft('Un brouillon');
    await change(id, 'PATCH', '', { title: 'Un cours' });
    await change(id, 'PUT', '/sections', { sections: [{ title: 'Un', body: '2' }] });
    expect(await isKept()).toBe(true);
    const shown = async () => (await listed()).find((each) => each.id === id)?.title;
    await change(id, 'PUT', '/state', { state: 'published' });
    expect(await shown()).toBe('Un cours');
    await change(id, 'PATCH', '', { title: 'Un bon cours' });
    expect(await shown()).toBe('Un bon cours');
    await change(id, 'PATCH', '', { visibility: 'invitation' });
    expect(await shown()).toBeUndefined();
    await change(id, 'PATCH', '', { title: 'Un cours privé' });
    expect(await isKept()).toBe(true);
    await change(id, 'PATCH', '', { visibility: 'public' });
    expect(await shown()).toBe('Un cours privé');
    await change(id, 'PUT', '/state', { state: 'archived' });
    expect(await shown()).toBeUndefined();
  });

  it('are kept while files come to a draft, and count those of a public course at once', async () => {
    const id = await draft('Avec un fichier');
    const sent = async (name: string) => {
      const begun = await teacher({
        method: 'POST',
        url: `${LIST}/${id}/uploads`,
        headers: {
          'tus-resumable': '1.0.0',
          'upload-length': '1',
          'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
        },
      });
      const piece = await teacher({
        method: 'PATCH',
        url: String(begun.headers.location),
        headers: {
          'tus-resumable': '1.0.0',
          'upload-offset': '0',
          'content-type': 'application/offset+octet-stream',
        },
        payload: Buffer.from('x'),
      });
      expect(piece.statusCode, piece.body).toBe(204);
    };
    const count = async () => (await listed()).find((each) => each.id === id)?.fileCount;
    const remove = async (at: number) => {
      const { files } = (await teacher(`${LIST}/${id}`)).json<Course>();
      await teacher({ method: 'DELETE', url: `${API}/files/${files[at]!.id}` });
    };
    await sent('a.txt');
    await sent('b.txt');
    await remove(0);
    expect(await isKept()).toBe(true);
    await change(id, 'PUT', '/state', { state: 'published' });
    expect(await count()).toBe(1);
    await sent('c.txt');
    expect(await count()).toBe(2);
    await remove(0);
    expect(await count()).toBe(1);
  });

  it('are kept when a student takes another name, and show at once that an author did', async () => {
    const rename = async (by: typeof student, body: object) => {
      const { etag } = (await by(`${API}/me`)).headers;
      const headers = { 'if-match': String(etag) };
      expect((await by({ method: 'PATCH', url: `${API}/me`, body, headers })).statusCode).toBe(200);
    };
    await rename(student, { name: 'Inès B.' });
    await rename(teacher, { about: 'Mathématiques' });
    expect(await isKept()).toBe(true);
    await rename(teacher, { name: 'Camille F.' });
    const names = (await listed()).flatMap(({ authors }) => authors.map(({ name }) => name));
    expect(names).toContain('Camille F.');
  });

  it('live for two to three minutes, as does all that is kept but notices, which are shown sooner', async () => {
    await invalidate(app.cache, COURSE_LISTS);
    const set = vi.spyOn(app.cache, 'set');
    for (const { method, path, caller } of operationsOf(app))
      if (method === 'GET') await (await as(caller))(filled(path));
    await ask(`${LIST}?sort=rating`);
    const [word] = DEMO_COURSES[0]!.title.split(' ');
    const search = `${LIST}?q=${encodeURIComponent(word!)}`;
    await ask(search);
    // With a draft among them the places of the others are kept.
    await draft(word!);
    await teacher(search);
    const lives = set.mock.calls.filter(([key]) => !key.startsWith('generation:'));
    set.mockRestore();
    expect(lives).toHaveLength(6);
    for (const [key, , seconds] of lives) {
      const isNotices = key.startsWith('notices');
      expect(seconds, key).toBeGreaterThanOrEqual(isNotices ? 30 : 120);
      expect(seconds, key).toBeLessThanOrEqual(isNotices ? 60 : 180);
    }
  });

  it('are asked of the database again after that time, and not before', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const from = Date.now();
      const isKeptAfter = (seconds: number) => {
        vi.setSystemTime(from + seconds * 1000);
        return isKept();
      };
      await invalidate(app.cache, COURSE_LISTS);
      await listed();
      expect([await isKeptAfter(119), await isKeptAfter(181)]).toEqual([true, false]);
    } finally {
      vi.useRealTimers();
    }
  });
});
