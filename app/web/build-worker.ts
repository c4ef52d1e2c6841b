import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import type { Bundled } from './licences.ts';

const WEB = import.meta.dirname;
/** What a browser fetches once somebody has read a page, to show any page for readers without a network. */
const SHELL = ['index.html', 'icon.svg', 'manifest.json'];
/** Pages that need the server whatever they do. */
const ONLINE = /\/(together|manage|statistics|new-course|course-form|upload|replace|rename)[\w-]*\.(js|css)$/;
/** What is larger, a reader has met before or does not need. */
const BYTES_MAX = 60_000;

/**
 * Builds the service worker into a folder of pages, with the list of those of their files that are kept.
 * @returns the packages that are in it
 */
export async function buildWorker(outDir: string): Promise<Bundled[]> {
  const own = '.worker-packages.json';
  await build({
    configFile: false,
    root: WEB,
    publicDir: false,
    logLevel: 'warn',
    define: { BUILT: JSON.stringify(kept(outDir)), 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir,
      emptyOutDir: false,
      modulePreload: false,
      license: { fileName: own },
      reportCompressedSize: false,
      rollupOptions: {
        checks: { pluginTimings: false },
        input: join(WEB, 'offline/service-worker.ts'),
        // No module: every browser that has service workers takes it.
        output: { format: 'iife', entryFileNames: 'service-worker.js' },
      },
    },
  });
  const packages = JSON.parse(readFileSync(join(outDir, own), 'utf8')) as Bundled[];
  rmSync(join(outDir, own));
  return packages;
}

/** Files of a build that a browser keeps; those without a digest in their name with one of their own. */
function kept(folder: string): { url: string; revision: string | null }[] {
  const [script] = /assets\/[\w-]+\.js/.exec(readFileSync(join(folder, 'index.html'), 'utf8')) ?? [];
  const assets = readdirSync(join(folder, 'assets'))
    .map((name) => `assets/${name}`)
    .filter((path) => /\.(js|css)$/.test(path) && !ONLINE.test(`/${path}`))
    .filter((path) => path === script || statSync(join(folder, path)).size <= BYTES_MAX);
  return [
    ...SHELL.map((path) => ({
      url: `/${path}`,
      revision: createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex')
        .slice(0, 16),
    })),
    ...assets.map((path) => ({ url: `/${path}`, revision: null })),
  ];
}
