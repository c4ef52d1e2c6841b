import { type ReadyJson, readyJson } from '../reply.ts';

/** A memory that may forget anything at any time: a value that is not there is made again. Nothing here throws. */
export interface Cache {
  get(key: string): Promise<Buffer | undefined>;
  set(key: string, value: Buffer, seconds: number): Promise<void>;
  /** Sets a value where none is; whether it did. */
  add(key: string, value: Buffer, seconds: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  close(): Promise<void>;
}

/** For how long an answer serves, and which. */
export interface Freshness {
  /** Served without a thought. */
  freshSeconds: number;
  /** After that served while one process makes it again. */
  staleSeconds: number;
  /** Whether what was made is worth a place. @default everything */
  isKept?: (text: string) => boolean;
}

/** How long one process may take to make a value before another one tries. */
const MAKING_SECONDS = 10;
const underWay = new WeakMap<Cache, Map<string, Promise<ReadyJson>>>();

const ONE = Buffer.from('1');

/** What is kept: a line with the moment until which it is fresh and its ETag, and the bytes. */
const packed = ({ bytes, etag }: ReadyJson, until: number): Buffer =>
  Buffer.concat([Buffer.from(`${until} ${etag}\n`), bytes]);

function unpacked(kept: Buffer | undefined): { until: number; json: ReadyJson } | undefined {
  const end = kept?.indexOf('\n') ?? -1;
  if (!kept || end < 0) return undefined;
  const [until = '', etag = ''] = kept.toString('latin1', 0, end).split(' ');
  return { until: Number(until), json: { bytes: kept.subarray(end + 1), etag } };
}

/**
 * JSON from the cache, or made. When it grows stale one process makes it again and the others serve the old one;
 * when there is none, those who wait in one process share one making.
 */
export async function cached(
  cache: Cache,
  key: string,
  { freshSeconds, staleSeconds, isKept = () => true }: Freshness,
  make: () => Promise<string>,
): Promise<ReadyJson> {
  const found = unpacked(await cache.get(key));
  if (found) {
    if (found.until > Date.now()) return found.json;
    if (!(await cache.add(`${key}:making`, ONE, MAKING_SECONDS))) return found.json;
  }
  const making = underWay.get(cache) ?? new Map<string, Promise<ReadyJson>>();
  underWay.set(cache, making);
  const running = making.get(key);
  if (running) return running;
  const made = make()
    .then(async (text) => {
      const json = readyJson(text);
      if (isKept(text))
        await cache.set(key, packed(json, Date.now() + freshSeconds * 1000), freshSeconds + staleSeconds);
      else await cache.delete(key);
      await cache.delete(`${key}:making`);
      return json;
    })
    .finally(() => making.delete(key));
  making.set(key, made);
  return made;
}

/** How long a generation is remembered; longer than anything is kept under it. */
const GENERATION_SECONDS = 24 * 3600;

/**
 * The key of something that changes with a whole group, such as every list of courses: it holds the group's present
 * generation, so that `invalidate` makes all of them new at once.
 */
export async function keyIn(cache: Cache, group: string, name: string): Promise<string> {
  const known = await cache.get(`generation:${group}`);
  if (known !== undefined) return `${group}:${known}:${name}`;
  const generation = Buffer.from(String(Date.now()));
  await cache.add(`generation:${group}`, generation, GENERATION_SECONDS);
  return `${group}:${(await cache.get(`generation:${group}`)) ?? generation}:${name}`;
}

let changes = 0;
/** Makes everything of a group stale, so that the one who changed it sees the change at once. */
export const invalidate = (cache: Cache, group: string): Promise<void> =>
  cache.set(`generation:${group}`, Buffer.from(`${Date.now()}.${++changes}`), GENERATION_SECONDS);
