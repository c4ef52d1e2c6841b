/** A memory that may forget anything at any time: a value that is not there is made again. Nothing here throws. */
export interface Cache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, seconds: number): Promise<void>;
  /** Sets a value where none is; whether it did. */
  add(key: string, value: string, seconds: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  close(): Promise<void>;
}

/** For how long an answer serves. */
export interface Freshness {
  /** Served without a thought. */
  freshSeconds: number;
  /** After that served while one process makes it anew. */
  staleSeconds: number;
}

/** How long one process may take to make a value before another one tries. */
const MAKING_SECONDS = 10;
const underWay = new WeakMap<Cache, Map<string, Promise<string>>>();

/**
 * A value from the cache, or made. When it grows stale one process makes it anew and the others serve the old one;
 * when there is none, those who wait in one process share one making.
 */
export async function cached(
  cache: Cache,
  key: string,
  { freshSeconds, staleSeconds }: Freshness,
  make: () => Promise<string>,
): Promise<string> {
  const found = await cache.get(key);
  const at = found?.indexOf('\n') ?? -1;
  if (found !== undefined && at > 0) {
    const value = found.slice(at + 1);
    if (Number(found.slice(0, at)) > Date.now()) return value;
    if (!(await cache.add(`${key}:making`, '1', MAKING_SECONDS))) return value;
  }
  const making = underWay.get(cache) ?? new Map<string, Promise<string>>();
  underWay.set(cache, making);
  const running = making.get(key);
  if (running) return running;
  const made = make()
    .then(async (value) => {
      await cache.set(key, `${Date.now() + freshSeconds * 1000}\n${value}`, freshSeconds + staleSeconds);
      await cache.delete(`${key}:making`);
      return value;
    })
    .finally(() => making.delete(key));
  making.set(key, made);
  return made;
}

/** How long a generation is remembered; longer than anything is kept under it. */
const GENERATION_SECONDS = 24 * 3600;

/**
 * The key of something that changes with a whole group, such as every list of courses: it holds the group's present
 * generation, so that `changed` makes all of them new at once.
 */
export async function keyIn(cache: Cache, group: string, name: string): Promise<string> {
  const known = await cache.get(`generation:${group}`);
  if (known !== undefined) return `${group}:${known}:${name}`;
  const generation = String(Date.now());
  await cache.add(`generation:${group}`, generation, GENERATION_SECONDS);
  return `${group}:${(await cache.get(`generation:${group}`)) ?? generation}:${name}`;
}

let changes = 0;
/** Says that a group has changed, so that whoever changed it sees it at once. */
export const changed = (cache: Cache, group: string): Promise<void> =>
  cache.set(`generation:${group}`, `${Date.now()}.${++changes}`, GENERATION_SECONDS);
