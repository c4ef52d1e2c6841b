import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { FONT_PACKAGES } from './fonts.ts';
import { type Bundled, fontPackages, writeLicences } from './licences.ts';

const WEB = import.meta.dirname;
const DIST = join(WEB, 'dist');
/** The program by which the server draws pages: the same components in one file that runs in Node. */
const DRAWING = join(DIST, '.drawing.js');
/** Holds the digest of the sources that the pages were built from. */
const SOURCES_DIGEST = '.sources';
const STAMP = join(DIST, SOURCES_DIGEST);

/** Below the pages: the packages that are bundled into them, with their licences. */
export const PACKAGES = '.packages.json';

/** What the pages are built from: their own files, what they share with the server, and the libraries in the lock file. */
const SOURCES = [
  'index.html',
  'vite.config.ts',
  'build-worker.ts',
  'icons.ts',
  'fonts.ts',
  'licences.ts',
  'french-spaces.ts',
  'main.tsx',
  'draw.tsx',
  'queries.ts',
  'read-page.ts',
  'router.tsx',
  'api.ts',
  'api',
  'design',
  'features',
  'layout',
  'markdown',
  'offline',
  'pages',
  'public',
  '../shared',
  '../../package-lock.json',
];

/** The pages, built again where they are missing or older than their sources. Whether they were built now. */
export async function buildWeb({ force = false }: { force?: boolean } = {}): Promise<boolean> {
  const digest = sourcesDigest();
  if (!force && existsSync(DRAWING) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digest)
    return false;
  const { build } = await import('vite');
  const { buildWorker } = await import('./build-worker.ts');
  const { NODE_ENV } = process.env;
  // Two programs that build at once each make their own.
  const outDir = `${DIST}.${process.pid}`;
  // Every build, a test runner's too, makes the pages that people get.
  process.env.NODE_ENV = 'production';
  try {
    const configFile = join(WEB, 'vite.config.ts');
    await build({ configFile, logLevel: 'warn', build: { outDir } });
    await build({
      configFile,
      logLevel: 'warn',
      build: { outDir, ssr: join(WEB, 'draw.tsx'), emptyOutDir: false, license: false, copyPublicDir: false },
    });
    const inWorker = await buildWorker(outDir);
    writePackages(outDir, [...inWorker, ...fontPackages(FONT_PACKAGES)]);
    compress(outDir);
    writeFileSync(join(outDir, SOURCES_DIGEST), digest);
    replace(DIST, outDir);
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
    rmSync(outDir, { recursive: true, force: true });
  }
  return true;
}

/** Adds what the bundler did not count to its list, and writes the licences for visitors. */
function writePackages(folder: string, more: readonly Bundled[]): void {
  const path = join(folder, PACKAGES);
  const bundled = JSON.parse(readFileSync(path, 'utf8')) as Bundled[];
  const all = [...new Map([...bundled, ...more].map((each) => [each.name, each])).values()];
  writeFileSync(path, JSON.stringify(all, null, 2));
  writeLicences(folder, all);
}

/** Puts a folder in the place of another, or leaves the one that somebody else has put there meanwhile. */
function replace(folder: string, fresh: string): void {
  const old = `${fresh}.old`;
  if (existsSync(folder)) renameSync(folder, old);
  try {
    renameSync(fresh, folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** Puts beside each text what browsers are sent instead. */
function compress(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !TEXT.test(path) || entry.name.startsWith('.')) continue;
    const text = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
    writeFileSync(`${path}.br`, brotliCompressSync(text));
  }
}
const TEXT = /\.(html|js|css|svg|json|txt|webmanifest)$/;

function sourcesDigest(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of filesOf(join(WEB, source))) {
      hash.update(relative(WEB, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  try {
    const names = readdirSync(path, { recursive: true, withFileTypes: true });
    return names
      .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}

if (import.meta.main) await buildWeb({ force: true });
