import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, daemon, run } from '#scripts/lib/run.ts';

/**
 * One process that owns everything of a lab: its network of switches, its mounts, every process. When it ends, however it ends,
 * the kernel takes all of that away with it.
 */
export interface Holder {
  /** The first process inside, as this machine counts it. */
  pid: number;
  /** Before a command: among the switches, with the lab's own processes. */
  inside(command: Command): Command;
  /** A shell script there, and its output. @throws when it fails */
  sh(script: string): Promise<string>;
  isAlive(): boolean;
  stop(): Promise<void>;
}

export interface HolderProps {
  /** Of the caller: receives logs and the number of the first process. */
  folder: string;
  /** Goes on when the process that starts it ends. @default it dies with that */
  outlives?: boolean;
  /** A shell script that takes away what the kernel leaves, such as control groups. Runs after the last process has ended. */
  after?: string;
}

/** Needs root and `unshare`. @throws when it does not start */
export async function startHolder({ folder, outlives = false, after = '' }: HolderProps): Promise<Holder> {
  const parts = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;
  const options = { log: join(folder, 'holder.log'), outlives };
  const keeper = outlives
    ? daemon(['bash', '-c', KEEPER, folder, after, INIT, ...parts], options)
    : daemon(['setpriv', '--pdeathsig', 'KILL', 'unshare', ...parts, 'bash', '-c', INIT, folder], options);
  let pid = 0;
  await until('the lab has its first process', () => {
    pid = firstInside(keeper.pid);
    return pid > 0 && existsSync(join(folder, 'ready'));
  });
  writeFileSync(join(folder, 'holder.pid'), `${pid}\n`);
  const holder = holderOf(pid);
  const stop = async () => {
    await run(['kill', '-KILL', `${pid}`]);
    if (outlives) await until('the lab has ended', () => !existsSync(`/proc/${keeper.pid}`));
    else await keeper.stop();
  };
  return { ...holder, stop };
}

/** The one that runs already, or nothing. */
export function holderAt(folder: string): Holder | undefined {
  const holder = holderOf(Number(text(join(folder, 'holder.pid'))));
  return holder.isAlive() ? holder : undefined;
}

function holderOf(pid: number): Holder {
  const inside = (command: Command): Command => [
    'nsenter',
    '--target',
    `${pid}`,
    '--net',
    '--mount',
    '--pid',
    '--',
    ...command,
  ];
  return {
    pid,
    inside,
    async sh(script) {
      const { code, stdout, stderr } = await run(inside(['bash', '-ec', script]), { timeoutSeconds: 120 });
      if (code !== 0) throw new Error(`${script}\nended with ${code}: ${(stdout + stderr).slice(-800)}`);
      return stdout;
    },
    // A number may be another process by now: the first of a lab is the first of its own.
    isAlive: () =>
      pid > 0 && ownNumbers(pid).at(-1) === 1 && ownNumbers(pid).length > ownNumbers(process.pid).length,
    async stop() {
      const keeper = parentOf(parentOf(pid));
      await run(['kill', '-KILL', `${pid}`]);
      await until('the lab has ended', () => !existsSync(`/proc/${pid}`));
      if (keeper > 1 && text(`/proc/${keeper}/cmdline`).includes(KEEPER.slice(0, 40)))
        await until('what it left is taken away', () => !existsSync(`/proc/${keeper}`));
    },
  };
}

/** Stands outside, and takes away what the kernel leaves. Its own end is the lab's. */
const KEEPER = `# keeps a lab
folder=$0 after=$1 init=$2; shift 2
trap '' INT HUP
setpriv --pdeathsig KILL unshare "$@" bash -c "$init" "$folder" &
wait $!
bash -c "$after"`;
const INIT = `mount -t tmpfs tmpfs /run && ip link set lo up && echo ready >"$0/ready"
while :; do sleep 3600 & wait; done`;

export const text = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
const parentOf = (pid: number): number =>
  Number(/^PPid:\s+(\d+)/m.exec(text(`/proc/${pid}/status`))?.[1] ?? 0);
/** How a process counts in each namespace, from this machine's inwards. */
const ownNumbers = (pid: number): number[] =>
  (/^NSpid:\s+(.+)$/m.exec(text(`/proc/${pid}/status`))?.[1] ?? '').split(/\s+/).filter(Boolean).map(Number);
const children = (pid: number): number[] =>
  existsSync(`/proc/${pid}/task`)
    ? readdirSync(`/proc/${pid}/task`).flatMap((task) =>
        text(`/proc/${pid}/task/${task}/children`).trim().split(' ').filter(Boolean).map(Number),
      )
    : [];
/** The first process of the innermost namespace below a process, as this machine counts it; 0 while there is none. */
export function firstInside(pid: number): number {
  for (const child of children(pid)) {
    const numbers = ownNumbers(child);
    if (numbers.at(-1) === 1 && numbers.length > ownNumbers(pid).length) return child;
    const deeper = firstInside(child);
    if (deeper > 0) return deeper;
  }
  return 0;
}
export const namespaceOf = (pid: number, kind: string): string => {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return '';
  }
};

/** Waits for something that takes milliseconds. @throws when it takes more than the given seconds */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seconds = 20,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`after ${seconds} s still not so: ${what}`);
    await sleep(50);
  }
}
