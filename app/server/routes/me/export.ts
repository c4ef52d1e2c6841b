import { moment, type Queryable, query, queryRow, rows } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';
import { KEPT } from '#server/plugins/app/retention.ts';

const ACCOUNT = sql`select json_build_object('id', p.id, 'email', p.email, 'name', p.name, 'role', p.role, 'language', p.language,
    'about', p.about, 'digest', p.digest, 'digestAt', ${moment(sql`p.digest_at`)}, 'quotaBytes', p.quota_bytes, 'version', p.version,
    'createdAt', ${moment(sql`p.created_at`)}, 'updatedAt', ${moment(sql`p.updated_at`)}, 'suspendedAt', ${moment(sql`p.suspended_at`)},
    'eraseAt', ${moment(sql`p.erase_at`)}, 'wantsToTeachAt', ${moment(sql`p.wants_to_teach_at`)}, 'guardianEmail', p.guardian_email, 'consentedAt', ${moment(sql`p.consented_at`)})::text as json
  from people p where p.id = $1`;

/** A list of what we keep of somebody, who is `$1`: where it is, in their own words. */
interface Part {
  name: string;
  /** Pairs of names and values. */
  item: Sql;
  from: Sql;
  where: Sql;
  /** What it is sorted and read page after page by: a moment, an id, and a number where these two may come again. */
  at: Sql;
  id: Sql;
  number?: Sql;
  /** Items in one statement, where they are large. */
  page?: number;
}
const PAGE = 500;
const LARGE = 5;
const OF_COURSE = sql`'course', c.title, 'courseId', c.id`;
/** For what has no moment of its own. */
const NO_MOMENT = sql`timestamptz '2000-01-01T00:00:00Z'`;

/** Secrets, and what others wrote, are not theirs to take along. */
const PARTS: Part[] = [
  {
    name: 'sessions',
    item: sql`'address', s.address, 'agent', s.agent, 'createdAt', ${moment(sql`s.created_at`)}, 'usedAt', ${moment(sql`s.used_at`)},
      'expiresAt', ${moment(sql`s.expires_at`)}`,
    from: sql`sessions s`,
    where: sql`s.person_id = $1`,
    at: sql`s.created_at`,
    id: sql`s.id`,
  },
  {
    name: 'devices',
    item: sql`'createdAt', ${moment(sql`d.created_at`)}, 'usedAt', ${moment(sql`d.used_at`)}`,
    from: sql`devices d`,
    where: sql`d.person_id = $1`,
    at: sql`d.created_at`,
    id: sql`d.id`,
  },
  {
    name: 'secondFactors',
    item: sql`'createdAt', ${moment(sql`f.created_at`)}, 'confirmedAt', ${moment(sql`f.confirmed_at`)}`,
    from: sql`second_factors f`,
    where: sql`f.person_id = $1`,
    at: sql`f.created_at`,
    id: sql`f.person_id`,
  },
  {
    name: 'courses',
    item: sql`'id', c.id, 'title', c.title, 'summary', c.summary, 'subject', c.subject, 'level', c.level, 'language', c.language,
      'tags', to_json(c.tags), 'format', c.format, 'visibility', c.visibility, 'state', c.state, 'createdAt', ${moment(sql`c.created_at`)},
      'sections', ${rows(sql`json_build_object('title', x.title, 'body', x.body)`, sql`x.position`, sql`from sections x where x.course_id = c.id`)}`,
    from: sql`course_authors a join courses c on c.id = a.course_id`,
    where: sql`a.person_id = $1`,
    at: sql`c.created_at`,
    id: sql`c.id`,
    page: LARGE,
  },
  {
    name: 'revisions',
    item: sql`${OF_COURSE}, 'version', r.version, 'at', ${moment(sql`r.at`)}, 'content', r.content`,
    from: sql`course_revisions r join courses c on c.id = r.course_id`,
    where: sql`r.person_id = $1`,
    at: sql`r.at`,
    id: sql`r.course_id`,
    number: sql`r.version`,
    page: LARGE,
  },
  {
    name: 'files',
    item: sql`${OF_COURSE}, 'id', f.id, 'name', f.name, 'mediaType', f.media_type, 'size', f.size, 'sha256', f.sha256, 'createdAt', ${moment(sql`f.created_at`)}`,
    from: sql`files f join courses c on c.id = f.course_id`,
    where: sql`f.uploaded_by = $1`,
    at: sql`f.created_at`,
    id: sql`f.id`,
  },
  {
    name: 'uploads',
    item: sql`${OF_COURSE}, 'name', u.name, 'size', u.size, 'received', u.received, 'createdAt', ${moment(sql`u.created_at`)}`,
    from: sql`uploads u join courses c on c.id = u.course_id`,
    where: sql`u.person_id = $1`,
    at: sql`u.created_at`,
    id: sql`u.id::uuid`,
  },
  {
    name: 'enrolments',
    item: sql`${OF_COURSE}, 'at', ${moment(sql`e.at`)},
      'sectionsDone', (select count(*) from section_progress g where g.person_id = $1 and g.course_id = c.id)`,
    from: sql`enrolments e join courses c on c.id = e.course_id`,
    where: sql`e.person_id = $1`,
    at: sql`e.at`,
    id: sql`c.id`,
  },
  {
    name: 'progress',
    item: sql`${OF_COURSE}, 'section', x.title, 'at', ${moment(sql`g.at`)}`,
    from: sql`section_progress g join courses c on c.id = g.course_id join sections x on x.id = g.section_id`,
    where: sql`g.person_id = $1`,
    at: sql`g.at`,
    id: sql`g.section_id`,
  },
  {
    name: 'formerProgress',
    item: sql`${OF_COURSE}, 'sectionId', g.section_id, 'at', ${moment(sql`g.at`)}, 'removedAt', ${moment(sql`g.removed_at`)}`,
    from: sql`former_progress g join courses c on c.id = g.course_id`,
    where: sql`g.person_id = $1`,
    at: sql`g.at`,
    id: sql`g.section_id`,
  },
  {
    name: 'places',
    item: sql`${OF_COURSE}, 'section', x.title, 'file', g.file, 'seconds', g.seconds, 'at', ${moment(sql`g.at`)}`,
    from: sql`places g join courses c on c.id = g.course_id join sections x on x.id = g.section_id`,
    where: sql`g.person_id = $1`,
    at: sql`g.at`,
    id: sql`g.section_id`,
  },
  {
    // Also beside a section that is gone.
    name: 'notes',
    item: sql`${OF_COURSE}, 'section', (select x.title from sections x where x.id = n.section_id), 'body', n.body, 'updatedAt', ${moment(sql`n.updated_at`)}`,
    from: sql`notes n join courses c on c.id = n.course_id`,
    where: sql`n.person_id = $1`,
    at: sql`n.updated_at`,
    id: sql`n.section_id`,
  },
  {
    name: 'ratings',
    item: sql`${OF_COURSE}, 'score', r.score, 'at', ${moment(sql`r.at`)}`,
    from: sql`ratings r join courses c on c.id = r.course_id`,
    where: sql`r.person_id = $1`,
    at: sql`r.at`,
    id: sql`c.id`,
  },
  {
    name: 'invitationsMade',
    item: sql`${OF_COURSE}, 'email', i.email, 'createdAt', ${moment(sql`i.created_at`)}, 'expiresAt', ${moment(sql`i.expires_at`)},
      'revokedAt', ${moment(sql`i.revoked_at`)}, 'usedCount', i.used_count`,
    from: sql`invitations i join courses c on c.id = i.course_id`,
    where: sql`i.created_by = $1`,
    at: sql`i.created_at`,
    id: sql`i.id`,
  },
  {
    name: 'invitationsReceived',
    item: sql`${OF_COURSE}, 'createdAt', ${moment(sql`i.created_at`)}, 'expiresAt', ${moment(sql`i.expires_at`)},
      'revokedAt', ${moment(sql`i.revoked_at`)}, 'usedCount', i.used_count`,
    from: sql`invitations i join courses c on c.id = i.course_id`,
    where: sql`i.email = (select p.email from people p where p.id = $1)`,
    at: sql`i.created_at`,
    id: sql`i.id`,
  },
  {
    name: 'threads',
    item: sql`'id', t.id, 'title', t.title, 'body', t.body, 'createdAt', ${moment(sql`t.created_at`)},
      'editedAt', ${moment(sql`t.edited_at`)}, 'removedAt', ${moment(sql`t.removed_at`)}`,
    from: sql`threads t`,
    where: sql`t.author_id = $1`,
    at: sql`t.created_at`,
    id: sql`t.id`,
  },
  {
    name: 'posts',
    item: sql`'id', q.id, 'thread', t.title, 'body', q.body, 'createdAt', ${moment(sql`q.created_at`)},
      'editedAt', ${moment(sql`q.edited_at`)}, 'removedAt', ${moment(sql`q.removed_at`)}`,
    from: sql`posts q join threads t on t.id = q.thread_id`,
    where: sql`q.author_id = $1`,
    at: sql`q.created_at`,
    id: sql`q.id`,
  },
  {
    name: 'formerWords',
    item: sql`'subjectId', e.subject_id, 'title', e.title, 'body', e.body, 'until', ${moment(sql`e.at`)}`,
    from: sql`forum_edits e`,
    where: sql`e.subject_id in
      (select t.id from threads t where t.author_id = $1 union all select q.id from posts q where q.author_id = $1)`,
    at: sql`e.at`,
    id: sql`e.subject_id`,
    number: sql`e.version`,
  },
  {
    name: 'votes',
    item: sql`'subjectId', v.subject_id, 'value', v.value`,
    from: sql`forum_votes v`,
    where: sql`v.person_id = $1`,
    at: NO_MOMENT,
    id: sql`v.subject_id`,
  },
  {
    name: 'reports',
    item: sql`'subjectKind', r.subject_kind, 'subjectId', r.subject_id, 'reason', r.reason, 'at', ${moment(sql`r.at`)}, 'outcome', r.outcome`,
    from: sql`reports r`,
    where: sql`r.reporter_id = $1`,
    at: sql`r.at`,
    id: sql`r.id`,
  },
  {
    name: 'decisions',
    item: sql`'subjectKind', r.subject_kind, 'subjectId', r.subject_id, 'outcome', r.outcome, 'at', ${moment(sql`r.decided_at`)}`,
    from: sql`reports r`,
    where: sql`r.decided_by = $1`,
    at: sql`r.at`,
    id: sql`r.id`,
  },
  {
    // Not what it tells of: that may be gone, or no more theirs to read.
    name: 'notifications',
    item: sql`'kind', n.kind, 'threadId', n.thread_id, 'postId', n.post_id, 'at', ${moment(sql`n.at`)}, 'readAt', ${moment(sql`n.read_at`)},
      'mailedAt', ${moment(sql`n.mailed_at`)}`,
    from: sql`notifications n`,
    where: sql`n.person_id = $1`,
    at: sql`n.at`,
    id: sql`n.id`,
  },
  {
    name: 'consents',
    item: sql`'at', ${moment(sql`p.consented_at`)}`,
    from: sql`people p`,
    where: sql`p.guardian_email = (select me.email from people me where me.id = $1)`,
    at: sql`p.created_at`,
    id: sql`p.id`,
  },
  {
    name: 'deeds',
    item: sql`'at', ${moment(sql`l.at`)}, 'action', l.action, 'subjectKind', l.subject_kind, 'subjectId', l.subject_id, 'address', l.address`,
    from: sql`audit_log l`,
    where: sql`l.actor_id = $1`,
    at: sql`l.at`,
    id: sql`l.id`,
  },
  {
    name: 'deedsToMe',
    item: sql`'at', ${moment(sql`l.at`)}, 'action', l.action, 'details', l.details`,
    from: sql`audit_log l`,
    where: sql`l.subject_id = $1::text and l.subject_kind = 'person' and l.actor_id is distinct from $1::uuid`,
    at: sql`l.at`,
    id: sql`l.id`,
  },
];

const statementOf = ({ item, from, where, at, id, number = sql`0::int8` }: Part): Sql =>
  sql`select json_build_object(${item})::text as json, ${moment(at)} as at, ${id} as id, ${number} as number
   from ${from} where ${where} and (${at}, ${id}, ${number}) > ($2::timestamptz, $3::uuid, $4::int8)
   order by ${at}, ${id}, ${number} limit $5`;
const STATEMENTS = PARTS.map((part) => ({ ...part, page: part.page ?? PAGE, text: statementOf(part) }));

interface Item {
  json: string;
  at: string;
  id: string;
  number: number;
}
const BEFORE_ALL = ['0001-01-01T00:00:00.000Z', '00000000-0000-0000-0000-000000000000', -1];

/** For how long what is listed here is kept, by the table that removes it. */
const PERIODS = JSON.stringify(KEPT.map(({ table, after }) => ({ what: table, after })));

/**
 * Everything that we keep of somebody, as pieces of JSON text that the database writes: a statement for each part, and one more for each
 * page of a large one. No more than a page is held, however much somebody wrote.
 */
export async function* exportOf(db: Queryable, id: string): AsyncGenerator<string> {
  const account = await queryRow<{ json: string }>(db, ACCOUNT, [id]);
  yield `{"account":${account.json},"kept":${PERIODS}`;
  for (const { name, text, page } of STATEMENTS) {
    yield `,"${name}":[`;
    let after: unknown[] = BEFORE_ALL;
    for (;;) {
      const found = await query<Item>(db, text, [id, ...after, page]);
      const last = found.at(-1);
      if (last) yield `${after === BEFORE_ALL ? '' : ','}${found.map(({ json }) => json).join()}`;
      if (!last || found.length < page) break;
      after = [last.at, last.id, last.number];
    }
    yield ']';
  }
  yield '}';
}
