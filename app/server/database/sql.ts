declare const written: unique symbol;
/** SQL text that was written here, in which no value stands. */
export type Sql = string & { readonly [written]: true };

/**
 * SQL text: `` sql`select ${COLUMNS} from people p where p.id = $1` ``. Nothing but other SQL text goes into it; a value, whatever bounds it,
 * is a parameter, and no text of it compiles.
 */
export const sql = (text: TemplateStringsArray, ...parts: Sql[]): Sql =>
  text.reduce((whole, each, at) => `${whole}${parts[at - 1]}${each}`) as Sql;

/** The parameter at a place, counted from one: `$2`. */
export const parameter = (place: number): Sql => `$${place}` as Sql;

/** Parts in their order with the same text between them. */
export const joined = (parts: Sql[], between: Sql): Sql => parts.join(between) as Sql;
