import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, opendir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkedKey, type FileStore, WrongSize } from './store.ts';

/** How often the folder of a file is made again when the one that emptied it removes it at that moment. */
const TRIES = 20;

/** Files in a folder, for one's own machine; the folders below it stand as long as there are files in them. */
export function folderStore(folder: string): FileStore {
  const root = resolve(folder);
  const pathOf = (key: string) => join(root, checkedKey(key));
  const sizeOf = async (path: string) => {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
  return {
    async put(key, bytes, size) {
      const path = pathOf(key);
      const unfinished = join(root, '.unfinished', randomUUID());
      await mkdir(dirname(unfinished), { recursive: true });
      try {
        await pipeline(bytes, createWriteStream(unfinished, { flush: true }));
        const found = (await stat(unfinished)).size;
        if (found !== size) throw new WrongSize(key, { announced: size, found });
        await place(unfinished, path);
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
    async remove(key) {
      const path = pathOf(key);
      await rm(path, { force: true });
      // A folder that is not empty stays, as one that somebody else removes does.
      for (let at = dirname(path); at !== root; at = dirname(at)) {
        const isRemoved = await rmdir(at).then(
          () => true,
          () => false,
        );
        if (!isRemoved) break;
      }
    },
    async *list(prefix) {
      for await (const path of filesBelow(join(root, prefix.slice(0, prefix.lastIndexOf('/') + 1)))) {
        const key = relative(root, path);
        if (key.startsWith('.') || !key.startsWith(prefix)) continue;
        const found = await stat(path).catch(() => undefined);
        if (found) yield { key, writtenAt: found.mtime };
      }
    },
    async close() {},
  };
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Gives a file its name, in a folder that is made where there is none. */
async function place(unfinished: string, path: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const first = await mkdir(dirname(path), { recursive: true });
    try {
      await rename(unfinished, path);
    } catch (error) {
      if (!isMissing(error) || tries === TRIES) throw error;
      continue;
    }
    // What is removed again at once needs no name.
    return syncFolders(dirname(path), first).catch((error) => {
      if (!isMissing(error)) throw error;
    });
  }
}

/** A name survives a power cut once its folder is written out; so does that of each folder that was made for it. */
async function syncFolders(path: string, first: string | undefined): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (first && path !== dirname(first)) await syncFolders(dirname(path), first);
}

/** The files below a folder, which may go while they are listed. */
async function* filesBelow(path: string): AsyncGenerator<string> {
  const entries = await opendir(path).catch((error) => {
    if (!isMissing(error)) throw error;
  });
  for await (const entry of entries ?? []) {
    const at = join(path, entry.name);
    if (entry.isDirectory()) yield* filesBelow(at);
    else if (entry.isFile()) yield at;
  }
}
