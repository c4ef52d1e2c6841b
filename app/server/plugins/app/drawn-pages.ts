import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { cached, keyIn } from '#server/cache/cache.ts';
import { coursePages, type ToDraw } from '#server/pages/course-pages.ts';
import { KeptPages, sendPage } from '#server/pages/kept-pages.ts';
import { listsForRobots } from '#server/pages/lists-for-robots.ts';
import { filled } from '#server/pages/shell.ts';
import { readFacets } from '#server/routes/courses/facets.ts';
import { COURSE_LISTS, readCourses } from '#server/routes/courses/read.ts';
import { cookieOf } from '#server/security/cookies.ts';
import type { Read } from '#shared/drawn-page.ts';

type Draw = (address: string, read: Read) => Promise<string>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The first page of the catalogue, as its page asks for it. */
const FIRST = { limit: 12 };
const LIFE = { freshSeconds: 150, staleSeconds: 30 };
const ABOUT = {
  title: 'Les cours – fredu',
  description: 'Des cours ouverts à tous, écrits par des enseignants.',
};
/** An address that is none of the pages'. */
const NOWHERE = '/introuvable';
const MISSING = { 404: 'Cours introuvable', 410: 'Ce cours a été supprimé' } as const;

/**
 * Pages that everybody may read, drawn by the server: whole without any script, with the right status, and with what search engines ask for.
 * They are drawn for visitors; who is signed in, their browser adds what is theirs. Where the pages were not built there are none.
 */
export const drawnPages = fp<{ folder: string }>(
  async (app, { folder }) => {
    const built = join(folder, 'index.html');
    // Made with the pages, of the same components.
    const program = join(folder, '.drawing.js');
    if (!existsSync(built) || !existsSync(program)) return;
    const shell = readFileSync(built, 'utf8');
    const { draw } = (await import(pathToFileURL(program).href)) as { draw: Draw };
    const kept = new KeptPages();
    const pages = coursePages(app);
    const robots = listsForRobots(app);
    const options = { config: { access: 'open' }, schema: { hide: true } } as const;
    const originOf = ({ protocol, host }: FastifyRequest): string =>
      app.settings.publicUrl ?? `${protocol}://${host}`;

    async function answer(request: FastifyRequest, reply: FastifyReply, wanted: ToDraw) {
      const origin = originOf(request);
      const page = await kept.get(`${origin} ${wanted.key}`, async () => ({
        status: wanted.status,
        html: filled(shell, {
          head: wanted.head(origin),
          body: await draw(wanted.address, wanted.read),
          read: wanted.told ?? wanted.read,
        }),
      }));
      return sendPage(request, reply, page);
    }

    /** A course that visitors do not see: who is signed in may, and their browser asks for it. */
    async function missing(request: FastifyRequest, reply: FastifyReply, status: 404 | 410) {
      if (status === 404 && cookieOf(request, 'session') !== undefined) return reply.sendFile('index.html');
      const page = await kept.get(`missing ${status}`, async () => ({
        status,
        html: filled(shell, {
          head: { title: `${MISSING[status]} – fredu`, description: ABOUT.description },
          body: await draw(NOWHERE, []),
          read: [],
          isWhole: false,
        }),
      }));
      return sendPage(request, reply, page);
    }

    app.get('/', options, async (request, reply) => {
      // What they come back for stands first, and only their browser asks for it.
      const isSignedIn = cookieOf(request, 'session') !== undefined;
      if (isSignedIn || Object.keys(request.query as object).length > 0) return reply.sendFile('index.html');
      const counts = await cached(app.cache, await keyIn(app.cache, COURSE_LISTS, 'facets []'), LIFE, () =>
        readFacets(app.db, {}),
      );
      const key = await keyIn(app.cache, COURSE_LISTS, 'first page');
      const { bytes, etag } = await cached(app.cache, key, LIFE, () => readCourses(app.db, FIRST));
      const pages = { pages: [JSON.parse(bytes.toString())], pageParams: [null] };
      return answer(request, reply, {
        status: 200,
        key: `/ ${etag} ${counts.etag}`,
        address: '/',
        head: (origin) => ({ ...ABOUT, canonical: `${origin}/` }),
        read: [
          [['courses', {}], pages],
          [['courses', 'facets', {}], JSON.parse(counts.bytes.toString())],
        ],
      });
    });

    app.get<{ Params: { id: string } }>('/cours/:id', options, async (request, reply) => {
      const { id } = request.params;
      if (!UUID.test(id)) return reply.callNotFound();
      const found = await pages.course(id.toLowerCase());
      return typeof found === 'number' ? missing(request, reply, found) : answer(request, reply, found);
    });

    app.get<{ Params: { id: string; section: string } }>(
      '/cours/:id/:section',
      options,
      async (request, reply) => {
        const { id, section } = request.params;
        if (!UUID.test(id) || !UUID.test(section)) return reply.callNotFound();
        const found = await pages.section(id.toLowerCase(), section.toLowerCase());
        return typeof found === 'number' ? missing(request, reply, found) : answer(request, reply, found);
      },
    );

    app.get('/sitemap.xml', options, async (request, reply) =>
      reply.type('application/xml; charset=utf-8').send(await robots.sitemap(originOf(request))),
    );
    app.get('/nouveautes.xml', options, async (request, reply) =>
      reply.type('application/rss+xml; charset=utf-8').send(await robots.news(originOf(request))),
    );
  },
  { name: 'drawn-pages', dependencies: ['pages', 'texts', 'cache'] },
);
