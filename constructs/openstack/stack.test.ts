import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openstack } from '#charts/openstack.ts';
import { run } from '#scripts/lib/run.ts';
import { cloud, example } from '#scripts/testing/example-sites.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { cloudOf, roomOf } from '#scripts/testing/sites-of.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Model } from '#sites/model.ts';
import { siteOf } from '#sites/questions.ts';
import { allocationPool } from './pool.ts';

// biome-ignore lint/suspicious/noExplicitAny: rendered JSON is read as data
type Data = any;
const textOf = (model: Model, code: string): string => openstack(model, siteOf(model, code))[0]![1];
const stack = (model: Model, code: string): Record<string, Record<string, Data>> =>
  Object.fromEntries(
    Object.entries<Data>(JSON.parse(textOf(model, code)).resource).map(([type, named]) => [
      type.replace(/^openstack_/, ''),
      named,
    ]),
  );
const own = threeSites();
const dc = stack(own, 'dc');
const ref = (expression: string) => `\${${expression}}`;

describe('the stack of our data centre', () => {
  it('is the same text each time, without a path or a version of the library', () => {
    expect(textOf(own, 'dc')).toBe(textOf(own, 'dc'));
    expect(JSON.parse(textOf(own, 'dc'))['//']).toEqual({ metadata: { stackName: 'dc' } });
    expect(textOf(own, 'dc')).not.toMatch(/cdktn|cdktf|TfToken|uniqueId/);
  });

  it('remembers what it made in the store of another site, or beside itself where it has the only one', () => {
    const backend = (model: Model, code: string) => JSON.parse(textOf(model, code)).terraform.backend;
    expect(backend(own, 'dc').s3).toMatchObject({
      endpoints: { s3: 'https://s3.sxb.fredu.fr' },
      key: 'dc/openstack.tfstate',
      use_lockfile: true,
    });
    const swapped = example(({ platform }) => {
      platform.objects = { primary: 'par' };
    });
    expect(backend(swapped, 'par')).toEqual({ local: { path: 'terraform.par.tfstate' } });
  });

  it('has every host at the address of the model, and none of OpenStack’s own addresses among them', () => {
    const addresses = Object.values(dc.networking_port_v2!).map(({ fixed_ip }) => fixed_ip[0].ip_address);
    expect(addresses.sort()).toEqual(
      cloudOf(own, 'dc')
        .hosts.map(({ address }) => address.ipv4!)
        .sort(),
    );
    expect(dc.networking_subnet_v2!['network_nodes-ipv4'].allocation_pool).toEqual([
      { start: '10.20.0.128', end: '10.20.0.254' },
    ]);
  });

  it('gives a floating address only when the router is there', () => {
    for (const { depends_on } of Object.values(dc.networking_floatingip_v2!))
      expect(depends_on).toEqual([
        'openstack_networking_router_interface_v2.network_nodes-ipv4-router',
        'openstack_networking_router_interface_v2.network_balancers-ipv4-router',
      ]);
  });

  it('tells Traefik the client, and neither the API nor the database; from the amphorae’s network', () => {
    expect(
      Object.fromEntries(Object.entries(dc.lb_pool_v2!).map(([name, { protocol }]) => [name, protocol])),
    ).toEqual({
      'balancer_anycast_web-pool': 'PROXYV2',
      'balancer_anycast_websecure-pool': 'PROXYV2',
      'balancer_api_api-pool': 'TCP',
      'balancer_app_web-pool': 'PROXYV2',
      'balancer_app_websecure-pool': 'PROXYV2',
      'balancer_database_database-pool': 'TCP',
    });
    for (const member of Object.values(dc.lb_member_v2!)) expect(member).not.toHaveProperty('subnet_id');
  });

  it('asks each member as its edges on premises would', () => {
    const monitor = (name: string) => dc.lb_monitor_v2![`balancer_${name}-monitor`];
    const timing = { delay: 2, timeout: 1, max_retries: 2, max_retries_down: 3, expected_codes: '200' };
    expect(monitor('app_websecure')).toMatchObject({ ...timing, type: 'HTTP', url_path: '/ping' });
    expect(monitor('api_api')).toMatchObject({ ...timing, type: 'HTTPS', url_path: '/readyz' });
    expect(monitor('database_database')).toMatchObject({
      ...timing,
      type: 'HTTPS',
      url_path: '/health?ready=1',
    });
    expect(dc.lb_member_v2!['balancer_app_websecure-worker1']).toMatchObject({
      address: '10.20.0.21',
      protocol_port: 30443,
      monitor_port: 30082,
    });
    expect(dc.lb_member_v2!['balancer_database_database-worker1']).toMatchObject({
      protocol_port: 26257,
      monitor_port: 8080,
    });
  });

  it('opens the API to its own hosts and the bastion, the database to pods, metrics to Prometheus', () => {
    const allowed = (name: string) => dc.lb_listener_v2![`balancer_${name}-listener`].allowed_cidrs;
    const workers = ['10.20.0.21/32', '10.20.0.22/32', '10.20.0.23/32'];
    const rest = ['10.20.0.11/32', '10.20.0.12/32', '10.20.0.13/32', '10.20.0.9/32'];
    expect(allowed('api_api')).toEqual([...rest, ...workers].sort());
    expect(allowed('database_database')).toEqual(workers);
    for (const name of ['app', 'api', 'database']) expect(allowed(`${name}_metrics`)).toEqual(workers);
    expect(allowed('app_websecure')).toEqual(['0.0.0.0/0']);
  });

  it('announces the service address, which is a floating address of a balancer of its own, until it is switched off', () => {
    expect(dc.networking_floatingip_v2!.balancer_anycast_floating).toMatchObject({
      address: '198.51.100.250',
      port_id: ref('openstack_lb_loadbalancer_v2.balancer_anycast_vip.vip_port_id'),
    });
    expect(dc.networking_bgp_speaker_v2!.routing_speaker.peers).toBe(
      ref('var.announce ? [openstack_networking_bgp_peer_v2.routing_router.id] : []'),
    );
    const silent = stack(
      example(({ platform }) => {
        platform.anycast = '192.0.2.1';
      }),
      'par',
    );
    expect(silent).not.toHaveProperty('networking_bgp_speaker_v2');
    expect(silent.networking_floatingip_v2).not.toHaveProperty('balancer_anycast_floating');
  });

  it('keeps what a replaced image or another administrator must not replace', () => {
    expect(dc.compute_instance_v2!.host_worker1_instance.lifecycle).toEqual({
      ignore_changes: ['user_data', 'scheduler_hints'],
    });
    expect(dc.blockstorage_volume_v3!.host_worker1_boot.lifecycle).toEqual({ ignore_changes: ['image_id'] });
    expect(dc.blockstorage_volume_v3!.host_cp1_boot.lifecycle).toEqual({
      ignore_changes: ['image_id'],
      prevent_destroy: true,
    });
  });

  it('finds each disk under the name of the model by the id of its volume, on any bus', () => {
    const rules = (dc.compute_instance_v2!.host_worker1_instance.user_data as string).match(/SUBSYSTEM.*/g)!;
    const serial = ref('substr(openstack_blockstorage_volume_v3.host_worker1_ceph.id, 0, 20)');
    expect(rules).toHaveLength(4);
    expect(rules[2]).toBe(
      `SUBSYSTEM=="block", ENV{DEVTYPE}=="disk", ENV{ID_SERIAL}=="${serial}*", SYMLINK+="disk/by-id/virtio-ceph"`,
    );
    expect(dc.compute_instance_v2!.host_cp1_instance.user_data).not.toContain('udev');
  });

  itJudged('cloud-init', 'starts each host by words that cloud-init knows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fredu-cloud-'));
    try {
      const hosts = Object.values(dc.compute_instance_v2!);
      const files = hosts.map(({ name, user_data }) => {
        writeFileSync(join(folder, name), user_data);
        return join(folder, name);
      });
      for (const file of files) {
        const { code, stdout, stderr } = await run(['cloud-init', 'schema', '--config-file', file], {
          timeoutSeconds: 30,
        });
        expect(code, stdout + stderr).toBe(0);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('lets people through the bastion and forwards nowhere else', () => {
    const forwards = (host: string) =>
      /AllowTcpForwarding (\w+)/.exec(dc.compute_instance_v2![`host_${host}_instance`].user_data)![1];
    expect(forwards('bastion')).toBe('local');
    expect(forwards('worker1')).toBe('no');
  });
});

describe('other OpenStacks', () => {
  it('keep hosts apart as far as there are hypervisors', () => {
    const few = example(({ sites }) => {
      sites.par!.openstack!.hypervisors = 2;
    });
    expect(stack(few, 'par').compute_servergroup_v2!['host_worker-group'].policies).toEqual([
      'soft-anti-affinity',
    ]);
    expect(stack(example(), 'par').compute_servergroup_v2!['host_worker-group'].policies).toEqual([
      'anti-affinity',
    ]);
  });

  it('have stacks of their own, with keys of their own', () => {
    const two = example(({ sites }) => {
      sites.mar = cloud(4);
    });
    const key = (code: string) => JSON.parse(textOf(two, code)).terraform.backend.s3.key;
    expect([key('par'), key('mar')]).toEqual(['par/openstack.tfstate', 'mar/openstack.tfstate']);
  });

  it('have subnets, ports and balancers of both families where the site has both', () => {
    const both = stack(
      example(({ sites }) => {
        const par = sites.par!;
        par.networks.nodes = ['10.2.0.0/24', '2001:db8:2:2::/64'];
        par.networks.balancers = ['10.2.1.0/24', '2001:db8:2:3::/64'];
        for (const [index, host] of Object.values(par.hosts).entries())
          host.address = [host.address as string, `2001:db8:2:2::${index + 10}`];
        if (par.edge?.kind === 'octavia') par.edge.app.address = ['10.2.1.10', '2001:db8:2:3::10'];
      }),
      'par',
    );
    expect(both.networking_subnet_v2!['network_nodes-ipv6']).toMatchObject({
      cidr: '2001:db8:2:2::/64',
      ip_version: 6,
      ipv6_address_mode: 'dhcpv6-stateful',
      gateway_ip: '2001:db8:2:2::1',
    });
    expect(both.networking_port_v2!.host_worker1_port.fixed_ip).toHaveLength(2);
    expect(both.lb_loadbalancer_v2!['balancer_app-ipv6_vip'].vip_address).toBe('2001:db8:2:3::10');
    expect(both.lb_listener_v2!['balancer_app-ipv6_web-listener'].allowed_cidrs).toEqual(['::/0']);
    expect(both.lb_member_v2!['balancer_app-ipv6_web-worker1'].address).toMatch(/^2001:db8:2:2::/);
  });

  it('make no volume for a disk that comes with the flavor', () => {
    const local = stack(
      example(({ sites }) => {
        sites.par!.database!.volume.store = 'local';
      }),
      'par',
    );
    expect(Object.keys(local.blockstorage_volume_v3!).filter((name) => name.includes('cockroachdb'))).toEqual(
      [],
    );
    expect(local.compute_instance_v2!.host_worker1_instance.user_data).not.toContain('by-id/database"');
    expect(local.compute_instance_v2!.host_worker1_instance.lifecycle.prevent_destroy).toBe(true);
    expect(local.compute_instance_v2!.host_cp1_instance.lifecycle).not.toHaveProperty('prevent_destroy');
  });

  it('keep their own names in Designate where they say so, and lead proofs back to the platform', () => {
    const designate = example(({ platform, sites }) => {
      platform.dns = { servers: { ns1: '203.0.113.53', ns2: '198.51.100.53' } };
      sites.par!.openstack!.designate = true;
      sites.par!.openstack!.nameServers = ['ns1.cloud.example.net'];
    });
    const made = stack(designate, 'par');
    expect(made.dns_zone_v2!.name_zone).toMatchObject({
      name: 'par.example.org.',
      lifecycle: { prevent_destroy: true },
    });
    expect(
      Object.values(made.dns_recordset_v2!).map(({ name, type, records }) => [name, type, ...records]),
    ).toEqual([
      ['bastion.par.example.org.', 'A', '198.18.2.9'],
      ['par.example.org.', 'A', '198.18.2.10'],
      ['_acme-challenge.par.example.org.', 'NS', 'ns1.example.org.'],
      ['s3.par.example.org.', 'A', '198.18.2.10'],
      ['_acme-challenge.s3.par.example.org.', 'NS', 'ns1.example.org.'],
      ['worker1.par.example.org.', 'A', '198.18.2.21'],
      ['worker2.par.example.org.', 'A', '198.18.2.22'],
      ['worker3.par.example.org.', 'A', '198.18.2.23'],
    ]);
    expect(stack(example(), 'par')).not.toHaveProperty('dns_zone_v2');
  });

  it('are made for an arbiter, too: hosts and groups, and no balancer', () => {
    const made = stack(
      example(({ sites }) => {
        const nic = sites.nic!;
        nic.openstack = { region: 'one', externalNetwork: 'public', image: 'debian-12', hypervisors: 3 };
        nic.sizes = { database: { cpus: 4, memory: '16Gi', flavor: 'medium' } };
      }),
      'nic',
    );
    expect(Object.keys(made.compute_instance_v2!)).toHaveLength(3);
    expect(made).not.toHaveProperty('lb_loadbalancer_v2');
  });

  it('are nothing where the site is in none', () => {
    expect(openstack(own, roomOf(own, 'sxb'))).toEqual([]);
  });
});

describe('the pool of a network', () => {
  it('is the upper half of the network, whatever is added below', () => {
    const upper = { start: '10.0.0.128', end: '10.0.0.254' };
    expect(
      allocationPool({ family: 'ipv4', network: '10.0.0.0/24', taken: ['10.0.0.100'], needed: 4 }),
    ).toEqual(upper);
    expect(
      allocationPool({
        family: 'ipv4',
        network: '10.0.0.0/24',
        taken: ['10.0.0.100', '10.0.0.127'],
        needed: 4,
      }),
    ).toEqual(upper);
    expect(
      allocationPool({ family: 'ipv6', network: '2001:db8::/64', taken: ['2001:db8::5'], needed: 10 }),
    ).toEqual({
      start: '2001:db8:0:0:8000::',
      end: '2001:db8::ffff:ffff:ffff:fffe',
    });
  });

  it('is the upper half of the largest gap where the model has addresses in both', () => {
    expect(
      allocationPool({
        family: 'ipv4',
        network: '10.0.0.0/24',
        taken: ['10.0.0.128', '10.0.0.9'],
        needed: 4,
      }),
    ).toEqual({
      start: '10.0.0.192',
      end: '10.0.0.254',
    });
    expect(
      allocationPool({
        family: 'ipv4',
        network: '10.0.0.0/24',
        taken: ['10.0.0.200', '10.0.0.9'],
        needed: 4,
      }),
    ).toEqual({
      start: '10.0.0.105',
      end: '10.0.0.199',
    });
  });

  it('is as large as what OpenStack needs there, where half of the gap is less', () => {
    expect(
      allocationPool({
        family: 'ipv4',
        network: '10.0.0.0/28',
        taken: ['10.0.0.2', '10.0.0.3', '10.0.0.4'],
        needed: 10,
      }),
    ).toEqual({
      start: '10.0.0.5',
      end: '10.0.0.14',
    });
  });
});
