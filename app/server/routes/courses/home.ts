import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { moment, query, queryRow, rows } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { sendJson } from '#server/reply.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { IdParams, Nothing } from '#shared/schemas/common.ts';
import { Home, Place } from '#shared/schemas/home.ts';
import { courseUnknown, notEnrolled, sectionUnknown } from './problems.ts';
import { courseItem } from './read.ts';
import { isEnrolled, PUBLIC, visibleTo } from './visibility.ts';

/** Who follows a course that they may not read just now, or leaves it meanwhile, is nowhere in it. */
const UPSERT_PLACE = sql`insert into places (person_id, course_id, section_id, file, seconds)
  select e.person_id, e.course_id, s.id, $4::text, $5::int8 from enrolments e join sections s on s.course_id = e.course_id and s.id = $3::uuid
    join courses c on c.id = e.course_id and c.state in ('published', 'archived')
    where e.person_id = $1::uuid and e.course_id = $2::uuid for update of e
  on conflict (person_id, course_id) do update
    set section_id = excluded.section_id, file = excluded.file, seconds = excluded.seconds, at = now()
  returning 1`;
const STANDING = sql`select ${isEnrolled(sql`$2`)} as enrolled from courses c where c.id = $1 and ${visibleTo(sql`$2`)}`;

const COURSE = sql`json_build_object('id', x.course_id, 'title', x.title)`;
/** The section that is next: the one where they were, unless it is done; else the first one that is not. */
const BEGUN = sql`from (select c.id as course_id, c.title, coalesce(p.at, e.at) as at, n.id as section_id, n.title as section_title,
    case when n.id = p.section_id then p.file end as file, case when n.id = p.section_id then p.seconds else 0 end as seconds,
    (select count(*) from sections s where s.course_id = c.id and s.position <= n.position) as number,
    (select count(*) from sections s where s.course_id = c.id) as section_count,
    (select count(*) from section_progress g where g.person_id = $1 and g.course_id = c.id) as done_count
  from enrolments e join courses c on c.id = e.course_id
  left join places p on p.person_id = e.person_id and p.course_id = e.course_id
  join lateral (select s.id, s.title, s.position from sections s where s.course_id = c.id
      and (select true from section_progress g where g.person_id = $1 and g.course_id = c.id and g.section_id = s.id) is not true
    order by coalesce(s.id = p.section_id, false) desc, s.position, s.id limit 1) n on true
  where e.person_id = $1 and c.state in ('published', 'archived') order by 3 desc, 1 limit 3) x`;

/** What their authors changed since one was there last. */
const CHANGED = sql`from (select c.id as course_id, c.title, c.updated_at as at
  from enrolments e join courses c on c.id = e.course_id join places p on p.person_id = e.person_id and p.course_id = e.course_id
  where e.person_id = $1 and c.state = 'published' and c.updated_at > p.at order by c.updated_at desc, c.id limit 5) x`;

/** Nobody has answered yet. Each course for itself: a planner would rather read all threads there are. */
const WAITING = sql`from (select t.id, t.title as thread_title, t.created_at as at, c.id as course_id, c.title
  from course_authors a join courses c on c.id = a.course_id
  join lateral (select t.id, t.title, t.created_at from threads t
    where t.course_id = c.id and t.removed_at is null and t.accepted_id is null and t.post_count = 0
      and t.author_id is distinct from $1::uuid order by t.created_at, t.id limit 5) t on true
  where a.person_id = $1 and c.state in ('published', 'archived') order by t.created_at, t.id limit 5) x`;

const MINE = sql`select course_id from enrolments where person_id = $1 union select course_id from course_authors where person_id = $1`;
/** Published within three months in the subjects of one's courses. */
const NEW = sql`from (select c.* from courses c where ${PUBLIC} and c.published_at > now() - interval '3 months'
  and c.subject in (select m.subject from courses m where m.id in (${MINE})) and c.id not in (${MINE})
  order by c.published_at desc, c.id desc limit 3) c`;

const HOME = sql`select json_build_object(
  'begun', ${rows(
    sql`json_build_object('course', ${COURSE}, 'section', json_build_object('id', x.section_id, 'title', x.section_title, 'number', x.number),
      'sectionCount', x.section_count, 'doneCount', x.done_count, 'file', x.file, 'seconds', x.seconds)`,
    sql`x.at desc, x.course_id`,
    BEGUN,
  )},
  'changed', ${rows(sql`json_build_object('course', ${COURSE}, 'at', ${moment(sql`x.at`)})`, sql`x.at desc, x.course_id`, CHANGED)},
  'waiting', ${rows(
    sql`json_build_object('course', ${COURSE}, 'thread', json_build_object('id', x.id, 'title', x.thread_title), 'at', ${moment(sql`x.at`)})`,
    sql`x.at, x.id`,
    WAITING,
  )},
  'new', ${rows(courseItem, sql`c.published_at desc, c.id desc`, NEW)})::text as json`;

/** Where somebody goes on, and what is new for them. */
export const home: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/home',
    {
      config: { access: 'courses.follow' },
      schema: {
        tags: ['courses'],
        summary:
          'Where I go on, what changed in my courses, what is new in their subjects, and questions that wait for me',
        response: { 200: Home, ...refuses(401) },
      },
    },
    async (request, reply) => {
      const { json } = await queryRow<{ json: string }>(app.db, HOME, [signedIn(request).id]);
      return sendJson(reply, json);
    },
  );

  app.put(
    '/:id/place',
    {
      config: { access: 'courses.follow' },
      schema: {
        tags: ['courses'],
        summary: 'Keep where I am in a course that I follow, for going on there',
        params: IdParams,
        body: Place,
        response: { 204: Nothing, ...refuses(400, 401, 403, 404, 409, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const personId = signedIn(request).id;
      const { sectionId, file = null, seconds = 0 } = request.body;
      const kept = await query(app.db, UPSERT_PLACE, [personId, id, sectionId, file, seconds]);
      if (kept.length === 0) {
        const [standing] = await query<{ enrolled: boolean }>(app.db, STANDING, [id, personId]);
        if (!standing) throw courseUnknown({ id });
        throw standing.enrolled ? sectionUnknown({}) : notEnrolled({});
      }
      return reply.code(204).send(null);
    },
  );
};
