import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it, vi } from 'vitest';
import yauzl from 'yauzl';
import { DEMO_COURSES, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { testApp } from '#server/testing/test-app.ts';
import { exportWithFiles } from './export-files.ts';

const { app, as, db } = await testApp();
const [camille, ines] = DEMO_PEOPLE;
const [course] = DEMO_COURSES;

/** A file of Camille's; the bytes are in the store unless it is to be missing. */
async function kept(name: string, bytes: Buffer, { isThere = true } = {}) {
  const key = `files/${crypto.randomUUID()}`;
  if (isThere) await app.files.put(key, Readable.from([bytes]), bytes.length);
  await db
    .insertInto('files')
    .values({
      course_id: course!.id,
      name,
      media_type: 'application/octet-stream',
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      key,
      uploaded_by: camille.id,
    })
    .execute();
}

/** What an archive holds, read by a program of others. */
async function read(archive: Buffer): Promise<Map<string, Buffer>> {
  const zip = await yauzl.fromBufferPromise(archive);
  const found = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry())
    found.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  return found;
}

it('has the bytes of one’s files by course, all that is kept, and says what could not be read', async () => {
  const large = Buffer.alloc(3 * 2 ** 20, 'é');
  await kept('poly été.pdf', large);
  await kept('perdu.bin', Buffer.from('x'), { isThere: false });
  const answer = await (await as('teacher'))('/api/v1/me/export.zip');
  expect(answer.headers).toMatchObject({
    'content-type': 'application/zip',
    'content-disposition': 'attachment; filename="fredu.zip"',
  });
  const found = await read(answer.rawPayload);
  const folder = `fichiers/${course!.title} (${course!.id.slice(0, 8)})`;
  expect([...found.keys()].sort()).toEqual(
    ['LISEZ-MOI.txt', 'donnees.json', 'fichiers.json', `${folder}/poly été.pdf`].sort(),
  );
  expect(found.get(`${folder}/poly été.pdf`)!.equals(large)).toBe(true);
  const whole = JSON.parse(found.get('donnees.json')!.toString());
  expect(whole).toMatchObject({
    account: { email: camille.email },
    courses: expect.arrayContaining([expect.objectContaining({ format: 'markdown', visibility: 'public' })]),
  });
  const entries = JSON.parse(found.get('fichiers.json')!.toString()) as { path: string; missing?: true }[];
  expect(entries.find(({ path }) => path.endsWith('perdu.bin'))).toMatchObject({ missing: true });
  expect(entries.find(({ path }) => path.endsWith('été.pdf'))).toEqual({
    path: `${folder}/poly été.pdf`,
    size: large.length,
    sha256: createHash('sha256').update(large).digest('hex'),
  });
});

it('has nothing of others, and speaks the reader’s language', async () => {
  const archive = exportWithFiles(
    { db, files: app.files, onError: (error) => expect(error).toBeUndefined() },
    { id: ines.id, language: 'en' },
  );
  const found = await read(await buffer(archive));
  expect([...found.keys()].sort()).toEqual(['README.txt', 'donnees.json', 'fichiers.json']);
});

it('opens one file at a time, and none any more for a reader who went away', async () => {
  const open = new Set<Readable>();
  const most = { open: 0 };
  const get = vi.fn(async (key: string) => {
    const found = await app.files.get(key);
    if (!found) return undefined;
    open.add(found.bytes);
    most.open = Math.max(most.open, open.size);
    found.bytes.once('close', () => open.delete(found.bytes));
    return found;
  });
  for (const number of [1, 2, 3]) await kept(`grand ${number}.bin`, Buffer.alloc(2 ** 20, number));
  const files = { ...app.files, get };
  const onError = vi.fn();
  await buffer(exportWithFiles({ db, files, onError }, { id: camille.id, language: 'fr' }));
  expect(most.open).toBe(1);
  const begun = get.mock.calls.length;
  const left = exportWithFiles({ db, files, onError }, { id: camille.id, language: 'fr' });
  await vi.waitFor(() => expect(get.mock.calls.length).toBeGreaterThan(begun));
  left.destroy();
  await vi.waitFor(() => expect(open.size).toBe(0));
  expect(onError).not.toHaveBeenCalled();
});
