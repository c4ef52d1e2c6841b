import { type Sql, sql } from '#server/database/sql.ts';
import { exactly, question, typing } from './search-terms.ts';

/** A question within a statement over courses `c`: which of them it finds, and how well. */
export interface Search {
  condition: Sql;
  /** A column, in a statement that reads from `asked` as well. */
  relevance: Sql;
  /** The question as the dictionaries read it, once for a statement and not for each of its rows. */
  asked: Sql;
}

/** What was typed as a part of a statement; nothing, when there is no word in it. `parameter` takes a value and gives its place. */
export function searchFor(typed: string, parameter: (value: unknown) => Sql): Search | undefined {
  const [words, word] = [question(typed), typing(typed)];
  if (words === undefined || word === undefined) return undefined;
  const exact = exactly(typed);
  const [all, last] = [parameter(words), parameter(word.last)];
  const [whole, title] = [parameter(exact.all), parameter(exact.title)];
  const condition = sql`${stems(all)} or c.title_words @@ to_tsquery('simple', ${last})`;
  return {
    condition:
      word.before === undefined
        ? sql`(${condition})`
        : sql`(${condition} and ${around(parameter(word.before))})`,
    relevance: RELEVANCE,
    asked: sql`(select to_tsquery('french', ${all}) as french, to_tsquery('english', ${all}) as english,
      to_tsquery('simple', ${last}) as typed, to_tsquery('simple', ${whole}) as exact,
      to_tsquery('french', ${whole}) as french_exact, to_tsquery('english', ${whole}) as english_exact,
      ${title}::text as title offset 0) asked`,
  };
}

const stems = (asked: Sql): Sql =>
  sql`c.terms @@ to_tsquery('french', ${asked}) or c.terms @@ to_tsquery('english', ${asked})`;

/** The words before the last one; there may be nothing but words that are everywhere, which a dictionary leaves out. */
const around = (asked: Sql): Sql => sql`(${stems(asked)} or to_tsquery('french', ${asked})::text = '')`;

const byLanguage = (end = sql``): Sql =>
  sql`case c.language when 'en' then asked.english${end} else asked.french${end} end`;
/**
 * A title that is what was typed comes first, then titles that have each word as it was typed, then each but for its ending; how often they
 * stand there weighs less than that, and title words four times as much as others, with their endings or without.
 */
const RELEVANCE = sql`round((case when c.title_whole = asked.title then 30 when c.title_words @@ asked.exact then 20
    when c.title_terms @@ ${byLanguage(sql`_exact`)} then 10 else 0 end +
  4 * greatest(ts_rank(c.title_terms, ${byLanguage()}), ts_rank(c.title_words, asked.typed)) +
  ts_rank(c.terms, ${byLanguage()})) * 1000000)::int8`;
