import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Command, type Daemon, daemon, type Outcome, run } from '#scripts/lib/run.ts';

/** One site's Ceph, as small as it can be: a monitor, a disk in a sparse file, and a gateway behind a way in that can be closed. */
export interface Ceph {
  name: string;
  /** Where clients and other sites reach the gateway. */
  endpoint: string;
  /** Where its monitors are, as Ceph writes it. */
  monitors: string;
  /** Runs a program of Ceph against this cluster. */
  run(command: Command, options?: { input?: string; timeoutSeconds?: number }): Promise<Outcome>;
  /** The same, and its output. @throws when it fails */
  must(...command: Command): Promise<string>;
  startGateway(): Promise<void>;
  stopGateway(): Promise<void>;
  open(): void;
  close(): void;
  /** Pulls the plug: every process ends at once, what is on disk stays. */
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
  stop(): Promise<void>;
}

export interface CephProps {
  name: string;
  realm: string;
  /** Empty, and removed by its maker. */
  folder: string;
  /** First of a hundred ports on loopback that nobody uses. */
  firstPort: number;
  /** Before each command, for a network other than this machine's; there the way in is whatever stands there. */
  within?: readonly string[];
  /** Where the gateway listens, when not on loopback. */
  gatewayAt?: string;
}

/**
 * A cluster on loopback, without root and without a manager (which gateways do not need). One copy on one disk, few placement
 * groups: what is tried here is the order of commands, not the safety of data.
 */
export async function startCeph(props: CephProps): Promise<Ceph> {
  const { name, realm, folder, firstPort, within = [], gatewayAt } = props;
  const inside = (command: Command) => [...within, ...command] as unknown as Command;
  for (const part of ['mon', 'osd', 'run', 'log']) mkdirSync(join(folder, part), { recursive: true });
  const [wayIn, gatewayPort, monitor] = [firstPort, firstPort + 1, firstPort + 2];
  const id = crypto.randomUUID();
  const conf = join(folder, 'ceph.conf');
  const frontend = gatewayAt ?? `127.0.0.1:${gatewayPort}`;
  writeFileSync(conf, configuration({ name, realm, folder, firstPort, id, frontend }));
  const env = { CEPH_CONF: conf };
  const daemons = new Map<string, Daemon>();
  const start = (key: string, ...command: Command) =>
    daemons.set(key, daemon(inside(command), { log: join(folder, 'log', key), env }));
  const end = async (...keys: string[]) => {
    await Promise.all(keys.map((key) => daemons.get(key)?.stop()));
    for (const key of keys) daemons.delete(key);
  };
  const execute: Ceph['run'] = (command, options = {}) =>
    run(inside(command), { timeoutSeconds: 120, ...options, env });
  const must: Ceph['must'] = async (...command) => {
    const { code, stdout, stderr } = await execute(command);
    if (code !== 0)
      throw new Error(`${name}: ${command.join(' ')} ended with ${code}: ${stderr.slice(-500)}`);
    return stdout;
  };
  const door = new Door(wayIn, gatewayPort);

  const startDisks = async () => {
    start('mon', 'ceph-mon', '-f', '-i', 'a');
    start('osd', 'ceph-osd', '-f', '-i', '0');
    await until(`${name}: disk`, async () =>
      (await execute(['ceph', 'osd', 'stat'], { timeoutSeconds: 10 })).stdout.includes('1 up'),
    );
    // The monitor remembers the disk as it was before; a disk that answers is there.
    await until(
      `${name}: disk answers`,
      async () => (await execute(['ceph', 'tell', 'osd.0', 'version'], { timeoutSeconds: 10 })).code === 0,
    );
  };

  const keyring = join(folder, 'keyring');
  for (const [user, ...caps] of [
    ['mon.', 'mon', 'allow *'],
    ['client.admin', 'mon', 'allow *', 'osd', 'allow *', 'mgr', 'allow *'],
    ['osd.0', 'mon', 'allow profile osd', 'osd', 'allow *'],
    [`client.rgw.${name}`, 'mon', 'allow rw', 'osd', 'allow rwx'],
  ] as [string, ...string[]][]) {
    const create = user === 'mon.' ? ['--create-keyring'] : [];
    const pairs = Array.from({ length: caps.length / 2 }, (_, index) => [
      '--cap',
      caps[2 * index]!,
      caps[2 * index + 1]!,
    ]);
    await must('ceph-authtool', ...create, keyring, '--gen-key', '--name', user, ...pairs.flat());
  }
  const map = join(folder, 'monmap');
  await must('monmaptool', '--create', '--addv', 'a', `[v2:127.0.0.1:${monitor}]`, '--fsid', id, map);
  await must('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring);
  start('mon', 'ceph-mon', '-f', '-i', 'a');
  const disk = crypto.randomUUID();
  await must('ceph', 'osd', 'new', disk, '0');
  await must('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', disk, '--monmap', map, '--keyring', keyring);
  await end('mon');
  await startDisks();

  const answers = ['curl', '--silent', '--output', '/dev/null', `http://${frontend}`] as const;
  const startGateway = async () => {
    start('rgw', 'radosgw', '-f', '-n', `client.rgw.${name}`);
    await until(`${name}: gateway`, async () => (await execute(answers)).code === 0);
  };
  return {
    name,
    endpoint: `http://127.0.0.1:${wayIn}`,
    monitors: monitorsAt(firstPort),
    run: execute,
    must,
    startGateway,
    stopGateway: () => end('rgw'),
    open: () => door.open(),
    close: () => door.close(),
    async powerOff() {
      door.close();
      for (const { pid } of daemons.values()) process.kill(pid, 'SIGKILL');
      await end(...daemons.keys());
    },
    powerOn: startDisks,
    async stop() {
      door.close();
      await end(...daemons.keys());
    },
  };
}

/** The way in of a site: passes connections on to its gateway, or is closed. */
class Door {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly from: number;
  private readonly to: number;
  constructor(from: number, to: number) {
    this.from = from;
    this.to = to;
  }
  open() {
    this.server ??= createServer((client) => {
      const gateway = connect(this.to, '127.0.0.1');
      for (const [one, other] of [
        [client, gateway],
        [gateway, client],
      ] as const) {
        this.sockets.add(one);
        one.on('error', () => other.destroy()).on('close', () => this.sockets.delete(one));
        one.pipe(other);
      }
    }).listen(this.from, '127.0.0.1');
  }
  close() {
    this.server?.close();
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
  }
}

const monitorsAt = (firstPort: number): string => `[v2:127.0.0.1:${firstPort + 2}]`;

const configuration = ({
  name,
  realm,
  folder,
  firstPort,
  id,
  frontend,
}: CephProps & { id: string; frontend: string }): string => `[global]
fsid = ${id}
mon_host = ${monitorsAt(firstPort)}
mon_initial_members = a
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr1 = false
ms_bind_port_min = ${firstPort + 10}
ms_bind_port_max = ${firstPort + 99}
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
keyring = ${folder}/keyring
auth_allow_insecure_global_id_reclaim = false
run_dir = ${folder}/run
admin_socket = ${folder}/run/$name.asok
log_file =
log_to_file = false
log_to_stderr = true
err_to_stderr = true
mon_cluster_log_to_file = false
mon_data = ${folder}/mon
mon_data_avail_warn = 1
mon_data_avail_crit = 1
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
mon_max_pg_per_osd = 1000
osd_data = ${folder}/osd
osd_crush_chooseleaf_type = 0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_memory_target = 939524096
bluestore_block_size = 4294967296
bluestore_block_db_create = false
bluestore_block_wal_create = false
rgw_rados_pool_pg_num_min = 4
rgw_dynamic_resharding = false
rgw_verify_ssl = false
[client.rgw.${name}]
rgw_frontends = beast endpoint=${frontend}
rgw_realm = ${realm}
rgw_zonegroup = ${realm}
rgw_zone = ${name}
rgw_thread_pool_size = 32
rgw_sync_lease_period = 20
`;

/** @throws after two minutes */
export async function until(what: string, holds: () => Promise<boolean>, seconds = 120): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`${what}: not so after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
