import swagger from '@fastify/swagger';
import fp from 'fastify-plugin';

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
            'Courses, and the people who write and follow them. Refusals are problem details (RFC 9457).',
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
      },
      // Schemas keep the names that they were given.
      refResolver: { buildLocalReference: (json, _base, _fragment, at) => String(json.$id ?? `def-${at}`) },
    });
  },
  { name: 'openapi' },
);
