import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Command, daemon, type Outcome, run } from '#scripts/lib/run.ts';
import {
  firstInside,
  type Holder,
  type HolderProps,
  holderAt,
  namespaceOf,
  startHolder,
  text,
  until,
} from './holder.ts';

export { until } from './holder.ts';

/** A network of hosts in namespaces of this machine: nothing of it is seen outside, and all of it ends with its holder. */
export interface Lab {
  holder: Holder;
  /** A host of its own: network, processes and name; the files stand at their places over this machine's. */
  host(name: string, files?: ReadonlyMap<string, string>): Promise<LabHost>;
  /** A host that was started before, by whomever; off when it is not there. */
  at(name: string): LabHost | undefined;
  /** A host's first process as the lab counts it. */
  pidInside(host: LabHost): string;
  /** A cable from a host to a switch, which is made at its first use. */
  plug(host: LabHost, device: string, network: string, addresses: string[]): Promise<void>;
  /** Takes a cable out of the switch: the host's end does not notice. */
  cut(host: LabHost, device: string): Promise<void>;
  /** Puts it back. */
  mend(host: LabHost, device: string, network: string): Promise<void>;
  stop(): Promise<void>;
}

export interface LabHost {
  name: string;
  /** Before a command: it runs in this host's network, with the files and processes of this machine. */
  inNetwork: Command;
  /** Before a command: it runs on this host. */
  inside(command: Command): Command;
  run(command: Command, timeoutSeconds?: number): Promise<Outcome>;
  /** The same in a shell, and its output. @throws when it fails */
  sh(script: string): Promise<string>;
  /** Starts a program that stays; its output goes to a file that `log` reads. */
  start(name: string, command: string): Promise<void>;
  log(name: string): string;
  /** As if its plug were pulled. */
  powerOff(): Promise<void>;
}

/** The port of a switch that a host's cable is in. Names of devices have fifteen letters; a longer one is a number of the same name. */
export function portOf(host: string, device: string): string {
  const name = `${host}-${device}`;
  return name.length < 16 ? name : `p${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}

/**
 * Needs root and `ip`. Switches neither learn slowly nor delay; hosts forward, and take IPv6 addresses at once, without asking
 * whether anybody else has them.
 *
 * @param folder of the caller: receives files and logs
 */
export const startLab = async (folder: string, how: Omit<HolderProps, 'folder'> = {}): Promise<Lab> =>
  labOf(folder, await startHolder({ folder, ...how }), how.outlives);

/** The lab that runs already in that folder, or nothing. */
export function labAt(folder: string): Lab | undefined {
  const holder = holderAt(folder);
  return holder && labOf(folder, holder, true);
}

function labOf(folder: string, holder: Holder, outlives = false): Lab {
  const ip = (...args: string[]) => holder.sh(`ip ${args.join(' ')}`);
  const pid = (host: LabHost) => pidOf(folder, host.name, holder);
  return {
    holder,
    async host(name, files) {
      await startHost({ folder, name, files, holder, outlives });
      return hostOf(folder, name, holder);
    },
    at: (name) => (pidOf(folder, name, holder) > 0 ? hostOf(folder, name, holder) : undefined),
    pidInside: (host) => insidePid(holder, pid(host)),
    async plug(host, device, network, addresses) {
      const port = portOf(host.name, device);
      // Two hosts may be the first to need one switch.
      await holder.sh(`ip link show ${network} >/dev/null 2>&1 || {
  ip link add ${network} type bridge stp_state 0 forward_delay 0 mcast_snooping 0 2>/dev/null || true
  ip link set ${network} up
}
ip link del ${port} 2>/dev/null || true
ip link add ${port} type veth peer name ${device} netns ${insidePid(holder, pid(host))}
ip link set ${port} master ${network} up`);
      await host.sh(
        [
          ...addresses.map((address) => `ip address add ${address} dev ${device}`),
          `ip link set ${device} up`,
        ].join('\n'),
      );
    },
    cut: async (host, device) => void (await ip('link', 'set', portOf(host.name, device), 'nomaster')),
    mend: async (host, device, network) =>
      void (await ip('link', 'set', portOf(host.name, device), 'master', network)),
    stop: () => holder.stop(),
  };
}

/** A process as the lab counts it. */
function insidePid(holder: Holder, pid: number): string {
  const numbers = /^NSpid:\s+(.+)$/m.exec(text(`/proc/${pid}/status`))?.[1]?.split(/\s+/) ?? [];
  const depth = /^NSpid:\s+(.+)$/m.exec(text(`/proc/${holder.pid}/status`))?.[1]?.split(/\s+/).length ?? 1;
  return numbers[depth - 1] ?? '';
}

/** The first process of a host, as this machine counts it; 0 when the host is off. */
function pidOf(folder: string, name: string, holder: Holder): number {
  const pid = Number(text(join(folder, name, 'pid')));
  const parent = Number(/^PPid:\s+(\d+)/m.exec(text(`/proc/${pid}/status`))?.[1] ?? 0);
  return pid > 0 && parent > 0 && namespaceOf(parent, 'pid') === namespaceOf(holder.pid, 'pid') ? pid : 0;
}

interface Starting {
  folder: string;
  name: string;
  /** None: those that it had before. */
  files: ReadonlyMap<string, string> | undefined;
  holder: Holder;
  outlives: boolean;
}

async function startHost({ folder, name, files, holder, outlives }: Starting): Promise<void> {
  const own = join(folder, name);
  for (const [path, content] of files ?? []) {
    const target = join(own, 'files', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    if (content.startsWith('#!')) chmodSync(target, 0o755);
  }
  for (const place of PLACES) mkdirSync(join(own, 'files', place), { recursive: true });
  mkdirSync(join(own, 'written'), { recursive: true });
  rmSync(join(own, 'ready'), { force: true });
  const parts = [
    '--net',
    '--mount',
    '--uts',
    '--ipc',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ] as const;
  const starter = daemon(holder.inside(['unshare', ...parts, 'bash', '-c', BOOT, own, name]), {
    log: join(own, 'boot.log'),
    outlives,
  });
  let pid = 0;
  await until(`${name} has started`, () => {
    pid = firstInside(starter.pid);
    return pid > 0 && existsSync(join(own, 'ready'));
  });
  writeFileSync(join(own, 'pid'), `${pid}\n`);
}

function hostOf(folder: string, name: string, holder: Holder): LabHost {
  const own = join(folder, name);
  const enter = (...namespaces: string[]): Command => [
    'nsenter',
    '--target',
    `${pidOf(folder, name, holder)}`,
    ...namespaces,
    '--',
  ];
  const inside = (command: Command): Command => [
    ...enter('--net', '--mount', '--uts', '--ipc', '--pid'),
    ...command,
  ];
  const host: LabHost = {
    name,
    inNetwork: enter('--net'),
    inside,
    run: (command, timeoutSeconds = 60) => run(inside(command), { timeoutSeconds }),
    async sh(script) {
      const { code, stdout, stderr } = await host.run(['bash', '-ec', script]);
      if (code !== 0)
        throw new Error(`${name}: ${script}\nended with ${code}: ${(stdout + stderr).slice(-800)}`);
      return stdout;
    },
    async start(program, command) {
      await host.sh(`setsid ${command} >>${own}/${program}.log 2>&1 </dev/null &`);
    },
    log: (program) => text(join(own, `${program}.log`)),
    async powerOff() {
      const pid = pidOf(folder, name, holder);
      if (pid === 0) return;
      await run(['kill', '-KILL', `${pid}`]);
      await until(`${name} is off`, () => pidOf(folder, name, holder) === 0);
    },
  };
  return host;
}

/** Where a host has files of its own. */
const PLACES = ['etc', 'usr/local', 'var'];

/** In the new namespaces: what is generated lies over this machine's files, and what is written is kept in memory. */
const BOOT = `set -e
hostname "$1"
mount -t tmpfs tmpfs "$0/written"
for place in ${PLACES.join(' ')}; do
  mkdir -p "$0/written/$place" "$0/written/work/$place"
  mount -t overlay -o "lowerdir=$0/files/$place:/$place,upperdir=$0/written/$place,workdir=$0/written/work/$place" overlay "/$place"
done
mount -t tmpfs tmpfs /run
mkdir -p /run/haproxy /run/bird /run/lock
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
ip link set lo up
echo ready >"$0/ready"
while :; do sleep 3600 & wait; done`;
