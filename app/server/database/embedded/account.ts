import { spawnSync } from 'node:child_process';

/** A user of this machine whom PostgreSQL runs as, for it refuses to run as root. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The account for PostgreSQL where we are root: `postgres` where there is one, else `nobody`, which every system has;
 * no user is added to the machine for a database of one's own. Nothing where we are not root: it runs as ourselves.
 * @throws when the machine has neither
 */
export function databaseAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, name]).stdout));
    if (uid && gid) return { name, uid, gid };
  }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has no user postgres or nobody to run it as',
  );
}

/** Whether the account can start the program, as the system itself answers: folders on the way may forbid it. */
export const mayRun = ({ uid, gid }: Account, program: string): boolean =>
  spawnSync(program, ['--version'], { uid, gid, cwd: '/', stdio: 'ignore' }).status === 0;

/** Whether the account can write in the folder. */
export const mayWrite = ({ uid, gid }: Account, folder: string): boolean =>
  spawnSync('/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', folder], { uid, gid, cwd: '/', stdio: 'ignore' })
    .status === 0;
