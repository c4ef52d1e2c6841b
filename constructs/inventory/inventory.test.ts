import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { run } from '#scripts/lib/run.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { addressOf } from '#sites/address.ts';
import { hasKubernetes } from '#sites/site-kinds.ts';
import { etcdBackup } from './etcd-backup.ts';
import { kubesprayAll, kubesprayCluster, kubesprayInventory } from './kubespray.ts';
import { sshConfig } from './ssh.ts';

const model = example();
const clusters = model.sites.filter(hasKubernetes);
const { realm, primary } = model.objects!;
const store = { realm, endpoint: primary.objects.endpoint };
const known = new Set(
  readFileSync(join(import.meta.dirname, 'kubespray-2.31.0-variables.txt'), 'utf8')
    .trim()
    .split('\n'),
);
/** Read by Kubespray's templates with a default in place, so that it defines them nowhere: docs/operations/hardening.md, docs/ansible/inventory.md. */
const READ_ONLY = new Set([
  'ip',
  'ip6',
  'kubelet_seccomp_default',
  'kubelet_streaming_connection_idle_timeout',
]);

function unknown(variables: Record<string, unknown>): string[] {
  return Object.keys(variables).filter(
    (name) => !known.has(name) && !READ_ONLY.has(name) && !name.startsWith('ansible_'),
  );
}

it('sets no variable that Kubespray does not know', () => {
  for (const site of clusters) {
    expect(unknown(parse(kubesprayAll({ site, time: model.time })))).toEqual([]);
    expect(unknown(parse(kubesprayCluster({ site })))).toEqual([]);
    const hosts: Record<string, object> = parse(kubesprayInventory({ site })).all.hosts;
    for (const variables of Object.values(hosts)) expect(unknown({ ...variables })).toEqual([]);
  }
  expect(unknown({ kube_verison: '1.35.4' })).toEqual(['kube_verison']);
});

it('makes a dual stack cluster exactly where the site has both families', () => {
  for (const site of clusters) {
    const variables = parse(kubesprayCluster({ site }));
    expect(variables.ipv6_stack).toBe(site.kubernetes!.pods.ipv6 !== undefined);
    expect('kube_pods_subnet_ipv6' in variables).toBe(variables.ipv6_stack);
  }
});

it('puts three control planes and three workers behind the balancer of the site', () => {
  for (const site of clusters) {
    const { children, hosts } = parse(kubesprayInventory({ site })).all;
    expect(Object.keys(children.kube_control_plane.hosts)).toHaveLength(3);
    expect(Object.keys(children.kube_node.hosts)).toHaveLength(3);
    expect(Object.keys(children.etcd.hosts)).toEqual(Object.keys(children.kube_control_plane.hosts));
    expect(Object.keys(hosts)).toHaveLength(6);
    const { loadbalancer_apiserver, supplementary_addresses_in_ssl_keys } = parse(
      kubesprayAll({ site, time: model.time }),
    );
    expect(supplementary_addresses_in_ssl_keys).toContain(loadbalancer_apiserver.address);
  }
});

it('makes a cluster of the families that its pods have, each node with a way to its API', () => {
  const dual = clusters[0]!;
  const { ipv6: pods } = dual.kubernetes.pods;
  const six = {
    ...dual,
    hosts: dual.hosts.map((host) => ({ ...host, address: { ipv6: host.address.ipv6! } })),
    edge: { ...dual.edge!, api: { ...dual.edge!.api, address: { ipv6: '2001:db8:1:2::10' } } },
    kubernetes: { ...dual.kubernetes, families: ['ipv6'], pods: { ipv6: pods! } },
  } as typeof dual;
  const { hosts } = parse(kubesprayInventory({ site: six })).all;
  expect(hosts['lyn-cp1']).toEqual({ ansible_host: 'lyn-cp1', ip6: '2001:db8:1:2::b' });
  const cluster = parse(kubesprayCluster({ site: six }));
  expect(cluster).toMatchObject({ ipv4_stack: false, ipv6_stack: true, enable_nodelocaldns: false });
  expect(cluster).not.toHaveProperty('kube_pods_subnet');
  // Kubeadm reads `2001:db8:1:2::10:6443` as an address, so the balancer is not named to it.
  const all = parse(kubesprayAll({ site: six, time: model.time }));
  expect(all).not.toHaveProperty('loadbalancer_apiserver');
  expect(all.loadbalancer_apiserver_localhost).toBe(true);
  expect(all.supplementary_addresses_in_ssl_keys).toEqual(['2001:db8:1:2::10']);
  expect(parse(kubesprayCluster({ site: dual }))).toMatchObject({ ipv4_stack: true, ipv6_stack: true });
});

it('keeps services and policies in one facility of the kernel', () => {
  for (const site of clusters) {
    const { kube_proxy_mode, calico_nftable_mode } = parse(kubesprayCluster({ site }));
    expect([kube_proxy_mode, calico_nftable_mode]).toEqual(['nftables', 'Enabled']);
  }
});

it('keeps what Kubespray generates out of the tree', () => {
  const { credentials_dir } = parse(kubesprayAll({ site: clusters[0]!, time: model.time }));
  expect(credentials_dir).not.toContain('inventory_dir');
});

it('leads to every host through the bastion, and to the bastion from the outside', () => {
  const site = clusters[0]!;
  const config = sshConfig({ site, administrators: model.administrators.networks.map(addressOf) });
  for (const host of site.hosts) {
    const block = config.split('\n\n').find((part) => part.startsWith(`Host ${host.name} `))!;
    expect(block.includes('ProxyJump')).toBe(host.role !== 'bastion');
    expect(block).toContain(`HostName ${host.role === 'bastion' ? host.public.ipv4 : host.address.ipv4}`);
  }
});

itJudged('ssh', 'ssh reads its configuration as meant', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fredu-ssh-'));
  try {
    for (const site of model.sites) {
      const file = join(folder, site.code);
      writeFileSync(file, sshConfig({ site, administrators: model.administrators.networks.map(addressOf) }), {
        mode: 0o600,
      });
      for (const host of site.hosts) {
        const { code, stdout, stderr } = await run(['ssh', '-G', '-F', file, host.name]);
        expect(code, stderr).toBe(0);
        expect(stdout).toContain('user debian');
        expect(stdout.includes('proxyjump')).toBe(site.kubernetes !== undefined && host.role !== 'bastion');
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

itJudged('systemd-analyze', 'systemd accepts the backup units', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fredu-units-'));
  try {
    const files = etcdBackup({ code: clusters[0]!.code, turn: 1, store }).filter(([path]) =>
      path.includes('/systemd/'),
    );
    const paths = files.map(([path, text]) => {
      const file = join(folder, path.split('/').at(-1)!);
      // the program itself stands on the host only
      writeFileSync(file, text.replace('/usr/local/sbin/fredu-etcd-backup', '/bin/true'));
      return file;
    });
    const { code, stderr } = await run(['systemd-analyze', 'verify', ...paths]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

itJudged('shellcheck', 'the backup script is clean shell', async () => {
  const [[, script]] = etcdBackup({ code: clusters[0]!.code, turn: 0, store }) as [[string, string]];
  const { stdout, code } = await run(['shellcheck', '--exclude=SC1091', '-'], { input: script });
  expect(stdout).toBe('');
  expect(code).toBe(0);
});
