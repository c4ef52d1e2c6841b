import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';

/** Whether browsers reach us by HTTPS, as far as this request shows. */
const isSecure = (request: FastifyRequest) =>
  request.server.settings.publicUrl?.startsWith('https:') ?? request.protocol === 'https';

/**
 * The cookie's name. Browsers take one that begins with `__Host-` only by HTTPS, for this host and every path; by plain
 * HTTP, as on one's own machine, they would drop it.
 */
export const nameOfCookie = (request: FastifyRequest, what: 'session' | 'device'): string =>
  isSecure(request) ? `__Host-${what}` : what;

/** What a browser shows of that cookie; most requests of visitors bring none at all. */
export function cookieOf(request: FastifyRequest, what: 'session' | 'device'): string | undefined {
  const { cookie } = request.headers;
  return cookie ? request.server.parseCookie(cookie)[nameOfCookie(request, what)] : undefined;
}

/** A cookie for this host alone, which scripts cannot read and other sites do not send. */
export const hostCookie = (request: FastifyRequest): CookieSerializeOptions => ({
  path: '/',
  httpOnly: true,
  sameSite: 'lax',
  secure: isSecure(request),
});
