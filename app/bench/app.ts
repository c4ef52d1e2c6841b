import Fastify from 'fastify';
import { buildApp } from '#server/app.ts';
import { openDatabase } from '#server/database/database.ts';
import { query } from '#server/database/query.ts';
import { sql } from '#server/database/sql.ts';
import { settingsOf } from '#server/settings.ts';
import { Statements } from './statements.ts';

/** The app as it is, with two routes more; and beside it the least that the same database can cost. */
const [, , dataDir, watched] = process.argv;
// All that is measured is asked by few people from one address.
const settings = settingsOf({}, { dataDir, port: 0, changesPerMinute: 1_000_000 });
const statements = new Statements();
const database = await openDatabase(settings.database, {
  ...(watched ? { onStatement: (sql, milliseconds) => statements.ran(sql, milliseconds) } : {}),
});

const bare = Fastify();
bare.get('/hello', async () => ({ hello: 'world' }));
bare.get('/', async () => (await query(database.db, sql`select $1::int8 as one`, [1]))[0]);

const app = await buildApp({
  settings,
  database,
  extra: async (routes) => {
    const options = { schema: { hide: true }, config: { access: 'open' } } as const;
    routes.get('/bench/memory', options, async () => Math.round(process.resourceUsage().maxRSS / 1e3));
    routes.get('/bench/statements', options, async () => statements.hottest(database.db));
  },
});
const anywhere = { host: '127.0.0.1', port: 0 };
const addresses = { url: await app.listen(anywhere), bareUrl: await bare.listen(anywhere) };
process.stdout.write(`${JSON.stringify(addresses)}\n`);
process.once('SIGTERM', async () => {
  await bare.close();
  await app.close();
  await database.close();
});
