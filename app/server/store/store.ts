import type { Readable } from 'node:stream';

/** Which bytes of a file, both ends included, as HTTP ranges count them. */
export interface Range {
  start: number;
  end: number;
}

/**
 * Where the bytes of files are kept, under keys of ours (`courses/<id>/<id>`): letters, digits, `-`, `/` and `.`, never
 * a name that a person typed.
 */
export interface FileStore {
  /** Keeps a file of that many bytes, whole or not at all, in place of one that had the key. */
  put(key: string, bytes: Readable, size: number): Promise<void>;
  /** Its bytes, all or a range of them; undefined where there is none. */
  get(key: string, range?: Range): Promise<{ bytes: Readable; size: number } | undefined>;
  /** The bytes that it has; undefined where there is none. */
  size(key: string): Promise<number | undefined>;
  /** Removes it; there being none is fine. */
  remove(key: string): Promise<void>;
  /** Keys that begin so, with when they were written, for finding what nothing names any more. */
  list(prefix: string): AsyncIterable<{ key: string; writtenAt: Date }>;
  close(): Promise<void>;
}

/** All bytes of a small file; none where it is gone. */
export async function bytesOf(store: Pick<FileStore, 'get'>, key: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of (await store.get(key))?.bytes ?? []) parts.push(chunk as Buffer);
  return Buffer.concat(parts);
}

/** A file had other bytes than were announced. */
export class WrongSize extends Error {
  constructor(key: string, { announced, found }: { announced: number; found: number }) {
    super(`${key}: ${announced} bytes were announced and ${found} came`);
  }
}

/** @throws for a key that could leave its folder or mean something to a server */
export function checkedKey(key: string): string {
  if (!/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(key))
    throw new Error(`${JSON.stringify(key)} is no key of a file`);
  return key;
}
