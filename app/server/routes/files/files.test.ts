import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { DEMO_PEOPLE } from '#server/seed/courses.ts';
import { addAuthor } from '#server/testing/authors.ts';
import { draftCourse } from '#server/testing/requests.ts';
import { type Ask, testApp } from '#server/testing/test-app.ts';
import type { Course } from '#shared/schemas/course.ts';
import { contentDisposition } from './names.ts';
import { PERSON_BYTES_MAX } from './quota.ts';

const { app, as, ask, db } = await testApp();
const teacher = await as('teacher');
const student = await as('student');
const other = await as(DEMO_PEOPLE[2]!.id);
const TUS = { 'tus-resumable': '1.0.0' };

const course = (fields: object = {}) => draftCourse(teacher, fields);
const begin = (courseId: string, name: string, size: number, by: Ask = teacher, headers: object = {}) =>
  by({
    method: 'POST',
    url: `/api/v1/courses/${courseId}/uploads`,
    headers: {
      ...TUS,
      'upload-length': String(size),
      'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
      ...headers,
    },
  });
const piece = (url: string, offset: number, bytes: Buffer, by: Ask = teacher) =>
  by({
    method: 'PATCH',
    url,
    headers: { ...TUS, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    payload: bytes,
  });
/** A file of a course, sent in two pieces; its id. */
async function sent(courseId: string, name: string, bytes: Buffer): Promise<string> {
  const { headers, statusCode, body } = await begin(courseId, name, bytes.length);
  expect(statusCode, body).toBe(201);
  const half = Math.ceil(bytes.length / 2);
  for (const [offset, part] of [
    [0, bytes.subarray(0, half)],
    [half, bytes.subarray(half)],
  ] as const) {
    if (part.length > 0) expect((await piece(String(headers.location), offset, part)).statusCode).toBe(204);
  }
  const { files } = (await teacher(`/api/v1/courses/${courseId}`)).json<Course>();
  return files.find((file) => file.name === name.normalize('NFC'))!.id;
}
const publish = async (id: string) =>
  db
    .updateTable('courses')
    .set({ state: 'published', published_at: new Date() })
    .where('id', '=', id)
    .execute();

describe('an upload', () => {
  it('arrives piece by piece, goes on where it stopped, and stands in the course', async () => {
    const id = await course();
    const bytes = Buffer.from('Bonjour à toutes et à tous.\n'.repeat(100));
    const { headers } = await begin(id, 'poly été.txt', bytes.length);
    const url = String(headers.location);
    expect((await piece(url, 0, bytes.subarray(0, 1000))).headers['upload-offset']).toBe('1000');
    const seen = await teacher({ method: 'HEAD', url, headers: TUS });
    expect([seen.headers['upload-offset'], seen.headers['upload-length']]).toEqual([
      '1000',
      String(bytes.length),
    ]);
    expect((await piece(url, 500, bytes.subarray(500))).statusCode).toBe(409);
    expect((await piece(url, 1000, bytes.subarray(1000))).statusCode).toBe(204);
    const { files } = (await teacher(`/api/v1/courses/${id}`)).json<Course>();
    expect(files).toEqual([
      { id: expect.any(String), name: 'poly été.txt', mediaType: 'text/plain', size: bytes.length },
    ]);
    const answer = await teacher(`/api/v1/files/${files[0]!.id}`);
    expect(answer.rawPayload.equals(bytes)).toBe(true);
    const [row] = await db.selectFrom('files').select('sha256').where('id', '=', files[0]!.id).execute();
    expect(row!.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    // A client that lost the last answer learns that all of it is there.
    const after = await teacher({ method: 'HEAD', url, headers: TUS });
    expect([after.statusCode, after.headers['upload-offset']]).toEqual([200, String(bytes.length)]);
    expect((await other({ method: 'HEAD', url, headers: TUS })).statusCode).toBe(404);
  });

  it('counts as one change, however many pieces it comes in', async () => {
    const begun = await begin(await course(), 'morceaux.bin', 3);
    expect(begun.headers).toHaveProperty('ratelimit-remaining');
    for (const [offset, letter] of [...'abc'].entries()) {
      const { statusCode, headers } = await piece(
        String(begun.headers.location),
        offset,
        Buffer.from(letter),
      );
      expect(statusCode).toBe(204);
      expect(headers).not.toHaveProperty('ratelimit-remaining');
    }
  });

  it('is begun once, however often it is asked for under one key', async () => {
    const id = await course();
    const key = { 'idempotency-key': 'film' };
    const [first, again] = [
      await begin(id, 'film.mp4', 5, teacher, key),
      await begin(id, 'film.mp4', 5, teacher, key),
    ];
    expect([again.statusCode, again.headers.location]).toEqual([201, first.headers.location]);
    expect((await piece(String(again.headers.location), 0, Buffer.from('abcde'))).statusCode).toBe(204);
    expect((await teacher(`/api/v1/courses/${id}`)).json<Course>().files).toHaveLength(1);
  });

  it('is for the authors of the course alone', async () => {
    const id = await course();
    await publish(id);
    expect((await begin(id, 'a', 1, student)).statusCode).toBe(403);
    expect((await begin(id, 'a', 1, other)).statusCode).toBe(404);
    const { headers } = await begin(id, 'a', 4);
    const url = String(headers.location);
    expect((await piece(url, 0, Buffer.from('abcd'), other)).statusCode).toBe(404);
    expect((await other({ method: 'DELETE', url, headers: TUS })).statusCode).toBe(404);
    expect((await teacher({ method: 'DELETE', url, headers: TUS })).statusCode).toBe(204);
    expect(await db.selectFrom('uploads').selectAll().execute()).toEqual([]);
  });

  it.each([
    '../../etc/passwd',
    'a/b',
    'a\\b',
    '..',
    '',
    ' ',
    'a\r\nSet-Cookie: x',
    'x\u202Efdp.exe',
    'n'.repeat(201),
  ])('refuses the name %j', async (name) => {
    expect((await begin(await course(), name, 1)).json()).toMatchObject({
      status: 400,
      type: '/problems/file-name-bad',
    });
  });

  it('is refused before a byte is sent when it is too large, when there is no room, or when the name is taken', async () => {
    const id = await course();
    expect((await begin(id, 'a', 5 * 2 ** 30)).json()).toMatchObject({
      status: 413,
      type: '/problems/file-too-large',
    });
    const key = { course_id: id, media_type: 'x', sha256: 'x', uploaded_by: DEMO_PEOPLE[0]!.id };
    await db
      .insertInto('files')
      .values({ ...key, name: 'vast', size: PERSON_BYTES_MAX - 10 })
      .execute();
    expect((await begin(id, 'a', 11)).json()).toMatchObject({
      status: 413,
      type: '/problems/quota-exceeded',
    });
    expect((await begin(id, 'vast', 1)).json()).toMatchObject({
      status: 409,
      type: '/problems/file-name-taken',
    });
    await db.deleteFrom('files').where('name', '=', 'vast').execute();
  });

  it('of somebody who writes the course no more adds nothing to it', async () => {
    const id = await course();
    const email = DEMO_PEOPLE[2]!.email;
    await db.updateTable('people').set({ role: 'teacher' }).where('email', '=', email).execute();
    const authors = `/api/v1/courses/${id}/authors`;
    await addAuthor(db, id, DEMO_PEOPLE[2]!.id);
    const url = String((await begin(id, 'tard.txt', 4, other)).headers.location);
    expect((await teacher({ method: 'DELETE', url: `${authors}/${DEMO_PEOPLE[2]!.id}` })).statusCode).toBe(
      204,
    );
    expect((await piece(url, 0, Buffer.from('tard'), other)).statusCode).toBe(404);
    expect((await teacher(`/api/v1/courses/${id}`)).json<Course>().files).toEqual([]);
  });

  it('is refused without the version of the protocol', async () => {
    const answer = await begin(await course(), 'a', 1, teacher, { 'tus-resumable': undefined });
    expect(answer.statusCode).toBe(412);
  });

  it('waits a week for its next piece, however long ago it was begun, and then gives its room back', async () => {
    const begun = await begin(await course(), 'long.bin', 9);
    const url = String(begun.headers.location);
    const upload = db.updateTable('uploads').where('id', '=', url.split('/').at(-1)!);
    const head = () => teacher({ method: 'HEAD', url, headers: TUS });
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
    await upload.set({ created_at: daysAgo(30), last_piece_at: daysAgo(6) }).execute();
    await app.runJobs();
    expect((await head()).statusCode).toBe(200);
    expect((await piece(url, 0, Buffer.from('abc'))).statusCode).toBe(204);
    await app.runJobs();
    expect((await head()).headers['upload-offset']).toBe('3');
    await upload.set({ last_piece_at: daysAgo(8) }).execute();
    await app.runJobs();
    expect((await head()).statusCode).toBe(404);
    expect((await piece(url, 3, Buffer.from('def'))).json()).toMatchObject({
      type: '/problems/upload-unknown',
    });
  });

  it('says until when it waits, as the protocol has it, as long as it is not whole', async () => {
    const id = await course();
    const begun = await begin(id, 'attente.bin', 6);
    const url = String(begun.headers.location);
    const upload = url.split('/').at(-1)!;
    const weekAfter = async () => {
      const { last_piece_at } = await db
        .selectFrom('uploads')
        .select('last_piece_at')
        .where('id', '=', upload)
        .executeTakeFirstOrThrow();
      return new Date(last_piece_at.getTime() + 7 * 86_400_000).toUTCString();
    };
    const head = () => teacher({ method: 'HEAD', url, headers: TUS });
    expect(begun.headers['upload-expires']).toBe(await weekAfter());
    const old = new Date(Date.now() - 86_400_000);
    await db.updateTable('uploads').set({ last_piece_at: old }).where('id', '=', upload).execute();
    const before = String((await head()).headers['upload-expires']);
    expect(before).toBe(await weekAfter());
    const after = String((await piece(url, 0, Buffer.from('abc'))).headers['upload-expires']);
    expect(after).toBe(await weekAfter());
    expect(Date.parse(after)).toBeGreaterThan(Date.parse(before));
    expect((await piece(url, 3, Buffer.from('def'))).headers).not.toHaveProperty('upload-expires');
    expect((await head()).headers).not.toHaveProperty('upload-expires');
    const options = await ask({ method: 'OPTIONS', url: `/api/v1/courses/${id}/uploads` });
    expect([options.statusCode, options.headers]).toMatchObject([
      204,
      {
        'tus-version': '1.0.0',
        'tus-extension': 'creation,expiration,termination',
        'tus-max-size': String(4 * 2 ** 30),
      },
    ]);
  });
});

describe('what a browser is given', () => {
  it.each([
    ['page.html', '<!doctype html><script>alert(1)</script>', 'text/plain', 'inline'],
    ['image.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'text/plain', 'inline'],
    [
      'feed.xml',
      '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>',
      'application/octet-stream',
      'attachment',
    ],
    ['photo.png', '%PDF-1.7\n<script>alert(1)</script>', 'application/pdf', 'inline'],
    [
      'movie.mp4',
      'PK\u0003\u0004\u0014\u0000\u0000\u0000\u0008\u0000',
      'application/octet-stream',
      'attachment',
    ],
    ['program.txt', '\u007fELF\u0002\u0001\u0001\u0000\u0000', 'application/octet-stream', 'attachment'],
    ['subtitles.vtt', 'WEBVTT\n\n00:00.000 --> 00:01.000\nBonjour\n', 'text/vtt', 'inline'],
  ])('%s never runs in our pages', async (name, text, type, kind) => {
    const id = await course();
    const answer = await teacher(`/api/v1/files/${await sent(id, name, Buffer.from(text, 'latin1'))}`);
    expect(answer.headers['content-type']).toContain(type);
    expect(answer.headers['content-disposition']).toMatch(new RegExp(`^${kind};`));
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['content-security-policy']).toMatch(/^sandbox;.*frame-ancestors 'none'$/);
    expect(answer.headers['content-security-policy']).not.toContain('allow-scripts');
  });

  it('is named without a way out of the header', () => {
    const header = contentDisposition('attachment', `é"; filename="x.exe\\'()*`);
    expect(header.match(/"/g)).toHaveLength(2);
    expect(header).toContain("filename*=UTF-8''%C3%A9%22%3B");
  });

  it('comes in parts, so that a video can be sought', async () => {
    const id = await course();
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
    const url = `/api/v1/files/${await sent(id, 'video.bin', bytes)}`;
    const part = (headers: object) => teacher({ url, headers: headers as never });
    const whole = await teacher(url);
    expect(whole.headers['accept-ranges']).toBe('bytes');
    for (const [range, from, to] of [
      ['bytes=0-9', 0, 10],
      ['bytes=990-', 990, 1000],
      ['bytes=-5', 995, 1000],
      ['bytes=500-5000', 500, 1000],
    ] as const) {
      const answer = await part({ range });
      expect(answer.statusCode).toBe(206);
      expect(answer.headers['content-range']).toBe(`bytes ${from}-${to - 1}/1000`);
      expect(answer.rawPayload.equals(bytes.subarray(from, to))).toBe(true);
    }
    const outside = await part({ range: 'bytes=1000-' });
    expect([outside.statusCode, outside.headers['content-range']]).toEqual([416, 'bytes */1000']);
    expect((await part({ range: 'bytes=0-1,5-9' })).statusCode).toBe(200);
    expect((await part({ range: 'bytes=0-9', 'if-range': '"old"' })).statusCode).toBe(200);
    expect((await part({ range: 'bytes=0-9', 'if-range': whole.headers.etag })).statusCode).toBe(206);
    expect((await part({ 'if-none-match': whole.headers.etag })).statusCode).toBe(304);
  });

  it('is a smaller picture for a smaller page, without what the camera wrote into it', async () => {
    const id = await course();
    const picture = await sharp({ create: { width: 2000, height: 1000, channels: 3, background: '#268' } })
      .withExif({ IFD0: { Copyright: 'secret place' } })
      .jpeg()
      .toBuffer();
    const url = `/api/v1/files/${await sent(id, 'photo.jpg', picture)}`;
    const small = await teacher(`${url}?width=320`);
    expect(small.headers['content-type']).toBe('image/webp');
    const { width, height, exif } = await sharp(small.rawPayload).metadata();
    expect([width, height, exif]).toEqual([320, 160, undefined]);
    expect((await teacher(`${url}?width=320`)).rawPayload.equals(small.rawPayload)).toBe(true);
    expect((await teacher(`${url}?width=7`)).statusCode).toBe(400);
    // What says that it is a picture and is none is shown as it is.
    const broken = `/api/v1/files/${await sent(id, 'broken.jpg', picture.subarray(0, 40))}`;
    const reading = vi.spyOn(app.files, 'get');
    for (const width of [320, 640]) {
      const shown = await teacher(`${broken}?width=${width}`);
      expect(shown.headers['content-type']).toBe('image/jpeg');
    }
    // It is tried once: asked for its smaller one, read for it, and sent twice.
    expect(reading.mock.calls.length).toBe(4);
    reading.mockRestore();
  });
});

it('many who ask at once for a smaller picture have it made once', async () => {
  const picture = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#682' } })
    .png()
    .toBuffer();
  const url = `/api/v1/files/${await sent(await course(), 'vue.png', picture)}?width=640`;
  const keeping = vi.spyOn(app.files, 'put');
  const shown = await Promise.all(Array.from({ length: 20 }, () => teacher(url)));
  expect(new Set(shown.map(({ headers }) => headers['content-type']))).toEqual(new Set(['image/webp']));
  expect(keeping.mock.calls.length).toBe(1);
  keeping.mockRestore();
});

describe('a file', () => {
  it('is not read for a HEAD', async () => {
    const id = await sent(await course(), 'film.bin', Buffer.alloc(1000));
    const reading = vi.spyOn(app.files, 'get');
    const head = await teacher({ method: 'HEAD', url: `/api/v1/files/${id}` });
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, '1000', '']);
    const part = await teacher({
      method: 'HEAD',
      url: `/api/v1/files/${id}`,
      headers: { range: 'bytes=0-9' },
    });
    expect([part.statusCode, part.headers['content-length']]).toEqual([200, '1000']);
    expect(reading).not.toHaveBeenCalled();
    reading.mockRestore();
  });

  it('is read by those who may read its course, by its id or its name', async () => {
    const id = await course();
    const file = await sent(id, 'tp n°1 (v2).txt', Buffer.from('x'));
    const byName = `/api/v1/courses/${id}/files/${encodeURIComponent('tp n°1 (v2).txt')}`;
    for (const by of [ask, student, other]) {
      expect((await by(`/api/v1/files/${file}`)).statusCode).toBe(404);
      expect((await by(byName)).statusCode).toBe(404);
    }
    await publish(id);
    for (const by of [ask, student]) expect((await by(byName)).body).toBe('x');
  });

  it('is renamed and deleted by authors, and its bytes are gone within a day', async () => {
    const id = await course();
    const file = await sent(id, 'a.txt', Buffer.from('x'));
    await sent(id, 'b.txt', Buffer.from('y'));
    const rename = (name: string, by: Ask = teacher) =>
      by({ method: 'PATCH', url: `/api/v1/files/${file}`, body: { name } });
    expect((await rename('c.txt', other)).statusCode).toBe(404);
    expect((await rename('b.txt')).json()).toMatchObject({ status: 409, type: '/problems/file-name-taken' });
    expect((await rename('c.txt')).statusCode).toBe(204);
    const [{ key } = { key: null }] = await db
      .selectFrom('files')
      .select('key')
      .where('id', '=', file)
      .execute();
    expect((await other({ method: 'DELETE', url: `/api/v1/files/${file}` })).statusCode).toBe(404);
    expect((await teacher({ method: 'DELETE', url: `/api/v1/files/${file}` })).statusCode).toBe(204);
    expect((await teacher(`/api/v1/files/${file}`)).statusCode).toBe(404);
    await app.runJobs();
    expect(await app.files.size(key!)).toBe(1); // somebody may still be reading it
    const { utimes } = await import('node:fs/promises');
    const long = new Date(Date.now() - 25 * 3_600_000);
    await utimes(`${app.settings.dataDir}/files/${key}`, long, long);
    await app.runJobs();
    expect(await app.files.size(key!)).toBeUndefined();
  });

  it('that lost its bytes is not there, and nothing breaks', async () => {
    const id = await course();
    const file = await sent(id, 'a.txt', Buffer.from('x'));
    await app.files.put('files/unrelated', Readable.from([Buffer.from('z')]), 1);
    const [{ key } = { key: null }] = await db
      .selectFrom('files')
      .select('key')
      .where('id', '=', file)
      .execute();
    await app.files.remove(key!);
    expect((await teacher(`/api/v1/files/${file}`)).json()).toMatchObject({
      status: 404,
      type: '/problems/file-unknown',
    });
  });
});
