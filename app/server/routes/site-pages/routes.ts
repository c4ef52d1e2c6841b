import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { audit } from '#server/audit.ts';
import { moment, type Queryable, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { showsVersion, unchangedMeanwhile, versionRead } from '#server/plugins/app/etags.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { IfMatch } from '#shared/schemas/common.ts';
import { SitePage, SitePageChange, SitePageParams } from '#shared/schemas/site-page.ts';
import { SITE_PAGES, type SitePageName } from '#shared/site-pages.ts';
import { SITE_PAGE_TEXTS } from './texts.ts';

interface Written {
  body: string;
  version: number;
  updatedAt: string;
}
const SITE_PAGE = sql`select body, version, ${moment(sql`updated_at`)} as "updatedAt" from site_pages where name = $1`;
const INSERT_PAGE = sql`insert into site_pages (name, body) values ($1, $2) on conflict (name) do nothing returning version`;
const UPDATE_PAGE = sql`update site_pages set body = $2, version = version + 1, updated_at = now()
  where name = $1 and version = $3 returning version`;

/** What the site says of itself: read by everybody, written by administrators. */
export const sitePages: FastifyPluginAsyncTypebox = async (app) => {
  const read = async (db: Queryable, name: SitePageName): Promise<SitePage> => {
    const [written] = await query<Written>(db, SITE_PAGE, [name]);
    // An emptied one keeps its version, so that nobody overwrites what they have not read.
    const body = written?.body || SITE_PAGE_TEXTS[name];
    return {
      name,
      title: SITE_PAGES[name],
      body,
      html: await app.drawn(body),
      version: written?.version ?? 0,
      updatedAt: written?.body ? written.updatedAt : null,
    };
  };

  app.get(
    '/site-pages/:name',
    {
      config: { access: 'site-pages.read' },
      schema: {
        tags: ['site-pages'],
        summary: 'What the site says of itself: legal notice, privacy, terms, accessibility',
        params: SitePageParams,
        response: { 200: SitePage, ...refuses(400) },
      },
    },
    async (request, reply) => {
      const page = await read(app.db, request.params.name);
      showsVersion(reply, page.version);
      return page;
    },
  );

  app.put(
    '/admin/site-pages/:name',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['admin'],
        summary: 'Write what the site says of itself',
        params: SitePageParams,
        headers: IfMatch,
        body: SitePageChange,
        response: { 200: SitePage, ...refuses(400, 401, 403, 412, 413, 415, 428, 429) },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { body } = request.body;
      const version = versionRead(request);
      const changed = await transaction(app.db, async (db) => {
        const [row] = await query<{ version: number }>(
          db,
          version === 0 ? INSERT_PAGE : UPDATE_PAGE,
          version === 0 ? [name, body.trim()] : [name, body.trim(), version],
        );
        await audit(request, { action: 'site-page.changed', subject: { kind: 'site-page', id: name } }, db);
        return unchangedMeanwhile(row).version;
      });
      showsVersion(reply, changed);
      return read(app.db, name);
    },
  );
};
