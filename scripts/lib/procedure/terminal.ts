import { createInterface } from 'node:readline/promises';
import { concealed } from '#sites/load/secrets.ts';
import { CannotLook } from '../main.ts';
import { run } from '../run.ts';
import type { Answer, Executor } from './carry-out.ts';

/** A program that this process plays itself: what stands after its name, and what ends it. */
type Played = (
  words: readonly string[],
  how: { timeoutSeconds: number; signal: AbortSignal },
) => Promise<Answer>;

/**
 * Carries out with real programs; Ctrl-C stops after the command that runs, a second one ends that too.
 * @param played programs that are no programs, by name
 */
export function terminal({ json }: { json?: boolean }, played: Record<string, Played> = {}): Executor {
  const abort = new AbortController();
  let interrupts = 0;
  process.on('SIGINT', () => {
    interrupts += 1;
    if (interrupts === 1) process.stderr.write('stopping after this command; Ctrl-C again ends it\n');
    else abort.abort();
  });
  const start = Date.now();
  return {
    async run(command, { input, timeoutSeconds }) {
      if (interrupts > 0) return { code: 130, stdout: '', stderr: 'stopped by Ctrl-C', isHopeless: true };
      const [program, ...words] = command;
      const own = played[program];
      if (own) return own(words, { timeoutSeconds, signal: abort.signal });
      try {
        return await run(command, { input, timeoutSeconds, signal: abort.signal });
      } catch (error) {
        throw new CannotLook(
          `${command[0]} cannot be started: ${(error as Error).message}; is it installed?`,
        );
      }
    },
    async ask(step) {
      if (!process.stdin.isTTY) return false;
      return yes(`${step.person}\nIs that done? [yes/no] `);
    },
    wait: (milliseconds) =>
      new Promise((resolve) => {
        setTimeout(resolve, interrupts > 0 ? 0 : milliseconds);
      }),
    now: () => (interrupts > 0 ? Number.POSITIVE_INFINITY : Date.now()),
    say(line) {
      const seconds = Math.round((Date.now() - start) / 1000);
      if (json) process.stdout.write(`${JSON.stringify({ seconds, line: concealed(line) })}\n`);
      else process.stdout.write(`${String(seconds).padStart(5)} s  ${concealed(line)}\n`);
    },
  };
}

/** What a person answers; only a plain yes is one. */
export async function yes(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(question)).trim());
  } finally {
    lines.close();
  }
}
