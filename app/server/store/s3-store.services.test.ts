import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import sharp from 'sharp';
import { afterAll, afterEach, describe, expect } from 'vitest';
import type { Course } from '#shared/schemas/course.ts';
import { itJudged } from '../../../scripts/testing/judge.ts';
import { PartAway } from '../problems/outage.ts';
import { collectGarbage } from '../routes/files/garbage-collection.ts';
import { smallerKey } from '../routes/files/pictures.ts';
import { type Objects, startObjects } from '../testing/parts/objects.ts';
import { isInstalled, until } from '../testing/parts/programs.ts';
import { proxyTo, type Way } from '../testing/parts/proxy.ts';
import { draftCourse } from '../testing/requests.ts';
import { type Ask, type TestApp, testApp } from '../testing/test-app.ts';
import { s3Store } from './s3-store.ts';

/** The files of courses in a real gateway of Ceph, by a way to it that can be cut, closed and slowed. */
const folder = mkdtempSync(join(tmpdir(), 'fredu-objects-'));
/** Of a hundred that nobody else here uses, though two run at once. */
const FIRST_PORT = 23_300 + 100 * (process.pid % 40);
let objects: Objects;
let way: Way;
let own: TestApp;
let teacher: Ask;
let url: string;
if (isInstalled('radosgw')) {
  objects = await startObjects(folder, FIRST_PORT);
  way = await proxyTo({ port: objects.port, host: '127.0.0.1' });
  own = await testApp({ bucket: objects.at(way.port, { patienceSeconds: 3 }) });
  teacher = await own.as('teacher');
  await own.app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(own.app.server.address() as AddressInfo).port}`;
}
afterEach(async () => {
  if (!way) return;
  way.isOpen = true;
  way.isStalled = false;
  way.bytesUntilCut = Number.POSITIVE_INFINITY;
  await own.app.settled();
});
afterAll(async () => {
  await way?.close();
  await objects?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const TUS = { 'tus-resumable': '1.0.0' };
const API = '/api/v1';
async function course(): Promise<string> {
  return draftCourse(teacher);
}
async function begun(courseId: string, name: string, size: number): Promise<string> {
  const headers = {
    ...TUS,
    'upload-length': String(size),
    'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
  };
  const answer = await teacher({ method: 'POST', url: `${API}/courses/${courseId}/uploads`, headers });
  expect(answer.statusCode, answer.body).toBe(201);
  return String(answer.headers.location);
}
const piece = (at: string, offset: number, bytes: Buffer) =>
  teacher({
    method: 'PATCH',
    url: at,
    headers: { ...TUS, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    payload: bytes,
  });
const offsetOf = async (at: string) => {
  const answer = await teacher({ method: 'HEAD', url: at, headers: TUS });
  return { status: answer.statusCode, offset: Number(answer.headers['upload-offset']) };
};
const filesOf = async (id: string) => (await teacher(`${API}/courses/${id}`)).json<Course>().files;
async function sent(courseId: string, name: string, bytes: Buffer): Promise<string> {
  expect((await piece(await begun(courseId, name, bytes.length), 0, bytes)).statusCode).toBe(204);
  return (await filesOf(courseId)).find((file) => file.name === name)!.id;
}
async function keys(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of own.app.files.list(prefix)) found.push(key);
  return found;
}
const away = { status: 503, type: '/problems/unavailable' };
const ready = async () => (await own.ask('/readyz')).json<{ status: string; away?: string[] }>();

describe('files in a bucket', () => {
  itJudged(
    'radosgw',
    'go on where they stopped when their sender was cut off, and come back whole',
    async () => {
      const id = await course();
      const bytes = randomBytes(9 * 2 ** 20);
      const at = await begun(id, 'film.bin', bytes.length);
      // A browser whose line breaks after five of nine mebibytes.
      const { cookie } = await own.cookieOf('teacher');
      await new Promise<void>((resolve) => {
        const sending = httpRequest(url + at, {
          method: 'PATCH',
          headers: {
            ...TUS,
            cookie,
            'sec-fetch-site': 'same-origin',
            'upload-offset': '0',
            'content-type': 'application/offset+octet-stream',
            'content-length': bytes.length,
          },
        });
        sending.on('error', () => resolve());
        sending.write(bytes.subarray(0, 5 * 2 ** 20), () => sending.destroy());
      });
      let kept = 0;
      await until('what came is counted', async () => {
        kept = (await offsetOf(at)).offset;
        return kept > 0;
      });
      expect(kept).toBeLessThanOrEqual(5 * 2 ** 20);
      expect((await piece(at, kept, bytes.subarray(kept))).statusCode).toBe(204);
      const [file] = await filesOf(id);
      const answer = await teacher(`${API}/files/${file!.id}`);
      expect(answer.rawPayload.equals(bytes)).toBe(true);
      await until(
        'its pieces are gone',
        async () => (await keys(`uploads/${at.split('/').at(-1)}`)).length === 0,
      );
    },
  );

  itJudged('radosgw', 'are read in ranges, renamed, and their room is given back', async () => {
    const id = await course();
    const file = await sent(id, 'poly.txt', Buffer.from('abcdefghij'.repeat(1000)));
    const range = await teacher({ url: `${API}/files/${file}`, headers: { range: 'bytes=5-14' } });
    expect([range.statusCode, range.body, range.headers['content-range']]).toEqual([
      206,
      'fghijabcde',
      'bytes 5-14/10000',
    ]);
    const last = await teacher({ url: `${API}/files/${file}`, headers: { range: 'bytes=-3' } });
    expect(last.body).toBe('hij');
    const renamed = {
      method: 'PATCH',
      url: `${API}/files/${file}`,
      body: { name: 'cours été.txt' },
    } as const;
    expect((await teacher(renamed)).statusCode).toBe(204);
    const named = await teacher(`${API}/courses/${id}/files/${encodeURIComponent('cours été.txt')}`);
    expect(named.body).toHaveLength(10_000);
    const { key } = await own.db
      .selectFrom('files')
      .select('key')
      .where('id', '=', file)
      .executeTakeFirstOrThrow();
    expect((await teacher({ method: 'DELETE', url: `${API}/files/${file}` })).statusCode).toBe(204);
    expect(await keys(key!)).toEqual([key]);
    await collectGarbage(own.app, { graceHours: 0 });
    expect(await keys(key!)).toEqual([]);
  });

  itJudged('radosgw', 'that are pictures are made smaller once', async () => {
    const picture = await sharp({ create: { width: 1200, height: 800, channels: 3, background: '#369' } })
      .png()
      .toBuffer();
    const file = await sent(await course(), 'schéma.png', picture);
    for (let times = 0; times < 2; times++) {
      const small = await teacher(`${API}/files/${file}?width=320`);
      expect(small.headers['content-type']).toBe('image/webp');
      expect((await sharp(small.rawPayload).metadata()).width).toBe(320);
    }
    const { key } = await own.db
      .selectFrom('files')
      .select('key')
      .where('id', '=', file)
      .executeTakeFirstOrThrow();
    expect(await keys('resized/')).toContain(smallerKey(key!, 320));
  });

  itJudged('radosgw', 'are listed beyond the thousand that one answer holds', async () => {
    const store = s3Store(objects.at(objects.port));
    const names = Array.from({ length: 1005 }, (_, number) => `many/${String(number).padStart(4, '0')}`);
    for (let at = 0; at < names.length; at += 50) {
      await Promise.all(
        names.slice(at, at + 50).map((key) => store.put(key, Readable.from([Buffer.from('x')]), 1)),
      );
    }
    const found: string[] = [];
    for await (const { key } of store.list('many/')) found.push(key);
    expect(found).toEqual(names);
    await store.close();
  });

  itJudged('radosgw', 'are read where they are written when the site has not got them yet', async () => {
    const store = s3Store(objects.at(objects.port, { writeEndpoint: `http://localhost:${objects.port}` }));
    await store.put('two/sites', Readable.from([Buffer.from('bonjour')]), 7);
    expect(await text((await store.get('two/sites', { start: 0, end: 2 }))!.bytes)).toBe('bon');
    expect([await store.size('two/sites'), await store.size('two/none')]).toEqual([7, undefined]);
    await store.close();
  });

  itJudged('radosgw', 'are read where they are written while the gateway of the site is away', async () => {
    const events: string[] = [];
    const endpoint = `http://127.0.0.1:${objects.port}`;
    const store = s3Store(objects.at(way.port, { writeEndpoint: endpoint }), {
      onAway: () => events.push('away'),
      onBack: () => events.push('back'),
    });
    way.isOpen = false;
    way.cut();
    expect(await text((await store.get('two/sites'))!.bytes)).toBe('bonjour');
    // It may be here, though not there yet.
    await expect(store.size('two/none')).rejects.toThrow(PartAway);
    way.isOpen = true;
    expect(await store.size('two/none')).toBeUndefined();
    expect(events).toEqual(['away', 'back']);
    await store.close();
  });

  itJudged(
    'radosgw',
    'are not written where that is not allowed, which is told as the store being away',
    async () => {
      const store = s3Store(objects.at(objects.port, { secretKey: 'another' }));
      await expect(store.put('not/allowed', Readable.from([Buffer.from('a')]), 1)).rejects.toThrow(PartAway);
      await store.close();
    },
  );
});

describe('while the bucket is away', () => {
  itJudged(
    'radosgw',
    'files are told to be, what does not need them works, and nothing is lost',
    async () => {
      const id = await course();
      const bytes = randomBytes(100_000);
      const file = await sent(id, 'avant.bin', bytes);
      const at = await begun(id, 'pendant.bin', bytes.length);
      expect((await piece(at, 0, bytes.subarray(0, 40_000))).statusCode).toBe(204);
      way.isOpen = false;
      way.cut();
      for (const answer of [
        await teacher(`${API}/files/${file}`),
        await piece(at, 40_000, bytes.subarray(40_000)),
      ]) {
        expect(answer.json()).toMatchObject(away);
        expect(answer.headers['retry-after']).toBe('5');
      }
      expect(await offsetOf(at)).toEqual({ status: 200, offset: 40_000 });
      expect((await teacher(`${API}/courses/${id}`)).statusCode).toBe(200);
      expect((await teacher({ method: 'DELETE', url: `${API}/files/${file}` })).statusCode).toBe(204);
      expect(await ready()).toEqual({ status: 'ok', away: ['files'] });
      way.isOpen = true;
      expect((await piece(at, 40_000, bytes.subarray(40_000))).statusCode).toBe(204);
      const [kept] = await filesOf(id);
      expect((await teacher(`${API}/files/${kept!.id}`)).rawPayload.equals(bytes)).toBe(true);
      expect(await ready()).toEqual({ status: 'ok' });
    },
  );

  itJudged(
    'radosgw',
    'an upload whose last bytes came stands in the course once the bucket is back',
    async () => {
      const id = await course();
      const bytes = randomBytes(200_000);
      const at = await begun(id, 'fin.bin', bytes.length);
      // The piece itself gets through; the line breaks while the whole is put together.
      way.bytesUntilCut = 300_000;
      const last = await piece(at, 0, bytes);
      expect(last.json()).toMatchObject(away);
      expect(await filesOf(id)).toEqual([]);
      way.bytesUntilCut = Number.POSITIVE_INFINITY;
      expect(await offsetOf(at)).toEqual({ status: 200, offset: bytes.length });
      const [file] = await filesOf(id);
      expect((await teacher(`${API}/files/${file!.id}`)).rawPayload.equals(bytes)).toBe(true);
    },
  );

  itJudged('radosgw', 'one that is slow is waited for no longer than we say', async () => {
    const bytes = randomBytes(50_000);
    const id = await course();
    const file = await sent(id, 'lent.bin', bytes);
    const at = await begun(id, 'suite.bin', bytes.length);
    way.isStalled = true;
    expect((await teacher(`${API}/files/${file}`)).json()).toMatchObject(away);
    expect((await piece(at, 0, bytes)).json()).toMatchObject(away);
    expect((await teacher(`${API}/courses/${id}`)).statusCode).toBe(200);
    way.isStalled = false;
    expect((await teacher(`${API}/files/${file}`)).rawPayload.equals(bytes)).toBe(true);
    expect((await piece(at, (await offsetOf(at)).offset, bytes)).statusCode).toBe(204);
  });

  itJudged(
    'radosgw',
    'a file that breaks off on its way is seen to be cut, and goes on by a range',
    async () => {
      const bytes = randomBytes(6 * 2 ** 20);
      const file = await sent(await course(), 'coupé.bin', bytes);
      const { cookie } = await own.cookieOf('teacher');
      const got: Buffer[] = [];
      await expect(async () => {
        const answer = await fetch(`${url}${API}/files/${file}`, { headers: { cookie } });
        expect(answer.status).toBe(200);
        for await (const chunk of answer.body!) {
          got.push(Buffer.from(chunk));
          way.cut();
        }
      }).rejects.toThrow();
      const first = Buffer.concat(got);
      expect(first.length).toBeLessThan(bytes.length);
      const rest = await fetch(`${url}${API}/files/${file}`, {
        headers: { cookie, range: `bytes=${first.length}-` },
      });
      expect(rest.status).toBe(206);
      expect(Buffer.concat([first, Buffer.from(await rest.arrayBuffer())]).equals(bytes)).toBe(true);
    },
  );
});
