import { createServer } from 'node:net';
import { type Account, databaseAccount } from '#server/database/embedded/account.ts';
import { find } from '../../../../scripts/lib/programs.ts';
import { run } from '../../../../scripts/lib/run.ts';

/** Programs that these parts are made of, and that no package of the registry brings. */
export const isInstalled = (...programs: string[]): boolean =>
  programs.every((program) => find(program) !== undefined);

/** Most of them refuse to run as root. */
export const account: Account | undefined = databaseAccount();

/** A command as the owner of the parts' files. */
export const asAccount = (...command: [string, ...string[]]): [string, ...string[]] =>
  account
    ? ['setpriv', `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', ...command]
    : command;

/** Runs a program, and gives what it said. @throws when it fails */
export async function must(command: [string, ...string[]], cwd = '/'): Promise<string> {
  const done = await run(command, { cwd, timeoutSeconds: 60 });
  if (done.code !== 0) throw new Error(`${command.join(' ')}: ${done.stderr.slice(-500)}`);
  return done.stdout;
}

/** A port of this machine that nobody has. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Waits for something of another process. @throws with what was waited for, after a minute */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = performance.now() + 60_000; !(await holds()); ) {
    if (performance.now() > end) throw new Error(`${what}: not so after a minute`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
