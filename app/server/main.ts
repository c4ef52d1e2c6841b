import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { API, PROGRAMS } from '#shared/contract.ts';
import { makeAdministrator } from './administrator.ts';
import { buildApp } from './app.ts';
import { CannotStart } from './cannot-start.ts';
import { options } from './command-line.ts';
import { openDatabase } from './database/database.ts';
import { checkSchema, migrate } from './database/migrate.ts';
import type { Environment } from './environment.ts';
import { serveMetrics } from './plugins/app/metrics.ts';
import { seed, seedFiles } from './seed/seed.ts';
import { type Settings, settingsOf } from './settings.ts';
import { openTracing } from './tracing/open-tracing.ts';

export interface StartOptions extends Partial<Settings> {
  /** Variables to read; the process's own where unset. */
  environment?: Environment;
  /** What the log holds: 'info' tells every request. */
  logLevel?: 'info' | 'warn' | 'error' | 'silent';
  /** Whether an empty database is filled with people and courses to try the app with. @default for an embedded one that is not public */
  demo?: boolean;
  /** How long a statement may be without any answer before its connection counts as broken. */
  silenceSeconds?: number;
}

/**
 * How long a statement may be without any answer: longer than it may run, and may have waited for a connection of the pooler. Where the
 * other end lost its power nothing says so, and the system would wait a quarter of an hour. @see tcp(7): tcp_retries2
 */
const SILENCE_SECONDS = 25;

/** A running app. */
export interface Running {
  url: string;
  /** What the database is, in one line. */
  database: string;
  /** Answers what is under way, lets go of the database, and ends. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts the app: opens the database, listens. The schema of an embedded database is brought up to date; that of DATABASE_URL is only
 * looked at, for the user that serves may not change it.
 * @throws CannotStart with one line that says what to do: a port that is taken, a database that does not answer or lacks migrations
 */
export async function start(options: StartOptions = {}): Promise<Running> {
  const {
    environment = process.env,
    logLevel = 'warn',
    demo,
    silenceSeconds = SILENCE_SECONDS,
    ...fixed
  } = options;
  const settings = settingsOf(environment, fixed);
  const tracing = await openTracing(settings.tracing, (error) =>
    app?.log.warn({ err: error }, 'nobody takes the traces; they are dropped'),
  );
  const database = await openDatabase(settings.database, {
    silenceSeconds,
    onLost: (error) => app?.log.warn({ err: error }, 'a database connection broke'),
    onStatement: tracing?.statement,
  });
  let app: Awaited<ReturnType<typeof buildApp>> | undefined;
  try {
    await ('folder' in settings.database ? migrate : checkSchema)(database.db);
    const isDemo = demo ?? ('folder' in settings.database && !settings.publicUrl);
    if (isDemo) await seed(database.db);
    app = await buildApp({ settings, database, logger: { level: logLevel }, tracing });
    if (isDemo) await seedFiles(database.db, app.files);
    const serving = app;
    const url = await listen(serving, settings);
    serving.beginJobs();
    const metrics = await metricsOf(serving, settings);
    let closing: Promise<void> | undefined;
    const close = async () => {
      serving.drain();
      // What is then left is to put away what is held, and to tell the last traces.
      const late = setTimeout(() => (serving.server as Server).closeAllConnections(), API.drainSeconds * 850);
      // Without a balancer nobody needs a notice; with one, whom it still sends here is answered.
      if (settings.publicUrl) await sleep(API.noticeSeconds * 1000);
      await serving.close();
      clearTimeout(late);
      await new Promise((resolve) => (metrics ? metrics.close(resolve) : resolve(undefined)));
      await database.close();
      await tracing?.close();
    };
    return {
      url,
      database: database.name,
      close: () => {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    await app?.close();
    await database.close();
    await tracing?.close();
    throw error;
  }
}

async function listen(app: Awaited<ReturnType<typeof buildApp>>, { host, port }: Settings): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new CannotStart(
        `port ${port} is taken; end the program that has it, or choose another: PORT=${port + 1} npm start`,
      );
    }
    if (code === 'EACCES') {
      throw new CannotStart(`port ${port} is for root only; choose one above 1023: PORT=8080 npm start`);
    }
    throw new CannotStart(`cannot listen on ${host}, port ${port}: ${message}; see HOST and PORT`);
  }
  const address = app.addresses()[0] as AddressInfo | undefined;
  const shown =
    host === '127.0.0.1' || host === '::1' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${address?.port ?? port}`;
}

/** The metrics are worth a warning, but no reason not to answer students. */
async function metricsOf(
  app: Awaited<ReturnType<typeof buildApp>>,
  { host, metricsPort }: Settings,
): Promise<Server | undefined> {
  try {
    return await serveMetrics(app.metrics, { host, port: metricsPort });
  } catch (error) {
    app.log.warn({ err: error }, `no metrics: port ${metricsPort} cannot be had`);
    return undefined;
  }
}

/** Brings the schema up to date and ends; safe while the app runs. */
export async function runMigrations(environment: Environment = process.env): Promise<string[]> {
  const database = await openDatabase(settingsOf(environment).database);
  try {
    return await migrate(database.db);
  } finally {
    await database.close();
  }
}

/** Ends the app on the signals that ask for it, also while it still starts; at once on the second one. */
export function closeOnSignals(starting: Promise<Running>): void {
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(130);
      asked = true;
      setTimeout(() => process.exit(1), API.drainSeconds * 1000).unref();
      // A start that fails tells its reason where it was begun.
      starting
        .then((running) => running.close())
        .then(
          () => process.exit(0),
          () => process.exit(1),
        );
    });
  }
}

const USAGE = `npm run migrate | node app/server/main.ts [migrate | administrator ADDRESS]
  Serves the app; with migrate, brings the schema of DATABASE_URL up to what it expects; with administrator, makes
  somebody with that address one.`;

if (import.meta.main) {
  try {
    const [program, argument] = options(USAGE, {}, { words: true }).positionals;
    if (program === PROGRAMS.migrate[0]) {
      const steps = await runMigrations();
      process.stdout.write(
        `${steps.length} migrations taken${steps.map((step) => `\n  ${step}`).join('')}\n`,
      );
    } else if (program === PROGRAMS.administrator[0]) {
      const { database } = settingsOf(process.env);
      process.stdout.write(`${await makeAdministrator(database, argument)}\n`);
    } else if (program === undefined) {
      const starting = start({ logLevel: 'info' });
      closeOnSignals(starting);
      const { url, database } = await starting;
      process.stdout.write(`${url} (${database})\n`);
    } else {
      throw new CannotStart(
        `there is no program ${program}; there is ${PROGRAMS.migrate[0]}, ${PROGRAMS.administrator[0]}, and none to serve`,
      );
    }
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = 2;
  }
}
