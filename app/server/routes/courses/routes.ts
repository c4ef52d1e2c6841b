import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { cached, keyIn } from '#server/cache/cache.ts';
import { signedIn } from '#server/plugins/app/access.ts';
import { sendJson } from '#server/reply.ts';
import { PAGE_LIMIT, pageQuery } from '#server/schemas/page.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { Id, Line, OneOf } from '#shared/schemas/common.ts';
import { Course, CourseFacets, CoursePage, MyCourses } from '#shared/schemas/course.ts';
import { authoring } from './authoring.ts';
import { readFacets } from './facets.ts';
import { following } from './following.ts';
import { home } from './home.ts';
import { invitations } from './invitations.ts';
import { notes } from './notes.ts';
import { courseUnknown } from './problems.ts';
import {
  COURSE_LISTS,
  type CourseQuery,
  courseReader,
  mergedPage,
  NOTHING,
  nothing,
  privyReader,
  readCourses,
  readMyCourses,
  readOwn,
  readPublicItems,
} from './read.ts';
import { reading } from './reading.ts';
import { speller } from './spelling.ts';

/** Lists that are the same for everybody: what one has written oneself shows at once, what others wrote within minutes. */
const LISTS = { freshSeconds: 150, staleSeconds: 30 };
/** There is no end of questions that find nothing, and each is answered by an index. */
const SEARCHES = { ...LISTS, isKept: (text: string) => text !== NOTHING && text !== '[]' };

const FOUND_FACETS = { ...LISTS, isKept: (text: string) => (JSON.parse(text) as CourseFacets).total > 0 };

/** What narrows a list of courses. */
const FILTERS = {
  q: Type.Optional(
    Line(200, {
      description: 'Words in French or English, or the name of an author; accents and endings do not matter',
      examples: ['suites croissantes'],
    }),
  ),
  subject: Type.Optional(Line(80, { examples: ['Mathématiques'] })),
  level: Type.Optional(Line(80, { examples: ['Licence 1'] })),
  language: Type.Optional(OneOf('fr', 'en')),
  tag: Type.Optional(Line(40, { examples: ['probabilités'] })),
  length: Type.Optional(
    Type.Unsafe<'short' | 'medium' | 'long'>({
      ...OneOf('short', 'medium', 'long'),
      description: 'To read: up to 30 minutes, up to 120, or more',
    }),
  ),
  video: Type.Optional(Type.Boolean({ description: 'With a video' })),
  subtitles: Type.Optional(Type.Boolean({ description: 'With subtitles' })),
};

/** Courses as people find and read them: `/courses`. */
export const courses: FastifyPluginAsyncTypebox = async (app) => {
  const readCourse = courseReader(app.db);
  const isPrivy = privyReader(app.db);
  const spelled = speller(app.db);
  /** What was asked as courses spell it, if that finds something. */
  const suggestionFor = async (q: string, asked: CourseQuery): Promise<string | undefined> => {
    const suggestion = await spelled(q);
    if (suggestion === undefined) return undefined;
    const found = await readCourses(app.db, { ...asked, q: suggestion, limit: 1 });
    return found === NOTHING ? undefined : suggestion;
  };

  app.get(
    '',
    {
      config: { access: 'courses.read' },
      schema: {
        tags: ['courses'],
        summary:
          'The public courses, the newest first; with a question those that it finds, one’s own among them',
        querystring: Type.Object(
          {
            ...FILTERS,
            sort: Type.Optional(OneOf('recent', 'relevance', 'rating')),
            ...pageQuery('moment', 'id'),
          },
          { additionalProperties: false },
        ),
        response: { 200: CoursePage, ...refuses(400) },
      },
    },
    async ({ query, person }, reply) => {
      const asked: CourseQuery = { ...query, limit: query.limit ?? PAGE_LIMIT.default };
      const key = await keyIn(app.cache, COURSE_LISTS, JSON.stringify(Object.entries(asked).sort()));
      // A person's question finds courses that others do not see.
      const isOwn = person && asked.q !== undefined && (await isPrivy(person.id));
      const own = isOwn ? await readOwn(app.db, asked, person.id) : [];
      if (own.length > 0) {
        const items = () => readPublicItems(app.db, asked);
        const { bytes } = await cached(app.cache, `${key}:items`, SEARCHES, items);
        return sendJson(reply, mergedPage(own, bytes, asked));
      }
      const life = asked.q === undefined ? LISTS : SEARCHES;
      const found = await cached(app.cache, key, life, () => readCourses(app.db, asked));
      if (asked.q === undefined || asked.cursor !== undefined || String(found.bytes) !== NOTHING)
        return sendJson(reply, found);
      return sendJson(reply, nothing(await suggestionFor(asked.q, asked)));
    },
  );

  app.get(
    '/facets',
    {
      config: { access: 'courses.read' },
      schema: {
        tags: ['courses'],
        summary: 'How many public courses a search finds, and how many by each value of each filter',
        description: 'A filter that is set narrows the counts of all others, not its own.',
        querystring: Type.Object(FILTERS, { additionalProperties: false }),
        response: { 200: CourseFacets, ...refuses(400) },
      },
    },
    async ({ query: asked }, reply) => {
      const key = await keyIn(
        app.cache,
        COURSE_LISTS,
        `facets ${JSON.stringify(Object.entries(asked).sort())}`,
      );
      const life = asked.q === undefined ? LISTS : FOUND_FACETS;
      return sendJson(reply, await cached(app.cache, key, life, () => readFacets(app.db, asked)));
    },
  );

  app.get(
    '/mine',
    {
      config: { access: 'courses.follow' },
      schema: {
        tags: ['courses'],
        summary: 'The courses that I write, or that I follow and how far I am',
        querystring: Type.Object(
          { as: Type.Optional(OneOf('author', 'follower')), ...pageQuery('moment', 'id') },
          { additionalProperties: false },
        ),
        response: { 200: MyCourses, ...refuses(400, 401) },
      },
    },
    async (request, reply) => {
      const { as = 'follower', ...asked } = request.query;
      return sendJson(reply, await readMyCourses(app.db, signedIn(request).id, { as, ...asked }));
    },
  );

  app.get(
    '/:id',
    {
      config: { access: 'courses.read' },
      schema: {
        tags: ['courses'],
        summary: 'A course that I may see, with its authors, sections and files',
        params: Type.Object({ id: Id }),
        response: { 200: Course, ...refuses(400, 404) },
      },
    },
    async ({ params: { id }, person, headers }, reply) => {
      // Who only asks whether it has changed, and can have changed nothing themselves, need not wake the database.
      const asWasJustRead = headers['if-none-match'] !== undefined;
      const course = await readCourse(id, person?.id, { asWasJustRead });
      if (!course) throw courseUnknown({ id });
      return sendJson(reply, course);
    },
  );

  await app.register(reading);
  await app.register(authoring);
  await app.register(invitations);
  await app.register(following);
  await app.register(home);
  await app.register(notes);
};
