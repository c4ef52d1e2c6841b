import type { Database } from '#server/database/database.ts';
import { queryRow } from '#server/database/query.ts';
import { joined, parameter, type Sql, sql } from '#server/database/sql.ts';
import { coursesOfAuthors } from './authors-found.ts';
import { type CourseFilter, type Filter, filterConditions, searched } from './filters.ts';
import { PUBLIC } from './visibility.ts';

const all = (conditions: Sql[]): Sql => (conditions.length > 0 ? joined(conditions, sql` and `) : sql`true`);

/**
 * How many public courses a search finds, and how many it would find by each value of each filter, as JSON text in one statement. A
 * filter that is set narrows the counts of all others, not its own: one sees what another choice would bring. Of each kind the 40 values of
 * most courses are listed: more nobody reads.
 */
export async function readFacets(db: Database, asked: CourseFilter): Promise<string> {
  const values: unknown[] = [];
  const value = (each: unknown): Sql => parameter(values.push(each));
  const found = searched(asked.q, value, asked.q === undefined ? [] : await coursesOfAuthors(db, asked.q));
  if (found === 'nothing') return NONE;
  const filters = filterConditions(asked, value);
  const but = (name?: Filter): Sql =>
    all(filters.filter((each) => each.name !== name).map(({ condition }) => condition));
  const counted = (name: Filter, column: Sql, from = sql`found c`): Sql => sql`coalesce((select json_agg(
      json_build_object('value', f.value, 'count', f.count) order by f.count desc, f.value)
    from (select ${column} as value, count(*) as count from ${from} where ${but(name)} and ${column} is not null
      group by 1 order by 2 desc, 1 limit 40) f), '[]')`;
  const having = (name: Filter, column: Sql): Sql =>
    sql`(select count(*) from found c where ${but(name)} and ${column})`;
  const { json } = await queryRow<{ json: string }>(
    db,
    sql`with found as (select c.id, c.subject, c.level, c.language, c.tags, c.minutes,
        exists (select 1 from files f where f.course_id = c.id and f.media_type like 'video/%') as has_video,
        exists (select 1 from files f where f.course_id = c.id and f.media_type = 'text/vtt') as has_subtitles
      from courses c ${found ? sql`cross join ${found.asked}` : sql``}
      where ${PUBLIC} and c.published_at is not null ${found ? sql`and ${found.condition}` : sql``})
    select json_build_object('total', (select count(*) from found c where ${but()}),
      'subjects', ${counted('subject', sql`c.subject`)},
      'levels', ${counted('level', sql`c.level`)},
      'languages', ${counted('language', sql`c.language`)},
      'tags', ${counted('tag', sql`t.tag`, sql`found c cross join lateral unnest(c.tags) as t (tag)`)},
      'lengths', ${counted('length', LENGTH)},
      'withVideo', ${having('video', sql`c.has_video`)},
      'withSubtitles', ${having('subtitles', sql`c.has_subtitles`)})::text as json`,
    values,
  );
  return json;
}

/** Up to half an hour, up to two, and more. */
const LENGTH = sql`case when c.minutes <= 30 then 'short' when c.minutes <= 120 then 'medium' when c.minutes > 120 then 'long' end`;

const NONE = JSON.stringify({
  total: 0,
  subjects: [],
  levels: [],
  languages: [],
  tags: [],
  lengths: [],
  withVideo: 0,
  withSubtitles: 0,
});
