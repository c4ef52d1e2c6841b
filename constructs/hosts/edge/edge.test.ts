import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hosts } from '#charts/hosts.ts';
import { run } from '#scripts/lib/run.ts';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { HaproxyEdge } from '#sites/model.ts';
import { hostsOf } from '#sites/questions.ts';
import { machinesAtApp } from '#sites/traffic/conversations.ts';
import { routerId } from './bird.ts';

const model = threeSites();
const site = model.sites.find((each) => each.edge?.kind === 'haproxy')!;
const edges = hostsOf(site, 'edge');
const files = new Map(hosts(model, site));
const file = (host: string, path: string) => files.get(`hosts/${host}/${path}`)!;
const work = mkdtempSync(join(tmpdir(), 'fredu-edge-'));
afterAll(() => rmSync(work, { recursive: true }));

/** The sections of haproxy.cfg: head -> lines. */
function sections(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let head = '';
  for (const line of text.split('\n')) {
    if (/^[a-z]/.test(line)) {
      head = line;
      found.set(head, []);
    } else if (line.trim() && !line.startsWith('#')) found.get(head)?.push(line.trim());
  }
  return found;
}

describe('haproxy.cfg', () => {
  const config = sections(file(edges[0]!.name, 'etc/haproxy/haproxy.cfg'));

  it('speaks PROXY v2 to Traefik, never to the API or the database, and checks without it', () => {
    for (const [head, lines] of config) {
      const proxied = lines.some((line) => line.includes('send-proxy'));
      expect(proxied, head).toBe(head === 'backend web' || head === 'backend websecure');
    }
    expect(JSON.stringify([...config])).not.toContain('check-send-proxy');
  });

  it('counts IPv4 clients by address and IPv6 clients by /64, with the same ceiling, in tables that both edges share', () => {
    for (const front of ['frontend front-web', 'frontend front-websecure']) {
      const lines = config.get(front)!;
      expect(lines).toContain('tcp-request connection track-sc0 src table clients-ipv4 if ipv4');
      expect(lines).toContain(
        'tcp-request connection track-sc1 src,ipmask(32,64) table clients-ipv6 if !ipv4',
      );
      // Machines of ours first: zones that copy open more connections than a person.
      const accepted = lines.indexOf('tcp-request connection accept if ours');
      expect(accepted).toBeGreaterThan(0);
      expect(accepted).toBeLessThan(lines.findIndex((line) => line.includes('track-sc')));
      const ours = lines.flatMap((line) => /^acl ours src (\S+)$/.exec(line)?.[1] ?? []);
      expect(ours).toEqual(machinesAtApp(model, site).map(({ text }) => text));
      const ceilings = lines.flatMap((line) => /conn_rate\(clients-ipv[46]\) gt (\d+)/.exec(line)?.[1] ?? []);
      expect(ceilings).toEqual([
        String(model.limits.connectionsPer10s),
        String(model.limits.connectionsPer10s),
      ]);
    }
    for (const table of ['backend clients-ipv4', 'backend clients-ipv6'])
      expect(config.get(table)![0]).toMatch(/ peers edges$/);
    expect(config.get('peers edges')).toHaveLength(edges.length);
  });

  it('listens on its virtual addresses in both families, and on no other address of the public side', () => {
    const { app, api } = site.edge as HaproxyEdge;
    const binds = [...config].flatMap(([head, lines]) =>
      lines.filter((line) => line.startsWith('bind')).map((line) => [head, line]),
    );
    expect(binds).toContainEqual(['frontend front-websecure', `bind ${app.address.ipv4}:443`]);
    expect(binds).toContainEqual(['frontend front-websecure', `bind [${app.address.ipv6}]:443 v6only`]);
    expect(binds).toContainEqual(['listen kubernetes-api', `bind ${api.address.ipv4}:6443`]);
    expect(binds).toContainEqual(['listen kubernetes-api', `bind [${api.address.ipv6}]:6443 v6only`]);
    expect(binds.filter(([, line]) => /bind (\*|0\.0\.0\.0|\[::\]|:)/.test(line!))).toEqual([]);
  });

  it('lets only the cluster and the bastion open the API, only the workers the database', () => {
    const allowed = (section: string) =>
      config.get(section)!.flatMap((line) => /^acl allowed src (.*)/.exec(line)?.[1] ?? []);
    const bastion = hostsOf(site, 'bastion')[0]!;
    expect(allowed('listen kubernetes-api')).toContain(bastion.address.ipv4);
    expect(allowed('listen database')).not.toContain(bastion.address.ipv4);
    expect(allowed('listen database').sort()).toEqual(
      hostsOf(site, 'worker')
        .flatMap(({ address }) => [address.ipv4!, address.ipv6!])
        .sort(),
    );
    for (const section of ['listen kubernetes-api', 'listen database'])
      expect(config.get(section)).toContain('tcp-request connection reject if !allowed');
  });

  it('asks a database node over verified TLS and wants exactly 200, so that a draining one is left', () => {
    const lines = config.get('listen database')!;
    expect(lines).toContain('http-check expect status 200');
    expect(lines.join('\n')).toMatch(/check-ssl.*verify required/);
  });

  it('leaves by the one address that Traefik trusts', () => {
    for (const section of ['backend web', 'backend websecure'])
      expect(config.get(section)).toContain(`source ${edges[0]!.address.ipv4}`);
  });
});

describe('keepalived.conf', () => {
  const priority = (host: string, instance: string) =>
    Number(
      new RegExp(`vrrp_instance ${instance} {[^}]*priority (\\d+)`).exec(
        file(host, 'etc/keepalived/keepalived.conf'),
      )?.[1],
    );

  it('makes the master of one address the backup of the other, in both families', () => {
    const { app, api } = site.edge as HaproxyEdge;
    for (const family of ['ipv4', 'ipv6']) {
      for (const [name, virtual] of [
        ['app', app],
        ['api', api],
      ] as const) {
        const ranks = edges.map(({ name: host }) => priority(host, `${name}_${family}`));
        expect(new Set(ranks).size).toBe(edges.length);
        expect(Math.max(...ranks)).toBe(priority(virtual.master.name, `${name}_${family}`));
      }
    }
    expect(app.master.name).not.toBe(api.master.name);
  });

  it('tracks on the group and weighs nothing; starts as backup everywhere; names its peers', () => {
    for (const { name } of edges) {
      const text = file(name, 'etc/keepalived/keepalived.conf');
      expect(text).not.toMatch(/weight|state MASTER|vrrp_mcast/);
      expect(text.match(/unicast_peer/g)).toHaveLength(4);
      const instances = [...text.matchAll(/vrrp_instance [\s\S]*?\n}\n/g)].map(([block]) => block);
      for (const instance of instances) expect(instance).not.toContain('track_');
      const ids = [...text.matchAll(/virtual_router_id (\d+)/g)].map((match) => match[1]);
      expect(new Set(ids).size).toBe(4);
    }
  });

  it('asks for less time than it has until it asks again', () => {
    const text = file(edges[0]!.name, 'etc/keepalived/keepalived.conf');
    const [interval, timeout] = ['interval', 'timeout'].map((word) =>
      Number(new RegExp(`${word} (\\d+)`).exec(text)?.[1]),
    );
    expect(timeout).toBeLessThan(interval!);
  });
});

describe('bird.conf', () => {
  it('announces exactly the service addresses, in both families, and imports nothing', () => {
    const text = file(edges[0]!.name, 'etc/bird/bird.conf');
    const announced = [...text.matchAll(/net = (\S+) then accept/g)].map((match) => match[1]);
    expect(announced).toEqual([`${model.anycast.ipv4}/32`, `${model.anycast.ipv6}/128`]);
    expect(text.match(/import none;/g)).toHaveLength(2);
  });
});

/** The files of a host below a folder, with stand-ins for what is put there at deploy time. */
async function placed(host: string): Promise<string> {
  const root = join(work, host);
  for (const [path, text] of files) {
    if (!path.startsWith(`hosts/${host}/`)) continue;
    const target = join(root, path.slice(`hosts/${host}/`.length));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(
      target,
      text
        .replaceAll('/etc/haproxy/', `${root}/etc/haproxy/`)
        .replaceAll('/usr/local/libexec', `${root}/usr/local/libexec`)
        .replace('script_user keepalived_script', 'script_user root'),
    );
    if (target.includes('/usr/local/')) chmodSync(target, 0o755);
  }
  for (const name of ['database-ca', 'kubernetes-ca'])
    await makeCertificate('ca', {
      key: join(root, 'key'),
      certificate: join(root, `etc/haproxy/${name}.crt`),
    });
  return root;
}

for (const { name, public: outside, address } of edges) {
  itJudged('haproxy', `haproxy accepts the file of ${name} without a warning`, async () => {
    const config = join(await placed(name), 'etc/haproxy/haproxy.cfg');
    const { code, stdout, stderr } = await run(['haproxy', '-c', '-dW', '-f', config]);
    expect(code, stdout + stderr).toBe(0);
  });

  itJudged('keepalived', `keepalived accepts the file of ${name} where its interfaces are`, async () => {
    if (process.getuid?.() !== 0 && process.env.FREDU_REQUIRE !== 'all') return; // interfaces need root
    const config = join(await placed(name), 'etc/keepalived/keepalived.conf');
    const commands = [
      'ip link add eth0 type veth peer name eth1',
      'ip link set eth0 up && ip link set eth1 up && ip link set lo up',
      `ip addr add ${outside.ipv4}/25 dev eth0 && ip addr add ${address.ipv4}/24 dev eth1`,
      `ip -6 addr add ${outside.ipv6}/64 dev eth0 && ip -6 addr add ${address.ipv6}/64 dev eth1`,
      `keepalived --config-test --use-file ${config}`,
    ];
    const { code, stdout, stderr } = await run(['unshare', '--net', 'sh', '-ec', commands.join('\n')]);
    expect(code, stdout + stderr).toBe(0);
  });

  itJudged('bird', `bird accepts the file of ${name}`, async () => {
    const { code, stderr } = await run(['bird', '-p', '-c', join(await placed(name), 'etc/bird/bird.conf')]);
    expect(code, stderr).toBe(0);
  });
}

it('is left drained by each who takes it out, and serves when the last one has taken it back', async () => {
  const marks = join(work, 'marks');
  const shell = (program: string, ...args: string[]) => {
    const path = files.get(`hosts/${edges[0]!.name}/usr/local/${program}`)!;
    const text = path.replaceAll('/run/fredu', marks).replace(/^exec curl.*$/m, 'exit 0');
    return run(['sh', '-s', '--', ...args], { input: text });
  };
  const serves = async () => (await shell('libexec/fredu-edge-check', '8404')).code === 0;
  expect(await serves()).toBe(true);
  expect((await shell('sbin/fredu-drain')).stdout).toContain('fredu-undrain hand takes it back');
  expect((await shell('sbin/fredu-drain', 'updates')).code).toBe(0);
  expect(await serves()).toBe(false);
  expect((await shell('sbin/fredu-undrain', 'updates')).stdout).toMatch(/stays drained by hand\n$/);
  expect((await shell('sbin/fredu-undrain', 'playbook')).code).toBe(0);
  expect(await serves()).toBe(false);
  expect((await shell('sbin/fredu-undrain')).stdout).toMatch(/may hold its addresses again\n$/);
  expect(await serves()).toBe(true);
});

it('remembers both halves of each connection, and what has just ended', () => {
  for (const { name } of edges) {
    const max = Number(/nf_conntrack_max = (\d+)/.exec(file(name, 'etc/sysctl.d/60-fredu-edge.conf'))![1]);
    const carried = Number(/^ {2}maxconn (\d+)$/m.exec(file(name, 'etc/haproxy/haproxy.cfg'))![1]);
    expect(max).toBeGreaterThanOrEqual(2 * carried * (1 + 120 / 30));
    // 320 bytes each, beside HAProxy's buffers, in the smallest Raspberry Pi that is sold as an edge.
    expect(max * 320).toBeLessThan(128 * 2 ** 20);
  }
});

itJudged('shellcheck', 'the programs of an edge are clean shell', async () => {
  const root = await placed(edges[0]!.name);
  const programs = [
    'usr/local/sbin/fredu-drain',
    'usr/local/sbin/fredu-undrain',
    'usr/local/libexec/fredu-edge-check',
    'usr/local/libexec/fredu-edge-state',
  ];
  const { code, stdout } = await run(['shellcheck', ...programs.map((path) => join(root, path))]);
  expect(code, stdout).toBe(0);
});

it('numbers a router by an address that it has, in IPv6 only as well', () => {
  expect(routerId({ ipv6: '2001:db8::1' }, { ipv4: '10.0.0.4' })).toBe('10.0.0.4');
  expect(routerId({ ipv6: '2001:db8::c000:0204' })).toBe('192.0.2.4');
});
