import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { find } from '#scripts/lib/programs.ts';
import { type Machine, startMachine } from '#scripts/testing/lab/machine.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { FRONT_INTERFACES } from '../front-firewall/nftables.ts';
import { BIRD_SERIES } from './edge/bird-state.ts';
import { TIME_SERIES } from './time-sources.ts';

/** The generated scripts that no other suite runs, with the daemons that they call, on a throw-away machine. */
const missing = [
  ...['systemd-nspawn', 'bird', 'conntrackd'].filter((name) => !find(name)),
  ...(process.getuid?.() === 0 ? [] : ['root']),
];
if (missing.length > 0 && process.env.FREDU_REQUIRE === 'all') throw new Error(missing.join(', '));

const work = mkdtempSync(join(tmpdir(), 'fredu-scripts-'));
const tree = artefacts(threeSites(), 'sxb');
let machine: Machine;

/** Puts the files below a folder of the tree on the machine. */
async function placed(root: string, paths: RegExp): Promise<void> {
  for (const [path, text] of tree) {
    if (!path.startsWith(`${root}/`) || !paths.test(path)) continue;
    const at = join(work, 'files', path.slice(root.length));
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text, { mode: path.includes('/usr/local/') ? 0o755 : 0o644 });
  }
  await machine.must(
    'bash',
    '-c',
    `cp -r ${work}/files/* / && rm -r ${work}/files && systemctl daemon-reload`,
  );
}

describe.skipIf(missing.length > 0)('scripts of hosts', () => {
  beforeAll(async () => {
    machine = await startMachine({ name: 'scripts', folder: work });
  });
  afterAll(async () => {
    await machine?.stop();
    rmSync(work, { recursive: true });
  });

  it('fredu-announcements says which sessions of bird stand, under the restrictions of its unit', async () => {
    await placed(
      'sxb/hosts/sxb-edge1',
      /\/(bird\.conf|fredu-announcements(\.service)?|(sysusers|tmpfiles)\.d\/[^/]+)$/,
    );
    await machine.must(
      'bash',
      '-c',
      `set -e
systemd-sysusers; systemd-tmpfiles --create /etc/tmpfiles.d/fredu-edge.conf
ip link set lo up
ip netns add router
ip link add eth0 type veth peer name peer netns router
ip -n router link set lo up; ip -n router link set peer up; ip link set eth0 up
ip address add 192.0.2.4/25 dev eth0; ip address add 2001:db8:10:1::4/64 dev eth0 nodad
ip -n router address add 192.0.2.1/25 dev peer
cat >${work}/router.conf <<'END'
router id 192.0.2.1;
protocol device { }
protocol bfd { interface "peer" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; }; }
protocol bgp one { local as 64500; bfd on; ipv4 { import all; export none; }; neighbor 192.0.2.4 as 65010; }
END
systemd-run --quiet --unit=router ip netns exec router bird -f -c ${work}/router.conf -s /run/router.ctl -P /run/router.pid
systemctl start bird.service
until birdc show protocols | grep -q 'router_ipv4.*Established'; do sleep 0.2; done`,
    );
    await machine.must('systemctl', 'start', 'fredu-announcements.service');
    // Nobody answers in IPv6.
    expect(await machine.must('cat', BIRD_SERIES)).toBe(
      'bird_session_established{session="router_ipv4"} 1\nbird_session_established{session="router_ipv6"} 0\n',
    );
    // What was said last stays while bird is silent.
    await machine.must('systemctl', 'stop', 'bird.service');
    expect((await machine.run(['systemctl', 'start', 'fredu-announcements.service'])).code).not.toBe(0);
    expect(await machine.must('cat', BIRD_SERIES)).toContain('router_ipv4"} 1');
  });

  it('fredu-time-sources says which time servers answer, and which have no name any more', async () => {
    await placed('sxb/hosts/sxb-bastion', /\/fredu-time-sources(\.service)?$/);
    await machine.must(
      'bash',
      '-c',
      `set -e
ip link set lo up; mkdir -p ${dirname(TIME_SERIES)} /run/server
printf 'local stratum 1\\nallow 127.0.0.0/8\\nport 11123\\nbindaddress 127.0.0.1\\ncmdport 0\\nbindcmdaddress /run/server/cmd.sock\\npidfile /run/server/pid\\n' >/etc/server.conf
printf 'server 127.0.0.1 port 11123 iburst\\nserver 127.0.0.2 port 9 iburst\\nserver nobody.invalid iburst\\nport 0\\nbindcmdaddress 127.0.0.1\\n' >/etc/client.conf
systemd-run --quiet --unit=time-server chronyd -d -x -u root -f /etc/server.conf
systemd-run --quiet --unit=time-client chronyd -d -x -u root -f /etc/client.conf
for _ in $(seq 300); do
  if chronyc -h 127.0.0.1 -c -N sources -a | grep -q '^^,.,127.0.0.1,[0-9]*,[0-9]*,[1-7]'; then exit 0; fi
  sleep 0.2
done
journalctl --no-pager --unit=time-server --unit=time-client >&2; exit 1`,
    );
    await machine.must('systemctl', 'start', 'fredu-time-sources.service');
    expect((await machine.must('cat', TIME_SERIES)).trim().split('\n').sort()).toEqual([
      'time_source_answers{source="127.0.0.1"} 1',
      'time_source_answers{source="127.0.0.2"} 0',
      'time_source_answers{source="nobody.invalid"} 0',
    ]);
    // What was said last stays while chrony is silent, and the exporter may read it.
    await machine.must('systemctl', 'stop', 'time-client.service');
    expect((await machine.run(['systemctl', 'start', 'fredu-time-sources.service'])).code).not.toBe(0);
    expect(await machine.must('cat', TIME_SERIES)).toContain('source="127.0.0.1"} 1');
    expect(await machine.must('stat', '--format=%a', TIME_SERIES)).toMatch(/^.*4$/m);
  });

  it('an edge that a person has drained stays so through its own updates, and one that these drained is back', async () => {
    await placed(
      'sxb/hosts/sxb-edge1',
      /\/(fredu-drain|fredu-undrain|fredu-edge-check|apt-daily-upgrade\.service\.d\/[^/]+)$/,
    );
    // Debian's own unit with our addition; there is no network that it could wait for, and nothing to fetch.
    await machine.must(
      'bash',
      '-c',
      `ln -sf /bin/true /lib/systemd/systemd-networkd-wait-online; echo 'APT::Periodic::Enable "0";' >/etc/apt/apt.conf.d/99none`,
    );
    const updates = async () => {
      await machine.must('systemctl', 'start', 'apt-daily-upgrade.service');
      const said = [
        'journalctl',
        '--unit=apt-daily-upgrade',
        '--no-pager',
        '--output=cat',
        '--lines=20',
      ] as const;
      return machine.must(...said);
    };
    const marks = async () =>
      (await machine.run(['bash', '-c', 'ls /run/fredu'])).stdout.split('\n').filter(Boolean);
    expect(await updates()).toMatch(
      /fredu-undrain updates takes it back in[\s\S]*may hold its addresses again/,
    );
    expect(await marks()).toEqual([]);
    await machine.must('fredu-drain');
    expect(await updates()).toContain('stays drained by hand');
    expect(await marks()).toEqual(['drained-by-hand']);
    expect((await machine.run(['/usr/local/libexec/fredu-edge-check', '8404'])).code).toBe(1);
    await machine.must('fredu-undrain');
    expect(await marks()).toEqual([]);
  });

  it('daemons are started again however often they are killed', async () => {
    await placed('sxb/hosts/sxb-edge1', /\/(bird\.conf|(bird|haproxy)\.service\.d\/[^/]+)$/);
    await machine.must(
      'bash',
      '-c',
      `printf 'defaults\\n  timeout connect 1s\\n  timeout client 1s\\n  timeout server 1s\\nlisten any\\n  bind 127.0.0.1:8404\\n' >/etc/haproxy/haproxy.cfg`,
    );
    for (const unit of ['bird.service', 'haproxy.service']) {
      await machine.must('systemctl', 'start', unit);
      const killed = `for n in 1 2 3 4 5 6; do
  p=$(systemctl show --property=MainPID --value ${unit}); kill -KILL "$p"
  until q=$(systemctl show --property=MainPID --value ${unit}) && [ "$q" != 0 ] && [ "$q" != "$p" ] && systemctl is-active --quiet ${unit}; do sleep 0.1; done
done`;
      expect((await machine.run(['bash', '-c', killed])).code, unit).toBe(0);
      const limit = await machine.must(
        'systemctl',
        'show',
        '--property=StartLimitIntervalUSec,Restart',
        unit,
      );
      expect(limit).toBe('Restart=always\nStartLimitIntervalUSec=0\n');
    }
  });

  it('fredu-front-state hands connections over by conntrackd, which reads its file', async () => {
    await placed(
      'sxb/front-firewall/firewall1',
      /\/(conntrackd\.conf|10-fredu-pair\.network|conntrackd\.service\.d\/fredu\.conf|fredu-front-state)$/,
    );
    const { pair } = FRONT_INTERFACES;
    await machine.must(
      'bash',
      '-c',
      `ip link add ${pair} type veth peer name other && ip link set other up && ip link set ${pair} up multicast on && systemctl start systemd-networkd.service && until ip -brief address show dev ${pair} | grep -q 169.254.50.1/30; do sleep 0.2; done`,
    );
    const started = await machine.run(['systemctl', 'start', 'conntrackd.service']);
    const said = ['journalctl', '--unit=conntrackd', '--no-pager', '--output=cat', '--lines=20'] as const;
    expect(started.code, await machine.must(...said)).toBe(0);
    // It listens to the other one on the cable, whatever other ways there are.
    expect(await machine.must('ip', 'maddress', 'show', 'dev', pair)).toContain('225.0.0.50');
    const state = (...words: string[]) => machine.run(['/usr/local/libexec/fredu-front-state', ...words]);
    for (const role of ['master', 'backup', 'master']) {
      const { code, stderr } = await state(role);
      expect(code, `${role}: ${stderr}`).toBe(0);
    }
    expect((await state('nobody')).stderr).toContain('usage: ');
    await machine.must('systemctl', 'stop', 'conntrackd.service');
    expect((await state('master')).code).not.toBe(0);
  });
});
