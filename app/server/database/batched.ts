/** Batches that are read at once: while one is under way the next one gathers, and more would only share out the same work. */
const UNDER_WAY_MAX = 2;

interface Batch<Row> {
  keys: Set<string>;
  rows: Promise<Map<string, Row>>;
  read(): Promise<void>;
}

/**
 * A reader by key for many who ask at once: `batched(async (keys) => new Map(…))`. A key that is asked for alone is read at once; what
 * is asked for while statements are under way goes into the next one together, each key once. Nothing is kept: everybody is answered
 * by a statement that began after they asked. Waking the database for each of a hundred small reads costs more than the reads.
 */
export function batched<Row>(
  read: (keys: string[]) => Promise<Map<string, Row>>,
): (key: string) => Promise<Row | undefined> {
  let next: Batch<Row> | undefined;
  let underWay = 0;

  function begin(): void {
    if (!next || underWay === UNDER_WAY_MAX) return;
    const batch = next;
    next = undefined;
    underWay += 1;
    void batch.read().finally(() => {
      underWay -= 1;
      begin();
    });
  }

  function gather(): Batch<Row> {
    const { promise, resolve, reject } = Promise.withResolvers<Map<string, Row>>();
    const keys = new Set<string>();
    // What came with the same turn of the event loop comes along.
    setImmediate(begin);
    return { keys, rows: promise, read: () => read([...keys]).then(resolve, reject) };
  }

  return async (key) => {
    next ??= gather();
    next.keys.add(key);
    return (await next.rows).get(key);
  };
}
