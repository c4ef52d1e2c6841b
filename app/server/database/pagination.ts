import { type CursorPart, PAGE_LIMIT, readCursor, writeCursor } from '#server/schemas/page.ts';
import { moment, type Queryable, query } from './query.ts';
import { joined, parameter, type Sql, sql } from './sql.ts';

/** A list that is read page by page, each from the sort keys of the last item before it (keyset pagination). */
export interface List extends Order {
  /** The JSON of an item. */
  item: Sql;
  /** `from … where …`: the items of all pages. */
  from: Sql;
  /** Columns beside the item. */
  more?: Sql;
}
export interface Order {
  /** Most significant first; no two items have the same of all. As an index has them, where there is one. */
  keys: { by: Sql; part: CursorPart }[];
  direction: Sql;
  /** How the keys of an item relate to those of the items before it. */
  beyond: Sql;
}
const ascending = { direction: sql`asc`, beyond: sql`>` };
const descending = { direction: sql`desc`, beyond: sql`<` };

export const descendingBy = (...keys: Order['keys']): Order => ({ keys, ...descending });
export const latestFirst = (at: Sql, id: Sql): Order =>
  descendingBy({ by: at, part: 'moment' }, { by: id, part: 'id' });
export const oldestFirst = (at: Sql, id: Sql): Order => ({ ...latestFirst(at, id), ...ascending });

/** Which page of a list: the first one without a cursor. */
export interface PageRequest {
  cursor?: string | undefined;
  /** Items in it at most. @default PAGE_LIMIT.default */
  limit?: number | undefined;
}

/** An item as JSON text, with its sort keys. */
export interface Item {
  keys: (string | number)[];
  json: string;
}

/** A page's items and one more where there is a next page, in one statement. `values` are the parameters of the list. */
export async function readItems<More extends object = object>(
  db: Queryable,
  list: List,
  values: unknown[],
  { cursor, limit = PAGE_LIMIT.default }: PageRequest,
): Promise<(Item & More)[]> {
  const after = readCursor(cursor, partsOf(list));
  const more = list.more ? sql`, ${list.more}` : sql``;
  const text = sql`select ${keysOf(list)} as keys, (${list.item})::text as json${more} ${selection(list, values.length, after)}`;
  return query<Item & More>(db, text, [...values, limit + 1, ...(after ?? [])]);
}

/** A page as JSON text, of its items and perhaps one more. */
export function pageOf(found: Item[], { limit = PAGE_LIMIT.default }: PageRequest): string {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const next = found.length > limit && last ? JSON.stringify(writeCursor(last.keys)) : 'null';
  return `{"items":[${items.map(({ json }) => json).join()}],"next":${next}}`;
}

/**
 * A page within a statement that says more, such as whether one may read it: `within` makes the statement around the page, which is a
 * JSON value. @returns what it says and the page as JSON text; nothing where it finds no row
 */
export async function readPageWithin<Outer extends object>(
  db: Queryable,
  list: List & { within(page: Sql): Sql },
  values: unknown[],
  { cursor, limit = PAGE_LIMIT.default }: PageRequest,
): Promise<(Outer & { page: string }) | undefined> {
  const after = readCursor(cursor, partsOf(list));
  const text = list.within(sql`${aggregated(list, selection(list, values.length, after))} as found`);
  const [row] = await query<Outer & { found: { keys: (string | number)[]; item: unknown }[] }>(db, text, [
    ...values,
    limit + 1,
    ...(after ?? []),
  ]);
  if (!row) return undefined;
  const items = row.found.map(({ keys, item }) => ({ keys, json: JSON.stringify(item) }));
  return { ...row, page: pageOf(items, { limit }) };
}

const partsOf = ({ keys }: Order): CursorPart[] => keys.map(({ part }) => part);

/** A key as a cursor has it, and as what comes back from a cursor is compared. */
const SHOWN: Record<CursorPart, (by: Sql) => Sql> = {
  moment,
  id: (by) => by,
  number: (by) => by,
  flag: (by) => sql`${by}::int`,
};
const COMPARED: Record<CursorPart, (value: Sql) => Sql> = {
  moment: (value) => sql`${value}::timestamptz`,
  id: (value) => sql`${value}::uuid`,
  number: (value) => sql`${value}::int8`,
  flag: (value) => sql`${value}::int::boolean`,
};
const keysOf = ({ keys }: Order): Sql =>
  sql`json_build_array(${joined(
    keys.map(({ by, part }) => SHOWN[part](by)),
    sql`, `,
  )})`;
const sorted = ({ keys, direction }: Order): Sql =>
  joined(
    keys.map(({ by }) => sql`${by} ${direction}`),
    sql`, `,
  );

/** Items with their keys as one JSON array, which has an order only where it is made. */
function aggregated(list: List, from: Sql): Sql {
  const keys = list.keys.map(({ part }, at) => ({ by: sql`x.${KEY_NAMES[at]!}`, part }));
  const named = list.keys.map(({ by }, at) => sql`${by} as ${KEY_NAMES[at]!}`);
  return sql`(select coalesce(json_agg(json_build_object('keys', ${keysOf({ ...list, keys })}, 'item', x.item)
      order by ${sorted({ ...list, keys })}), '[]'::json)
    from (select ${joined(named, sql`, `)}, ${list.item} as item ${from}) x)`;
}
const KEY_NAMES = [sql`key1`, sql`key2`, sql`key3`];

/** Where the items are and in which order, after `given` parameters of the list: the limit, and the keys of the item before. */
function selection(list: List, given: number, after: unknown[] | undefined): Sql {
  const columns = joined(
    list.keys.map(({ by }) => by),
    sql`, `,
  );
  const values = joined(
    list.keys.map(({ part }, at) => COMPARED[part](parameter(given + 2 + at))),
    sql`, `,
  );
  const beyond = after ? sql`and (${columns}) ${list.beyond} (${values})` : sql``;
  return sql`${list.from} ${beyond} order by ${sorted(list)} limit ${parameter(given + 1)}`;
}
