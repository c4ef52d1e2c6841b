import swagger from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import { allowed } from '../../permissions.ts';
import { answerHeaders } from '../../schemas/answer-headers.ts';
import { IDEMPOTENCY_KEY } from '../app/idempotency.ts';
import { SAFE } from './rate-limit.ts';

interface Headers {
  properties?: object;
  required?: string[];
}

/** A route as the document tells it: who may ask, and the headers that are read and answered beside its schema. */
function told({ schema, config, method }: Pick<RouteOptions, 'schema' | 'config' | 'method'>): FastifySchema {
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

/** The OpenAPI document, made from the schemas that the routes themselves use. */
export const openapi = fp(
  async (app) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'fredu',
          version: '1',
          description:
            'Courses, and the people who write and follow them. Refusals are problem details (RFC 9457). A change with the header `Page-Person: <id>` is refused with `another-person` unless that person’s session asks.',
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
          { name: 'notifications', description: 'What one is told' },
          { name: 'notices', description: 'What everybody is told' },
          { name: 'admin', description: 'For administrators' },
        ],
        components: {
          securitySchemes: {
            session: {
              type: 'apiKey',
              in: 'cookie',
              name: 'session',
              description: 'What signing in gives; by HTTPS its name is `__Host-session`',
            },
          },
        },
      },
      transform: ({ schema, url, route }) => ({ schema: told({ ...route, schema }), url }),
      // Schemas keep the names that they were given.
      refResolver: { buildLocalReference: (json, _base, _fragment, at) => String(json.$id ?? `def-${at}`) },
    });
  },
  { name: 'openapi' },
);
