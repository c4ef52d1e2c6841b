import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { afterAll } from 'vitest';
import { type App, buildApp } from '../app.ts';
import { type Settings, settingsOf } from '../settings.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { documented } from './documented.ts';

/** The whole app over a database of its own, for one test file. */
export interface TestApp {
  app: App;
  database: TestDatabase;
  /** Asks the app. An answer that the OpenAPI document does not know fails the test. */
  ask(request: InjectOptions | string): Promise<LightMyRequestResponse>;
  /** How many statements a piece of work runs. */
  statementsOf(work: () => Promise<unknown>): Promise<number>;
}

/** Starts the app for the tests of this file, and ends it after them. */
export async function testApp(fixed: Partial<Settings> = {}): Promise<TestApp> {
  const database = await testDatabase();
  const dataDir = join(tmpdir(), 'fredu-tests-data');
  const settings = settingsOf(
    {},
    { webDir: join(dataDir, 'no-pages'), dataDir, database: { url: database.url }, ...fixed },
  );
  const app = await buildApp({ settings, database: database.open });
  afterAll(async () => {
    await app.close();
    await database.close();
  });
  const check = documented(app.swagger() as never);
  return {
    app,
    database,
    async ask(request) {
      const options = typeof request === 'string' ? { url: request } : request;
      const response = await app.inject(options);
      check({ method: options.method ?? 'GET', url: String(options.url) }, response);
      return response;
    },
    async statementsOf(work) {
      database.statements.length = 0;
      await work();
      return database.statements.length;
    },
  };
}
