import { existsSync } from 'node:fs';
import { join } from 'node:path';
import files from '@fastify/static';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { API } from '../../../contract.ts';
import { sendProblem, unknownAddress } from '../app/problems.ts';

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
      setHeaders(reply, path) {
        const kept = path.startsWith(join(folder, 'assets'));
        reply.header('cache-control', kept ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
      },
    });
  },
  { name: 'pages', dependencies: ['problems'] },
);

const asksForPage = ({ method, url }: FastifyRequest): boolean =>
  method === 'GET' && !url.startsWith(`${API.basePath}/`) && !/\.\w+($|\?)/.test(url);
