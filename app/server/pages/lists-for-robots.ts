import type { FastifyInstance } from 'fastify';
import { cached, keyIn } from '#server/cache/cache.ts';
import { moment, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { COURSE_LISTS } from '#server/routes/courses/read.ts';
import { PUBLIC } from '#server/routes/courses/visibility.ts';
import { escaped } from './html.ts';

/** As long as lists of courses are kept. */
const LIFE = { freshSeconds: 150, staleSeconds: 30 };
/** What one sitemap may name. @see https://www.sitemaps.org/protocol.html */
const ADDRESSES_MAX = 50_000;

const SITEMAP = sql`select c.id as course, s.id as section, ${moment(sql`c.updated_at`)} as at
  from (select id, updated_at, published_at from courses c where ${PUBLIC} order by published_at desc limit 10000) c
  join sections s on s.course_id = c.id order by c.published_at desc, c.id, s.position limit 40000`;
const NEW_COURSES = sql`select c.id, c.title, c.summary, c.subject, ${moment(sql`c.published_at`)} as at
  from courses c where ${PUBLIC} and c.published_at is not null order by c.published_at desc, c.id desc limit 30`;

/** What programs read of all courses: where each is, and which are new. */
export function listsForRobots(app: Pick<FastifyInstance, 'db' | 'cache'>) {
  const kept = async (name: string, make: () => Promise<string>): Promise<Buffer> =>
    (await cached(app.cache, await keyIn(app.cache, COURSE_LISTS, name), LIFE, make)).bytes;
  return {
    sitemap: (origin: string) => kept(`sitemap ${origin}`, () => sitemap(app, origin)),
    news: (origin: string) => kept(`news ${origin}`, () => news(app, origin)),
  };
}

async function sitemap({ db }: Pick<FastifyInstance, 'db'>, origin: string): Promise<string> {
  const rows = await query<{ course: string; section: string; at: string }>(db, SITEMAP, []);
  const addresses = new Map<string, string | undefined>([[`${origin}/`, undefined]]);
  for (const { course, section, at } of rows) {
    addresses.set(`${origin}/cours/${course}`, at);
    addresses.set(`${origin}/cours/${course}/${section}`, at);
  }
  const urls = [...addresses].slice(0, ADDRESSES_MAX).map(([address, at]) => {
    const changed = at ? `<lastmod>${at}</lastmod>` : '';
    return `<url><loc>${escaped(address)}</loc>${changed}</url>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${urls.join('\n')}\n</urlset>\n`;
}

async function news({ db }: Pick<FastifyInstance, 'db'>, origin: string): Promise<string> {
  const rows = await query<{ id: string; title: string; summary: string; subject: string; at: string }>(
    db,
    NEW_COURSES,
    [],
  );
  const items = rows.map(({ id, title, summary, subject, at }) => {
    const address = `${origin}/cours/${id}`;
    return `<item><title>${escaped(title)}</title><link>${address}</link><guid>${address}</guid><category>${escaped(subject)}</category><pubDate>${new Date(at).toUTCString()}</pubDate><description>${escaped(summary)}</description></item>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>fredu – nouveaux cours</title><link>${origin}/</link><description>Les derniers cours publiés</description><language>fr</language>\n${items.join('\n')}\n</channel></rss>\n`;
}
