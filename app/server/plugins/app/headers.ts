import fp from 'fastify-plugin';
import type { Settings } from '#server/settings.ts';
import { PAGE_HEADERS } from '#shared/contract.ts';

/** What pages may load and run: nothing inline, nothing of third parties. */
const PAGES = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join(';');

/** What the API answers is no page: nothing of it may load, run or be shown in a frame. */
const NO_PAGE = "default-src 'none';frame-ancestors 'none'";

const TWO_YEARS_SECONDS = 63_072_000;

/** The headers of what is no page. */
export const dataHeaders = ({ publicUrl }: Settings): Record<string, string> => ({
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'content-security-policy': NO_PAGE,
  // Where the app is not reached by HTTPS a browser must not be told to insist on it.
  ...(publicUrl?.startsWith('https:')
    ? { 'strict-transport-security': `max-age=${TWO_YEARS_SECONDS}; includeSubDomains` }
    : {}),
});

/**
 * Headers that keep browsers from running or leaking what we did not send. They are the same for all pages, fewer for
 * the API's data, and put together once: a library that makes them again for each costs more than the rest of a small answer.
 */
export const headers = fp(
  async (app) => {
    const data = dataHeaders(app.settings);
    const pages = {
      ...data,
      ...PAGE_HEADERS,
      'content-security-policy': PAGES,
    };
    app.addHook('onRequest', (request, reply, done) => {
      // Pages are what the same answer serves everyone; the API says who may ask.
      const { access = 'open' } = request.route.config;
      reply.headers(access === 'open' ? pages : data);
      done();
    });
  },
  { name: 'headers', dependencies: ['route'] },
);
