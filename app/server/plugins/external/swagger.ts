import swagger from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import { allowed } from '#server/permissions.ts';
import { answerHeaders } from '#server/schemas/answer-headers.ts';
import { VERSION } from '#server/version.ts';
import { IDEMPOTENCY_KEY } from '../app/idempotency.ts';
import { operationId } from './operation-id.ts';
import { SAFE } from './rate-limit.ts';

interface Headers {
  properties?: object;
  required?: string[];
}

/** A route as the document tells it: who may ask, and the headers that are read and answered beside its schema. */
function documented({
  schema,
  config,
  method,
  url,
}: Pick<RouteOptions, 'schema' | 'config' | 'method' | 'url'>): FastifySchema {
  const access = config?.access;
  const headers = schema?.headers as Headers | undefined;
  const visitors = access === undefined || access === 'open' || allowed(access, 'visitor');
  const isChangeOfVersion = headers?.properties && 'if-match' in headers.properties;
  const [first = 'GET'] = [method].flat();
  const hasKey = first === 'POST' && !visitors;
  const isCounted = !SAFE.has(first) && config?.countsAsChange !== false;
  const response = Object.entries((schema?.response ?? {}) as Record<string, object>).map(
    ([status, answer]) => [
      status,
      { ...answer, headers: answerHeaders(Number(status), { method: first, isCounted, hasKey }) },
    ],
  );
  return {
    ...schema,
    operationId: operationId(first, url),
    ...(response.length > 0 ? { response: Object.fromEntries(response) } : {}),
    ...(access === 'open' ? {} : { security: [...(visitors ? [{}] : []), { session: [] }] }),
    ...(isChangeOfVersion || hasKey
      ? {
          headers: {
            type: 'object',
            ...headers,
            properties: { ...headers?.properties, ...(hasKey ? { 'idempotency-key': IDEMPOTENCY_KEY } : {}) },
            required: [...(headers?.required ?? []), ...(isChangeOfVersion ? ['if-match'] : [])],
          },
        }
      : {}),
  };
}

const DONE: Record<string, string> = {
  200: 'As it is now',
  201: 'Made',
  202: 'Taken on; a letter or a later request says what came of it',
};
/** What keeps other sites from changing anything in the name of their visitors. */
const OWN_PAGES =
  'A change, by any method but GET and HEAD, is refused with 403 (`foreign-request`) where another site made it, by what browsers say of ' +
  'it: `Sec-Fetch-Site` must be `same-origin` or `none`; where there is none, `Origin` must be the origin of this API, and with the cookie of ' +
  'a session there must be an `Origin`. Programs that send neither, nor a cookie, are let in.';

const PAGE_PERSON =
  'A change with the header `Page-Person: <id>` is refused with `another-person` unless that person’s session asks.';

interface Described {
  paths?: Record<string, Record<string, { responses: Record<string, { description?: string }> }>>;
}
/** Says of each answer what it is, where its route does not, and of each refusal of a change what else it may mean. */
function described<Document>(document: Document): Document {
  for (const [, operations] of Object.entries((document as Described).paths ?? {})) {
    for (const [method, { responses }] of Object.entries(operations)) {
      for (const [status, answer] of Object.entries(responses))
        if (answer.description === 'Default Response') answer.description = DONE[status] ?? '';
      const refused = responses[403];
      if (refused && !SAFE.has(method.toUpperCase()))
        refused.description = `${refused.description}; or another site made the request, by its \`Sec-Fetch-Site\` or \`Origin\``;
    }
  }
  return document;
}

/** The OpenAPI document, made from the schemas that the routes themselves use. */
export const openapi = fp(
  async (app) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'fredu',
          version: VERSION,
          description: `Courses, and the people who write and follow them. Refusals are problem details (RFC 9457). ${OWN_PAGES} ${PAGE_PERSON}`,
          license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        },
        servers: [{ url: '/' }],
        tags: [
          { name: 'people', description: 'Joining, and forgotten passwords' },
          { name: 'sessions', description: 'Signing in and out' },
          { name: 'me', description: 'One’s own account' },
          { name: 'courses', description: 'What teachers publish' },
          { name: 'files', description: 'Files of courses, and how they are sent' },
          { name: 'forum', description: 'What people ask and answer in a course' },
          { name: 'notifications', description: 'Notifications of one person' },
          { name: 'notices', description: 'Notices to everybody' },
          { name: 'site-pages', description: 'What the site says of itself' },
          { name: 'admin', description: 'For administrators' },
        ],
        components: {
          securitySchemes: {
            session: {
              type: 'apiKey',
              in: 'cookie',
              name: 'session',
              description: `What signing in gives; by HTTPS its name is \`__Host-session\`. ${OWN_PAGES}`,
            },
          },
        },
      },
      transform: ({ schema, url, route }) => ({ schema: documented({ ...route, schema, url }), url }),
      transformObject: (document) =>
        described('openapiObject' in document ? document.openapiObject : document.swaggerObject),
      // Schemas keep the names that they were given.
      refResolver: { buildLocalReference: (json, _base, _fragment, at) => String(json.$id ?? `def-${at}`) },
    });
  },
  { name: 'openapi' },
);
