import { expect, it } from 'vitest';
import { settingsOf } from '../settings.ts';
import { draftCourse } from '../testing/requests.ts';
import { testApp } from '../testing/test-app.ts';

it('lets the app run without a store, and says before the first byte that it takes no files', async () => {
  const { app, as } = await testApp({ bucket: 'none' });
  expect((await app.inject('/readyz')).statusCode).toBe(200);
  const teacher = await as('teacher');
  const id = await draftCourse(teacher);
  const refused = await teacher({
    method: 'POST',
    url: `/api/v1/courses/${id}/uploads`,
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': '7',
      'upload-metadata': `filename ${Buffer.from('tp1.pdf').toString('base64')}`,
    },
  });
  expect([refused.statusCode, refused.json()]).toEqual([
    501,
    expect.objectContaining({ title: 'Pas de fichiers ici' }),
  ]);
  // Nothing that looks for files in the background finds any, or fails.
  const keys: string[] = [];
  for await (const { key } of app.files.list('')) keys.push(key);
  expect(keys).toEqual([]);
});

it('is chosen by name, and by nothing else', () => {
  expect(settingsOf({ FREDU_FILES: 'none' }).bucket).toBe('none');
  expect(settingsOf({}).bucket).toBeUndefined();
  expect(() => settingsOf({ FREDU_FILES: 'off' })).toThrow('FREDU_FILES is "off"; write none');
  expect(() => settingsOf({ FREDU_FILES: 'none', S3_ENDPOINT: 'https://s3.example.org' })).toThrow(
    'FREDU_FILES is "none" beside S3_ENDPOINT',
  );
});
