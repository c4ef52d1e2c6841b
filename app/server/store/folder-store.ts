import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkedKey, type FileStore, WrongSize } from './store.ts';

/** Files in a folder, for one's own machine. */
export function folderStore(folder: string): FileStore {
  const pathOf = (key: string) => join(folder, checkedKey(key));
  const sizeOf = async (path: string) => {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
  return {
    async put(key, bytes, size) {
      const path = pathOf(key);
      const unfinished = join(folder, '.unfinished', randomUUID());
      await mkdir(dirname(path), { recursive: true });
      await mkdir(dirname(unfinished), { recursive: true });
      try {
        await pipeline(bytes, createWriteStream(unfinished, { flush: true }));
        const found = (await stat(unfinished)).size;
        if (found !== size) throw new WrongSize(key, { announced: size, found });
        await rename(unfinished, path);
        await syncFolder(dirname(path));
      } finally {
        await rm(unfinished, { force: true });
      }
    },
    async get(key, range) {
      const path = pathOf(key);
      const size = await sizeOf(path);
      return size === undefined ? undefined : { bytes: createReadStream(path, range), size };
    },
    size: (key) => sizeOf(pathOf(key)),
    remove: (key) => rm(pathOf(key), { force: true }),
    async *list(prefix) {
      if (!existsSync(folder)) return;
      for await (const entry of await opendir(folder, { recursive: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const key = relative(folder, path);
        if (key.startsWith('.') || !key.startsWith(prefix)) continue;
        const found = await stat(path).catch(() => undefined);
        if (found) yield { key, writtenAt: found.mtime };
      }
    },
    async close() {},
  };
}

/** A name survives a power cut once its folder is written out. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
