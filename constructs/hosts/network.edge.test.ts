import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { run } from '#scripts/lib/run.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { roomOf } from '#scripts/testing/sites-of.ts';
import { hostsOf } from '#sites/questions.ts';
import { fixedAddresses } from './network.ts';

const work = mkdtempSync(join(tmpdir(), 'fredu-networkd-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/**
 * networkd on the files of an edge, between mounts and links of its own: two interfaces without VLANs. A read-only /sys tells it
 * that no udev will say more of them.
 */
const SCRIPT = `set -e
mount --make-rprivate /
mount -t tmpfs none /run/systemd
mkdir -p /etc/systemd/network && mount -t tmpfs none /etc/systemd/network
cp "$1"/* /etc/systemd/network/
mount -t sysfs -o ro none /sys
ip link add name eth0 type veth peer name peer0
ip link add name eth1 type veth peer name peer1
for link in eth0 eth1 peer0 peer1; do ip link set $link up; done
SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console /lib/systemd/systemd-networkd 2>"$1.log" &
until grep -q -e "eth1.40: Gained carrier" -e "Operation not supported" "$1.log" && ip addr show eth0 | grep -q 198.18.1.4/24; do sleep 0.1; done
ip -oneline addr show
kill $!
cat "$1.log" >&2`;

itJudged(
  'networkctl',
  'networkd makes the VLANs of an edge from its files, and gives the other addresses',
  async () => {
    const world = example(({ sites }) => {
      Object.assign(sites.lyn!.edge!, { interfaces: { public: 'eth0', nodes: 'eth1.40' } });
    });
    const site = roomOf(world, 'lyn');
    const folder = join(work, 'network');
    for (const [path, text] of fixedAddresses({ site, host: hostsOf(site, 'edge')[0]! })) {
      const file = join(folder, path.replace('etc/systemd/network/', ''));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const { code, stdout, stderr } = await run(
      [
        'timeout',
        '60',
        'unshare',
        '--net',
        '--mount',
        '--fork',
        '--kill-child',
        'bash',
        '-c',
        SCRIPT,
        '-',
        folder,
      ],
      { timeoutSeconds: 90 },
    );
    expect(code, stderr.slice(-2000)).toBe(0);
    expect(stderr).toContain('eth1.40: loaded "vlan"');
    expect(stderr).toContain("eth1: Requested stacked netdev 'eth1.40'");
    // What it does not understand it names by file and line.
    expect(stderr).not.toMatch(/\.(network|netdev):\d+: /);
    expect(stdout).toMatch(/eth0 +inet 198\.18\.1\.4\/24/);
    // A kernel without VLANs says so to networkd; any other has the interface then, with its address.
    if (!stderr.includes('Operation not supported'))
      expect(stdout).toMatch(/eth1\.40@eth1 +inet 10\.1\.0\.4\/24/);
  },
);
