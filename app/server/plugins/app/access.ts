import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { allowed, PERMISSIONS, type Permission } from '#server/permissions.ts';
import { anotherPerson, foreignRequest, notAllowed, signInNeeded } from '#server/problems/general.ts';
import { cookieOf } from '#server/security/cookies.ts';
import { type Person, sessionReader } from '#server/security/sessions.ts';
import { SAFE } from '../external/rate-limit.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A line of the permissions, or `open`: the same answer for everyone, and nobody is looked up. */
    access?: Permission | 'open';
  }
  interface FastifyRequest {
    /** The person who is signed in; null for a visitor. Looked up before a route runs, unless it is `open`. */
    person: Person | null;
  }
  interface FastifyInstance {
    /** Every route that we declared, for the tests that walk them. */
    declaredRoutes: { method: string; url: string; access: Permission | 'open' }[];
  }
}

/** The header by which a page says whose it is, with every change that it asks for. */
const PAGE_PERSON = 'page-person';

/** Routes that libraries make for us: files that were built for everyone. */
const FOREIGN = /^\/(assets\/.*|[\w.-]+\.\w+)?$/;

/**
 * Who may call a route, asked before anything of the request is read. A route that does not say who may call it keeps
 * the app from starting.
 */
export const access = fp(
  async (app) => {
    app.decorate('declaredRoutes', []);
    app.decorateRequest('person', null);
    app.addHook('onRoute', ({ method, url, config }) => {
      const named = config?.access;
      if (!named && !FOREIGN.test(url))
        throw new Error(`${method} ${url} does not say who may call it: config.access`);
      if (named && named !== 'open' && !(named in PERMISSIONS))
        throw new Error(`${url}: there is no permission ${named}`);
      for (const each of [method].flat()) {
        if (each !== 'HEAD') app.declaredRoutes.push({ method: each, url, access: named ?? 'open' });
      }
    });
    const personOf = sessionReader(app.db);
    const refusalOf = ({ person }: FastifyRequest, named: Permission) => {
      if (allowed(named, person?.role ?? 'visitor')) return undefined;
      return person ? notAllowed({}) : signInNeeded({});
    };
    /** Who signs in again may do so from anybody's page. */
    const isAnother = ({ person, method, headers }: FastifyRequest, named: Permission) =>
      person &&
      !SAFE.has(method) &&
      (headers[PAGE_PERSON] ?? person.id) !== person.id &&
      !allowed(named, 'visitor');
    app.addHook('onRequest', (request, _reply, done) => {
      const named = request.route.config?.access;
      if (!named || named === 'open') return done();
      const secret = cookieOf(request, 'session');
      if (!SAFE.has(request.method) && !isOwn(request, secret !== undefined)) return done(foreignRequest({}));
      if (!secret) return done(refusalOf(request, named));
      personOf(secret).then((person) => {
        request.person = person ?? null;
        done(isAnother(request, named) ? anotherPerson({}) : refusalOf(request, named));
      }, done);
    });
  },
  { name: 'access', dependencies: ['cookies', 'route'] },
);

/**
 * Whether what changes something was asked by our own pages, as the browser itself says: another site can make it send
 * the request, but not lie about where it comes from. Programs that are no browser say nothing and bring no cookie.
 */
export function isOwn(request: FastifyRequest, hasCookie: boolean): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = request.headers;
  if (origin === undefined) return !hasCookie;
  const { publicUrl } = request.server.settings;
  return origin === (publicUrl ?? `${request.protocol}://${request.host}`);
}

/** The person who is signed in, in a route that visitors may not call. @throws a refusal for a visitor */
export function signedIn(request: FastifyRequest): Person {
  if (!request.person) throw signInNeeded({});
  return request.person;
}
