import { existsSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { opendir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { folderStore } from './folder-store.ts';

const disk = await vi.hoisted(() => import('node:fs/promises'));
vi.mock('node:fs/promises', () => ({ ...disk, opendir: vi.fn(disk.opendir), rename: vi.fn(disk.rename) }));

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

  it('are looked for only where their prefix is', async () => {
    for (const key of ['uploads/a/1', 'uploads/a/2', 'uploads/b/1', 'files/a'])
      await store.put(key, bytes('x'), 1);
    vi.mocked(opendir).mockClear();
    expect((await keys('uploads/a/')).sort()).toEqual(['uploads/a/1', 'uploads/a/2']);
    expect(vi.mocked(opendir).mock.calls.map(([path]) => path)).toEqual([join(folder, 'uploads/a/')]);
    expect((await keys('uploads/')).sort()).toEqual(['uploads/a/1', 'uploads/a/2', 'uploads/b/1']);
    expect(await keys('uploads/b')).toEqual(['uploads/b/1']);
    expect(await keys('uploads/none/')).toEqual([]);
    expect((await keys('')).sort()).toEqual(['files/a', 'uploads/a/1', 'uploads/a/2', 'uploads/b/1']);
  });

  it('leave no empty folders, nor take those that hold others', async () => {
    await store.remove('uploads/a/1');
    expect(readdirSync(join(folder, 'uploads'))).toEqual(['a', 'b']);
    await store.remove('uploads/a/2');
    expect(readdirSync(join(folder, 'uploads'))).toEqual(['b']);
    await store.remove('uploads/b/1');
    await store.remove('files/a');
    expect([existsSync(join(folder, 'uploads')), existsSync(folder)]).toEqual([false, true]);
  });

  it('are listed while others go, and their folders with them', async () => {
    for (const key of ['going/a/1', 'going/b/1', 'going/c/1']) await store.put(key, bytes('x'), 1);
    const found: string[] = [];
    for await (const { key } of store.list('going/')) {
      found.push(key);
      for (const each of ['a', 'b', 'c']) await store.remove(`going/${each}/1`);
    }
    expect(found).toHaveLength(1);
  });

  it('are kept though the folder that they come into is removed at that moment', async () => {
    vi.mocked(rename).mockImplementationOnce(async (from, to) => {
      rmdirSync(join(String(to), '..'));
      await disk.rename(from, to);
    });
    await store.put('coming/a/1', bytes('bonjour'), 7);
    expect(await text((await store.get('coming/a/1'))!.bytes)).toBe('bonjour');
    // Whatever else the disk refuses is told.
    vi.mocked(rename).mockRejectedValueOnce(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    await expect(store.put('coming/b/1', bytes('x'), 1)).rejects.toThrow('full');
  });

  it.each(['../x', '/etc/passwd', 'a/../../x', 'a//b', '.unfinished/x', 'a/.b', 'a\0b', 'a b', ''])(
    'are never kept under %j',
    async (key) => {
      await expect(async () => store.put(key, bytes('x'), 1)).rejects.toThrow('is no key of a file');
    },
  );
});
