import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '#scripts/lib/run.ts';
import { arbiter, cloud, exampleInput, room } from '#scripts/testing/example-sites.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { model as modelOf } from '#sites/derive.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import { cloudInit } from './cloud-init.ts';
import { hostFiles } from './files.ts';
import { upgradeWindow } from './upgrades.ts';

const model = threeSites();
const places = model.sites.flatMap((site) => site.hosts.map((host) => ({ model, site, host })));
const of = (name: string) => places.find(({ host }) => host.name === name)!;
const file = (name: string, path: string) => new Map(hostFiles(of(name))).get(path)!;
const SSHD = 'etc/ssh/sshd_config.d/10-fredu.conf';
const work = mkdtempSync(join(tmpdir(), 'fredu-host-'));
afterAll(() => rmSync(work, { recursive: true }));
const put = (path: string, text: string): string => {
  const at = join(work, path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, text, { mode: 0o600 });
  return at;
};
const words = (name: string, setting: string): string[] =>
  new RegExp(`^${setting} (.*)$`, 'm').exec(file(name, SSHD))?.[1]?.split(' ') ?? [];

describe('who may sign in', () => {
  it('comes through the bastion, and to the bastion from the networks of the administrators', () => {
    const bastion = of('sxb-bastion').host;
    for (const name of ['sxb-edge1', 'sxb-worker2'])
      expect(words(name, 'AllowUsers')).toEqual([
        `debian@${bastion.address.ipv4}`,
        `debian@${bastion.address.ipv6}`,
      ]);
    for (const network of model.administrators.networks)
      expect(words('sxb-bastion', 'AllowUsers')).toContain(`debian@${network}`);
  });
  it('reaches a site without a bastion directly, and a host only in the families that it has', () => {
    expect(words('do-node1', 'AllowUsers')).toEqual(['debian@192.0.2.128/28']);
    expect(words('dc-worker1', 'AllowUsers')).toEqual(['debian@10.20.0.9']);
  });
  it('gets no further than the bastion does: hosts of its site and the Kubernetes API', () => {
    expect(words('dc-bastion', 'PermitOpen')).toContain('10.20.1.11:6443');
    expect(words('dc-bastion', 'PermitOpen').every((to) => /^10\.20\.\d+\.\d+:(22|6443)$/.test(to))).toBe(
      true,
    );
    for (const { host } of places)
      expect(words(host.name, 'AllowTcpForwarding')).toEqual([host.role === 'bastion' ? 'local' : 'no']);
  });
  it('finds an edge on the network of the nodes alone', () => {
    expect(file('sxb-edge1', SSHD).match(/^ListenAddress .*/gm)).toEqual([
      'ListenAddress 10.10.0.4:22',
      'ListenAddress [2001:db8:10:2::4]:22',
    ]);
    expect(file('do-node1', SSHD)).not.toContain('ListenAddress');
  });
  it('has no password anywhere, and no key but those of the platform', () => {
    for (const { host } of places) {
      expect(words(host.name, 'PasswordAuthentication')).toEqual(['no']);
      expect(words(host.name, 'PermitRootLogin')).toEqual(['no']);
      expect(words(host.name, 'AuthorizedKeysFile')).toEqual(['/etc/ssh/authorized_keys.d/%u']);
      const keys = file(host.name, 'etc/ssh/authorized_keys.d/debian')
        .split('\n')
        .filter((line) => line.startsWith('ssh-'));
      expect(keys).toEqual(model.administrators.keys);
    }
  });
  itJudged('sshd', 'sshd accepts every drop-in, and would refuse a misspelt word', async () => {
    const key = join(work, 'host-key');
    await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key]);
    // sshd looks for the folder that it gives its rights up in, even to read a file.
    if (!existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 });
    const judged = (path: string) => run(['/usr/sbin/sshd', '-t', '-f', path, '-h', key]);
    for (const { host } of places)
      expect(await judged(put(`${host.name}.sshd`, file(host.name, SSHD))), host.name).toEqual({
        code: 0,
        stdout: '',
        stderr: '',
      });
    const wrong = file('dc-cp1', SSHD).replace('MACs hmac-sha2-512', 'MACs hmac-sha9-512');
    expect((await judged(put('wrong.sshd', wrong))).code).not.toBe(0);
  });
});

describe('the clock', () => {
  const chrony = file('do-node1', 'etc/chrony/chrony.conf');
  it('is set from the servers of the platform, at the start only, and serves nobody', () => {
    expect(file('do-node1', 'etc/chrony/sources.d/fredu.sources')).toBe(
      model.time.map((server) => `server ${server} iburst\n`).join(''),
    );
    expect(chrony).toContain('\nmakestep 0.1 3\n');
    expect(chrony).toContain('\nport 0\n');
    expect(chrony).not.toMatch(/^allow/m);
    expect(chrony).toContain('\nminsources 2\n');
  });
  it("is Kubespray's on the nodes of a cluster", () => {
    expect(file('sxb-cp1', 'etc/chrony/chrony.conf')).toBeUndefined();
    expect(file('sxb-cp1', 'etc/default/prometheus-node-exporter')).toBeUndefined();
  });
  itJudged('chronyd', 'chronyd reads it with its sources', async () => {
    const sources = dirname(
      put('sources/fredu.sources', file('do-node1', 'etc/chrony/sources.d/fredu.sources')),
    );
    const judged = (text: string) =>
      run([
        '/usr/sbin/chronyd',
        '-p',
        '-f',
        put('chrony.conf', text.replace('/etc/chrony/sources.d', sources)),
      ]);
    const { code, stdout } = await judged(chrony);
    expect(code).toBe(0);
    expect(stdout).toContain('minsources 2');
    expect((await judged(`${chrony}makesteps 1 3\n`)).code).not.toBe(0);
  });
});

describe('updates', () => {
  const platforms = [model, modelOf(exampleInput()), modelOf(wide())];
  it('never meet two hosts of one role at one time, at one site or at two', () => {
    for (const each of platforms) {
      const windows = each.sites.flatMap((site) =>
        site.hosts.flatMap((host) => {
          const { days, hour, minute } = upgradeWindow({ model: each, site, host });
          return days.split(',').map((day) => `${host.role} ${day} ${hour}:${minute}`);
        }),
      );
      expect(new Set(windows).size).toBe(windows.length);
    }
  });
  it('drain an edge before and take it back after, and no other host', () => {
    const path = 'etc/systemd/system/apt-daily-upgrade.service.d/fredu.conf';
    expect(file('sxb-edge1', path)).toContain('ExecStartPre=/usr/local/sbin/fredu-drain updates\n');
    expect(file('sxb-edge1', path)).toContain('ExecStopPost=/usr/local/sbin/fredu-undrain updates\n');
    expect(file('sxb-bastion', path)).toBeUndefined();
  });
  itJudged('apt-config', 'are security updates only, and never a restart', async () => {
    const own = put('52fredu-upgrades', file('do-node1', 'etc/apt/apt.conf.d/52fredu-upgrades'));
    // After the package's own settings, as on the host.
    const before = put(
      '50unattended-upgrades',
      'Unattended-Upgrade::Origins-Pattern { "origin=Debian,codename=bookworm,label=Debian"; };\n',
    );
    const both = put('both.conf', `${readFileSync(before, 'utf8')}${readFileSync(own, 'utf8')}`);
    const { code, stdout } = await run(['apt-config', '-c', both, 'dump', 'Unattended-Upgrade']);
    expect(code).toBe(0);
    const of = (name: string) =>
      [...stdout.matchAll(new RegExp(`^Unattended-Upgrade::${name} "(.+)";$`, 'gm'))].map(
        ([, value]) => value,
      );
    expect(of('Origins-Pattern::')).toEqual(['origin=Debian,label=Debian-Security']);
    expect(of('Automatic-Reboot')).toEqual(['false']);
  });
  itJudged('systemd-analyze', 'come at a time that systemd understands', async () => {
    const calendars = places.map(
      ({ host }) =>
        /^OnCalendar=(.+)$/m.exec(
          file(host.name, 'etc/systemd/system/apt-daily-upgrade.timer.d/fredu.conf'),
        )![1]!,
    );
    const { code, stdout } = await run(['systemd-analyze', 'calendar', ...new Set(calendars)]);
    expect(code).toBe(0);
    expect(stdout.match(/Next elapse/g)).toHaveLength(new Set(calendars).size);
  });
});

/** Twelve hosts of a role at one site: turns by day are used up, and half hours go on. */
function wide() {
  const input = exampleInput();
  const site = arbiter(9, 3);
  for (let index = 4; index <= 12; index += 1)
    site.hosts[`node${index}`] = { role: 'database', address: `198.18.9.${index + 3}` };
  input.sites.wide = site;
  return input;
}

describe('addresses of an edge', () => {
  const NETWORK = 'etc/systemd/network/10-eth0.network';
  it('stand in both families on the interface of their network, the way out on the public one', () => {
    expect(file('sxb-edge1', NETWORK)).toContain(
      'Address=192.0.2.4/25\nAddress=2001:db8:10:1::4/64\nGateway=192.0.2.1\nGateway=2001:db8:10:1::1\n',
    );
    const inside = file('sxb-edge1', 'etc/systemd/network/10-eth1.network');
    expect(inside).toContain('Address=10.10.0.4/24\nAddress=2001:db8:10:2::4/64\n');
    expect(inside).not.toContain('Gateway');
  });
  it('stand in IPv4 alone where the site has no other, and on one interface where it has one', () => {
    const only = exampleInput();
    only.sites = { one: room(1, { dual: false }) };
    (only.sites.one!.edge as { interfaces?: object }).interfaces = { public: 'end0', nodes: 'end0' };
    const world = modelOf(only);
    const site = world.sites[0]!;
    const host = site.hosts.find(({ role }) => role === 'edge')!;
    const networks = hostFiles({ model: world, site, host }).filter(([path]) => path.endsWith('.network'));
    expect(networks).toHaveLength(1);
    expect(networks[0]![1].match(/^Address=/gm)).toHaveLength(2);
    expect(networks[0]![1].match(/^Gateway=/gm)).toHaveLength(1);
    expect(networks[0]![1]).not.toMatch(/=.*::/);
    // One interface has nothing to choose from.
    expect(new Map(hostFiles({ model: world, site, host })).get(SSHD)).not.toContain('ListenAddress');
  });
  it('make the VLANs that they stand on, each once, wherever they are used', () => {
    const networks = (interfaces: { public: string; nodes: string }) => {
      const input = exampleInput();
      input.sites = { one: room(1, { dual: false }) };
      Object.assign(input.sites.one!.edge!, { interfaces });
      const world = modelOf(input);
      const site = world.sites[0]!;
      const host = site.hosts.find(({ role }) => role === 'edge')!;
      const files = hostFiles({ model: world, site, host });
      return new Map(
        files.flatMap(([path, text]) => (path.includes('/network/10-') ? [[path.slice(23), text]] : [])),
      );
    };
    const both = networks({ public: 'enp2s0.20', nodes: 'enp2s0.40' });
    expect([...both.keys()].sort()).toEqual([
      'enp2s0.20.netdev',
      'enp2s0.20.network',
      'enp2s0.40.netdev',
      'enp2s0.40.network',
      'enp2s0.network',
    ]);
    expect(both.get('enp2s0.40.netdev')).toContain('[NetDev]\nName=enp2s0.40\nKind=vlan\n\n[VLAN]\nId=40\n');
    expect(both.get('enp2s0.network')).toContain('VLAN=enp2s0.20\nVLAN=enp2s0.40\n');
    expect(both.get('enp2s0.network')).not.toContain('Address=');
    const beside = networks({ public: 'eth0', nodes: 'eth0.40' });
    expect(beside.get('eth0.network')).toMatch(/VLAN=eth0\.40\nAddress=.*\nGateway=/);
    const deep = networks({ public: 'eth0', nodes: 'eth1.40.7' });
    expect(deep.get('eth1.network')).toContain('VLAN=eth1.40\n');
    expect(deep.get('eth1.40.network')).toContain('VLAN=eth1.40.7\n');
    expect([deep.has('eth1.40.netdev'), deep.has('eth1.40.7.netdev')]).toEqual([true, true]);
  });
  it('are not taken from keepalived when networkd restarts', () => {
    expect(file('sxb-edge2', NETWORK)).toContain('\nKeepConfiguration=static\n');
  });
});

it('measures a host on its own address only', () => {
  expect(file('sxb-edge1', 'etc/default/prometheus-node-exporter')).toContain(
    '--web.listen-address=10.10.0.4:9100 ',
  );
  expect(file('do-node2', 'etc/default/prometheus-node-exporter')).toContain(
    '--web.listen-address=203.0.113.5:9100 ',
  );
});
itJudged('prometheus-node-exporter', 'the node exporter knows every word', async () => {
  const args = /ARGS="(.*)"/.exec(file('do-node1', 'etc/default/prometheus-node-exporter'))![1]!.split(' ');
  const judged = (...more: string[]) => run(['prometheus-node-exporter', ...args, ...more, '--version']);
  expect((await judged()).code).toBe(0);
  expect((await judged('--no-collector.apr')).code).not.toBe(0);
});

/** The settings that a daemon of systemd knows stand in its program as `Section.Key`. */
const known = (program: string, text: string): string[] => {
  const words = readFileSync(program, 'latin1');
  let section = '';
  return text.split('\n').flatMap((line) => {
    section = /^\[(\w+)\]$/.exec(line)?.[1] ?? section;
    const key = /^(\w+)=/.exec(line)?.[1];
    return key && !words.includes(`${section}.${key}\0`) ? [`${section}.${key}`] : [];
  });
};
itJudged('systemd-analyze', 'journald and networkd know every setting', () => {
  for (const { host } of places) {
    expect(
      known('/lib/systemd/systemd-journald', file(host.name, 'etc/systemd/journald.conf.d/10-fredu.conf')),
    ).toEqual([]);
    for (const [path, text] of hostFiles(of(host.name)))
      if (path.endsWith('.network')) expect(known('/lib/systemd/systemd-networkd', text)).toEqual([]);
  }
  expect(known('/lib/systemd/systemd-journald', '[Journal]\nSystemMaxUze=1G\n')).toEqual([
    'Journal.SystemMaxUze',
  ]);
  expect(known('/lib/systemd/systemd-networkd', '[Network]\nGatway=::1\n')).toEqual(['Network.Gatway']);
});

itJudged('systemd-analyze', 'systemd accepts the additions to units of Debian', async () => {
  const root = join(work, 'root');
  for (const [path, text] of hostFiles(of('sxb-edge1'))) {
    if (!path.startsWith('etc/systemd/system/')) continue;
    put(join('root', path), text);
    const name = path.split('/')[3]!.replace(/\.d$/, '');
    const [kind] = name.split('.').slice(-1);
    const minimal =
      kind === 'timer' ? '[Timer]\nOnCalendar=daily\n' : '[Service]\nType=oneshot\nExecStart=/bin/true\n';
    // Debian's own unit where it is installed here.
    const own = join('/lib/systemd/system', name);
    if (!existsSync(join(root, 'etc/systemd/system', name)))
      put(`root/etc/systemd/system/${name}`, existsSync(own) ? readFileSync(own, 'utf8') : minimal);
  }
  for (const program of ['bin/true', 'usr/local/sbin/fredu-drain', 'usr/local/sbin/fredu-undrain'])
    chmodSync(put(`root/${program}`, '#!/bin/sh\n'), 0o755);
  const units = ['apt-daily-upgrade.timer', 'apt-daily-upgrade.service'];
  const { stderr } = await run(['systemd-analyze', 'verify', '--man=no', `--root=${root}`, ...units]);
  expect(stderr).not.toMatch(/Unknown|ignoring|Failed to parse/);
  put('root/etc/systemd/system/apt-daily-upgrade.timer.d/wrong.conf', '[Timer]\nOnKalendar=daily\n');
  const wrong = await run(['systemd-analyze', 'verify', '--man=no', `--root=${root}`, ...units]);
  expect(wrong.stderr).toContain('OnKalendar');
});

describe('the first start of a rented host', () => {
  const rented = of('do-node1');
  it('lets the administrators in by their keys, and holds nothing secret', () => {
    const text = cloudInit(rented);
    for (const key of model.administrators.keys) expect(text).toContain(key);
    expect(text).not.toMatch(/PRIVATE KEY|[^_]passwd:|password:/);
    expect(text).toContain('PasswordAuthentication no');
  });
  itJudged(
    'cloud-init',
    'is written in words that cloud-init knows',
    async () => {
      const judged = (text: string) =>
        run(['cloud-init', 'schema', '--config-file', put('user-data', text)], { timeoutSeconds: 60 });
      for (const place of places.filter(({ site }) => !site.kubernetes))
        expect((await judged(cloudInit(place))).stdout).toContain('Valid');
      expect(
        (await judged(cloudInit(rented).replace('package_update: true', 'package_update: perhaps'))).code,
      ).not.toBe(0);
    },
    120_000,
  );
});

it('works for every kind of host of every kind of site', () => {
  const world: Model = modelOf({ ...exampleInput(), sites: { a: room(1), b: cloud(2), c: arbiter(3) } });
  for (const site of world.sites as Site[])
    for (const host of site.hosts as Host[]) {
      const files = hostFiles({ model: world, site, host });
      expect(new Set(files.map(([path]) => path)).size).toBe(files.length);
      for (const [path, text] of files) expect(text, path).not.toMatch(/undefined|NaN|\[object/);
    }
});
