import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { audit } from '#server/audit.ts';
import { query } from '#server/database/query.ts';
import { type Sql, sql } from '#server/database/sql.ts';
import { transaction } from '#server/database/transaction.ts';
import { refuses } from '#server/schemas/refuses.ts';
import { QuotaChange } from '#shared/schemas/admin.ts';
import { IdParams, Nothing } from '#shared/schemas/common.ts';
import { courseUnknown } from '../courses/problems.ts';
import { personUnknown } from './problems.ts';

/** The former value comes from the row as it was before, which the same statement holds. */
const change = (
  table: Sql,
): Sql => sql`with former as (select id, quota_bytes from ${table} where id = $1 for update)
  update ${table} t set quota_bytes = $2::int8 from former f where t.id = f.id returning f.quota_bytes as former`;

/** How much somebody, or a course, may keep in files, where that is not what all may. */
export const quotas: FastifyPluginAsyncTypebox = async (app) => {
  for (const [kind, url, table, summary, unknown] of [
    ['person', 'people', sql`people`, 'Say how much somebody may keep in files', () => personUnknown({})],
    [
      'course',
      'courses',
      sql`courses`,
      'Say how much a course may keep in files',
      (id: string) => courseUnknown({ id }),
    ],
  ] as const) {
    const text = change(table);
    app.put(
      `/admin/${url}/:id/quota`,
      {
        config: { access: 'admin' },
        schema: {
          tags: ['admin'],
          summary,
          params: IdParams,
          body: QuotaChange,
          response: { 204: Nothing, ...refuses(400, 401, 403, 404, 413, 415, 429) },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const { bytes } = request.body;
        await transaction(app.db, async (db) => {
          const [found] = await query<{ former: number | null }>(db, text, [id, bytes]);
          if (!found) throw unknown(id);
          const details = { bytes, former: found.former };
          await audit(request, { action: `${kind}.quota-changed`, subject: { kind, id }, details }, db);
        });
        return reply.code(204).send(null);
      },
    );
  }
};
