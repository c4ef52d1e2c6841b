import { findsEach } from '#scripts/testing/broken-trees.ts';
import { playbookValues } from './playbook-values.ts';

const edge = 'sxb/inventory/hosts/tasks/edge.yaml';
const database = 'do/inventory/hosts/tasks/database.yaml';
const handlers = 'sxb/inventory/hosts/handlers.yaml';
findsEach(playbookValues, [
  [
    edge,
    '{{ ansible_check_mode }}',
    '{{ ansible_check_modex }}',
    /asks for ansible_check_modex, which has no value/,
  ],
  [handlers, "'edge' in group_names", "'edge' in group_name", /asks for group_name, which has no value/],
  [
    edge,
    '      - curl\n',
    '',
    '/etc/keepalived/keepalived.conf is put on hosts of role edge, and nobody installs curl there',
  ],
  [edge, '      - unattended-upgrades\n', '', /nobody installs unattended-upgrades/],
  [edge, '    state: directory', '    state: folder', /asks for the state folder/],
  [edge, '  delay: "{{ gate_delay | int }}"\n', '', /waits for something without saying how often/],
  [database, 'remote_src: true', 'remote_src: truex', /has remote_src neither true nor false/],
  [database, '    state: link\n', '', /names what a link leads to, and makes none/],
  [database, 'quiet: true', 'quiet: quite', /has quiet neither true nor false/],
  [
    handlers,
    'name: apt-daily-upgrade.timer',
    'name: apt-daily-upgradex.timer',
    /is about apt-daily-upgradex\.timer, which no host has/,
  ],
  [handlers, 'other_edges | default', 'ansible | default', /asks for ansible, which has no value/],
]);
