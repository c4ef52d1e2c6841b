import { diffLines } from 'diff';
import type { Database } from '../../database/database.ts';
import { moment, query } from '../../database/json.ts';
import type { Revision, RevisionContent } from '../../schemas/course.ts';
import { readCursor, writeCursor } from '../../schemas/page.ts';
import { mustBeAuthor } from './write.ts';

type Line = Revision['changes'][0]['lines'][0];

const LIST = (
  after: string,
) => `select r.version, json_build_object('version', r.version, 'at', ${moment('r.at')},
  'author', case when p.id is null then null else json_build_object('id', p.id, 'name', p.name) end)::text as json
  from course_revisions r left join people p on p.id = r.person_id
  where r.course_id = $1 and exists (select 1 from course_authors a where a.course_id = r.course_id and a.person_id = $2) ${after}
  order by r.version desc limit $3`;
const FIRST = LIST('');
const LATER = LIST('and r.version < $4::int8');

/** The versions of a course of one's own as JSON text, the latest first, in one statement. @throws a refusal for a course of others */
export async function readRevisions(
  db: Database,
  {
    courseId,
    personId,
    cursor,
    limit,
  }: { courseId: string; personId: string; cursor?: string | undefined; limit: number },
): Promise<string> {
  const after = readCursor(cursor, ['number']);
  const found = await query<{ version: number; json: string }>(db, after ? LATER : FIRST, [
    courseId,
    personId,
    limit + 1,
    ...(after ?? []),
  ]);
  if (found.length === 0) await mustBeAuthor(db, courseId, personId);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const next = found.length > limit && last ? JSON.stringify(writeCursor([last.version])) : 'null';
  return `{"items":[${shown.map(({ json }) => json).join()}],"next":${next}}`;
}

const TWO = `select r.version, ${moment('r.at')} as at, r.content from course_revisions r
  where r.course_id = $1 and r.version in ($3::int8, coalesce($4::int8, (
    select max(b.version) from course_revisions b where b.course_id = $1 and b.version < $3::int8)))
  and exists (select 1 from course_authors a where a.course_id = r.course_id and a.person_id = $2)`;

/** A version of a course of one's own and what differs from another one or the last before it, in one statement; nothing when there is no such version. */
export async function readRevision(
  db: Pick<Database, 'executeQuery'>,
  asked: { courseId: string; personId: string; version: number; against?: number | undefined },
): Promise<Revision | undefined> {
  const found = await query<{ version: number; at: string; content: RevisionContent }>(db, TWO, [
    asked.courseId,
    asked.personId,
    asked.version,
    asked.against ?? null,
  ]);
  const wanted = found.find(({ version }) => version === asked.version);
  if (!wanted) return undefined;
  const other = found.find(({ version }) => version !== asked.version);
  return { ...wanted, changes: other ? changes(other.content, wanted.content) : [] };
}

const FIELDS = ['title', 'summary', 'subject', 'level', 'language', 'format'] as const;

/** What differs, field by field and section by section, line by line; what is the same is left out. */
export function changes(before: RevisionContent, after: RevisionContent): Revision['changes'] {
  const pairs: [where: string, before: string, after: string][] = [
    ...FIELDS.map((field): [string, string, string] => [field, before[field], after[field]]),
    ['tags', before.tags.join('\n'), after.tags.join('\n')],
    ['sections', titles(before), titles(after)],
    ...sections(before, after),
  ];
  return pairs
    .filter(([, one, other]) => one !== other)
    .map(([where, one, other]) => ({ where, lines: lines(one, other) }));
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

/** Edits that a comparison tries at most: texts that have nothing in common are shown as replaced whole. */
const EDITS_MAX = 2000;

function lines(before: string, after: string): Line[] {
  const parts = diffLines(before, after, { maxEditLength: EDITS_MAX });
  const split = (kind: Line['kind'], text: string): Line[] =>
    text === ''
      ? []
      : text
          .replace(/\n$/, '')
          .split('\n')
          .map((each) => ({ kind, text: each }));
  if (!parts) return [...split('removed', before), ...split('added', after)];
  return parts.flatMap(({ added, removed, value }) =>
    split(added ? 'added' : removed ? 'removed' : 'same', value),
  );
}
