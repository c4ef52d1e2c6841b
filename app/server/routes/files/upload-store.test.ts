import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, expect, it } from 'vitest';
import { DEMO_COURSES, DEMO_PEOPLE } from '#server/seed/courses.ts';
import { folderStore } from '#server/store/folder-store.ts';
import { testDatabase } from '#server/testing/database.ts';
import { UploadStore } from './upload-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-pieces-'));
const database = await testDatabase();
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

it('goes on at another server while the first one still keeps what came before the line broke', async () => {
  const { db } = database.open;
  const id = 'a'.repeat(32);
  const size = 10;
  await db
    .insertInto('uploads')
    .values({ id, course_id: DEMO_COURSES[0]!.id, person_id: DEMO_PEOPLE[0]!.id, name: 'a', size } as never)
    .execute();
  const files = folderStore(folder);
  // Both have bytes from the beginning on; each keeps them when it is told to, and then counts them.
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const servers = gates.map(
    ({ promise }) =>
      new UploadStore(db, {
        ...files,
        async put(key, bytes, length) {
          await promise;
          await files.put(key, bytes, length);
        },
      }),
  );
  const write = (server: number, bytes: string, at: number) =>
    servers[server]!.write(Readable.from([Buffer.from(bytes)]), id, at);
  const first = write(0, '0123', 0);
  const second = write(1, '012345', 0);
  gates[0]!.resolve();
  expect(await first).toBe(4);
  gates[1]!.resolve();
  await expect(second).rejects.toMatchObject({ status_code: 409 });
  expect(await write(1, '456789', 4)).toBe(10);
  const { sha256 } = await servers[0]!.assemble(id, 'files/whole', size);
  expect(sha256).toMatch(/^[\da-f]{64}$/);
  expect(await text((await files.get('files/whole'))!.bytes)).toBe('0123456789');
});
