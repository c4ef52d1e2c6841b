import { basename, dirname } from 'node:path/posix';
import type { Site } from '#sites/model.ts';
import type { Role } from '#sites/schema/schema.ts';
import { PORTS } from '#sites/traffic/ports.ts';
import { HOST_CERTIFICATES } from '../cockroachdb-node.ts';
import { HEALTH_CHECK } from '../drain.ts';
import { EDGE_HEALTH } from '../hosts/edge/haproxy.ts';
import { drainedBy } from '../hosts/edge/keepalived.ts';
import { TEXTFILES } from '../hosts/node-exporter.ts';
import { DRAIN, OTHERS_SERVE, type Task } from './handlers.ts';

const WHEN = ['gate | bool', 'not ansible_check_mode'];

/** A question that is asked until the answer is good, or the run stops with this host, and leaves all others alone. */
const until = (name: string, question: object, good: string): Task => ({
  name,
  ...question,
  register: 'answer',
  until: good,
  retries: '{{ gate_retries | int }}',
  delay: '{{ gate_delay | int }}',
  when: WHEN,
});
const serves = (name: string, url: string, more: object = {}): Task =>
  until(name, { 'ansible.builtin.uri': { url, status_code: [200], ...more } }, 'answer is succeeded');
const asks = (name: string, cmd: string, good: string): Task =>
  until(
    name,
    { 'ansible.builtin.command': { cmd }, changed_when: false, failed_when: `not (${good})` },
    good,
  );

/**
 * What must hold before the next host is touched: people still get in, and what the host serves is served again. A restart
 * that an update waits for is made here, where it was asked for.
 */
export function gate({ site, role, files }: { site: Site; role: Role; files: string[] }): Task[] {
  const edge = files.includes('etc/keepalived/keepalived.conf');
  const node = files.includes('etc/systemd/system/cockroachdb.service');
  const member = site.kubernetes !== undefined && (role === 'worker' || role === 'control-plane');
  return [
    // A node of a cluster is emptied first, which is Kubernetes' to do.
    ...(member ? [] : restart(edge)),
    { name: 'Forget the old connection', 'ansible.builtin.meta': 'reset_connection' },
    { name: 'Sign in again', 'ansible.builtin.wait_for_connection': { timeout: 60 } },
    ...(edge ? edgeServes(files) : []),
    ...(node ? [nodeServes()] : []),
    ...(member ? kubeletServes() : []),
  ];
}

function restart(edge: boolean): Task[] {
  const wanted = ['restart | bool', 'waiting.stat.exists'];
  return [
    {
      name: 'See whether an update waits for a restart',
      'ansible.builtin.stat': { path: '/run/reboot-required' },
      register: 'waiting',
    },
    ...(edge
      ? [
          { name: 'See that the other edges serve before this one restarts', ...OTHERS_SERVE, when: wanted },
          { name: 'Drain the edge before its restart', ...DRAIN, when: wanted },
        ]
      : []),
    { name: 'Restart the host', 'ansible.builtin.reboot': { reboot_timeout: 900 }, when: wanted },
  ];
}

function edgeServes(files: string[]): Task[] {
  const served = asks(
    'Wait until no virtual address is in trouble',
    `grep --recursive --no-messages --include=keepalived-*.prom "keepalived_vrrp_fault{.*} 1$" ${TEXTFILES}`,
    'answer.rc == 1',
  );
  // An edge that a person has taken out is in trouble, as they wish.
  const trouble = { ...served, when: [...WHEN, 'kept.matched == 0'] };
  return [
    ...(['app', 'api'] as const).map((name) =>
      serves(
        `Wait until the balancer can serve the ${name}`,
        `http://127.0.0.1:${EDGE_HEALTH[name]}${EDGE_HEALTH.path}`,
      ),
    ),
    ...(files.includes('etc/bird/bird.conf')
      ? [
          asks(
            'Wait until the router listens',
            'birdc show protocols',
            "answer.rc == 0 and answer.stdout_lines | select('search', ' BGP ') | reject('search', 'Established') | list | length == 0",
          ),
        ]
      : []),
    {
      name: 'Take the edge back into service',
      'ansible.builtin.command': {
        cmd: '/usr/local/sbin/fredu-undrain playbook',
        removes: drainedBy('playbook'),
      },
    },
    {
      name: 'See who else keeps the edge drained',
      'ansible.builtin.find': {
        paths: dirname(drainedBy('hand')),
        patterns: `${basename(drainedBy('hand'))},${basename(drainedBy('updates'))}`,
      },
      register: 'kept',
    },
    trouble,
  ];
}

const nodeServes = (): Task =>
  serves(
    'Wait until the node of the database takes clients',
    `https://localhost:${PORTS.cockroachHttp}${HEALTH_CHECK.path}`,
    { ca_path: `${HOST_CERTIFICATES}/ca.crt` },
  );

function kubeletServes(): Task[] {
  const alive = serves('Wait until the kubelet is well', 'http://127.0.0.1:10248/healthz');
  return [
    {
      name: 'See whether the host is a node of the cluster yet',
      'ansible.builtin.stat': { path: '/etc/kubernetes/kubelet.conf' },
      register: 'kubelet',
    },
    { ...alive, when: [...WHEN, 'kubelet.stat.exists'] },
  ];
}
