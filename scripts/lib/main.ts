import type { ParseArgsConfig } from 'node:util';
import { options as parsed } from '#server/command-line.ts';
import { CannotLook, cannot } from '#sites/load/cannot.ts';
import { concealed } from '#sites/load/secrets.ts';

export { CannotLook, cannot };

/**
 * Runs a command line program: its result is the exit code (0 clean, 1 problems), a `CannotLook` ends it with one line
 * and 2. Anything else is a fault of ours and says so, with the stack that we need to mend it.
 */
export async function main(body: () => Promise<number> | number): Promise<void> {
  if (process.env.FREDU_COST) process.once('exit', cost);
  try {
    process.exitCode = await body();
  } catch (error) {
    process.exitCode = 2;
    if (error instanceof CannotLook) process.stderr.write(`error: ${error.message}\n`);
    else
      process.stderr.write(
        `This is a bug in fredu, please report it:\n${concealed(String((error as Error).stack))}\n`,
      );
  }
}

/**
 * The command line, or one line on what it does not know; `--help` prints the usage.
 * @param args @default those of the process
 * @throws CannotLook for an unknown option
 */
export const options = <T extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  known: T,
  { words, args }: { words?: boolean; args?: readonly string[] } = {},
) =>
  parsed(usage, known, {
    words,
    ...(args && { args }),
    refuse(line) {
      throw new CannotLook(line);
    },
  });

/** For `npm run bench`: what the process took, as the last line of its errors. */
function cost(): void {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const seconds = (userCPUTime + systemCPUTime) / 1e6;
  process.stderr.write(`cost ${JSON.stringify({ kilobytes: maxRSS, processorSeconds: seconds })}\n`);
}
