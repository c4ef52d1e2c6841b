import type { FastifyInstance } from 'fastify';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import type { ReadyJson } from '#server/reply.ts';
import { courseReader } from '#server/routes/courses/read.ts';
import { sectionReader } from '#server/routes/courses/section.ts';
import { isPublic } from '#server/routes/courses/visibility.ts';
import { IN_PAGE, type Read } from '#shared/drawn-page.ts';
import type { CourseOutline } from '#shared/schemas/course.ts';
import type { Head } from './shell.ts';

/** What a page is drawn from: what names it among all, and what is read for it. */
export interface ToDraw {
  status: number;
  key: string;
  address: string;
  head: (origin: string) => Head;
  read: Read;
  /** What the browser is told of that, where the page itself says some of it. */
  told?: Read;
}

/** Public once, and deleted since: it does not come back. */
const GONE = sql`select true as gone from courses c where c.id = $1 and c.state = 'deleted' and c.visibility = 'public'
  and c.published_at is not null`;

/** Courses and their sections as visitors see them. */
export function coursePages(app: Pick<FastifyInstance, 'db' | 'drawn'>) {
  const readOutline = courseReader(app.db, 'outline');
  const readSection = sectionReader(app);
  const parsed = new WeakMap<ReadyJson, CourseOutline>();

  /** A course that everybody may read; undefined for others. */
  async function outlineOf(id: string): Promise<{ ready: ReadyJson; course: CourseOutline } | undefined> {
    const ready = await readOutline(id);
    if (!ready) return undefined;
    const course = parsed.get(ready) ?? (JSON.parse(ready.bytes.toString()) as CourseOutline);
    parsed.set(ready, course);
    return isPublic(course) ? { ready, course } : undefined;
  }

  /** 410 for what was public and is deleted, 404 for what was never here, or is not for everybody. */
  async function missing(id: string): Promise<404 | 410> {
    const [row] = await query<{ gone: boolean }>(app.db, GONE, [id]);
    return row ? 410 : 404;
  }

  async function course(id: string): Promise<ToDraw | 404 | 410> {
    const found = await outlineOf(id);
    if (!found) return missing(id);
    const address = `/cours/${id}`;
    return {
      status: 200,
      key: `${address} ${found.ready.etag}`,
      address,
      head: (origin) => courseHead(found.course, origin),
      read: [[['course', id, 'outline'], found.course]],
    };
  }

  async function section(id: string, sectionId: string): Promise<ToDraw | 404 | 410> {
    const [found, text] = await Promise.all([outlineOf(id), readSection(id, sectionId, undefined)]);
    if (!found) return missing(id);
    const at = found.course.sections.findIndex((each) => each.id === sectionId);
    if (!text || at < 0) return 404;
    const address = `/cours/${id}/${sectionId}`;
    const outline: Read[number] = [['course', id, 'outline'], found.course];
    const key = ['course', id, 'section', sectionId];
    return {
      status: 200,
      key: `${address} ${found.ready.etag} ${text.etag}`,
      address,
      head: (origin) => sectionHead(found.course, at, origin),
      read: [outline, [key, text.section]],
      told: [outline, [key, { ...text.section, html: IN_PAGE }]],
    };
  }
  return { course, section };
}

function courseHead(course: CourseOutline, origin: string): Head {
  const url = `${origin}/cours/${course.id}`;
  const minutes = course.sections.reduce((sum, each) => sum + each.minutes, 0);
  return {
    title: `${course.title} – fredu`,
    description: course.summary || course.title,
    canonical: url,
    language: course.language,
    thing: {
      '@context': 'https://schema.org',
      '@type': 'Course',
      url,
      name: course.title,
      description: course.summary || course.title,
      inLanguage: course.language,
      educationalLevel: course.level,
      about: course.subject,
      keywords: course.tags.join(', '),
      isAccessibleForFree: true,
      provider: { '@type': 'Organization', name: 'fredu', url: origin },
      author: course.authors.map(({ name }) => ({ '@type': 'Person', name })),
      ...(course.publishedAt ? { datePublished: course.publishedAt } : {}),
      dateModified: course.updatedAt,
      hasCourseInstance: {
        '@type': 'CourseInstance',
        courseMode: 'Online',
        courseWorkload: `PT${Math.max(1, minutes)}M`,
      },
      ...(course.rating.mean === null
        ? {}
        : {
            aggregateRating: {
              '@type': 'AggregateRating',
              ratingValue: course.rating.mean,
              bestRating: 100,
              worstRating: 0,
              ratingCount: course.rating.count,
            },
          }),
      hasPart: course.sections.map(({ id, title }) => ({
        '@type': 'LearningResource',
        name: title,
        url: `${url}/${id}`,
      })),
    },
  };
}

function sectionHead(course: CourseOutline, at: number, origin: string): Head {
  const { id, title, minutes } = course.sections[at]!;
  const url = `${origin}/cours/${course.id}/${id}`;
  return {
    title: `${title} – ${course.title} – fredu`,
    description: `${title}, section ${at + 1} sur ${course.sections.length} de « ${course.title} ». ${course.summary}`,
    canonical: url,
    language: course.language,
    thing: {
      '@context': 'https://schema.org',
      '@type': 'LearningResource',
      url,
      name: title,
      inLanguage: course.language,
      educationalLevel: course.level,
      timeRequired: `PT${minutes}M`,
      isPartOf: { '@type': 'Course', name: course.title, url: `${origin}/cours/${course.id}` },
    },
  };
}
