import { PORTS } from '#sites/traffic/ports.ts';
import { drainedBy } from '../hosts/edge/keepalived.ts';
import { HANDLERS, type Handler } from './placing.ts';

export type Task = Record<string, unknown> & { name: string };

const service = (name: string, state: 'reloaded' | 'restarted', more: object = {}) => ({
  'ansible.builtin.systemd': { name, state, ...more },
  // A unit that a real run would have put there first.
  ignore_errors: '{{ ansible_check_mode }}',
});
const command = (text: string, more: object = {}) => ({ 'ansible.builtin.command': { cmd: text, ...more } });
/** A command that runs because something has changed, and changes something itself. */
const changing = (text: string) => ({ ...command(text), changed_when: true });

/** Their peers' port is the one that the table of flows lets edges ask each other at. */
export const OTHERS_SERVE = {
  'ansible.builtin.wait_for': { host: '{{ item }}', port: PORTS.peers, timeout: 5 },
  loop: '{{ other_edges | default([]) }}',
};
/** The edge is taken out of service, unless this playbook has done so before. */
export const DRAIN = {
  ...command('/usr/local/sbin/fredu-drain playbook', { creates: drainedBy('playbook') }),
  when: "'edge' in group_names",
};

/**
 * What is done once where something changed. Reloads, for they lose no connection; a restart is only where a daemon reads its
 * settings at no other time, and nobody is served by it meanwhile.
 */
const ACTIONS: Record<Handler, Omit<Task, 'name'>> = {
  'Make the users': changing('systemd-sysusers'),
  // Only ours: what Debian asks for was made at the start.
  'Make the folders': changing("systemd-tmpfiles --create {{ files_of_tmpfiles | join(' ') }}"),
  'Load the modules': service('systemd-modules-load.service', 'restarted'),
  'Set the kernel': changing("sysctl --quiet --load {{ files_of_sysctl | join(' ') }}"),
  'Read the units': { 'ansible.builtin.systemd': { daemon_reload: true } },
  'Reload the networks': service('systemd-networkd.service', 'reloaded'),
  'See that the other edges serve': { ...OTHERS_SERVE, when: ['gate | bool', "'edge' in group_names"] },
  'Drain the edge': DRAIN,
  'Reload nftables': service('nftables.service', 'reloaded'),
  'Reload sshd': service('ssh.service', 'reloaded'),
  'Restart chrony': service('chrony.service', 'restarted'),
  'Restart the journal': service('systemd-journald.service', 'restarted'),
  // It reads its settings at a SIGHUP, and knows no other reload; sessions stay.
  'Reload logind': changing('systemctl kill --signal=HUP systemd-logind.service'),
  'Restart the timer of updates': service('apt-daily-upgrade.timer', 'restarted', { daemon_reload: true }),
  'Restart the node exporter': service('prometheus-node-exporter.service', 'restarted'),
  'Reload bird': service('bird.service', 'reloaded'),
  'Restart the timer of announcements': service('fredu-announcements.timer', 'restarted'),
  'Restart the timer of time sources': service('fredu-time-sources.timer', 'restarted'),
  'Reload HAProxy': service('haproxy.service', 'reloaded'),
  'Reload keepalived': service('keepalived.service', 'reloaded'),
  'Restart the timer of etcd snapshots': service('fredu-etcd-backup.timer', 'restarted'),
  'Reload the certificates of the database': service('cockroachdb.service', 'reloaded'),
  'Restart the database': service('cockroachdb.service', 'restarted'),
};

/** Handlers of every play; which of them run is the tasks' to say. */
export const handlers = (): Task[] => HANDLERS.map((name) => ({ name, ...ACTIONS[name] }));
