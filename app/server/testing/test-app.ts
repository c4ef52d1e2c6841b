import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { afterAll } from 'vitest';
import { type App, buildApp } from '../app.ts';
import type { KeptLetter } from '../mail/mailer.ts';
import type { Caller } from '../permissions.ts';
import { beginSession } from '../security/sessions.ts';
import { DEMO_PEOPLE } from '../seed/courses.ts';
import { type Settings, settingsOf } from '../settings.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { documented } from './openapi-check.ts';

/** A request; `body` is sent as JSON, and a header that is undefined is left out. */
export interface Request extends Omit<InjectOptions, 'url' | 'path' | 'query'> {
  url: string;
}
/** Asks the app as one person. An answer that the OpenAPI document does not know fails the test. */
export type Ask = (request: Request | string) => Promise<LightMyRequestResponse>;

/** The whole app over a database of its own, for one test file. */
export interface TestApp {
  app: App;
  db: App['db'];
  database: TestDatabase;
  /** Asks as a visitor. */
  ask: Ask;
  /** Asks as the demo person of that role, or as the person with that id. */
  as(who: Caller | (string & {})): Promise<Ask>;
  /** The cookie of a new session of theirs, for requests over a real line. */
  cookieOf(who: Caller | (string & {})): Promise<{ cookie: string }>;
  /** How many statements a piece of work runs. */
  statementsOf(work: () => Promise<unknown>): Promise<number>;
  /** The letters so far, the newest first, once all work in the background is done. */
  letters(): Promise<KeptLetter[]>;
}

/** Starts the app for the tests of this file, and ends it after them. */
export async function testApp(fixed: Partial<Settings> = {}): Promise<TestApp> {
  const database = await testDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'fredu-test-'));
  const webDir = join(dataDir, 'no-pages');
  const settings = settingsOf(
    {},
    { webDir, dataDir, database: { url: database.url }, changesPerMinute: CHANGES_PER_MINUTE, ...fixed },
  );
  const app = await buildApp({ settings, database: database.open });
  afterAll(async () => {
    await app.close();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const check = documented(app.swagger() as never);
  const asking =
    (headers: Record<string, string>): Ask =>
    async (request) => {
      const options = typeof request === 'string' ? { url: request } : request;
      const sent = Object.entries({ ...headers, ...options.headers }).filter(
        ([, value]) => value !== undefined,
      );
      const response = await app.inject({ ...options, headers: Object.fromEntries(sent) });
      check({ method: options.method ?? 'GET', url: options.url }, response);
      return response;
    };
  async function cookieOf(who: string) {
    const id = DEMO_PEOPLE.find((person) => person.role === who)?.id ?? who;
    const { secret } = await beginSession(app.db, id, { address: '127.0.0.1', agent: 'test' });
    return { cookie: `session=${secret}` };
  }
  return {
    app,
    db: app.db,
    database,
    ask: asking(OWN_PAGE),
    async as(who) {
      return asking(who === 'visitor' ? OWN_PAGE : { ...OWN_PAGE, ...(await cookieOf(who)) });
    },
    cookieOf,
    async statementsOf(work) {
      database.statements.length = 0;
      await work();
      return database.statements.length;
    },
    async letters() {
      await app.settled();
      return app.mail.kept!();
    },
  };
}
/** More than any test asks for. */
const CHANGES_PER_MINUTE = 1_000_000;
/** As browsers say of a request from our own pages. */
const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };
