/**
 * Words that are no name in SQL unless they are quoted: those of CockroachDB's grammar (reserved_keyword,
 * cockroachdb_extra_reserved_keyword, type_func_name_keyword) and of PostgreSQL 15, through whose clients it is reached.
 * @see https://github.com/cockroachdb/cockroach/blob/master/docs/generated/sql/bnf/stmt_block.bnf
 * @see https://www.postgresql.org/docs/15/sql-keywords-appendix.html, or `SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')`
 */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
  concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp
  current_user default deferrable desc distinct do else end except false family fetch for foreign freeze from full grant group
  having ilike in index initially inner intersect into is isnull join lateral leading left like limit localtime localtimestamp
  natural none not nothing notnull null offset on only or order outer overlaps placing primary references returning right select
  session_user similar some symmetric table tablesample then to trailing true union unique user using variadic verbose when where
  window with`.split(/\s+/),
);
