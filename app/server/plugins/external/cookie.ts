import cookie from '@fastify/cookie';
import fp from 'fastify-plugin';

/** Cookies are set by the library, and read by `cookieOf` where someone is looked for: most requests bring none. */
export const cookies = fp(async (app) => void (await app.register(cookie, { hook: false })), {
  name: 'cookies',
});
