import type { Database } from '../../database/database.ts';
import { moment, query, rows } from '../../database/json.ts';

/** Each part of what we know of somebody: where it is, in her own words. Secrets and what others wrote are not hers to take along. */
const PARTS: [name: string, part: string][] = [
  [
    'account',
    `json_build_object('id', p.id, 'email', p.email, 'name', p.name, 'role', p.role, 'language', p.language, 'about', p.about,
      'digest', p.digest, 'createdAt', ${moment('p.created_at')},
      'guardianEmail', p.guardian_email, 'consentedAt', ${moment('p.consented_at')})`,
  ],
  [
    'sessions',
    rows(
      `json_build_object('address', s.address, 'agent', s.agent, 'createdAt', ${moment('s.created_at')}, 'usedAt', ${moment('s.used_at')})`,
      's.created_at',
      'from sessions s where s.person_id = p.id',
    ),
  ],
  [
    'devices',
    rows(
      `json_build_object('createdAt', ${moment('d.created_at')}, 'usedAt', ${moment('d.used_at')})`,
      'd.created_at',
      'from devices d where d.person_id = p.id',
    ),
  ],
  [
    'courses',
    rows(
      `json_build_object('id', c.id, 'title', c.title, 'summary', c.summary, 'state', c.state,
        'sections', ${rows(`json_build_object('title', x.title, 'body', x.body)`, 'x.position', 'from sections x where x.course_id = c.id')})`,
      'c.created_at',
      'from course_authors a join courses c on c.id = a.course_id where a.person_id = p.id',
    ),
  ],
  [
    'enrolments',
    rows(
      `json_build_object('course', c.title, 'at', ${moment('e.at')},
        'sectionsDone', (select count(*) from section_progress g where g.person_id = p.id and g.course_id = c.id))`,
      'e.at',
      'from enrolments e join courses c on c.id = e.course_id where e.person_id = p.id',
    ),
  ],
  [
    'ratings',
    rows(
      `json_build_object('course', c.title, 'score', r.score, 'at', ${moment('r.at')})`,
      'r.at',
      'from ratings r join courses c on c.id = r.course_id where r.person_id = p.id',
    ),
  ],
  [
    'threads',
    rows(
      `json_build_object('title', t.title, 'body', t.body, 'createdAt', ${moment('t.created_at')})`,
      't.created_at',
      'from threads t where t.author_id = p.id',
    ),
  ],
  [
    'posts',
    rows(
      `json_build_object('thread', t.title, 'body', q.body, 'createdAt', ${moment('q.created_at')})`,
      'q.created_at',
      'from posts q join threads t on t.id = q.thread_id where q.author_id = p.id',
    ),
  ],
  [
    'formerWords',
    rows(
      `json_build_object('title', e.title, 'body', e.body, 'until', ${moment('e.at')})`,
      'e.at',
      `from forum_edits e where e.subject_id in
        (select t.id from threads t where t.author_id = p.id union all select q.id from posts q where q.author_id = p.id)`,
    ),
  ],
  [
    'votes',
    rows(
      `json_build_object('subjectId', v.subject_id, 'value', v.value)`,
      'v.subject_id',
      'from forum_votes v where v.person_id = p.id',
    ),
  ],
  [
    'reports',
    rows(
      `json_build_object('reason', r.reason, 'at', ${moment('r.at')}, 'outcome', r.outcome)`,
      'r.at',
      'from reports r where r.reporter_id = p.id',
    ),
  ],
  [
    'deeds',
    rows(
      `json_build_object('at', ${moment('l.at')}, 'action', l.action, 'address', l.address)`,
      'l.at',
      'from audit_log l where l.actor_id = p.id',
    ),
  ],
];
const EXPORT = `select json_build_object(${PARTS.map(([name, part]) => `'${name}', ${part}`).join(', ')})::text as json
  from people p where p.id = $1`;

/** Everything that we keep of somebody as JSON text, in one statement. */
export async function exportOf(db: Pick<Database, 'executeQuery'>, id: string): Promise<string> {
  return (await query<{ json: string }>(db, EXPORT, [id]))[0]!.json;
}
