import { describe } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import type { Data } from '#policies/reading/objects.ts';
import { inStack, only } from '#scripts/testing/edited-tree.ts';
import { type Case, named, proved } from '#scripts/testing/named-checks.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { OPENSTACK } from './checks.ts';

const tree = only(artefacts(threeSites()), /^dc\/openstack\//);

type Change = (value: Data, resources: Data, whole: Data) => unknown;
/** An edit of one resource, by its type and the beginning of its name. */
const edit =
  (type: string, name: string, change: Change): Case['break'] =>
  (from) =>
    inStack(from, 'dc', (resources, whole) => {
      const found = Object.keys(resources[type]).find((each) => each.startsWith(name));
      if (!found) throw new Error(`no ${type} ${name}`);
      change(resources[type][found], resources, whole);
    });
const of = (type: string, name: string, damage: Change, mend: Change, also?: string[]): Case => ({
  break: edit(type, name, damage),
  mend: edit(type, name, mend),
  ...(also ? { also: also.map((each) => `openstack/${each}`) } : {}),
});
const set = (values: Data) => (value: Data) => Object.assign(value, values);
const unset = (key: string) => (value: Data) => delete value[key];
/** The whole stack. */
const whole = (damage: (all: Data) => unknown, mend: (all: Data) => unknown): Case => ({
  break: (from) => inStack(from, 'dc', (_r, all) => damage(all)),
  mend: (from) => inStack(from, 'dc', (_r, all) => mend(all)),
});

const RULE = 'networking_secgroup_rule_v2';
const IN = 'group_bastion-rule_in-tcp-22';
const OUT = 'group_bastion-rule_out-tcp-443';
const NOBODY = { remote_group_id: undefined, remote_ip_prefix: '0.0.0.0/0' };
const door = (port: number): Case =>
  of(
    RULE,
    IN,
    set({ ...NOBODY, port_range_min: port, port_range_max: port }),
    set({ remote_ip_prefix: '192.0.2.1/32' }),
  );
const HOST = 'compute_instance_v2';
const WORKER = 'host_worker1_instance';
const DATA = 'host_worker1_cockroachdb';
const LISTENER = 'lb_listener_v2';
const API = 'balancer_api_api-listener';
const MONITOR = 'lb_monitor_v2';
const DATABASE = 'balancer_database_database-monitor';

const CASES: Record<string, Case> = {
  'ssh-open': door(22),
  'rdp-open': door(3389),
  'api-open': door(6443),
  'etcd-open': door(2379),
  'kubelet-open': door(10250),
  'database-open': door(26257),
  'node-ports-open': door(30443),
  'any-protocol': of(RULE, IN, unset('protocol'), set({ protocol: 'tcp' })),
  'wide-range': of(
    RULE,
    IN,
    set({ port_range_min: 1, port_range_max: 65535 }),
    set({ port_range_min: 22, port_range_max: 22 }),
  ),
  'control-plane-public': of(
    'networking_floatingip_v2',
    'host_worker1_floating',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
    set({ port_id: '${openstack_networking_port_v2.host_cp1_port.id}' }),
    (_value, resources) => delete resources.networking_floatingip_v2.host_worker1_floating,
  ),
  'listener-open': of(
    LISTENER,
    API,
    set({ allowed_cidrs: ['0.0.0.0/0'] }),
    set({ allowed_cidrs: ['10.20.0.9/32'] }),
  ),
  'listener-cidrs-unsaid': of(
    LISTENER,
    API,
    unset('allowed_cidrs'),
    set({ allowed_cidrs: ['10.20.0.9/32'] }),
  ),
  'default-rules-kept': of(
    'networking_secgroup_v2',
    'group_worker',
    unset('delete_default_rules'),
    set({ delete_default_rules: true }),
  ),
  'egress-any-protocol': of(RULE, OUT, unset('protocol'), set({ protocol: 'tcp' })),
  'egress-any-port': of(
    RULE,
    OUT,
    (value) => {
      delete value.port_range_min;
      value.port_range_max = 65535;
    },
    set({ port_range_min: 443, port_range_max: 443 }),
  ),
  'egress-clear-text': of(
    RULE,
    OUT,
    set({ port_range_min: 80, port_range_max: 80 }),
    (_value, { [RULE]: rules }) => delete rules[Object.keys(rules).find((each) => each.startsWith(OUT))!],
  ),
  'group-undescribed': of(
    'networking_secgroup_v2',
    'group_worker',
    unset('description'),
    set({ description: 'what workers may do' }),
  ),
  'rule-undescribed': of(RULE, IN, unset('description'), set({ description: 'ssh-to-bastion' })),
  'rule-without-peer': of(RULE, OUT, unset('remote_ip_prefix'), set({ remote_ip_prefix: '0.0.0.0/0' })),
  'port-security-off': of(
    'networking_port_v2',
    'host_cp1',
    set({ port_security_enabled: false }),
    set({ port_security_enabled: true }),
  ),
  'network-security-off': of(
    'networking_network_v2',
    'network_nodes',
    set({ port_security_enabled: false }),
    set({ port_security_enabled: true }),
  ),
  'network-shared': of('networking_network_v2', 'network_nodes', set({ shared: true }), unset('shared')),
  'port-without-group': of(
    'networking_port_v2',
    'host_cp1',
    set({ security_group_ids: [] }),
    set({ security_group_ids: ['a'] }),
  ),
  'address-pairs-wide': of(
    'networking_port_v2',
    'host_cp1',
    set({ allowed_address_pairs: [{ ip_address: '0.0.0.0/0' }] }),
    unset('allowed_address_pairs'),
  ),
  'port-address-unsaid': of(
    'networking_port_v2',
    'host_cp1',
    unset('fixed_ip'),
    set({ fixed_ip: [{ ip_address: '10.20.0.11' }] }),
  ),
  'pool-over-hosts': of(
    'networking_subnet_v2',
    'network_nodes-ipv4',
    set({ allocation_pool: [{ start: '10.20.0.10', end: '10.20.0.254' }] }),
    set({ allocation_pool: [{ start: '10.20.0.100', end: '10.20.0.254' }] }),
  ),
  'admin-password': of(HOST, WORKER, set({ admin_pass: 'x' }), unset('admin_pass')),
  'no-key': of(HOST, WORKER, unset('key_pair'), set({ key_pair: 'dc' })),
  'key-made-by-cloud': of(
    'compute_keypair_v2',
    'host_key',
    unset('public_key'),
    set({ public_key: 'ssh-ed25519 AAAA' }),
  ),
  'weak-key': of(
    'compute_keypair_v2',
    'host_key',
    set({ public_key: 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ' }),
    set({ public_key: 'ssh-ed25519 AAAA' }),
  ),
  'secret-in-user-data': of(
    HOST,
    WORKER,
    (value) => {
      value.user_data += 'password: hunter2\n';
    },
    (value) => {
      value.user_data = value.user_data.replace('password: hunter2\n', '');
    },
  ),
  'password-login': of(
    HOST,
    WORKER,
    (value) => {
      value.user_data = value.user_data.replace('ssh_pwauth: false', 'ssh_pwauth: true');
    },
    (value) => {
      value.user_data = value.user_data.replace('ssh_pwauth: true', 'ssh_pwauth: false');
    },
  ),
  'secret-in-metadata': of(
    HOST,
    WORKER,
    ({ metadata }) => Object.assign(metadata, { password: 'x' }),
    ({ metadata }) => delete metadata.password,
  ),
  'metadata-by-network': of(HOST, WORKER, unset('config_drive'), set({ config_drive: true })),
  'groups-by-name': of(HOST, WORKER, set({ security_groups: ['default'] }), unset('security_groups')),
  'not-apart': of(HOST, WORKER, unset('scheduler_hints'), set({ scheduler_hints: [{ group: 'a' }] })),
  'group-together': of(
    'compute_servergroup_v2',
    'host_worker',
    set({ policies: ['affinity'] }),
    set({ policies: ['anti-affinity'] }),
  ),
  'killed-not-stopped': of(HOST, WORKER, unset('stop_before_destroy'), set({ stop_before_destroy: true })),
  'disk-goes-along': of(
    HOST,
    WORKER,
    ({ block_device: [disk] }) => Object.assign(disk, { delete_on_termination: true }),
    ({ block_device: [disk] }) => Object.assign(disk, { delete_on_termination: false }),
  ),
  'starts-from-image': of(HOST, WORKER, set({ image_id: 'debian-12' }), unset('image_id')),
  'data-unprotected': of(
    'blockstorage_volume_v3',
    DATA,
    unset('lifecycle'),
    set({ lifecycle: { prevent_destroy: true } }),
  ),
  'volume-on-two-hosts': of(
    'compute_volume_attach_v2',
    'host_worker1_cockroachdb',
    (value, resources) => {
      resources.compute_volume_attach_v2.second = { ...value, instance_id: 'b' };
    },
    (_value, resources) => delete resources.compute_volume_attach_v2.second,
  ),
  'image-recreates': of(
    'blockstorage_volume_v3',
    'host_worker1_boot',
    unset('lifecycle'),
    set({ lifecycle: { ignore_changes: ['image_id'] } }),
  ),
  'pool-unwatched': of(
    MONITOR,
    DATABASE,
    (value, resources) => {
      resources.kept = { [DATABASE]: value };
      delete resources[MONITOR][DATABASE];
    },
    () => undefined,
  ),
  'pool-of-one': of(
    'lb_member_v2',
    'balancer_database_database-worker1',
    (_value, { lb_member_v2: members }) => {
      delete members['balancer_database_database-worker1'];
      delete members['balancer_database_database-worker2'];
    },
    () => undefined,
  ),
  'monitor-connects-only': of(MONITOR, DATABASE, set({ type: 'TCP' }), set({ type: 'HTTPS' })),
  'monitor-takes-any-answer': of(
    MONITOR,
    DATABASE,
    set({ expected_codes: '200-399' }),
    set({ expected_codes: '200' }),
  ),
  'monitor-overlaps': of(MONITOR, DATABASE, set({ timeout: 2 }), set({ timeout: 1 })),
  'monitor-hasty': of(MONITOR, DATABASE, set({ max_retries_down: 1 }), set({ max_retries_down: 3 })),
  'monitor-slow': of(MONITOR, DATABASE, set({ delay: 60 }), set({ delay: 2 })),
  'client-unknown': of(
    'lb_pool_v2',
    'balancer_app_websecure-pool',
    set({ protocol: 'TCP' }),
    set({ protocol: 'PROXYV2' }),
  ),
  'timeouts-default': of(LISTENER, API, unset('timeout_member_data'), set({ timeout_member_data: 60000 })),
  'address-lost': of(
    'networking_floatingip_v2',
    'balancer_app_floating',
    unset('lifecycle'),
    set({ lifecycle: { prevent_destroy: true } }),
  ),
  'credentials-written': whole(
    ({ provider }) => Object.assign(provider.openstack[0], { password: 'x' }),
    ({ provider }) => delete provider.openstack[0].password,
  ),
  'cloud-unverified': whole(
    ({ provider }) => Object.assign(provider.openstack[0], { insecure: true }),
    ({ provider }) => delete provider.openstack[0].insecure,
  ),
  'provider-unpinned': whole(
    ({ terraform }) => Object.assign(terraform.required_providers.openstack, { version: '>= 1.0' }),
    ({ terraform }) => Object.assign(terraform.required_providers.openstack, { version: '3.4.0' }),
  ),
  'state-local': whole(
    ({ terraform }) => delete terraform.backend,
    ({ terraform }) => Object.assign(terraform, { backend: { s3: { use_lockfile: true } } }),
  ),
  'state-unlocked': whole(
    ({ terraform }) => delete terraform.backend.s3.use_lockfile,
    ({ terraform }) => Object.assign(terraform.backend.s3, { use_lockfile: true }),
  ),
  'state-in-clear-text': whole(
    ({ terraform }) => Object.assign(terraform.backend.s3.endpoints, { s3: 'http://s3.fredu.fr' }),
    ({ terraform }) => Object.assign(terraform.backend.s3.endpoints, { s3: 'https://s3.fredu.fr' }),
  ),
  'backend-credentials-written': whole(
    ({ terraform }) => Object.assign(terraform.backend.s3, { secret_key: 'x' }),
    ({ terraform }) => delete terraform.backend.s3.secret_key,
  ),
};
/** What is gone cannot be edited: the fix adds it. */
const POOL = (pool: string) => `\${openstack_lb_pool_v2.${pool}.id}`;
CASES['pool-unwatched']!.mend = (from) =>
  inStack(from, 'dc', ({ [MONITOR]: monitors }) => {
    monitors.another = {
      ...monitors['balancer_api_api-monitor'],
      pool_id: POOL('balancer_database_database-pool'),
    };
  });
CASES['pool-of-one']!.mend = (from) =>
  inStack(from, 'dc', ({ lb_member_v2: members }) => {
    members.another = { address: '10.20.0.29', pool_id: POOL('balancer_database_database-pool') };
  });

describe('OpenStack', () => {
  proved(OPENSTACK.checks, tree, named('openstack', CASES));
});
