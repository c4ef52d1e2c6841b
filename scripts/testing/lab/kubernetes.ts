import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { labBinaries } from '#scripts/lib/lab/kubernetes-binaries.ts';
import { type Command, type Daemon, daemon, type Outcome, run } from '#scripts/lib/run.ts';
import type { Host, Site } from '#sites/model.ts';
import { hostsOf, workers } from '#sites/questions.ts';

/**
 * A real Kubernetes control plane on loopback for one site: API server, admission, controllers and scheduler are real,
 * the nodes are played by kwok with the sizes that the model declares. Proves what the API accepts and where pods go;
 * images, probes and network policies are not run.
 */
export interface Cluster {
  /** Kubeconfig of somebody who may do anything, for programs that talk to the API server themselves. */
  kubeconfig: string;
  kubectl(...args: string[]): Promise<Outcome>;
  /** kubectl with a document on standard input. */
  apply(documents: unknown[], ...args: string[]): Promise<Outcome>;
  /** Port of the API server on loopback, and the file of the authority that its certificate is by. */
  api: { port: number; authority: string };
  stop(): Promise<void>;
}

/**
 * @param within before each command, for a network other than this machine's
 * @throws the program that did not become ready, and where its log lies
 */
export async function startCluster(site: Site, within: readonly string[] = []): Promise<Cluster> {
  const bin = await labBinaries();
  const inside = (...command: string[]) => [...within, ...command] as unknown as Command;
  const folder = mkdtempSync(join(tmpdir(), 'fredu-cluster-'));
  const ports = await freePorts(5);
  const [etcd, peer, api, controllers, scheduler] = ports as [number, number, number, number, number];
  const pki = join(folder, 'pki');
  mkdirSync(pki, { mode: 0o700 });
  const key = join(pki, 'service-account.key');
  const made = await run(['openssl', 'genrsa', '-out', key, '2048']);
  if (made.code !== 0) throw new Error(`openssl made no key: ${made.stderr}`);
  const daemons: Daemon[] = [];
  const stop = async () => {
    for (const each of daemons.reverse()) await each.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const launch = (name: string, ...args: string[]) =>
    daemons.push(
      daemon(inside(join(bin, name), ...args), { log: join(folder, `${name}.log`), env: { HOME: folder } }),
    );
  const users = ['admin system:masters', 'kube-controller-manager', 'kube-scheduler', 'kwok system:masters'];
  const config = writeUsers(folder, users, api);
  const kubectl = (...args: string[]) =>
    run(inside(join(bin, 'kubectl'), '--kubeconfig', config.admin!, ...args), {
      env: { HOME: folder },
      timeoutSeconds: 300,
    });
  const apply = (documents: unknown[], ...args: string[]) => {
    const input = documents
      .map((document) => `---\n${stringify(document, { aliasDuplicateObjects: false })}`)
      .join('');
    const command = inside(join(bin, 'kubectl'), '--kubeconfig', config.admin!, 'apply', ...args, '-f', '-');
    return run(command, { env: { HOME: folder }, input, timeoutSeconds: 300 });
  };
  try {
    launch(
      'etcd',
      `--data-dir=${folder}/etcd`,
      `--listen-client-urls=http://127.0.0.1:${etcd}`,
      `--advertise-client-urls=http://127.0.0.1:${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=default=http://127.0.0.1:${peer}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
    );
    launch(
      'kube-apiserver',
      `--etcd-servers=http://127.0.0.1:${etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      '--endpoint-reconciler-type=none',
      `--secure-port=${api}`,
      `--cert-dir=${pki}`,
      `--token-auth-file=${folder}/tokens.csv`,
      '--authorization-mode=Node,RBAC',
      `--service-cluster-ip-range=${serviceRange(site)}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      '--allow-privileged',
    );
    await until('kube-apiserver', folder, async () => (await kubectl('get', '--raw', '/readyz')).code === 0);
    launch(
      'kube-controller-manager',
      `--kubeconfig=${config['kube-controller-manager']}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${controllers}`,
      `--cert-dir=${pki}/controllers`,
      `--service-account-private-key-file=${key}`,
      `--root-ca-file=${pki}/apiserver.crt`,
      '--use-service-account-credentials',
      '--leader-elect=false',
    );
    launch(
      'kube-scheduler',
      `--kubeconfig=${config['kube-scheduler']}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${scheduler}`,
      `--cert-dir=${pki}/scheduler`,
      '--leader-elect=false',
    );
    launch(
      'kwok',
      '--config',
      join(bin, 'stages.yaml'),
      '--kubeconfig',
      config.kwok!,
      '--manage-all-nodes=true',
      '--node-lease-duration-seconds=40', // with the default, nodes lapse and drains hang
      '--node-ip=10.0.0.1',
    );
    await apply(nodes(site));
    const ready = await kubectl('wait', '--for=condition=Ready', 'node', '--all', '--timeout=90s');
    if (ready.code !== 0) throw new Error(`nodes did not become ready: ${ready.stderr}`);
    const account = ['-n', 'default', 'get', 'serviceaccount', 'default'];
    await until('kube-controller-manager', folder, async () => (await kubectl(...account)).code === 0);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kubeconfig: config.admin!,
    kubectl,
    apply,
    api: { port: api, authority: join(pki, 'apiserver.crt') },
    stop,
  };
}

/** Nodes as Kubespray joins them: the control plane tainted, the workers as large as the model says less the kubelet's share. */
function nodes(site: Site): unknown[] {
  const node = (host: Host, controlPlane: boolean) => {
    const size = {
      cpu: `${host.cpus * 1000 - 200}m`,
      memory: `${host.memoryBytes / 2 ** 20 - 1024}Mi`,
      pods: '110',
      'ephemeral-storage': `${host.diskBytes}`,
    };
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: host.name,
        labels: {
          'kubernetes.io/hostname': host.name,
          'kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
          ...(controlPlane ? { 'node-role.kubernetes.io/control-plane': '' } : {}),
        },
      },
      spec: controlPlane
        ? { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }
        : {},
      status: { allocatable: size, capacity: size },
    };
  };
  return [
    ...hostsOf(site, 'control-plane').map((host) => node(host, true)),
    ...workers(site).map((host) => node(host, false)),
  ];
}

/** Both families, each cut to what an API server takes: at most /12 and /108. */
const serviceRange = (site: Site): string =>
  [site.kubernetes?.services.ipv4, site.kubernetes?.services.ipv6].filter(Boolean).join(',');

/** One token and one kubeconfig a user; the certificate is the one that the API server makes for itself. */
function writeUsers(folder: string, users: string[], port: number): Record<string, string> {
  const lines: string[] = [];
  const files: Record<string, string> = {};
  for (const user of users) {
    const [name = '', group = 'system:none'] = user.split(' ');
    const token = randomBytes(16).toString('hex');
    const account = name.startsWith('kube-') ? `system:${name}` : name;
    lines.push(`${token},${account},${name},"${group}"`);
    const certificate = join(folder, 'pki', 'apiserver.crt');
    const cluster = { server: `https://127.0.0.1:${port}`, 'certificate-authority': certificate };
    files[name] = join(folder, `${name}.conf`);
    writeFileSync(
      files[name],
      stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'lab', cluster }],
        users: [{ name, user: { token } }],
        contexts: [{ name: 'lab', context: { cluster: 'lab', user: name } }],
        'current-context': 'lab',
      }),
      { mode: 0o600 },
    );
  }
  writeFileSync(join(folder, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
  return files;
}

async function until(what: string, folder: string, ready: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 90_000; Date.now() < end; ) {
    if (await ready()) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`${what} is not ready after 90 s; its log is ${folder}/${what}.log`);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
