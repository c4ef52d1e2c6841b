import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** A program and its arguments, as a value: printed in dry runs, compared in tests, run only here. */
export type Command = readonly [program: string, ...args: string[]];

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command without a shell and never throws for its exit code. @throws when the program cannot be started */
export async function run(
  command: Command,
  options: {
    cwd?: string;
    env?: Record<string, string | undefined>;
    input?: string;
    timeoutSeconds?: number;
    /** Ends the program, and what it started, when it is aborted. */
    signal?: AbortSignal;
  } = {},
): Promise<Outcome> {
  // Most commands start nothing, and loading it takes as long as reading the sites.
  const { $ } = await import('zx');
  const [program, ...args] = command;
  const { cwd, env = {}, input, timeoutSeconds, signal } = options;
  const done = await $({
    cwd,
    env: { ...process.env, ...env },
    input,
    signal,
    nothrow: true,
    quiet: true,
    stdio: 'pipe',
    ...(timeoutSeconds ? { timeout: `${timeoutSeconds}s` as const } : {}),
  })`${program} ${args}`;
  return { code: done.exitCode ?? 1, stdout: done.stdout, stderr: done.stderr };
}

/** A program that was started to stay. */
export interface Daemon {
  pid: number;
  /** Ends it: SIGTERM, and SIGKILL where that does not help within 5 seconds. */
  stop(): Promise<void>;
}

/** Runs a command that talks to the person at the terminal. @returns its exit code */
export function converse(command: Command): Promise<number> {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Starts a program in the background with its output in a file; it dies with `stop` or, but where it outlives it, with this process. */
export function daemon(
  command: Command,
  options: {
    log: string;
    env?: Record<string, string>;
    /** Whether Ctrl-C in the terminal leaves it to `stop`: a second signal would end it without care. */
    detached?: boolean;
    /** Whether it goes on when this process ends. */
    outlives?: boolean;
  },
): Daemon {
  const [program, ...args] = command;
  const log = openSync(options.log, 'a');
  const child = spawn(program, args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...options.env },
    detached: (options.detached || options.outlives) ?? false,
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const kill = () => child.kill('SIGKILL');
  if (options.outlives) child.unref();
  else process.once('exit', kill);
  return {
    pid: child.pid ?? -1,
    async stop() {
      child.kill('SIGTERM');
      const force = setTimeout(kill, 5000);
      await ended;
      clearTimeout(force);
      process.off('exit', kill);
    },
  };
}

/**
 * Runs a program that a person works with, such as their editor, in this terminal; Ctrl-C is the program's own business while it
 * runs. @returns its exit code @throws when it cannot be started
 */
export async function interactive(command: Command): Promise<number> {
  const [program, ...args] = command;
  const leave = () => {};
  process.on('SIGINT', leave);
  try {
    return await new Promise<number>((resolve, reject) => {
      const child = spawn(program, args, { stdio: 'inherit' });
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    process.off('SIGINT', leave);
  }
}

/** A program whose output goes to a file and that ends its work even where this process is killed. */
export interface Logged {
  pid: number;
  /** `stopped`: why it was ended from here. */
  ended: Promise<{ code: number; stopped?: string }>;
}

/**
 * Runs a command with its output at the end of a file, in a session of its own: neither Ctrl-C in the terminal nor the end of this
 * process ends it. @throws when it cannot be started
 */
export function logged(
  command: Command,
  options: {
    log: string;
    cwd?: string;
    env?: Record<string, string>;
    timeoutSeconds: number;
    /** Ends it, and what it started, when it is aborted. */
    signal?: AbortSignal;
  },
): Logged {
  const [program, ...args] = command;
  const log = openSync(options.log, 'a');
  const child = spawn(program, args, {
    ...(options.cwd ? { cwd: options.cwd } : {}),
    stdio: ['ignore', log, log],
    env: { ...process.env, ...options.env },
    detached: true,
  });
  closeSync(log);
  let stopped: string | undefined;
  const stop = (why: string) => {
    stopped = why;
    if (child.pid) process.kill(-child.pid, 'SIGTERM');
  };
  const abort = () => stop('stopped by Ctrl-C');
  options.signal?.addEventListener('abort', abort);
  const late = setTimeout(
    () => stop(`not done after ${options.timeoutSeconds} s`),
    options.timeoutSeconds * 1000,
  );
  const ended = new Promise<{ code: number; stopped?: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code: code ?? 1, ...(stopped ? { stopped } : {}) }));
  }).finally(() => {
    clearTimeout(late);
    options.signal?.removeEventListener('abort', abort);
  });
  return { pid: child.pid ?? -1, ended };
}
