import { moment, type Queryable, query, rows } from '#server/database/query.ts';
import { KEPT } from '#server/plugins/app/retention.ts';

const ACCOUNT = `select json_build_object('id', p.id, 'email', p.email, 'name', p.name, 'role', p.role, 'language', p.language,
    'about', p.about, 'digest', p.digest, 'digestAt', ${moment('p.digest_at')}, 'quotaBytes', p.quota_bytes, 'version', p.version,
    'createdAt', ${moment('p.created_at')}, 'updatedAt', ${moment('p.updated_at')}, 'suspendedAt', ${moment('p.suspended_at')},
    'eraseAt', ${moment('p.erase_at')}, 'guardianEmail', p.guardian_email, 'consentedAt', ${moment('p.consented_at')})::text as json
  from people p where p.id = $1`;

/** A list of what we keep of somebody, who is `$1`: where it is, in her own words. */
interface Part {
  name: string;
  /** Pairs of names and values. */
  item: string;
  from: string;
  where: string;
  /** What it is sorted and read page after page by: a moment, an id, and a number where these two may come again. */
  at: string;
  id: string;
  number?: string;
  /** Items in one statement, where they are large. */
  page?: number;
}
const PAGE = 500;
const LARGE = 5;
const OF_COURSE = `'course', c.title, 'courseId', c.id`;
/** For what has no moment of its own. */
const NO_MOMENT = `timestamptz '2000-01-01T00:00:00Z'`;

/** Secrets, and what others wrote, are not hers to take along. */
const PARTS: Part[] = [
  {
    name: 'sessions',
    item: `'address', s.address, 'agent', s.agent, 'createdAt', ${moment('s.created_at')}, 'usedAt', ${moment('s.used_at')},
      'expiresAt', ${moment('s.expires_at')}`,
    from: 'sessions s',
    where: 's.person_id = $1',
    at: 's.created_at',
    id: 's.id',
  },
  {
    name: 'devices',
    item: `'createdAt', ${moment('d.created_at')}, 'usedAt', ${moment('d.used_at')}`,
    from: 'devices d',
    where: 'd.person_id = $1',
    at: 'd.created_at',
    id: 'd.id',
  },
  {
    name: 'courses',
    item: `'id', c.id, 'title', c.title, 'summary', c.summary, 'subject', c.subject, 'level', c.level, 'language', c.language,
      'tags', to_json(c.tags), 'format', c.format, 'visibility', c.visibility, 'state', c.state, 'createdAt', ${moment('c.created_at')},
      'sections', ${rows(`json_build_object('title', x.title, 'body', x.body)`, 'x.position', 'from sections x where x.course_id = c.id')}`,
    from: 'course_authors a join courses c on c.id = a.course_id',
    where: 'a.person_id = $1',
    at: 'c.created_at',
    id: 'c.id',
    page: LARGE,
  },
  {
    name: 'revisions',
    item: `${OF_COURSE}, 'version', r.version, 'at', ${moment('r.at')}, 'content', r.content`,
    from: 'course_revisions r join courses c on c.id = r.course_id',
    where: 'r.person_id = $1',
    at: 'r.at',
    id: 'r.course_id',
    number: 'r.version',
    page: LARGE,
  },
  {
    name: 'files',
    item: `${OF_COURSE}, 'id', f.id, 'name', f.name, 'mediaType', f.media_type, 'size', f.size, 'sha256', f.sha256, 'createdAt', ${moment('f.created_at')}`,
    from: 'files f join courses c on c.id = f.course_id',
    where: 'f.uploaded_by = $1',
    at: 'f.created_at',
    id: 'f.id',
  },
  {
    name: 'uploads',
    item: `${OF_COURSE}, 'name', u.name, 'size', u.size, 'received', u.received, 'createdAt', ${moment('u.created_at')}`,
    from: 'uploads u join courses c on c.id = u.course_id',
    where: 'u.person_id = $1',
    at: 'u.created_at',
    id: 'u.id::uuid',
  },
  {
    name: 'enrolments',
    item: `${OF_COURSE}, 'at', ${moment('e.at')},
      'sectionsDone', (select count(*) from section_progress g where g.person_id = $1 and g.course_id = c.id)`,
    from: 'enrolments e join courses c on c.id = e.course_id',
    where: 'e.person_id = $1',
    at: 'e.at',
    id: 'c.id',
  },
  {
    name: 'progress',
    item: `${OF_COURSE}, 'section', x.title, 'at', ${moment('g.at')}`,
    from: 'section_progress g join courses c on c.id = g.course_id join sections x on x.id = g.section_id',
    where: 'g.person_id = $1',
    at: 'g.at',
    id: 'g.section_id',
  },
  {
    name: 'formerProgress',
    item: `${OF_COURSE}, 'sectionId', g.section_id, 'at', ${moment('g.at')}, 'removedAt', ${moment('g.removed_at')}`,
    from: 'former_progress g join courses c on c.id = g.course_id',
    where: 'g.person_id = $1',
    at: 'g.at',
    id: 'g.section_id',
  },
  {
    name: 'ratings',
    item: `${OF_COURSE}, 'score', r.score, 'at', ${moment('r.at')}`,
    from: 'ratings r join courses c on c.id = r.course_id',
    where: 'r.person_id = $1',
    at: 'r.at',
    id: 'c.id',
  },
  {
    name: 'invitationsMade',
    item: `${OF_COURSE}, 'email', i.email, 'createdAt', ${moment('i.created_at')}, 'expiresAt', ${moment('i.expires_at')},
      'revokedAt', ${moment('i.revoked_at')}, 'usedCount', i.used_count`,
    from: 'invitations i join courses c on c.id = i.course_id',
    where: 'i.created_by = $1',
    at: 'i.created_at',
    id: 'i.id',
  },
  {
    name: 'invitationsReceived',
    item: `${OF_COURSE}, 'createdAt', ${moment('i.created_at')}, 'expiresAt', ${moment('i.expires_at')},
      'revokedAt', ${moment('i.revoked_at')}, 'usedCount', i.used_count`,
    from: 'invitations i join courses c on c.id = i.course_id',
    where: 'i.email = (select p.email from people p where p.id = $1)',
    at: 'i.created_at',
    id: 'i.id',
  },
  {
    name: 'threads',
    item: `'id', t.id, 'title', t.title, 'body', t.body, 'createdAt', ${moment('t.created_at')},
      'editedAt', ${moment('t.edited_at')}, 'removedAt', ${moment('t.removed_at')}`,
    from: 'threads t',
    where: 't.author_id = $1',
    at: 't.created_at',
    id: 't.id',
  },
  {
    name: 'posts',
    item: `'id', q.id, 'thread', t.title, 'body', q.body, 'createdAt', ${moment('q.created_at')},
      'editedAt', ${moment('q.edited_at')}, 'removedAt', ${moment('q.removed_at')}`,
    from: 'posts q join threads t on t.id = q.thread_id',
    where: 'q.author_id = $1',
    at: 'q.created_at',
    id: 'q.id',
  },
  {
    name: 'formerWords',
    item: `'subjectId', e.subject_id, 'title', e.title, 'body', e.body, 'until', ${moment('e.at')}`,
    from: 'forum_edits e',
    where: `e.subject_id in
      (select t.id from threads t where t.author_id = $1 union all select q.id from posts q where q.author_id = $1)`,
    at: 'e.at',
    id: 'e.subject_id',
    number: 'e.version',
  },
  {
    name: 'votes',
    item: `'subjectId', v.subject_id, 'value', v.value`,
    from: 'forum_votes v',
    where: 'v.person_id = $1',
    at: NO_MOMENT,
    id: 'v.subject_id',
  },
  {
    name: 'reports',
    item: `'subjectKind', r.subject_kind, 'subjectId', r.subject_id, 'reason', r.reason, 'at', ${moment('r.at')}, 'outcome', r.outcome`,
    from: 'reports r',
    where: 'r.reporter_id = $1',
    at: 'r.at',
    id: 'r.id',
  },
  {
    name: 'decisions',
    item: `'subjectKind', r.subject_kind, 'subjectId', r.subject_id, 'outcome', r.outcome, 'at', ${moment('r.decided_at')}`,
    from: 'reports r',
    where: 'r.decided_by = $1',
    at: 'r.at',
    id: 'r.id',
  },
  {
    // Not what it tells of: that may be gone, or no more hers to read.
    name: 'notifications',
    item: `'kind', n.kind, 'threadId', n.thread_id, 'postId', n.post_id, 'at', ${moment('n.at')}, 'readAt', ${moment('n.read_at')},
      'mailedAt', ${moment('n.mailed_at')}`,
    from: 'notifications n',
    where: 'n.person_id = $1',
    at: 'n.at',
    id: 'n.id',
  },
  {
    name: 'consents',
    item: `'at', ${moment('p.consented_at')}`,
    from: 'people p',
    where: 'p.guardian_email = (select me.email from people me where me.id = $1)',
    at: 'p.created_at',
    id: 'p.id',
  },
  {
    name: 'deeds',
    item: `'at', ${moment('l.at')}, 'action', l.action, 'subjectKind', l.subject_kind, 'subjectId', l.subject_id, 'address', l.address`,
    from: 'audit_log l',
    where: 'l.actor_id = $1',
    at: 'l.at',
    id: 'l.id',
  },
  {
    name: 'deedsToMe',
    item: `'at', ${moment('l.at')}, 'action', l.action, 'details', l.details`,
    from: 'audit_log l',
    where: `l.subject_id = $1::text and l.subject_kind = 'person' and l.actor_id is distinct from $1::uuid`,
    at: 'l.at',
    id: 'l.id',
  },
];

const statementOf = ({ item, from, where, at, id, number = '0::int8', page = PAGE }: Part): string =>
  `select json_build_object(${item})::text as json, ${moment(at)} as at, ${id} as id, ${number} as number
   from ${from} where ${where} and (${at}, ${id}, ${number}) > ($2::timestamptz, $3::uuid, $4::int8)
   order by ${at}, ${id}, ${number} limit ${page}`;
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
  const [account] = await query<{ json: string }>(db, ACCOUNT, [id]);
  yield `{"account":${account!.json},"kept":${PERIODS}`;
  for (const { name, text, page } of STATEMENTS) {
    yield `,"${name}":[`;
    let after: unknown[] = BEFORE_ALL;
    for (;;) {
      const found = await query<Item>(db, text, [id, ...after]);
      const last = found.at(-1);
      if (last) yield `${after === BEFORE_ALL ? '' : ','}${found.map(({ json }) => json).join()}`;
      if (!last || found.length < page) break;
      after = [last.at, last.id, last.number];
    }
    yield ']';
  }
  yield '}';
}
