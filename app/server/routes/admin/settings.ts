import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { audit } from '#server/audit.ts';
import { type Queryable, query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { showsVersion, unchangedMeanwhile, versionRead } from '#server/plugins/app/etags.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { SettingsChange, SiteSettings } from '#shared/schemas/admin.ts';
import { IfMatch } from '#shared/schemas/common.ts';

/** As a site comes: whoever says so teaches. */
const AS_IT_COMES: Omit<SiteSettings, 'version'> = { teachers: 'anyone', domains: [] };

/** Who may teach at this site. */
export async function readSettings(db: Queryable): Promise<SiteSettings> {
  const [kept] = await query<{ value: string; version: number }>(
    db,
    sql`select value, version from site_settings where name = 'teachers'`,
  );
  return kept ? { ...JSON.parse(kept.value), version: kept.version } : { ...AS_IT_COMES, version: 0 };
}

const INSERT_SETTING = sql`insert into site_settings (name, value) values ('teachers', $1) on conflict (name) do nothing returning version`;
const UPDATE_SETTING = sql`update site_settings set value = $1, version = version + 1 where name = 'teachers' and version = $2 returning version`;

/** What holds for the whole site: `/admin/settings`. */
export const settings: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/admin/settings',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['admin'],
        summary: 'Who may teach at this site',
        response: { 200: SiteSettings, ...refuses(401, 403) },
      },
    },
    async (_request, reply) => {
      const found = await readSettings(app.db);
      showsVersion(reply, found.version);
      return found;
    },
  );

  app.put(
    '/admin/settings',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['admin'],
        summary: 'Say who may teach at this site; who teaches already does so still',
        headers: IfMatch,
        body: SettingsChange,
        response: { 200: SiteSettings, ...refuses(400, 401, 403, 412, 413, 415, 428, 429) },
      },
    },
    async (request, reply) => {
      const version = versionRead(request);
      const domains = [...new Set(request.body.domains.map((domain) => domain.toLowerCase()))];
      const value = { teachers: request.body.teachers, domains };
      const changed = await transaction(app.db, async (db) => {
        const [row] = await query<{ version: number }>(
          db,
          version === 0 ? INSERT_SETTING : UPDATE_SETTING,
          version === 0 ? [JSON.stringify(value)] : [JSON.stringify(value), version],
        );
        await audit(
          request,
          { action: 'settings.changed', subject: { kind: 'setting', id: 'teachers' }, details: value },
          db,
        );
        return unchangedMeanwhile(row).version;
      });
      showsVersion(reply, changed);
      return { ...value, version: changed };
    },
  );
};
