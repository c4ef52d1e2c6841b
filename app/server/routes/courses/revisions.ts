import { type ChangeObject, diffLines } from 'diff';
import type { Database } from '#server/database/database.ts';
import { descendingBy, type PageRequest, pageOf, readItems } from '#server/database/pagination.ts';
import { moment, type Queryable, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import type { Revision, RevisionContent } from '#shared/schemas/course.ts';
import { type Authorship, mustBeAuthor } from './own-course.ts';

type Line = Revision['changes'][0]['lines'][0];

const OWN = sql`exists (select 1 from course_authors a where a.course_id = r.course_id and a.person_id = $2)`;
const REVISIONS = {
  ...descendingBy({ by: sql`r.version`, part: 'number' }),
  item: sql`json_build_object('version', r.version, 'at', ${moment(sql`r.at`)},
    'author', case when p.id is null then null else json_build_object('id', p.id, 'name', p.name) end)`,
  from: sql`from course_revisions r left join people p on p.id = r.person_id where r.course_id = $1 and ${OWN}`,
};

/** The versions of a course of one's own as JSON text, the latest first, in one statement. @throws a refusal for a course of others */
export async function readRevisions(
  db: Database,
  { courseId, personId }: Authorship,
  asked: PageRequest,
): Promise<string> {
  const found = await readItems(db, REVISIONS, [courseId, personId], asked);
  if (found.length === 0) await mustBeAuthor(db, { courseId, personId });
  return pageOf(found, asked);
}

const REVISION_AND_OTHER = sql`select r.version, ${moment(sql`r.at`)} as at, r.content from course_revisions r
  where r.course_id = $1 and r.version in ($3::int8, coalesce($4::int8, (
    select max(b.version) from course_revisions b where b.course_id = $1 and b.version < $3::int8)))
  and ${OWN}`;

/** A version of a course of one's own and what differs from another one or the last before it, in one statement; nothing when there is no such version. */
export async function readRevision(
  db: Queryable,
  asked: Authorship & { version: number; against?: number | undefined },
): Promise<Revision | undefined> {
  const found = await query<{ version: number; at: string; content: RevisionContent }>(
    db,
    REVISION_AND_OTHER,
    [asked.courseId, asked.personId, asked.version, asked.against ?? null],
  );
  const wanted = found.find(({ version }) => version === asked.version);
  if (!wanted) return undefined;
  const other = found.find(({ version }) => version !== asked.version);
  return { ...wanted, changes: other ? await changes(other.content, wanted.content) : [] };
}

const CONTENT_OF_REVISION = sql`select r.content from course_revisions r where r.course_id = $1 and r.version = $3::int8
  and ${OWN}`;

/** What a course of one's own said at a version; nothing when there is no such version. */
export async function readContent(
  db: Queryable,
  asked: Authorship & { version: number },
): Promise<RevisionContent | undefined> {
  const values = [asked.courseId, asked.personId, asked.version];
  const [found] = await query<{ content: RevisionContent }>(db, CONTENT_OF_REVISION, values);
  return found?.content;
}

const FIELDS = ['title', 'summary', 'subject', 'level', 'language', 'format'] as const;

/** What all comparisons of one answer may cost. What goes beyond it is shown as replaced whole. */
interface Budget {
  /** The time of a comparison goes with their square: a thousand take half a second, in a thousand pieces. */
  edits: number;
  /** Each is an object of the answer. */
  lines: number;
  /** A moment. */
  until: number;
}
const EDITS_MAX = 1000;
const LINES_MAX = 20_000;
const SECONDS_MAX = 5;

/** What differs, field by field and section by section, line by line; what is the same is left out. Others are served meanwhile. */
export async function changes(before: RevisionContent, after: RevisionContent): Promise<Revision['changes']> {
  const pairs: [where: string, before: string, after: string][] = [
    ...FIELDS.map((field): [string, string, string] => [field, before[field], after[field]]),
    ['tags', before.tags.join('\n'), after.tags.join('\n')],
    ['sections', titles(before), titles(after)],
    ...sections(before, after),
  ];
  const budget = { edits: EDITS_MAX, lines: LINES_MAX, until: Date.now() + SECONDS_MAX * 1000 };
  const found: Revision['changes'] = [];
  for (const [where, one, other] of pairs) {
    if (one !== other) found.push({ where, lines: await lines(one, other, budget) });
  }
  return found;
}

const titles = ({ sections: all }: RevisionContent): string => all.map(({ title }) => title).join('\n');

/** By their ids, in their present order, those that are gone last. */
function sections(before: RevisionContent, after: RevisionContent): [string, string, string][] {
  const old = new Map(before.sections.map((section) => [section.id, section]));
  const now = new Set(after.sections.map(({ id }) => id));
  return [
    ...after.sections.map(({ id, title, body }): [string, string, string] => [
      title,
      old.get(id)?.body ?? '',
      body,
    ]),
    ...before.sections
      .filter(({ id }) => !now.has(id))
      .map(({ title, body }): [string, string, string] => [title, body, '']),
  ];
}

/** Two texts line by line, as far as the budget goes. Where there is no end of lines, a whole text stands as one. */
async function lines(before: string, after: string, budget: Budget): Promise<Line[]> {
  const counted = lineCount(before) + lineCount(after);
  if (counted > budget.lines)
    return [...linesOf('removed', whole(before)), ...linesOf('added', whole(after))];
  budget.lines -= counted;
  const parts = before && after ? await compared(before, after, budget) : undefined;
  if (!parts) return [...linesOf('removed', split(before)), ...linesOf('added', split(after))];
  return parts.flatMap(({ added, removed, value }) =>
    linesOf(added ? 'added' : removed ? 'removed' : 'same', split(value)),
  );
}

/** Nothing where the two are too far from each other. */
async function compared(
  before: string,
  after: string,
  budget: Budget,
): Promise<ChangeObject<string>[] | undefined> {
  // Texts that have little in common are known by their lines alone, and leave the budget to others.
  if (editsAtLeast(before, after) > budget.edits) return undefined;
  const parts = await new Promise<ChangeObject<string>[] | undefined>((resolve) =>
    diffLines(before, after, {
      maxEditLength: budget.edits,
      timeout: Math.max(0, budget.until - Date.now()),
      callback: resolve,
    }),
  );
  const edits = parts?.reduce((sum, { added, removed, count }) => sum + (added || removed ? count : 0), 0);
  budget.edits -= edits ?? budget.edits;
  return parts;
}

/** How many lines the one has and the other has not, as if their order did not matter. */
function editsAtLeast(before: string, after: string): number {
  const surplus = new Map<string, number>();
  for (const line of split(before)) surplus.set(line, (surplus.get(line) ?? 0) + 1);
  for (const line of split(after)) surplus.set(line, (surplus.get(line) ?? 0) - 1);
  return [...surplus.values()].reduce((sum, each) => sum + Math.abs(each), 0);
}

const whole = (text: string): string[] => (text === '' ? [] : [text]);
const split = (text: string): string[] => whole(text).flatMap((all) => all.replace(/\n$/, '').split('\n'));
const linesOf = (kind: Line['kind'], texts: string[]): Line[] => texts.map((text) => ({ kind, text }));

function lineCount(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
