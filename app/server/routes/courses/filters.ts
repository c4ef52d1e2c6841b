import { type Sql, sql } from '#server/database/sql.ts';
import { type Search, searchFor } from './search.ts';

/** What narrows a list of courses, beside words. */
export interface CourseFilter {
  q?: string | undefined;
  subject?: string | undefined;
  level?: string | undefined;
  language?: string | undefined;
  tag?: string | undefined;
  /** Of the text: up to 30 minutes, up to 120, more. */
  length?: 'short' | 'medium' | 'long' | undefined;
  video?: boolean | undefined;
  subtitles?: boolean | undefined;
}
export type Filter = Exclude<keyof CourseFilter, 'q'>;

const LENGTHS = {
  short: sql`c.minutes <= 30`,
  medium: sql`c.minutes > 30 and c.minutes <= 120`,
  long: sql`c.minutes > 120`,
};
const hasFile = (is: Sql): Sql =>
  sql`exists (select 1 from files f where f.course_id = c.id and f.media_type ${is})`;
const HAS = {
  video: hasFile(sql`like 'video/%'`),
  subtitles: hasFile(sql`= 'text/vtt'`),
};

/** The conditions on a course `c` that a filter stands for, by name. */
export function filterConditions(
  asked: CourseFilter,
  value: (each: unknown) => Sql,
): { name: Filter; condition: Sql }[] {
  const found: { name: Filter; condition: Sql }[] = [];
  for (const [name, column] of [
    ['subject', sql`c.subject`],
    ['level', sql`c.level`],
    ['language', sql`c.language`],
  ] as const)
    if (asked[name] !== undefined) found.push({ name, condition: sql`${column} = ${value(asked[name])}` });
  if (asked.tag !== undefined) found.push({ name: 'tag', condition: sql`${value(asked.tag)} = any(c.tags)` });
  if (asked.length !== undefined) found.push({ name: 'length', condition: LENGTHS[asked.length] });
  for (const name of ['video', 'subtitles'] as const)
    if (asked[name]) found.push({ name, condition: HAS[name] });
  return found;
}

/**
 * A question, answered by the words of courses and by these ids of their authors' courses, which come after those of that title and before
 * all others; 'nothing' where there is no word in it.
 */
export function searched(
  q: string | undefined,
  value: (each: unknown) => Sql,
  ofAuthors: string[],
): Search | undefined | 'nothing' {
  if (q === undefined) return undefined;
  const search = searchFor(q, value);
  if (!search) return 'nothing';
  if (ofAuthors.length === 0) return search;
  const isTheirs = sql`c.id = any(${value(ofAuthors)}::uuid[])`;
  return {
    ...search,
    condition: sql`(${search.condition} or ${isTheirs})`,
    relevance: sql`(${search.relevance} + case when ${isTheirs} then 15000000 else 0 end)`,
  };
}
