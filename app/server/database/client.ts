import pg from 'pg';

// INT8 is what counts and sizes are on both databases; ours stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** Texts of statements that one connection keeps prepared; beyond that they are planned each time. */
const PREPARED_MAX = 300;
const names = new Map<string, string>();

/** The name under which connections keep a statement prepared; none once there are too many. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= PREPARED_MAX) return known;
  const name = `s${names.size}`;
  names.set(text, name);
  return name;
}

/**
 * A connection that prepares each statement with parameters once and then only sends their values: planning a course
 * with its authors costs the server as much as reading it. pgbouncer follows prepared statements through its pool.
 */
export class PreparingClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: pg declares eleven shapes of `query`, and kysely calls this one
  override query(...args: any[]): any {
    const [text, values] = args;
    if (typeof text === 'string' && Array.isArray(values) && values.length > 0) {
      const name = nameOf(text);
      if (name) return super.query({ name, text, values } as never, args[2]);
    }
    return super.query(...(args as [never]));
  }
}
