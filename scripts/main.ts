import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Something outside our power: a file that cannot be read, a port that is taken. One line that says what to do; exit 2. */
export class CannotLook extends Error {}

/**
 * Runs a command line program: its result is the exit code (0 clean, 1 problems), a `CannotLook` ends it with one line
 * and 2. Anything else is a fault of ours and says so, with the stack that we need to mend it.
 */
export async function main(body: () => Promise<number> | number): Promise<void> {
  try {
    process.exitCode = await body();
  } catch (error) {
    process.exitCode = 2;
    if (error instanceof CannotLook) process.stderr.write(`error: ${error.message}\n`);
    else process.stderr.write(`This is a bug in fredu, please report it:\n${(error as Error).stack}\n`);
  }
}

/** The command line, or one line on what it does not know; `--help` prints the usage. @throws CannotLook for an unknown option */
export function options<T extends NonNullable<ParseArgsConfig['options']>>(usage: string, known: T) {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs({ options: known, allowPositionals: true });
  } catch (error) {
    throw new CannotLook(`${(error as Error).message.split('\n')[0]}\n${usage}`);
  }
}

/** A system error in words: what could not be done to which path, and the mend. */
export function cannot(action: string, path: string, error: unknown): CannotLook {
  const { code, message } = error as NodeJS.ErrnoException;
  return new CannotLook(`cannot ${action} ${path}: ${REASONS[code ?? ''] ?? message}`);
}

const REASONS: Record<string, string> = {
  EACCES: 'you have no permission; change its owner or mode, or name another place',
  EPERM: 'you have no permission; change its owner or mode, or name another place',
  EROFS: 'the file system is read-only; name another place',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is a file, not a folder; remove it or name another place',
  EEXIST: 'a file stands in its place; remove it or name another place',
  EISDIR: 'it is a folder, not a file',
  ENOSPC: 'the disk is full; make room and run it again',
  EDQUOT: 'your quota is used up; make room and run it again',
};
