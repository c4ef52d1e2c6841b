import type { FastifyPluginAsyncTypebox, TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyServerOptions, LogController } from 'fastify';
import { typedAsKept } from '#server/schemas/kept-text.ts';
import type { Database, OpenDatabase } from './database/database.ts';
import { access } from './plugins/app/access.ts';
import { background } from './plugins/app/background.ts';
import { cache } from './plugins/app/cache.ts';
import { clientAddress } from './plugins/app/client-address.ts';
import { parts } from './plugins/app/dependencies-status.ts';
import { API_V1, documentation } from './plugins/app/documentation.ts';
import { drawnPages } from './plugins/app/drawn-pages.ts';
import { etags } from './plugins/app/etags.ts';
import { files } from './plugins/app/files.ts';
import { dataHeaders, headers } from './plugins/app/headers.ts';
import { health } from './plugins/app/health.ts';
import { idempotency } from './plugins/app/idempotency.ts';
import { jobs } from './plugins/app/jobs.ts';
import { keys } from './plugins/app/keys.ts';
import { mail } from './plugins/app/mail.ts';
import { methods } from './plugins/app/methods.ts';
import { metrics } from './plugins/app/metrics.ts';
import { problems, sendProblem, unknownAddress } from './plugins/app/problems.ts';
import { requestLog } from './plugins/app/request-log.ts';
import { retention } from './plugins/app/retention.ts';
import { route } from './plugins/app/route.ts';
import { security } from './plugins/app/security-text.ts';
import { texts } from './plugins/app/texts.ts';
import { traces } from './plugins/app/traces.ts';
import { bodiesAsTyped, idsAsKept } from './plugins/external/ajv.ts';
import { cookies } from './plugins/external/cookie.ts';
import { rateLimits } from './plugins/external/rate-limit.ts';
import { serializersWhenNeeded } from './plugins/external/serializers.ts';
import { pages } from './plugins/external/static.ts';
import { openapi } from './plugins/external/swagger.ts';
import { websockets } from './plugins/external/websocket.ts';
import { badRequest } from './problems/general.ts';
import { routes } from './routes/index.ts';
import type { Settings } from './settings.ts';
import type { Tracing } from './tracing/tracing.ts';

declare module 'fastify' {
  interface FastifyInstance {
    db: Database;
    settings: Settings;
    /** Where traces of requests go, if anywhere. */
    tracing: Tracing | undefined;
  }
}

export interface AppOptions {
  settings: Settings;
  database: OpenDatabase;
  logger?: FastifyServerOptions['logger'];
  tracing?: Tracing | undefined;
  /** Routes beside the API, such as a test's own. */
  extra?: FastifyPluginAsyncTypebox;
}

/** The longest part of an address, encoded: the name of a file in letters of four bytes. */
const PARAMETER_MAX = 200 * 12;
/** The largest body of a request, in bytes: a long course in one piece. Files go another way. */
const BODY_BYTES_MAX = 2 * 1024 * 1024;

/** The app with all its parts, listening nowhere yet. */
export async function buildApp({ settings, database, logger = false, tracing, extra }: AppOptions) {
  const app = Fastify({
    logger: quiet(logger),
    bodyLimit: BODY_BYTES_MAX,
    // Behind the ingress the last address that it adds is the client's.
    trustProxy: settings.publicUrl ? (_address, hop) => hop < 1 : false,
    forceCloseConnections: 'idle',
    // While draining, what comes on open connections is still answered.
    return503OnClosing: false,
    genReqId: () => crypto.randomUUID(),
    requestIdHeader: false,
    routerOptions: { maxParamLength: PARAMETER_MAX },
    // What never reaches a route is refused in our words as well.
    frameworkErrors: (error, request, reply) => {
      // No hook of ours runs for it.
      reply.headers(dataHeaders(settings)).header('x-request-id', request.id);
      sendProblem(error.statusCode === 400 ? badRequest({}) : unknownAddress(request), request, reply);
    },
    schemaController: {
      compilersFactory: { buildValidator: bodiesAsTyped, buildSerializer: serializersWhenNeeded },
    },
    logController: new LogController({ disableRequestLogging: true }),
    ajv: {
      onCreate: (ajv) => {
        idsAsKept(ajv);
        typedAsKept(ajv);
      },
      customOptions: { allErrors: true, removeAdditional: false, coerceTypes: 'array', useDefaults: true },
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.decorate('db', database.db);
  app.decorate('settings', settings);
  app.decorate('tracing', tracing);
  await app.register(route);
  await app.register(clientAddress);
  await app.register(problems);
  await app.register(methods);
  await app.register(requestLog);
  await app.register(headers);
  await app.register(parts);
  await app.register(cookies);
  await app.register(rateLimits);
  // Before what refuses, so that the socket of a refused upgrade is closed.
  await app.register(websockets);
  await app.register(traces, { tracing });
  await app.register(metrics, { connections: database.connections });
  await app.register(access);
  await app.register(idempotency);
  await app.register(etags);
  await app.register(background);
  await app.register(jobs);
  await app.register(retention);
  await app.register(keys);
  await app.register(cache);
  await app.register(mail);
  await app.register(files);
  await app.register(texts);
  await app.register(openapi);
  await app.register(health);
  await app.register(documentation);
  await app.register(security);
  await app.register(pages, { folder: settings.webDir });
  await app.register(drawnPages, { folder: settings.webDir });
  await app.register(routes, { prefix: API_V1 });
  if (extra) await app.register(extra);
  await app.ready();
  return app;
}

/** A log that tells of a failure what and where, and nothing that a person wrote: drivers add the row that they were given. */
function quiet(logger: FastifyServerOptions['logger']): FastifyServerOptions['logger'] {
  if (typeof logger !== 'object') return logger;
  return { ...logger, serializers: { ...logger.serializers, err: errorForLog as never } };
}
function errorForLog({ name, code, message, stack }: NodeJS.ErrnoException) {
  return { type: name, code, message, stack };
}

export type App = Awaited<ReturnType<typeof buildApp>>;
