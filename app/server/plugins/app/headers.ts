import fp from 'fastify-plugin';

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

const TWO_YEARS_SECONDS = 63_072_000;

/**
 * Headers that keep browsers from running or leaking what we did not send. They are the same for every answer and are
 * put together once: a library that makes them anew for each costs more than the rest of a small answer.
 */
export const headers = fp<{ secure: boolean }>(
  async (app, { secure }) => {
    const always: Record<string, string> = {
      'content-security-policy': PAGES,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      // Where the app is not reached by HTTPS a browser must not be told to insist on it.
      ...(secure ? { 'strict-transport-security': `max-age=${TWO_YEARS_SECONDS}; includeSubDomains` } : {}),
    };
    app.addHook('onRequest', (_request, reply, done) => {
      reply.headers(always);
      done();
    });
  },
  { name: 'headers' },
);
