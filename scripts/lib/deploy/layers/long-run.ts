import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '../../folder.ts';
import { cannot } from '../../main.ts';
import type { Answer } from '../../procedure/carry-out.ts';
import { type Command, logged } from '../../run.ts';

/** How often one looks whether a program of an earlier run has ended. */
const AGAIN_MILLISECONDS = 1000;

/**
 * Programs that change machines for minutes. Their output is a file, so that one whose starter is killed ends its work all the same
 * instead of leaving half of it; the next run waits for it before it begins.
 */
export class LongRun {
  readonly log: string;
  readonly #mark: string;
  readonly #say: (line: string) => void;

  /** @param name such as `sxb-hosts` */
  constructor(state: string, name: string, say: (line: string) => void) {
    this.log = join(state, 'logs', `${name}.log`);
    this.#mark = join(state, 'logs', `${name}.pid`);
    this.#say = say;
  }

  /** Waits until the program of an earlier run is over. @throws Error where that takes longer than it may */
  async settled(timeoutSeconds: number): Promise<void> {
    const before = this.#running();
    if (before === undefined) return;
    this.#say(`an earlier run's ${before.program} (process ${before.pid}) still works; waiting for its end`);
    const end = Date.now() + timeoutSeconds * 1000;
    while (this.#running()) {
      if (Date.now() > end)
        throw cannot('wait for', `process ${before.pid}`, new Error(`it runs after ${timeoutSeconds} s`));
      await sleep(AGAIN_MILLISECONDS);
    }
  }

  /** Runs one and keeps what it said: its end is the answer's `stdout`, from where it began. */
  async run(
    command: Command,
    options: { timeoutSeconds: number; signal?: AbortSignal; cwd?: string; env?: Record<string, string> },
  ): Promise<Answer> {
    try {
      makeFolder(dirname(this.log));
      writeFileSync(this.log, `$ ${command.join(' ')}\n`, { mode: 0o600 });
    } catch (error) {
      throw cannot('write', this.log, error);
    }
    const started = logged(command, { ...options, log: this.log });
    writeFileSync(this.#mark, JSON.stringify({ pid: started.pid, program: command[0] }), { mode: 0o600 });
    try {
      const { code, stopped } = await started.ended;
      const stdout = readFileSync(this.log, 'utf8');
      return { code, stdout, stderr: stopped ?? '', ...(stopped ? { isHopeless: true } : {}) };
    } finally {
      rmSync(this.#mark, { force: true });
    }
  }

  #running(): { pid: number; program: string } | undefined {
    try {
      const mark = JSON.parse(readFileSync(this.#mark, 'utf8')) as { pid: number; program: string };
      process.kill(mark.pid, 0);
      return isZombie(mark.pid) ? undefined : mark;
    } catch {
      return undefined; // nobody noted one, or it is gone
    }
  }
}

/** A process that has ended, and whom nobody asked yet for its code. */
function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, ''));
  } catch {
    return false;
  }
}
