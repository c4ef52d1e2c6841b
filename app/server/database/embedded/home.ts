import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Account, mayWrite } from './account.ts';

/** Where data go that cannot stay in the project, because only root may enter its folder. */
const SHARED = '/var/lib/fredu';

/** Where a project's database lives. */
export interface Home {
  /** Holds the folder `data` and whatever the server needs beside it; written by the server's account. */
  folder: string;
  /** What all projects of this machine share: copies of the programs. */
  shared: string;
}

/**
 * The home of the database: below the project, or in /var/lib/fredu under a name of its own where the account cannot
 * come in; a note in the project then says where.
 */
export function databaseHome(
  below: string,
  account: Account | undefined,
  { shared = SHARED }: { shared?: string } = {},
): Home {
  const folder = join(below, 'postgres');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!account) return { folder, shared };
  chownSync(folder, account.uid, account.gid);
  if (mayWrite(account, folder)) return { folder, shared };
  const project = dirname(below);
  const digest = createHash('sha256').update(below).digest('hex').slice(0, 8);
  const elsewhere = join(shared, `${basename(project) || 'root'}-${digest}`);
  mkdirSync(shared, { recursive: true, mode: 0o755 });
  if (!existsSync(elsewhere)) mkdirSync(elsewhere, { mode: 0o700 });
  chownSync(elsewhere, account.uid, account.gid);
  writeFileSync(
    join(folder, 'elsewhere.txt'),
    `The database is in ${elsewhere}: it runs as ${account.name}, who cannot enter ${project}.\n`,
  );
  return { folder: elsewhere, shared };
}
