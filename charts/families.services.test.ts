import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Command, run } from '#scripts/lib/run.ts';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import { apply, parseFixture } from '#scripts/testing/fixture.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { THREE_SITES } from '#scripts/testing/three-sites.ts';
import { both, contains } from '#sites/address.ts';
import { judge, read } from '#sites/load/load.ts';
import { appAddress, siteOf } from '#sites/questions.ts';
import { artefacts } from './artefacts.ts';

const FIXTURES = join(import.meta.dirname, '../sites/fixtures/accepted');
const work = mkdtempSync(join(tmpdir(), 'fredu-families-'));
afterAll(() => rmSync(work, { recursive: true }));
const authority = join(work, 'authority.crt');
beforeAll(async () => {
  await makeCertificate('test', { key: '/dev/null', certificate: authority });
});

/** Platforms with a site in IPv6 only, and the programs that read what is made of them. */
describe.each(['arbiter-ipv6', 'rooms-ipv6', 'rooms-ipv6-inside'])('%s', (name) => {
  const { model } = judge(
    apply(read(THREE_SITES), parseFixture(readFileSync(join(FIXTURES, `${name}.txt`), 'utf8'))),
  );
  const tree = artefacts(model!);
  const ending = (end: string) => [...tree].filter(([path]) => path.endsWith(end));
  const put = (path: string, text: string): string => {
    const file = join(work, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  /** A program takes every file of an ending; there are some. */
  const takes = async (end: string, command: (file: string) => Command, changed = (text: string) => text) => {
    const files = ending(end);
    expect(files.length).toBeGreaterThan(0);
    for (const [path, text] of files) {
      const { code, stdout, stderr } = await run(command(put(path, changed(text))));
      expect(code, path + stdout + stderr).toBe(0);
    }
  };

  it('gives no address of IPv4 to a site that has none, but loopback, numbers of routers and the cable of a pair', () => {
    const theirs = model!.sites.filter(({ networks }) => !networks.nodes.ipv4 && !networks.public.ipv4);
    expect(theirs.length).toBeGreaterThan(0);
    // What others are dialled by, or announce, may stand anywhere.
    const known = [...both(model!.anycast), ...model!.sites.flatMap((site) => both(appAddress(site)))];
    const found = theirs.flatMap(({ code }) =>
      [...tree].flatMap(([path, text]) =>
        path.startsWith(`${code}/`)
          ? [...text.matchAll(/(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])(?!\/)/g)]
              .filter(([address]) => !known.includes(address))
              .map(([address]) => `${path}: ${address}`)
              .filter((each) => !/ (127\.0\.0\.1|0\.0\.0\.\d+|169\.254\.50\.[12]|225\.0\.0\.50)$/.test(each))
          : [],
      ),
    );
    expect(found).toEqual([]);
  });

  it('lets every site dial the database nodes of every other one in a family that both have', () => {
    for (const host of model!.database.nodes) {
      const { networks } = siteOf(model!, host.site);
      for (const other of model!.sites.filter(({ code }) => code !== host.site)) {
        const text =
          tree.get(`${other.code}/kubernetes/cockroachdb/configmap-cockroachdb-nodes.yaml`) ??
          tree.get(`${other.code}/hosts/${other.hosts[0]!.name}/etc/systemd/system/cockroachdb.service`)!;
        const joined = /--join=(\S+)/
          .exec(text)![1]!
          .split(',')
          .map((each) => each.replace(/:\d+$/, '').replaceAll(/[[\]]/g, ''));
        const theirs = joined.filter((each) =>
          [networks.nodes.ipv6!, networks.public.ipv4 ?? networks.nodes.ipv4 ?? '0.0.0.0/32'].some(
            (network) => contains(network, each),
          ),
        );
        expect(theirs).toHaveLength(2);
        for (const each of theirs) expect(each.includes(':') || !!other.networks.nodes.ipv4).toBe(true);
      }
    }
  });

  itJudged('nft', 'nft takes the firewall of every host, and of the front firewalls', () =>
    takes('/etc/nftables.conf', (file) => {
      const apart = ['--user', '--map-root-user', '--net'];
      return ['unshare', ...apart, 'nft', '--check', '--file', file];
    }),
  );

  itJudged('haproxy', 'HAProxy takes every balancer without a warning', () =>
    takes(
      '/etc/haproxy/haproxy.cfg',
      (file) => ['haproxy', '-c', '-dW', '-f', file],
      (text) => text.replaceAll(/ca-file \S+/g, `ca-file ${authority}`),
    ),
  );

  itJudged('bird', 'bird takes the file of every edge and front firewall', () =>
    takes('/etc/bird/bird.conf', (file) => ['bird', '-p', '-c', file]),
  );

  itJudged('keepalived', 'keepalived takes every file where its interfaces are', async () => {
    if (process.getuid?.() !== 0 && process.env.FREDU_REQUIRE !== 'all') return; // interfaces need root
    // Its programs stand on the host only, and so does the user that runs them.
    const here = (text: string) =>
      text.replaceAll(/\/usr\/local\/[\w/-]+/g, '/bin/true').replace(/script_user .*/, 'script_user root');
    const command = (file: string): Command => {
      const commands = [
        'ip link add eth0 type veth peer name eth1 && ip link add eth2 type veth peer name eth3',
        'ip link set lo up && for each in eth0 eth1 eth2 eth3; do ip link set $each up; done',
        ...model!.sites.flatMap(({ hosts, networks }) =>
          hosts
            .filter(({ role }) => role === 'edge')
            .flatMap((host) => [
              ...Object.values(host.public).map((each) => `ip address add ${each} dev eth0`),
              ...Object.values(host.address).map((each) => `ip address add ${each} dev eth1`),
              ...Object.values(networks.nodes).map((each) => `ip address replace ${each} dev eth2`),
            ]),
        ),
        // A group of one is kept, and said to be unusual: https://github.com/acassen/keepalived/blob/v2.2.7/keepalived/vrrp/vrrp_sync.c#L104
        `keepalived --config-test --use-file ${file} 2>said || ! grep -v 'has only 1 virtual router' said`,
      ];
      return ['unshare', '--net', 'sh', '-ec', `cd ${work}\n${commands.join('\n')}`];
    };
    await takes('/etc/keepalived/keepalived.conf', command, here);
  });

  itJudged('systemd-analyze', 'systemd takes the unit of every node', () =>
    takes(
      '/cockroachdb.service',
      (file) => ['systemd-analyze', 'verify', file],
      (text) => text.replaceAll('/usr/local/bin/cockroach', '/bin/true'),
    ),
  );

  itJudged('promtool', 'promtool takes the configuration of every observer', async () => {
    for (const [path, text] of ending('/configmap-prometheus.yaml')) {
      const configuration = parse(parse(text).data['prometheus.yaml']);
      // Debian builds Prometheus without service discovery by Kubernetes.
      for (const job of configuration.scrape_configs) delete job.kubernetes_sd_configs;
      const file = put(`${path}.d/prometheus.yaml`, stringify(configuration));
      const { code, stderr } = await run(['promtool', 'check', 'config', '--syntax-only', file]);
      expect(code, path + stderr).toBe(0);
    }
  });

  itJudged('named-checkzone', 'BIND loads every zone, each complete', async () => {
    for (const [path, text] of ending('.zone')) {
      const zone = path
        .split('/')
        .at(-1)!
        .replace(/\.zone$/, '');
      const file = put(path, text);
      const { code, stdout } = await run([
        'named-checkzone',
        '-i',
        'local',
        '-k',
        'fail',
        '-n',
        'fail',
        zone,
        file,
      ]);
      expect(code, stdout).toBe(0);
    }
  });

  itJudged('ssh', 'ssh leads to every host by an address that it has', async () => {
    for (const { code, hosts } of model!.sites) {
      const file = put(`${code}.ssh`, tree.get(`${code}/inventory/ssh_config`)!);
      for (const host of hosts) {
        const { stdout } = await run(['ssh', '-G', '-F', file, host.name]);
        const own = [...Object.values(host.address), ...Object.values(host.public)];
        expect(own).toContain(/^hostname (\S+)$/m.exec(stdout)?.[1]);
      }
    }
  });

  itJudged('prometheus-node-exporter', 'the node exporter knows every word', async () => {
    for (const [path, text] of ending('/etc/default/prometheus-node-exporter')) {
      const args = /ARGS="(.*)"/.exec(text)![1]!.split(' ');
      const { code, stderr } = await run(['prometheus-node-exporter', ...args, '--version']);
      expect(code, path + stderr).toBe(0);
    }
  });
});
