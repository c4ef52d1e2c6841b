import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const WEB = import.meta.dirname;
const DIST = join(WEB, 'dist');
/** Holds the digest of the sources that the pages were built from. */
const STAMP = join(DIST, '.sources');

/** Below the pages: the packages that are bundled into them, with their licences. */
export const PACKAGES = '.packages.json';

/** What the pages are built from: their own files, what they share with the server, and the libraries in the lock file. */
const SOURCES = [
  'index.html',
  'vite.config.ts',
  'icons.ts',
  'main.tsx',
  'router.tsx',
  'api.ts',
  'api',
  'design',
  'features',
  'layout',
  'markdown',
  'pages',
  'public',
  '../shared',
  '../../package-lock.json',
];

/** The pages, built again where they are missing or older than their sources. Whether they were built now. */
export async function buildWeb({ force = false }: { force?: boolean } = {}): Promise<boolean> {
  const digest = sourcesDigest();
  if (!force && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digest) return false;
  const { build } = await import('vite');
  const { NODE_ENV } = process.env;
  // Every build, a test runner's too, makes the pages that people get.
  process.env.NODE_ENV = 'production';
  try {
    await build({ configFile: join(WEB, 'vite.config.ts'), logLevel: 'warn' });
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
  writeFileSync(STAMP, digest);
  return true;
}

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
