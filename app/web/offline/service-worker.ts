/// <reference lib="webworker" />
import { clientsClaim, type WorkboxPlugin } from 'workbox-core';
import { matchPrecache, type PrecacheEntry, precacheAndRoute } from 'workbox-precaching';
import { createPartialResponse } from 'workbox-range-requests';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { CacheFirst, NetworkFirst, NetworkOnly } from 'workbox-strategies';
import { ASSETS, KEPT, PICTURES, READ } from './caches.ts';

/**
 * The app without a network: its pages as they were built, the courses that were read, and those that somebody asked to keep.
 * With a network every answer is the server's. The pages empty what is a person's when another one signs in, or nobody is.
 */
declare const self: ServiceWorkerGlobalScope;
/** The files of this build, put in by it. */
declare const BUILT: PrecacheEntry[];

const SHELL = '/index.html';
/** Answers and pictures kept without being asked to: as much as a term's reading. */
const ENTRIES_MAX = 400;

/** What pages read and somebody may want to read again: courses, sections, questions, one's own lists, and who is signed in. */
const READING =
  /^\/api\/v1\/(sessions\/current|notices|courses|courses\/mine|courses\/[^/]+\/(outline|threads|sections\/[^/]+)|threads\/[^/]+)$/;
const FILE = /^\/api\/v1\/files\/[^/]+$/;
const FILE_BY_NAME = /^(\/api\/v1\/courses\/[^/]+)\/files\/([^/]+)$/;

precacheAndRoute(BUILT, { directoryIndex: '', cleanURLs: false });
clientsClaim();
self.addEventListener('message', ({ data }) => {
  if (data?.type === 'SKIP_WAITING') void self.skipWaiting();
});

const network = new NetworkOnly();
registerRoute(
  new NavigationRoute(
    async (options) =>
      network.handle(options).catch(async (error) => {
        const shell = await matchPrecache(SHELL);
        if (!shell) throw error;
        return shell;
      }),
    { denylist: [/^\/api\//] },
  ),
);

/** The oldest go when there are too many. */
const bounded: WorkboxPlugin = {
  async cacheDidUpdate({ cacheName }) {
    const cache = await caches.open(cacheName);
    const entries = await cache.keys();
    await Promise.all(entries.slice(0, -ENTRIES_MAX).map((entry) => cache.delete(entry)));
  },
};
/** What is kept is as new as what was read last, and stands in for what is not there. */
const kept: WorkboxPlugin = {
  async fetchDidSucceed({ request, response }) {
    const cache = await caches.open(KEPT);
    if (response.ok && (await cache.match(request.url))) await cache.put(request.url, response.clone());
    return response;
  },
  handlerDidError: async ({ request }) => caches.match(request.url, { cacheName: KEPT }),
};
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && READING.test(url.pathname),
  new NetworkFirst({ cacheName: READ, plugins: [bounded, kept] }),
);
// Fonts and what only some pages need; a file with a digest in its name never changes.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/assets/'),
  new CacheFirst({ cacheName: ASSETS, plugins: [bounded] }),
);

const pictures = new NetworkFirst({ cacheName: PICTURES, plugins: [bounded] });
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && (FILE.test(url.pathname) || FILE_BY_NAME.test(url.pathname)),
  async (options) =>
    (await keptFile(options.request)) ??
    (options.request.destination === 'image' ? pictures : network).handle(options),
);

/** A kept file, or the part of it that a player asks for; nothing where it is not kept, or another one by now. */
async function keptFile(request: Request): Promise<Response | undefined> {
  const address = await addressOf(new URL(request.url));
  const cache = await caches.open(KEPT);
  const file = address && (await cache.match(address));
  if (!file) return undefined;
  const etag = file.headers.get('etag');
  const now = await fetch(address, etag ? { headers: { 'if-none-match': etag } } : {}).catch(() => undefined);
  if (now && now.status !== 304) {
    await now.body?.cancel();
    if (now.status < 500) {
      await cache.delete(address);
      return undefined;
    }
  }
  return request.headers.has('range') ? createPartialResponse(request, file) : file;
}

/** The address under which a file is kept: by its number. Texts call it by its name in the course, whose outline knows both. */
async function addressOf(url: URL): Promise<string | undefined> {
  // Subtitles are made of another file by the server.
  if (url.searchParams.has('format')) return undefined;
  if (FILE.test(url.pathname)) return url.pathname;
  const [, course, name] = FILE_BY_NAME.exec(url.pathname)!;
  const outline = await caches.match(`${course}/outline`, { cacheName: KEPT });
  if (!outline) return undefined;
  const { files } = (await outline.json()) as { files: { id: string; name: string }[] };
  const file = files.find((each) => each.name === decodeURIComponent(name!).normalize('NFC'));
  return file && `/api/v1/files/${file.id}`;
}
