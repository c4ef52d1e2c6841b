import { existsSync } from 'node:fs';
import { join } from 'node:path';
import files from '@fastify/static';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { API } from '#shared/contract.ts';
import { sendProblem, unknownAddress } from '../app/problems.ts';
import { pathOf } from '../app/route.ts';

const YEAR_SECONDS = 365 * 24 * 3600;

/**
 * The pages, where they were built. Files with a digest in their name never change and are kept for a year; every
 * address that is none of the API's shows the application, which then finds its own page.
 */
export const pages = fp<{ folder: string }>(
  async (app, { folder }) => {
    const built = existsSync(join(folder, 'index.html'));
    app.setNotFoundHandler((request, reply) =>
      built && asksForPage(request)
        ? reply.sendFile('index.html')
        : sendProblem(unknownAddress(request), request, reply),
    );
    if (!built) return;
    await app.register(files, {
      root: folder,
      wildcard: false,
      index: false,
      cacheControl: false,
      // Each text has a packed twin beside it.
      preCompressed: true,
      setHeaders(reply, path) {
        const kept = path.startsWith(join(folder, 'assets'));
        reply.header('cache-control', kept ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
      },
    });
  },
  { name: 'pages', dependencies: ['problems'] },
);

/** What is below this is there or is not: pages whose scripts went away with an older build must learn that they did. */
const BUILT = '/assets/';
/** A part of a path that begins with a dot is no page of ours, nor what RFC 8615 puts below `/.well-known/`. */
const HIDDEN = /\/(\.|%2e)/i;

/** Whether an address is a page of the application, as the nginx of the charts decides it: by its path, dots and all. */
function asksForPage(request: FastifyRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const path = pathOf(request);
  return (
    path !== API.basePath &&
    ![`${API.basePath}/`, BUILT].some((each) => path.startsWith(each)) &&
    !HIDDEN.test(path)
  );
}
