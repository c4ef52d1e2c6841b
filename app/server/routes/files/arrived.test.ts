import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { DEMO_PEOPLE } from '#server/seed/courses.ts';
import { draftCourse } from '#server/testing/requests.ts';
import { testApp } from '#server/testing/test-app.ts';
import type { Course, CoursePage } from '#shared/schemas/course.ts';
import { collectGarbage } from './garbage-collection.ts';
import { COURSE_BYTES_MAX, PERSON_BYTES_MAX } from './quota.ts';

const { app, as, db } = await testApp();
const teacher = await as('teacher');
const other = await as(DEMO_PEOPLE[2]!.id);
const TUS = { 'tus-resumable': '1.0.0' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

const course = () => draftCourse(teacher);
const begin = (courseId: string, name: string, size: number, sha256?: string, replaces?: string) =>
  teacher({
    method: 'POST',
    url: `/api/v1/courses/${courseId}/uploads`,
    headers: {
      ...TUS,
      'upload-length': String(size),
      'upload-metadata': `filename ${base64(name)}${sha256 === undefined ? '' : `,sha256 ${base64(sha256)}`}${replaces === undefined ? '' : `,replaces ${base64(replaces)}`}`,
    },
  });
const begun = async (courseId: string, name: string, size: number, sha256?: string): Promise<string> => {
  const answer = await begin(courseId, name, size, sha256);
  expect(answer.statusCode, answer.body).toBe(201);
  return String(answer.headers.location);
};
const send = (url: string, bytes: Buffer) =>
  teacher({
    method: 'PATCH',
    url,
    headers: { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    payload: bytes,
  });
const namesOf = async (courseId: string) =>
  (await teacher(`/api/v1/courses/${courseId}`)).json<Course>().files.map(({ name }) => name);
const kept = async () => {
  const keys: string[] = [];
  for await (const { key } of app.files.list('')) keys.push(key);
  return keys;
};

describe('what has arrived', () => {
  const bytes = Buffer.from('Un cours.\n'.repeat(50));
  const sha256 = createHash('sha256').update(bytes).digest('hex');

  it('is what its sender said it is', async () => {
    const id = await course();
    expect(
      (await send(await begun(id, 'cours.txt', bytes.length, sha256.toUpperCase()), bytes)).statusCode,
    ).toBe(204);
    expect(await namesOf(id)).toEqual(['cours.txt']);
  });

  it('is not kept when it is something else', async () => {
    const id = await course();
    const before = await kept();
    const url = await begun(id, 'cours.txt', bytes.length, sha256);
    const answer = await send(url, Buffer.from(bytes).fill('x', 7, 8));
    expect(answer.json()).toMatchObject({ status: 422, type: '/problems/checksum-wrong' });
    expect(await namesOf(id)).toEqual([]);
    expect(await kept()).toEqual(before);
    expect((await teacher({ method: 'HEAD', url, headers: TUS })).statusCode).toBe(404);
    expect((await begin(id, 'a', 1, 'abc')).json()).toMatchObject({ type: '/problems/checksum-unreadable' });
  });

  it('gets a free name where another one took its own meanwhile', async () => {
    const id = await course();
    const urls = [
      await begun(id, 'cours.fr.txt', bytes.length),
      await begun(id, 'cours.fr.txt', bytes.length),
    ];
    await Promise.all(urls.map((url) => send(url, bytes)));
    expect(await namesOf(id)).toEqual(['cours (2).fr.txt', 'cours.fr.txt']);
  });

  it('stands in the course once, though its server died after the last byte', async () => {
    const id = await course();
    const url = await begun(id, 'cours.txt', bytes.length);
    const remember = app.files.get;
    app.files.get = () => Promise.reject(new Error('dies here'));
    try {
      expect((await send(url, bytes)).statusCode).toBe(500);
    } finally {
      app.files.get = remember;
    }
    expect(await namesOf(id)).toEqual([]);
    const heads = await Promise.all([1, 2, 3].map(() => teacher({ method: 'HEAD', url, headers: TUS })));
    expect(heads.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(await namesOf(id)).toEqual(['cours.txt']);
  });

  it('stands for the server that was still making a file of it when another server had', async () => {
    const id = await course();
    const url = await begun(id, 'cours.txt', bytes.length);
    const { get } = app.files;
    const [begins, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const reading = vi.spyOn(app.files, 'get').mockImplementationOnce(async (key) => {
      begins.resolve();
      await goesOn.promise;
      return get(key);
    });
    const slow = send(url, bytes);
    await begins.promise;
    expect((await teacher({ method: 'HEAD', url, headers: TUS })).statusCode).toBe(200);
    const pieces = async () =>
      (await kept()).filter((key) => key.startsWith(`uploads/${url.split('/').at(-1)}/`));
    await vi.waitFor(async () => expect(await pieces()).toEqual([]));
    goesOn.resolve();
    expect((await slow).statusCode).toBe(204);
    reading.mockRestore();
    expect(await namesOf(id)).toEqual(['cours.txt']);
    expect((await teacher(`/api/v1/courses/${id}/files/cours.txt`)).rawPayload.equals(bytes)).toBe(true);
  });

  it('is refused with the line where subtitles are none', async () => {
    const id = await course();
    const subtitles = Buffer.from('WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nBonjour\n');
    const answer = await send(await begun(id, 'cours.fr.vtt', subtitles.length), subtitles);
    expect(answer.json()).toMatchObject({ status: 422, type: '/problems/subtitles-unreadable' });
    expect(answer.json().detail).toMatch(/^Ligne 3 : .*SubRip/);
    expect((await send(await begun(id, 'faux.vtt', bytes.length), bytes)).json().detail).toMatch(
      /^Ligne 1 : /,
    );
    expect(await namesOf(id)).toEqual([]);
  });
});

describe('subtitles in SubRip', () => {
  const subRip = '1\n00:00:01,000 --> 00:00:02,000\nBonjour & bienvenue\n';

  it('stay as they were sent, and are given as WebVTT to anyone who shows them', async () => {
    const id = await course();
    const sent = Buffer.from(subRip);
    expect((await send(await begun(id, 'cours.fr.srt', sent.length), sent)).statusCode).toBe(204);
    const url = `/api/v1/courses/${id}/files/cours.fr.srt`;
    expect((await teacher(url)).body).toBe(subRip);
    const shown = await teacher(`${url}?format=vtt`);
    expect(shown.headers['content-type']).toBe('text/vtt; charset=utf-8');
    expect(shown.body).toBe('WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nBonjour &amp; bienvenue\n');
    expect(shown.headers.etag).not.toBe((await teacher(url)).headers.etag);
    const again = await teacher({
      url: `${url}?format=vtt`,
      headers: { 'if-none-match': String(shown.headers.etag) },
    });
    expect(again.statusCode).toBe(304);
  });

  it('are refused with their line where they are none', async () => {
    const id = await course();
    const sent = Buffer.from('1\n00:00:01 --> 00:00:02\nBonjour\n');
    const answer = await send(await begun(id, 'cours.srt', sent.length), sent);
    expect(answer.json()).toMatchObject({ status: 422, type: '/problems/subtitles-unreadable' });
    expect(answer.json().detail).toMatch(/^Ligne 2 : /);
  });
});

describe('a newer file', () => {
  const text = (words: string) => Buffer.from(words);
  const idOf = async (courseId: string) =>
    (await teacher(`/api/v1/courses/${courseId}`)).json<Course>().files[0]!.id;
  /** A course with one file, and its id. */
  async function withFile() {
    const id = await course();
    await send(await begun(id, 'poly.txt', 5), text('avant'));
    return { id, file: await idOf(id) };
  }
  const replacing = (id: string, file: string, size: number) =>
    begin(id, 'poly v2.txt', size, undefined, file);

  it('takes the place of another: name, id and addresses stay', async () => {
    const { id, file } = await withFile();
    const url = `/api/v1/courses/${id}/files/poly.txt`;
    const before = await teacher(url);
    const key = (await db.selectFrom('files').select('key').where('id', '=', file).executeTakeFirstOrThrow())
      .key;
    const begunAt = await replacing(id, file, 5);
    expect((await send(String(begunAt.headers.location), text('neuf!'))).statusCode).toBe(204);
    const after = await teacher(url);
    expect([before.body, after.body]).toEqual(['avant', 'neuf!']);
    expect(await idOf(id)).toBe(file);
    expect(after.headers.etag).not.toBe(before.headers.etag);
    expect(await namesOf(id)).toEqual(['poly.txt']);
    // The bytes before are given back with the rest.
    expect(await kept()).toContain(key);
    await collectGarbage(app, { graceHours: -1 });
    expect(await kept()).not.toContain(key);
    expect((await teacher(url)).statusCode).toBe(200);
  });

  it('is refused where it is of another kind, and nothing is lost', async () => {
    const { id, file } = await withFile();
    const picture = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const answer = await send(String((await replacing(id, file, picture.length)).headers.location), picture);
    expect(answer.json()).toMatchObject({ status: 422, type: '/problems/file-kind-differs' });
    expect((await teacher(`/api/v1/files/${file}`)).body).toBe('avant');
  });

  it('is a new file where the old one was deleted meanwhile', async () => {
    const { id, file } = await withFile();
    const { location } = (await replacing(id, file, 5)).headers;
    await teacher({ method: 'DELETE', url: `/api/v1/files/${file}` });
    expect((await send(String(location), text('neuf!'))).statusCode).toBe(204);
    expect(await namesOf(id)).toEqual(['poly.txt']);
  });

  it('takes no place in another course', async () => {
    const { file } = await withFile();
    expect((await replacing(await course(), file, 5)).statusCode).toBe(404);
    expect((await replacing(await course(), 'x', 5)).statusCode).toBe(404);
  });
});

describe('the room', () => {
  it('of a course and of a person is told, and what is on its way counts', async () => {
    const id = await course();
    await begun(id, 'a', 1000);
    const room = (await teacher(`/api/v1/courses/${id}/room`)).json();
    expect(room.course).toEqual({ used: 1000, max: COURSE_BYTES_MAX });
    expect(room.person.max).toBe(PERSON_BYTES_MAX);
    expect(room.person.used).toBeGreaterThanOrEqual(1000);
    expect((await other(`/api/v1/courses/${id}/room`)).statusCode).toBe(404);
  });

  it('of a course ends before a byte is sent, where administrators drew the line', async () => {
    const id = await course();
    await db.updateTable('courses').set({ quota_bytes: 100 }).where('id', '=', id).execute();
    await begun(id, 'a', 60);
    const answer = await begin(id, 'b', 41);
    expect(answer.json()).toMatchObject({ status: 413, type: '/problems/quota-exceeded' });
    expect(answer.json().detail).toMatch(/^Il reste à ce cours 0 Mio/);
    expect((await begin(id, 'b', 40)).statusCode).toBe(201);
  });

  it('of a person is counted once, though they begin twice at once', async () => {
    const teacherId = DEMO_PEOPLE[0]!.id;
    const courses = [await course(), await course()];
    const { used } = (await teacher(`/api/v1/courses/${courses[0]}/room`)).json().person;
    const quota = (bytes: number | null) =>
      db.updateTable('people').set({ quota_bytes: bytes }).where('id', '=', teacherId).execute();
    await quota(used + 100);
    const answers = await Promise.all(courses.map((id) => begin(id, 'a', 60)));
    await quota(null);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 413]);
  });
});

describe('a file that texts name', () => {
  const bytes = Buffer.from('0123456789');
  const withText = async (body: string): Promise<{ id: string; fileId: string; version: string }> => {
    const id = await course();
    await send(await begun(id, 'vue.txt', bytes.length), bytes);
    const sections = [
      { title: 'Un', body },
      { title: 'Deux', body: 'Rien.' },
    ];
    const answer = await teacher({
      method: 'PUT',
      url: `/api/v1/courses/${id}/sections`,
      headers: { 'if-match': String((await teacher(`/api/v1/courses/${id}`)).headers.etag) },
      body: { sections },
    });
    expect(answer.statusCode, answer.body).toBe(200);
    return { id, fileId: answer.json<Course>().files[0]!.id, version: String(answer.headers.etag) };
  };
  const rename = (fileId: string, body: object) =>
    teacher({ method: 'PATCH', url: `/api/v1/files/${fileId}`, body });

  it('is told with the sections that name it, to authors only', async () => {
    const { fileId } = await withText('[a](vue.txt), ![b](vue.txt) et `[c](vue.txt)`');
    const url = `/api/v1/files/${fileId}/references`;
    expect((await teacher(url)).json()).toEqual({
      items: [{ id: expect.any(String), title: 'Un', count: 2 }],
    });
    expect((await other(url)).statusCode).toBe(404);
  });

  it('is renamed there too where that is wanted, as a version that can be taken back', async () => {
    const { id, fileId } = await withText('[a](vue.txt)');
    expect((await rename(fileId, { name: 'plan 2.txt', rewrite: true })).statusCode).toBe(204);
    const read = (await teacher(`/api/v1/courses/${id}`)).json<Course>();
    expect([read.files[0]!.name, read.sections[0]!.body, read.version]).toEqual([
      'plan 2.txt',
      '[a](plan%202.txt)',
      3,
    ]);
    expect((await teacher(`/api/v1/courses/${id}/revisions/3`)).body).toContain('plan%202.txt');
  });

  it('keeps its name in them where it is not', async () => {
    const { id, fileId } = await withText('[a](vue.txt)');
    await rename(fileId, { name: 'plan.txt' });
    expect((await teacher(`/api/v1/courses/${id}`)).json<Course>().sections[0]!.body).toBe('[a](vue.txt)');
  });
});

it('a file is counted in the lists at once', async () => {
  const id = await course();
  await db
    .updateTable('courses')
    .set({ state: 'published', published_at: new Date() })
    .where('id', '=', id)
    .execute();
  const count = async () =>
    (await teacher('/api/v1/courses')).json<CoursePage>().items.find((each) => each.id === id)?.fileCount;
  await teacher({
    method: 'POST',
    url: '/api/v1/courses',
    body: { title: 'x', summary: '', subject: 's', level: 'l' },
  });
  expect(await count()).toBe(0);
  await send(await begun(id, 'a.txt', 1), Buffer.from('a'));
  expect(await count()).toBe(1);
});

it('a file says when it came, and is not sent again to anyone who has it', async () => {
  const id = await course();
  const bytes = Buffer.from('0123456789');
  await send(await begun(id, 'a.txt', bytes.length), bytes);
  const url = `/api/v1/courses/${id}/files/a.txt`;
  const ask = (headers: Record<string, string>) => teacher({ url, headers });
  const { headers } = await teacher(url);
  const date = String(headers['last-modified']);
  expect(Math.abs(Date.parse(date) - Date.now())).toBeLessThan(60_000);
  expect(headers['repr-digest']).toBe(`sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`);
  expect((await ask({ 'if-modified-since': date })).statusCode).toBe(304);
  expect((await ask({ 'if-modified-since': new Date(0).toUTCString() })).statusCode).toBe(200);
  expect((await ask({ 'if-modified-since': date, 'if-none-match': '"other"' })).statusCode).toBe(200);
  expect((await ask({ range: 'bytes=2-3', 'if-range': date })).body).toBe('23');
  expect((await ask({ range: 'bytes=2-3', 'if-range': new Date(0).toUTCString() })).body).toBe('0123456789');
  const head = await teacher({ method: 'HEAD', url });
  expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, '10', '']);
});
