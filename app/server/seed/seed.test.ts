import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { referencesIn } from '#shared/markdown/references.ts';
import type { Course } from '#shared/schemas/course.ts';
import { testApp } from '../testing/test-app.ts';
import { DEMO_COURSES } from './courses.ts';
import { seedFiles } from './seed.ts';

const { app, ask, db } = await testApp();

it('gives the courses files that are there, each of its kind, and adds nothing the second time', async () => {
  await seedFiles(db, app.files);
  for (const { id, sections } of DEMO_COURSES) {
    const { files } = (await ask(`/api/v1/courses/${id}`)).json<Course>();
    for (const { id: fileId, name, size, mediaType } of files) {
      const answer = await ask(`/api/v1/files/${fileId}`);
      expect([answer.statusCode, answer.rawPayload.length], name).toEqual([200, size]);
      const digest = createHash('sha256').update(answer.rawPayload).digest('base64');
      expect(answer.headers['repr-digest']).toBe(`sha-256=:${digest}:`);
      const kind = /\.(mp4|pdf|png|jpg|mp3|zip|vtt)$/.exec(name)?.[1];
      const kinds = {
        mp4: 'video/mp4',
        mp3: 'audio/mpeg',
        pdf: 'application/pdf',
        png: 'image/png',
        jpg: 'image/jpeg',
        zip: 'application/zip',
        vtt: 'text/vtt',
      };
      if (kind) expect(mediaType, name).toBe(kinds[kind as keyof typeof kinds]);
    }
    const named = sections.flatMap(([, body]) => referencesIn(body)).map(({ name }) => name);
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
  }
  const keys = async () => {
    let count = 0;
    for await (const _ of app.files.list('files/')) count += 1;
    return count;
  };
  const count = await keys();
  expect(count).toBe(DEMO_COURSES.flatMap(({ files }) => files).length);
  await seedFiles(db, app.files);
  expect(await keys()).toBe(count);
});
