import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { folderStore } from './folder-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'fredu-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const store = folderStore(folder);
const bytes = (content: string) => Readable.from([Buffer.from(content)]);
async function keys(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list(prefix)) found.push(key);
  return found;
}

describe('files in a folder', () => {
  it('come back whole and in ranges', async () => {
    await store.put('courses/a/1', bytes('bonjour'), 7);
    expect(await text((await store.get('courses/a/1'))!.bytes)).toBe('bonjour');
    const part = (await store.get('courses/a/1', { start: 3, end: 5 }))!;
    expect([await text(part.bytes), part.size]).toEqual(['jou', 7]);
  });

  it('are replaced whole', async () => {
    await store.put('courses/a/1', bytes('au revoir'), 9);
    expect(await store.size('courses/a/1')).toBe(9);
  });

  it('are not kept when other bytes came than were announced, or the sender left', async () => {
    await expect(store.put('courses/b/1', bytes('cut'), 7)).rejects.toThrow(
      '7 bytes were announced and 3 came',
    );
    const left = new Readable({
      read() {
        this.destroy(new Error('gone'));
      },
    });
    await expect(store.put('courses/b/2', left, 7)).rejects.toThrow('gone');
    expect(await keys('courses/b')).toEqual([]);
    expect(readdirSync(join(folder, '.unfinished'))).toEqual([]);
  });

  it('are listed and removed, also when they are gone', async () => {
    expect(await keys('courses/')).toEqual(['courses/a/1']);
    await store.remove('courses/a/1');
    await store.remove('courses/a/1');
    expect([await store.get('courses/a/1'), await store.size('courses/a/1')]).toEqual([undefined, undefined]);
  });

  it.each(['../x', '/etc/passwd', 'a/../../x', 'a//b', '.unfinished/x', 'a/.b', 'a\0b', 'a b', ''])(
    'are never kept under %j',
    async (key) => {
      await expect(async () => store.put(key, bytes('x'), 1)).rejects.toThrow('is no key of a file');
    },
  );
});
