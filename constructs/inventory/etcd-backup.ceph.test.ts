import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DRILL, ETCD_DRILL } from '#constructs/plans/backup.ts';
import type { TextFile } from '#constructs/text-file.ts';
import { ETCD_SERVER, ETCDCTL, ETCDUTL, goTool, goToolMissing } from '#scripts/lib/lab/go-tool.ts';
import { find } from '#scripts/lib/programs.ts';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import { type Ceph, startCeph } from '#scripts/testing/lab/ceph.ts';
import { type Machine, startMachine } from '#scripts/testing/lab/machine.ts';
import { type Keys, s3 } from '#scripts/testing/lab/s3.ts';
import { roomOf } from '#scripts/testing/sites-of.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { ETCD_BACKUP_CREDENTIALS, ETCD_BUCKET, ETCD_SNAPSHOTS, etcdBackup } from './etcd-backup.ts';

/**
 * The generated units and script on a throw-away machine, with etcd, etcdctl and etcdutl of the release that Kubespray installs,
 * etcd's environment and certificates as Kubespray leaves them, and rclone before a real gateway of Ceph.
 */
const ETCD_TOOLS = [ETCD_SERVER, ETCDCTL, ETCDUTL];
const missing = [
  ...['radosgw', 'rclone', 'socat', 'openssl', 'systemd-nspawn'].filter((name) => !find(name)),
  ...ETCD_TOOLS.flatMap((tool) => goToolMissing(tool) ?? []),
  ...(process.getuid?.() === 0 ? [] : ['root']),
];
if (missing.length > 0 && process.env.FREDU_REQUIRE === 'all') throw new Error(missing.join(', '));

const HOST = 'sxb-cp1';
const CERTIFICATES = '/etc/ssl/etcd/ssl';
const PORT = 7480;
const BUILDING_MILLISECONDS = 1_500_000;

/**
 * What Kubespray writes to /etc/etcd.env for a first member of one.
 * @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/roles/etcd/templates/etcd.env.j2
 */
const ETCD_ENV = `# Environment file for etcd 3.6.8
ETCD_DATA_DIR=/var/lib/etcd
ETCD_ADVERTISE_CLIENT_URLS=https://127.0.0.1:2379
ETCD_INITIAL_ADVERTISE_PEER_URLS=https://127.0.0.1:2380
ETCD_INITIAL_CLUSTER_STATE=new
ETCD_METRICS=basic
ETCD_LISTEN_CLIENT_URLS=https://127.0.0.1:2379
ETCD_ELECTION_TIMEOUT=5000
ETCD_HEARTBEAT_INTERVAL=250
ETCD_INITIAL_CLUSTER_TOKEN=k8s_etcd
ETCD_LISTEN_PEER_URLS=https://127.0.0.1:2380
ETCD_NAME=etcd1
ETCD_PROXY=off
ETCD_INITIAL_CLUSTER=etcd1=https://127.0.0.1:2380
ETCD_AUTO_COMPACTION_RETENTION=8
ETCD_SNAPSHOT_COUNT=100000
ETCD_QUOTA_BACKEND_BYTES=2147483648
ETCD_MAX_REQUEST_BYTES=1572864
ETCD_LOG_LEVEL=info
ETCD_MAX_SNAPSHOTS=5
ETCD_MAX_WALS=5

# TLS settings
ETCD_TRUSTED_CA_FILE=${CERTIFICATES}/ca.pem
ETCD_CERT_FILE=${CERTIFICATES}/member-${HOST}.pem
ETCD_KEY_FILE=${CERTIFICATES}/member-${HOST}-key.pem
ETCD_CLIENT_CERT_AUTH=true

ETCD_PEER_TRUSTED_CA_FILE=${CERTIFICATES}/ca.pem
ETCD_PEER_CERT_FILE=${CERTIFICATES}/member-${HOST}.pem
ETCD_PEER_KEY_FILE=${CERTIFICATES}/member-${HOST}-key.pem
ETCD_PEER_CLIENT_CERT_AUTH=True

ETCD_LISTEN_METRICS_URLS=http://127.0.0.1:2381

# CLI settings
ETCDCTL_ENDPOINTS=https://127.0.0.1:2379
ETCDCTL_CACERT=${CERTIFICATES}/ca.pem
ETCDCTL_KEY=${CERTIFICATES}/admin-${HOST}-key.pem
ETCDCTL_CERT=${CERTIFICATES}/admin-${HOST}.pem

ETCD_EXPERIMENTAL_INITIAL_CORRUPT_CHECK=True
ETCD_EXPERIMENTAL_WATCH_PROGRESS_NOTIFY_INTERVAL=5s
`;
/** @see https://github.com/kubernetes-sigs/kubespray/blob/v2.31.0/roles/etcd/templates/etcd.service.j2 */
const ETCD_UNIT = `[Service]
Type=notify
User=root
EnvironmentFile=/etc/etcd.env
ExecStart=/usr/local/bin/etcd
NotifyAccess=all
Restart=always
RestartSec=10s
LimitNOFILE=40000
`;

const model = threeSites();
const site = roomOf(model, 'sxb');
const keys: Keys = { access: 'BACKUPKEY', secret: 'backupsecret' };
const work = mkdtempSync(join(tmpdir(), 'fredu-etcd-'));
let ceph: Ceph;
let machine: Machine;
let wire: Server;

/** Puts the files of a control-plane host on the machine; of what they say only the address of the store is another. */
async function placed(files: TextFile[]): Promise<void> {
  for (const [path, text] of files) {
    const at = join(work, 'files', path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text.replace(model.objects!.primary.objects!.endpoint, `http://127.0.0.1:${PORT}`));
  }
  await machine.must(
    'bash',
    '-c',
    `cp -r ${work}/files/* / && rm -r ${work}/files && chmod 0755 /usr/local/sbin/fredu-etcd-backup && systemd-tmpfiles --create /etc/tmpfiles.d/fredu-etcd-backup.conf && systemctl daemon-reload`,
  );
}
const backup = () => machine.run(['systemctl', 'start', 'fredu-etcd-backup.service']);
const said = () => machine.must('journalctl', '--unit=fredu-etcd-backup', '--no-pager', '--output=cat');
const snapshots = async () => (await machine.must('ls', ETCD_SNAPSHOTS)).trim().split('\n').filter(Boolean);
const series = () => machine.must('cat', '/var/lib/prometheus/node-exporter/etcd-backup.prom');
const READ_BY_NOBODY = [
  'setpriv',
  '--reuid=65534',
  '--clear-groups',
  'cat',
  '/var/lib/prometheus/node-exporter/etcd-backup.prom',
] as const;
const stored = async () =>
  [
    ...(await s3(ceph.endpoint, keys, 'fredu', 'GET', `/${ETCD_BUCKET}`)).body
      .toString()
      .matchAll(/<Key>([^<]+)<\/Key>/g),
  ].map(([, key]) => key!);

async function certificates(): Promise<void> {
  const folder = join(work, 'certificates');
  mkdirSync(folder);
  const pair = (name: string) => ({
    key: join(folder, `${name}-key.pem`),
    certificate: join(folder, `${name}.pem`),
  });
  await makeCertificate('etcd-ca', pair('ca'));
  for (const name of [`member-${HOST}`, `admin-${HOST}`])
    await makeCertificate(`etcd-${name}`, pair(name), { names: ['IP:127.0.0.1'], by: pair('ca') });
}

describe.skipIf(missing.length > 0)('snapshots of etcd', () => {
  beforeAll(async () => {
    for (const tool of ETCD_TOOLS) {
      mkdirSync(join(work, 'files/usr/local/bin'), { recursive: true });
      copyFileSync(await goTool(tool), join(work, 'files/usr/local/bin', tool.name));
    }
    mkdirSync(join(work, 'ceph'));
    ceph = await startCeph({ name: 'sxb', realm: 'fredu', folder: join(work, 'ceph'), firstPort: 23_600 });
    const words = ['--rgw-realm=fredu', '--rgw-zonegroup=fredu', '--rgw-zone=sxb'];
    const admin = (...command: string[]) => ceph.must('radosgw-admin', ...command, ...words);
    await ceph.must('radosgw-admin', 'realm', 'create', '--rgw-realm=fredu', '--default');
    await admin('zonegroup', 'create', `--endpoints=${ceph.endpoint}`, '--master');
    await admin('zone', 'create', '--master', `--endpoints=${ceph.endpoint}`);
    await admin(
      ...['user', 'create', '--uid=backup', '--display-name=backup', '--max-buckets=1'],
      ...[`--access-key=${keys.access}`, `--secret=${keys.secret}`],
    );
    await admin('period', 'update', '--commit');
    await ceph.startGateway();
    ceph.open();
    expect((await s3(ceph.endpoint, keys, 'fredu', 'PUT', `/${ETCD_BUCKET}`)).status).toBe(200);

    // The machine has a network of its own: a socket in the folder that it sees leads out of it.
    const { port } = new URL(ceph.endpoint);
    wire = createServer((client) => {
      const store = connect(Number(port), '127.0.0.1');
      client.on('error', () => store.destroy());
      store.on('error', () => client.destroy());
      client.pipe(store).pipe(client);
    }).listen(join(work, 'store.sock'));
    await certificates();
    machine = await startMachine({ name: HOST, folder: work });
    await placed([
      ...etcdBackup({
        code: site.code,
        turn: 0,
        store: { endpoint: model.objects!.primary.objects.endpoint, realm: model.objects!.realm },
      }),
      ['etc/etcd.env', ETCD_ENV],
      ['etc/systemd/system/etcd.service', ETCD_UNIT],
    ]);
    await machine.must(
      'bash',
      '-c',
      `set -e
ip link set lo up
hostname ${HOST}
useradd --system etcd
mkdir -p ${CERTIFICATES}
cp ${work}/certificates/{ca,member-${HOST},member-${HOST}-key,admin-${HOST},admin-${HOST}-key}.pem ${CERTIFICATES}
chown -R etcd:root ${CERTIFICATES}
chmod 0700 ${CERTIFICATES}
chmod 0640 ${CERTIFICATES}/*
systemctl start etcd.service
systemd-run --quiet --unit=store socat TCP-LISTEN:${PORT},bind=127.0.0.1,fork,reuseaddr UNIX-CONNECT:${work}/store.sock
set -a; . /etc/etcd.env; etcdctl put /registry/lesson 'the first' >/dev/null`,
    );
  }, BUILDING_MILLISECONDS);
  afterAll(async () => {
    wire?.close();
    await Promise.all([machine?.stop(), ceph?.stop()]);
    rmSync(work, { recursive: true, force: true });
  });

  it('are not copied, and no success is said, before the keys of the store are there', async () => {
    expect((await backup()).code).not.toBe(0);
    expect(await said()).toMatch(/AccessDenied|NoCredentialProviders|403/);
    expect(await snapshots()).toHaveLength(1);
    await expect(series()).rejects.toThrow('No such file');
  });

  it('are made, kept for nobody else to read, copied to the store, and counted', async () => {
    await machine.must(
      'bash',
      '-c',
      `umask 077; printf 'AWS_ACCESS_KEY_ID=${keys.access}\nAWS_SECRET_ACCESS_KEY=${keys.secret}\n' >${ETCD_BACKUP_CREDENTIALS}`,
    );
    await machine.must('bash', '-c', `rm ${ETCD_SNAPSHOTS}/*`);
    const { code } = await backup();
    expect(code, await said()).toBe(0);
    const [name, ...others] = await snapshots();
    expect(others).toEqual([]);
    expect(name).toMatch(/^sxb-cp1-\d{8}T\d{6}Z\.db$/);
    expect(await stored()).toEqual([`sxb/${name}`]);
    const modes = ['stat', '-c', '%a %U', ETCD_SNAPSHOTS, `${ETCD_SNAPSHOTS}/${name}`] as const;
    expect(await machine.must(...modes)).toBe('700 root\n600 root\n');
    const made = Number(/^fredu_etcd_backup_success_seconds (\d+)\n$/.exec(await series())![1]);
    expect(Math.abs(Date.now() / 1000 - made)).toBeLessThan(60);
    // The exporter of the cluster is nobody.
    await machine.must(...READ_BY_NOBODY);
    const copy = await s3(ceph.endpoint, keys, 'fredu', 'GET', `/${ETCD_BUCKET}/sxb/${name}`);
    writeFileSync(join(work, 'copy.db'), copy.body);
  });

  it('are tried in a scratch folder, which finds one that was spoiled and leaves a good one as it is', async () => {
    const script = join(work, 'drill.sh');
    writeFileSync(script, DRILL);
    const digest = () => machine.must('bash', '-c', `sha256sum ${ETCD_SNAPSHOTS}/*.db`);
    const before = await digest();
    for (const _ of [1, 2]) await machine.must('bash', '-e', script);
    expect(await machine.must('cat', ETCD_DRILL)).toMatch(
      /^restored [1-9]\d* keys at revision \d+ of sxb-cp1-\w+\.db, and its content is the same, on /,
    );
    expect(await digest()).toBe(before);
    const spoiled = `${ETCD_SNAPSHOTS}/spoiled.db`;
    await machine.must(
      'bash',
      '-ec',
      `cp ${ETCD_SNAPSHOTS}/sxb-cp1-*.db ${spoiled}; printf x | dd of=${spoiled} bs=1 seek=9000 conv=notrunc 2>/dev/null`,
    );
    const { code, stderr } = await machine.run(['bash', '-e', script]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('expected sha256')]);
    await expect(machine.must('cat', ETCD_DRILL)).rejects.toThrow('No such file');
    expect(await machine.must('bash', '-c', `rm ${spoiled}; ls ${ETCD_SNAPSHOTS}`)).not.toContain('drill');
  });

  it('bring back what was in etcd', async () => {
    const restored = await machine.must(
      'bash',
      '-c',
      `set -e
systemctl stop etcd.service
rm -rf /var/lib/etcd
etcdutl snapshot restore ${work}/copy.db --data-dir /var/lib/etcd --name etcd1 --initial-cluster etcd1=https://127.0.0.1:2380 --initial-cluster-token k8s_etcd --initial-advertise-peer-urls https://127.0.0.1:2380 2>/dev/null
systemctl start etcd.service
set -a; . /etc/etcd.env; etcdctl get --print-value-only /registry/lesson`,
    );
    expect(restored).toBe('the first\n');
  });

  it('are forgotten after a week even when the store takes none, and half a snapshot at once', async () => {
    const before = await series();
    await machine.must(
      'bash',
      '-c',
      `cd ${ETCD_SNAPSHOTS} && touch -d '30 days ago' old.db && touch -d '6 days ago' young.db && touch half.db.part`,
    );
    ceph.close();
    expect((await backup()).code).not.toBe(0);
    ceph.open();
    const left = await snapshots();
    expect(left).toContain('young.db');
    expect(left).toHaveLength(3);
    expect(await series()).toBe(before);
  });

  it('stay while etcd is silent', async () => {
    await machine.must('bash', '-c', `cd ${ETCD_SNAPSHOTS} && touch -d '30 days ago' *.db && ls`);
    const before = await snapshots();
    await machine.must('systemctl', 'stop', 'etcd.service');
    expect((await backup()).code).not.toBe(0);
    await machine.must('systemctl', 'start', 'etcd.service');
    expect(await snapshots()).toEqual(before);
  });

  it('cannot be made where an option comes both ways', async () => {
    await machine.must(
      'sed',
      '-i',
      's/^etcdctl /&--endpoints=https:\\/\\/127.0.0.1:2379 /',
      '/usr/local/sbin/fredu-etcd-backup',
    );
    expect((await backup()).code).not.toBe(0);
    expect(await said()).toMatch(/conflicting environment variable.*ETCDCTL_ENDPOINTS/);
  });

  it('stay on their host where no site has an object store, and are counted all the same', async () => {
    await machine.must('rm', '-r', '/etc/fredu', '/var/lib/prometheus/node-exporter/etcd-backup.prom');
    await placed(etcdBackup({ code: site.code, turn: 0 }));
    const { code } = await backup();
    expect(code, await said()).toBe(0);
    expect(await series()).toMatch(/^fredu_etcd_backup_success_seconds \d+\n$/);
  });
});
