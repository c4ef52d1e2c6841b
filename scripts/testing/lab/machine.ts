import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, daemon, type Outcome, run } from '#scripts/lib/run.ts';

/** A throw-away machine: this one's disk with everything that is written kept in memory, and a systemd of its own. */
export interface Machine {
  /** Runs a command in it. */
  run(command: Command, options?: { timeoutSeconds?: number; input?: string }): Promise<Outcome>;
  /** The same, and its output. @throws when it fails */
  must(...command: Command): Promise<string>;
  /** Switches it off; nothing of it is left. */
  stop(): Promise<void>;
}

export interface MachineProps {
  name: string;
  /** Of the caller: receives the log, and is seen by the machine at the same path. */
  folder: string;
}

/**
 * Boots in two seconds and needs root. Programs and packages are those of this machine; its network is empty, what it writes
 * is gone with it, and only `folder` is shared. A container has no clock and no kernel settings of its own: what would set
 * those is kept from them.
 *
 * @see https://manpages.debian.org/bookworm/systemd-container/systemd-nspawn.1.en.html
 */
export async function startMachine({ name, folder }: MachineProps): Promise<Machine> {
  const disk = `${folder}/${name}.disk`;
  mkdirSync(disk, { recursive: true });
  const script = `set -e
mount -t tmpfs tmpfs "$0"
mkdir "$0/written" "$0/work" "$0/root"
mount -t overlay -o "lowerdir=/,upperdir=$0/written,workdir=$0/work" overlay "$0/root"
# Whatever runs on this machine does not start in that one.
rm -rf "$0/root/etc/systemd/system/"*.wants
unit() { mkdir -p "$0/root/etc/systemd/system.control/$1.d"; printf "$2" >"$0/root/etc/systemd/system.control/$1.d/container.conf"; }
# The clock is this machine's: chrony looks and does not touch, and nobody waits for it.
unit chrony.service '[Unit]\nConditionCapability=\n[Service]\nEnvironment=DAEMON_OPTS=-x\nEnvironmentFile=\n'
unit chrony-wait.service '[Service]\nExecStart=\nExecStart=/bin/true\n'
exec systemd-nspawn --quiet --directory="$0/root" --machine="$1" --boot --register=no --keep-unit --private-network \
  --capability=CAP_NET_ADMIN --bind="$2" systemd.unit=basic.target`;
  const holder = daemon(
    [
      'setpriv',
      // The end of this process ends the machine, however it is done.
      ...'--pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc bash -c'.split(' '),
      script,
      disk,
      name,
      folder,
    ],
    { log: `${folder}/${name}.log` },
  );
  const first = await leader(holder.pid, `${folder}/${name}.log`);
  const inside = (command: Command): Command => [
    ...([
      'nsenter',
      '--target',
      `${first}`,
      '--all',
      '--',
      'env',
      '-i',
      `PATH=${PATH}`,
      'HOME=/root',
      'LANG=C.UTF-8',
    ] as const),
    ...command,
  ];
  const machine: Machine = {
    run: (command, options) => run(inside(command), { timeoutSeconds: 120, ...options }),
    async must(...command) {
      const { code, stdout, stderr } = await machine.run(command);
      if (code !== 0)
        throw new Error(`${command.join(' ')} ended with ${code}: ${(stdout + stderr).slice(-800)}`);
      return stdout;
    },
    stop: () => holder.stop(),
  };
  await machine.must('bash', '-c', 'until systemctl is-active --quiet basic.target; do sleep 0.1; done');
  // Settings of the kernel that belong to no network are this machine's: what is written to them goes into files.
  await machine.must(
    'bash',
    '-c',
    `mount -t tmpfs tmpfs /sys/kernel/mm/transparent_hugepage && touch /sys/kernel/mm/transparent_hugepage/enabled
for key in vm/swappiness net/netfilter/nf_conntrack_max; do
  touch "/run/\${key##*/}" && mount --bind "/run/\${key##*/}" "/proc/sys/$key"
done`,
  );
  return machine;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The machine's first process, as this machine counts it. @throws when it does not start within 20 s */
async function leader(holder: number, log: string): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = descendants(holder).find((pid) => text(`/proc/${pid}/comm`).trim() === 'systemd');
    if (found) return found;
    await sleep(100);
  }
  throw new Error(`the machine does not start: ${text(log).slice(-500)}`);
}
const text = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
function descendants(pid: number): number[] {
  if (!existsSync(`/proc/${pid}/task`)) return [];
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    text(`/proc/${pid}/task/${task}/children`).trim().split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendants(child)]);
}
