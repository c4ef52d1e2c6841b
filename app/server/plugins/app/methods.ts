import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { methodUnknown } from '#server/problems/general.ts';
import { pathOf } from './route.ts';

/** Says which methods an address has to anyone who asks it by another one; an address that has none stays unknown. */
export const methods = fp(
  async (app) => {
    const known = new Map<string, { pattern: RegExp; methods: Set<string> }>();
    app.addHook('onRoute', ({ method, url }) => {
      const entry = known.get(url) ?? { pattern: patternOf(url), methods: new Set() };
      for (const each of [method].flat()) entry.methods.add(each);
      known.set(url, entry);
    });
    const methodsAt = (path: string): string[] => [
      ...((known.get(path) ?? [...known.values()].find(({ pattern }) => pattern.test(path)))?.methods ?? []),
    ];
    /** `PATCH /courses/mine` would change a course of that name, where `/courses/mine` is an address of its own. */
    const isMistaken = (request: FastifyRequest, path: string) =>
      request.is404 || (request.route.url !== path && known.has(path));
    // Before anything is read of a body that nobody wants.
    app.addHook('onRequest', (request, _reply, done) => {
      const path = pathOf(request);
      if (!isMistaken(request, path)) return done();
      const allowed = methodsAt(path);
      if (allowed.length === 0 || allowed.includes(request.method)) return done();
      const allow = allowed.sort().join(', ');
      done(methodUnknown({ method: request.method, allow }, { headers: { allow } }));
    });
  },
  { name: 'methods', dependencies: ['route'] },
);

/** Addresses of a route: `/courses/:id` is one part, `/assets/*` everything below. */
const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replaceAll('.', '\\.')))
      .join('/')}/?$`,
  );
