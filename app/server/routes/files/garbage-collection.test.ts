import { expect, it, vi } from 'vitest';
import { DEMO_COURSES } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';
import { collectGarbage } from './garbage-collection.ts';

const { app, db, statementsOf } = await testApp();

it('what lies in the store is asked for by the thousand, and only what nothing names is removed', async () => {
  const file = { course_id: DEMO_COURSES[0]!.id, media_type: 'text/plain', size: 1, sha256: '0'.repeat(64) };
  await db
    .insertInto('files')
    .values({ ...file, name: 'nommé.txt', key: 'files/named' })
    .execute();
  const kept = ['files/named', 'resized/named/320.webp'];
  const unnamed = [
    'uploads/nobody/0-3',
    'files/nobody',
    ...Array.from({ length: 1500 }, (_, at) => `resized/nobody-${at}/320.webp`),
  ];
  vi.spyOn(app.files, 'list').mockImplementation(async function* (prefix) {
    for (const key of [...kept, ...unnamed])
      if (key.startsWith(prefix)) yield { key, writtenAt: new Date(0) };
  });
  const removing = vi.spyOn(app.files, 'remove').mockResolvedValue();
  // Uploads that expired, pieces, files, and twice pictures.
  expect(await statementsOf(() => collectGarbage(app))).toBe(5);
  expect(removing.mock.calls.map(([key]) => key)).toEqual(unnamed);
});
