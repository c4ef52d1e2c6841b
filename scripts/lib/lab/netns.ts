import { chmodSync, existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, daemon, type Outcome, run } from '#scripts/lib/run.ts';

/** A network of hosts in namespaces of this machine: nothing of it is seen outside, and all of it ends with `stop`. */
export interface Lab {
  /** A host of its own: network, processes and name; the files stand at their places over this machine's. */
  host(name: string, files?: ReadonlyMap<string, string>): Promise<LabHost>;
  /** A switch; made at its first use. */
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
  run(command: Command, timeoutSeconds?: number): Promise<Outcome>;
  /** The same in a shell, and its output. @throws when it fails */
  sh(script: string): Promise<string>;
  /** Starts a program that stays; its output goes to a file that `log` reads. */
  start(name: string, command: string): Promise<void>;
  log(name: string): string;
  /** As if its plug were pulled. */
  powerOff(): Promise<void>;
}

/**
 * Needs root and `ip`. Switches neither learn slowly nor delay; hosts forward, and take IPv6 addresses at once, without asking
 * whether anybody else has them.
 *
 * @param folder of the caller: receives files and logs
 */
export async function startLab(folder: string): Promise<Lab> {
  const fabric = daemon(['unshare', '--net', 'sleep', 'infinity'], { log: join(folder, 'fabric.log') });
  await until('the switches have a namespace', () => namespace(fabric.pid) !== namespace(process.pid));
  const networks = new Set<string>();
  const inFabric = async (...args: string[]) => {
    const { code, stderr } = await run(['nsenter', '--target', `${fabric.pid}`, '--net', 'ip', ...args]);
    if (code !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr.trim()}`);
  };
  const port = (host: LabHost, device: string) => `${host.name}-${device}`.slice(-15);
  const pids = new Map<LabHost, number>();
  return {
    async host(name, files = new Map()) {
      const { host, pid } = await startHost(folder, name, files);
      pids.set(host, pid);
      return host;
    },
    async plug(host, device, network, addresses) {
      if (!networks.has(network)) {
        networks.add(network);
        await inFabric(
          'link',
          'add',
          network,
          'type',
          'bridge',
          'stp_state',
          '0',
          'forward_delay',
          '0',
          'mcast_snooping',
          '0',
        );
        await inFabric('link', 'set', network, 'up');
      }
      const own = port(host, device);
      await inFabric(
        'link',
        'add',
        own,
        'type',
        'veth',
        'peer',
        'name',
        device,
        'netns',
        String(pids.get(host)),
      );
      await inFabric('link', 'set', own, 'master', network, 'up');
      await host.sh(
        [
          ...addresses.map((address) => `ip address add ${address} dev ${device}`),
          `ip link set ${device} up`,
        ].join('\n'),
      );
    },
    cut: (host, device) => inFabric('link', 'set', port(host, device), 'nomaster'),
    mend: (host, device, network) => inFabric('link', 'set', port(host, device), 'master', network),
    async stop() {
      await Promise.all([...pids.keys()].map((each) => each.powerOff()));
      await fabric.stop();
    },
  };
}

async function startHost(
  folder: string,
  name: string,
  files: ReadonlyMap<string, string>,
): Promise<{ host: LabHost; pid: number }> {
  const own = join(folder, name);
  for (const [path, text] of files) {
    const target = join(own, 'files', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    if (text.startsWith('#!')) chmodSync(target, 0o755);
  }
  for (const place of PLACES) mkdirSync(join(own, 'files', place), { recursive: true });
  mkdirSync(join(own, 'written'), { recursive: true });
  const holder = daemon(
    [
      'unshare',
      '--net',
      '--mount',
      '--uts',
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      'bash',
      '-c',
      BOOT,
      own,
      name,
    ],
    { log: join(own, 'boot.log') },
  );
  let pid = 0;
  await until(`${name} has started`, () => {
    pid = Number(text(`/proc/${holder.pid}/task/${holder.pid}/children`).trim().split(' ')[0]);
    return pid > 0 && existsSync(join(own, 'ready'));
  });
  const inside = (command: Command): Command => [
    'nsenter',
    '--target',
    `${pid}`,
    '--net',
    '--mount',
    '--uts',
    '--pid',
    '--',
    ...command,
  ];
  const host: LabHost = {
    name,
    inNetwork: ['nsenter', '--target', `${pid}`, '--net', '--'],
    run: (command, timeoutSeconds = 60) => run(inside(command), { timeoutSeconds }),
    async sh(script) {
      const { code, stdout, stderr } = await host.run(['bash', '-ec', script]);
      if (code !== 0)
        throw new Error(`${name}: ${script}\nended with ${code}: ${(stdout + stderr).slice(-800)}`);
      return stdout;
    },
    async start(program, command) {
      await host.sh(`setsid ${command} >${own}/${program}.log 2>&1 </dev/null &`);
    },
    log: (program) => text(join(own, `${program}.log`)),
    async powerOff() {
      await run(['kill', '-KILL', `${pid}`]);
      await holder.stop();
    },
  };
  return { host, pid };
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

const text = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
const namespace = (pid: number): string => {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
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
