import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { find } from '#scripts/lib/programs.ts';
import { run } from '#scripts/lib/run.ts';
import { type Machine, startMachine } from '#scripts/testing/lab/machine.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { drainedBy } from '../hosts/edge/keepalived.ts';

/**
 * The generated playbooks, unchanged, on throw-away machines with a systemd of their own: Ansible runs on the machine that it
 * configures, everything else is as it will be. What has no package here is played: servers behind the balancer, a router,
 * and a database program that only says that it is well.
 */
const NEEDED = [
  'ansible-playbook',
  'systemd-nspawn',
  'haproxy',
  'keepalived',
  'bird',
  'chronyd',
  'sshd',
  'openssl',
];
const missing = [...NEEDED.filter((name) => !find(name)), ...(process.getuid?.() === 0 ? [] : ['root'])];
if (missing.length > 0 && process.env.FREDU_REQUIRE === 'all')
  throw new Error(`missing: ${missing.join(', ')} (.ci/packages)`);

const model = threeSites();
const work = mkdtempSync(join(tmpdir(), 'fredu-hosts-'));
const machines: Machine[] = [];
afterAll(async () => {
  await Promise.all(machines.map((machine) => machine.stop()));
  rmSync(work, { recursive: true });
});

/** The tree of a site, for fewer connections at once: a container may not open 40,000 files. */
const filesOf = (site: string) =>
  [...artefacts(model, site)].map(([path, text]): [string, string] => [
    path,
    text.replace('maxconn 20000', 'maxconn 5000'),
  ]);

/** One site's tree and secrets in a folder that its machine sees. */
function laid(site: string): string {
  const at = join(work, site);
  for (const [path, text] of filesOf(site)) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  return at;
}
async function boot(site: string): Promise<Machine> {
  const machine = await startMachine({ name: site, folder: work });
  machines.push(machine);
  // Somebody has signed in on the hosts of a site, or Ansible could not.
  await machine.must('systemctl', 'start', 'ssh.service', 'systemd-user-sessions.service');
  // The lists of packages are of today, for there is no network to fetch newer ones.
  await machine.must(
    'bash',
    '-c',
    'touch /var/lib/apt/lists; mkdir -p /var/lib/apt/periodic; touch /var/lib/apt/periodic/update-success-stamp',
  );
  return machine;
}

interface Recap {
  code: number;
  /** What each host has to show: `ok=30 changed=0 … failed=0`. */
  hosts: Record<string, Record<string, number>>;
  output: string;
}
async function play(machine: Machine, at: string, ...more: string[]): Promise<Recap> {
  const done = await machine.run(
    [
      ...(['env', 'ANSIBLE_NOCOLOR=1', 'ANSIBLE_LOCALHOST_WARNING=false', 'ansible-playbook'] as const),
      ...['--inventory', `${at}/inventory/hosts/inventory.yaml`, `${at}/inventory/hosts/playbook.yaml`],
      ...['--extra-vars', `ansible_connection=local ansible_become=false secrets=${at}/secrets gate_delay=1`],
      ...more,
    ],
    { timeoutSeconds: 300 },
  );
  const journal =
    done.code === 0
      ? ''
      : await machine.must('journalctl', '--boot', '--no-pager', '--lines=15', '--priority=notice');
  const output = done.stdout + done.stderr + journal;
  const hosts = Object.fromEntries(
    [...output.matchAll(/^(\S+) +: (ok=.*)$/gm)].map(([, host, counts]) => [
      host!,
      Object.fromEntries(
        counts!
          .trim()
          .split(/\s+/)
          .map((count) => [count.split('=')[0]!, Number(count.split('=')[1])]),
      ),
    ]),
  );
  return { code: done.code, hosts, output };
}
/** Every file below the folders that a playbook writes to: its mode, owner and content. */
const state = (machine: Machine) =>
  machine.must(
    'bash',
    '-c',
    "cd / && places=$(ls -d etc usr/local/{bin,sbin,libexec} 2>/dev/null || true) && find $places -xdev -printf '%p %m %u %l\\n' | sort && find $places -xdev -type f -print0 | sort -z | xargs -0 sha256sum",
  );

/** An authority and a certificate for some names. */
async function certify(at: string, names: string): Promise<{ ca: string; crt: string; key: string }> {
  mkdirSync(at, { recursive: true });
  const file = (name: string) => join(at, name);
  const openssl = async (...args: string[]) => {
    const { code, stderr } = await run(['openssl', ...args]);
    if (code !== 0) throw new Error(stderr);
  };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await openssl(
    'req',
    '-x509',
    ...curve,
    '-subj',
    '/CN=authority',
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.crt'),
  );
  await openssl(
    ...['req', '-x509', ...curve, '-subj', '/CN=node', '-addext', `subjectAltName=${names}`],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-CA', file('ca.crt'), '-CAkey', file('ca.key')],
    ...['-keyout', file('node.key'), '-out', file('node.crt')],
  );
  return { ca: file('ca.crt'), crt: file('node.crt'), key: file('node.key') };
}

/** Answers 200 to everything, over TLS where it is given a certificate, and tells systemd that it is ready. */
const SERVER = `#!/usr/bin/python3
import http.server, os, socket, ssl, sys
host, port, *files = sys.argv[1:]
class Yes(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        self.send_response(200); self.send_header('Content-Length', '0'); self.end_headers()
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer.address_family = socket.AF_INET6 if ':' in host else socket.AF_INET
server = http.server.ThreadingHTTPServer((host, int(port)), Yes)
if files:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    server.socket = context.wrap_socket(server.socket, server_side=True)
if 'NOTIFY_SOCKET' in os.environ:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
        to.connect(os.environ['NOTIFY_SOCKET']); to.send(b'READY=1')
import signal
signal.signal(signal.SIGHUP, lambda *_: None)
server.serve_forever()
`;

/** The other balancer, as far as one sees that it is there: who is sent away at once comes back at once. */
const PEER = `#!/usr/bin/python3
import socket, sys
listening = socket.create_server((sys.argv[1], int(sys.argv[2])))
held = []
while True: held.append(listening.accept())
`;

describe.skipIf(missing.length > 0)(
  'the edges of a room',
  () => {
    let machine: Machine;
    let at: string;
    const haproxy = () => join(at, 'hosts/sxb-edge1/etc/haproxy/haproxy.cfg');
    const one = ['--limit', 'sxb-edge1'];

    const holds = 'until ip -brief address | grep -q 192.0.2.10/25; do sleep 0.2; done';
    const playedPeer = `systemd-run --quiet --unit=peers ip netns exec net1 python3 ${work}/peer 10.10.0.5 10000`;
    const playedTraefik = `systemd-run --quiet --unit=traefik ip netns exec net1 python3 ${work}/server 10.10.0.21 30082`;

    /** A router on the public side and the cluster on the other, each in a network namespace of the machine. */
    const surroundings = (ca: { crt: string; key: string }) => `set -e
for side in 0 1; do
  ip netns add net$side
  ip link add eth$side type veth peer name peer netns net$side
  ip -n net$side link set lo up
  ip -n net$side link set peer up
done
ip -n net0 address add 192.0.2.1/25 dev peer
ip -n net0 address add 2001:db8:10:1::1/64 dev peer nodad
ip -n net1 address add 10.10.0.21/24 dev peer
ip -n net1 address add 10.10.0.11/24 dev peer
ip -n net1 address add 10.10.0.5/24 dev peer
cat >${work}/router.conf <<'END'
router id 192.0.2.1;
protocol device { }
protocol bfd { interface "peer" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; }; }
template bgp edge { local as 64500; bfd on; ipv4 { import all; export none; }; ipv6 { import all; export none; }; }
protocol bgp one from edge { neighbor 192.0.2.4 as 65010; }
protocol bgp two from edge { neighbor 2001:db8:10:1::4 as 65010; }
END
run() { systemd-run --quiet --unit="$1" "\${@:2}"; }
run router ip netns exec net0 bird -f -c ${work}/router.conf -s /run/router.ctl -P /run/router.pid
${playedTraefik}
${playedPeer}
run api ip netns exec net1 python3 ${work}/server 10.10.0.11 6443 ${ca.crt} ${ca.key}
run node ip netns exec net1 python3 ${work}/server 10.10.0.21 8080 ${ca.crt} ${ca.key}
`;

    beforeAll(async () => {
      at = laid('sxb');
      const names = 'DNS:kubernetes.default.svc,DNS:worker1.sxb.fredu.fr';
      const made = await certify(join(work, 'edge-certificates'), names);
      for (const name of ['database-ca.crt', 'kubernetes-ca.crt']) {
        mkdirSync(join(at, 'secrets/etc/haproxy'), { recursive: true });
        cpSync(made.ca, join(at, 'secrets/etc/haproxy', name));
      }
      writeFileSync(join(work, 'server'), SERVER);
      writeFileSync(join(work, 'peer'), PEER);
      machine = await boot('sxb');
      await machine.must('bash', '-c', surroundings(made));
    });

    it('changes nothing when it is only asked what it would do', async () => {
      const before = await state(machine);
      const { code, hosts, output } = await play(machine, at, ...one, '--check', '--diff');
      expect(code, output).toBe(0);
      expect(hosts['sxb-edge1']!.changed).toBeGreaterThan(10);
      expect(await state(machine)).toBe(before);
    });

    it('puts every file in its place with its mode, and everything runs', async () => {
      const { code, hosts, output } = await play(machine, at, ...one);
      expect(code, output.slice(-3000)).toBe(0);
      expect(hosts['sxb-edge1']).toMatchObject({ failed: 0, unreachable: 0 });
      for (const [path, text] of filesOf('sxb')) {
        const place = /^sxb\/hosts\/sxb-edge1(\/.*)/.exec(path)?.[1];
        if (!place) continue;
        expect(await machine.must('cat', place), place).toBe(text);
        expect((await machine.must('stat', '-c', '%a %U', place)).trim()).toBe(
          `${place.startsWith('/usr/local/') ? 755 : 644} root`,
        );
      }
      const units = ['haproxy', 'keepalived', 'bird', 'ssh', 'systemd-networkd', 'prometheus-node-exporter'];
      expect((await machine.must('systemctl', 'is-active', ...units)).trim().split('\n')).toEqual(
        units.map(() => 'active'),
      );
    });

    it('gave the edge its addresses, its virtual address and its announcement', async () => {
      const addresses = await machine.must('ip', '-brief', 'address');
      for (const address of ['192.0.2.4/25', '2001:db8:10:1::4/64', '10.10.0.4/24', '192.0.2.10/25'])
        expect(addresses).toContain(address);
      expect(await machine.must('birdc', '-s', '/run/router.ctl', 'show', 'route')).toContain(
        '198.51.100.250/32',
      );
    });

    it('lets administrators in from the bastion by their keys, and nobody from elsewhere', async () => {
      const key = join(work, 'administrator');
      await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key]);
      const setUp = [
        'useradd --create-home debian',
        `cat ${key}.pub >>/etc/ssh/authorized_keys.d/debian`,
        'ip -n net1 address add 10.10.0.9/24 dev peer',
      ];
      await machine.must('bash', '-c', setUp.join(' && '));
      const signIn = (prefix: string, from: string, user: string) =>
        machine.run([
          'bash',
          '-c',
          `${prefix} ssh -F none -i ${key} -b ${from} -o BatchMode=yes -o ConnectTimeout=5 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null ${user}@10.10.0.4 id -un`,
        ]);
      const bastion = 'ip netns exec net1';
      expect((await signIn(bastion, '10.10.0.9', 'debian')).stdout).toBe('debian\n');
      expect((await signIn(bastion, '10.10.0.9', 'root')).stderr).toContain('Permission denied');
      // The firewall drops a worker; sshd itself refuses who comes past it.
      expect((await signIn(bastion, '10.10.0.21', 'debian')).stderr).toContain('timed out');
      expect((await signIn('', '10.10.0.4', 'debian')).stderr).toContain('Permission denied');
      await machine.must('sed', '-i', '$d', '/etc/ssh/authorized_keys.d/debian');
    });

    it('listens where the table of flows says, and nowhere else', async () => {
      const open = (await machine.must('ss', '-Hltn'))
        .split('\n')
        .flatMap((line) => line.split(/\s+/)[3] ?? []);
      const outside = open.filter(
        (address) => !/^(127\.|\[::1\])/.test(address) && !address.endsWith(':179'),
      );
      expect([...new Set(outside)].sort()).toEqual(
        [
          ...['10.10.0.4:22', '[2001:db8:10:2::4]:22', '10.10.0.4:9100', '10.10.0.4:8405', '10.10.0.4:10000'],
          ...['192.0.2.10', '[2001:db8:10:1::10]', '198.51.100.250', '[2001:db8:ffff::1]'].flatMap(
            (address) => [`${address}:80`, `${address}:443`],
          ),
          ...['10.10.0.10', '[2001:db8:10:2::10]'].flatMap((address) => [
            `${address}:6443`,
            `${address}:26257`,
          ]),
        ].sort(),
      );
    });

    it('changes nothing when it is run again', async () => {
      const before = await state(machine);
      const { code, hosts, output } = await play(machine, at, ...one);
      expect(code, output.slice(-3000)).toBe(0);
      expect(hosts['sxb-edge1']).toMatchObject({ changed: 0, failed: 0 });
      expect(await state(machine)).toBe(before);
    });

    it('leaves the old file where its program refuses the new one, and goes to no other host', async () => {
      const text = readFileSync(haproxy(), 'utf8');
      const journal = join(at, 'hosts/sxb-edge1/etc/systemd/journald.conf.d/10-fredu.conf');
      writeFileSync(journal, readFileSync(journal, 'utf8').replace('256M', '200M'));
      writeFileSync(haproxy(), text.replace('timeout connect', 'time-out connect'));
      const { code, hosts, output } = await play(machine, at, '--limit', 'edge');
      writeFileSync(haproxy(), text);
      expect(code).not.toBe(0);
      expect(output).toContain('failed to validate');
      expect(Object.keys(hosts)).toEqual(['sxb-edge1']);
      expect(await machine.must('cat', '/etc/haproxy/haproxy.cfg')).toBe(text);
    });

    it('drains no edge while the other one does not answer', async () => {
      const text = readFileSync(haproxy(), 'utf8');
      await machine.must('systemctl', 'stop', 'peers.service');
      writeFileSync(haproxy(), `${text}# one day\n`);
      const { code, output } = await play(machine, at, ...one);
      expect(code).not.toBe(0);
      expect(output).toContain('Timeout when waiting for 10.10.0.5:10000');
      await machine.must('test', '!', '-e', drainedBy('playbook'));
      await machine.must('bash', '-c', playedPeer);
    });

    it('reloads without a restart, and does not take an edge back that cannot serve', async () => {
      const text = readFileSync(haproxy(), 'utf8');
      const pid = () => machine.must('systemctl', 'show', '--property=MainPID', 'haproxy.service');
      const before = await pid();
      await machine.must('systemctl', 'stop', 'traefik.service');
      writeFileSync(haproxy(), `${text}# another day\n`);
      const bad = await play(machine, at, '--limit', 'edge', '--extra-vars', 'gate_retries=5');
      expect(bad.code).not.toBe(0);
      expect(Object.keys(bad.hosts)).toEqual(['sxb-edge1']);
      await machine.must('test', '-e', drainedBy('playbook'));
      expect(await pid()).toBe(before);
      expect(await machine.must('ip', '-brief', 'address')).not.toContain('192.0.2.10/25');

      await machine.must('bash', '-c', playedTraefik);
      const good = await play(machine, at, ...one);
      expect(good.code, good.output.slice(-3000)).toBe(0);
      await machine.must('test', '!', '-e', drainedBy('playbook'));
      await machine.must('bash', '-c', holds);
    });

    it('leaves an edge drained that a person has taken out', async () => {
      await machine.must('fredu-drain');
      const text = readFileSync(haproxy(), 'utf8');
      writeFileSync(haproxy(), `${text}# a third day\n`);
      const { code, output } = await play(machine, at, ...one);
      expect(code, output.slice(-3000)).toBe(0);
      await machine.must('test', '!', '-e', drainedBy('playbook'));
      await machine.must('test', '-e', drainedBy('hand'));
      expect(await machine.must('ip', '-brief', 'address')).not.toContain('192.0.2.10/25');
      await machine.must('fredu-undrain');
      await machine.must('bash', '-c', holds);
    });
  },
  600_000,
);

it.skipIf(missing.length > 0)(
  'the playbook runs on the other hosts of a room: the bastion, and nodes of the cluster',
  async () => {
    const machine = await boot('room');
    const at = laid('sxb');
    // One machine for all three, one after the other; what the nodes need for snapshots is not installed here.
    const others = 'sxb-worker1,sxb-cp1,sxb-bastion';
    const { code, hosts, output } = await play(machine, at, '--limit', others, '--skip-tags', 'packages');
    expect(code, output.slice(-3000)).toBe(0);
    expect(Object.keys(hosts).sort()).toEqual(others.split(',').sort());
    const units = [
      'fredu-etcd-backup.timer',
      'apt-daily-upgrade.timer',
      'nftables.service',
      'chrony.service',
    ];
    expect((await machine.must('systemctl', 'is-active', ...units)).trim().split('\n')).toEqual(
      units.map(() => 'active'),
    );
    expect(await machine.must('sshd', '-T')).toContain('permitopen');
  },
);

describe.skipIf(missing.length > 0)(
  'the nodes of rented hosts',
  () => {
    let machine: Machine;
    let at: string;
    let archive: string;
    const one = ['--limit', 'do-node1'];

    beforeAll(async () => {
      at = laid('do');
      const made = await certify(join(work, 'node-certificates'), 'DNS:localhost,IP:127.0.0.1');
      const certificates = join(at, 'secrets/etc/cockroachdb/certs');
      mkdirSync(certificates, { recursive: true });
      for (const [name, from] of Object.entries({
        'ca.crt': made.ca,
        'node.crt': made.crt,
        'node.key': made.key,
      }))
        cpSync(from, join(certificates, name));
      // No disk comes and goes in a container: its file system is in memory.
      for (const host of ['do-node1', 'do-node2', 'do-node3']) {
        const units = join(at, 'hosts', host, 'etc/systemd/system');
        writeFileSync(
          join(units, 'cockroachdb-format.service'),
          '[Service]\nType=oneshot\nExecStart=/bin/true\n',
        );
        writeFileSync(
          join(units, 'var-lib-cockroachdb.mount'),
          '[Mount]\nWhat=tmpfs\nWhere=/var/lib/cockroachdb\nType=tmpfs\n[Install]\nWantedBy=multi-user.target\n',
        );
      }
      const release = 'cockroach-v26.2.1.linux-amd64';
      const program = `#!/bin/sh\nexec /usr/bin/python3 -c '${SERVER.split('\n').slice(1).join('\n').replaceAll("'", '"')}' '::' 8080 /etc/cockroachdb/certs/node.crt /etc/cockroachdb/certs/node.key\n`;
      mkdirSync(join(work, release));
      writeFileSync(join(work, release, 'cockroach'), program, { mode: 0o755 });
      archive = join(work, `${release}.tgz`);
      await run(['tar', '--create', '--gzip', '--file', archive, '--directory', work, release]);
      machine = await boot('do');
      await machine.must(
        'bash',
        '-c',
        'ip link add eth0 type veth peer name peer && ip link set eth0 up && ip address add 203.0.113.4/28 dev eth0',
      );
    });
    const program = async (checksum?: string) => [
      '--extra-vars',
      `cockroach_url=file://${archive} cockroach_sha256=${checksum ?? (await run(['sha256sum', archive])).stdout.slice(0, 64)}`,
    ];

    it('print what would be done, and do nothing', async () => {
      const before = await state(machine);
      const { code, output } = await play(machine, at, ...one, '--check', '--diff', ...(await program()));
      expect(code, output.slice(-3000)).toBe(0);
      expect(output).not.toContain('PRIVATE KEY');
      expect(await state(machine)).toBe(before);
    });

    it('take no program whose checksum is another', async () => {
      const { code, output } = await play(machine, at, ...one, ...(await program('0'.repeat(64))));
      expect(code).not.toBe(0);
      expect(output).toContain('The checksum for');
      await machine.must('test', '!', '-e', '/usr/local/bin/cockroach');
      const none = await play(machine, at, ...one);
      expect(none.output).toContain('give --extra-vars cockroach_sha256=');
    });

    it('start, with their secrets for nobody else, and nothing of a secret is shown', async () => {
      const { code, output } = await play(machine, at, ...one, '--diff', ...(await program()));
      expect(code, output.slice(-3000)).toBe(0);
      expect(
        (await machine.must('systemctl', 'is-active', 'cockroachdb.service', 'haproxy.service')).trim(),
      ).toBe('active\nactive');
      expect((await machine.must('stat', '-c', '%a %U', '/etc/cockroachdb/certs/node.key')).trim()).toBe(
        '600 cockroach',
      );
      expect(output).not.toContain('PRIVATE KEY');
    });

    it('are left alone when nothing is new, and read new certificates without a restart', async () => {
      const again = await play(machine, at, ...one, ...(await program()));
      expect(again.hosts['do-node1'], again.output).toMatchObject({ changed: 0, failed: 0 });
      const pid = () =>
        machine.must('systemctl', 'show', '--property=MainPID,NRestarts', 'cockroachdb.service');
      const before = await pid();
      const authority = join(at, 'secrets/etc/cockroachdb/certs/ca.crt');
      writeFileSync(authority, `${readFileSync(authority, 'utf8')}\n`);
      const renewed = await play(machine, at, ...one, ...(await program()));
      expect(renewed.output).toContain('RUNNING HANDLER [Reload the certificates of the database]');
      expect(renewed.code, renewed.output.slice(-3000)).toBe(0);
      expect(await pid()).toBe(before);
    });
  },
  600_000,
);
