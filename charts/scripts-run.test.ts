import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '#scripts/lib/sites.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { artefacts } from './artefacts.ts';

/** Where a generated script is run, by words that the test has, and by which real programs it is met there. */
interface Run {
  by: string;
  words: string;
  /** Of what it calls, what is the real program. */
  real: string;
  /** What is played because it cannot be had here. */
  played?: string;
}
const EDGE = 'constructs/hosts/edge/edge.edge.test.ts';
const ANSIBLE = 'constructs/inventory/ansible.services.test.ts';
const SCRIPTS = 'constructs/hosts/host-scripts.services.test.ts';
const CEPH = 'constructs/kubernetes/ceph/object-store.ceph.test.ts';
const COCKROACH = {
  by: 'constructs/kubernetes/database/cockroachdb-scripts.test.ts',
  real: 'sh',
  played: 'cockroach',
};
const playbook = (words: string, real: string): Run => ({ by: ANSIBLE, words, real });

const RUNS: Record<string, Run> = {
  'host fredu-announcements': { by: SCRIPTS, words: 'fredu-announcements.service', real: 'birdc, awk' },
  'host fredu-drain': { by: EDGE, words: 'fredu-drain', real: 'keepalived' },
  'host fredu-edge-check': { by: EDGE, words: 'keepalived', real: 'keepalived, curl, haproxy' },
  'host fredu-edge-state': { by: EDGE, words: 'keepalived', real: 'keepalived' },
  'host fredu-etcd-backup': {
    by: 'constructs/inventory/etcd-backup.ceph.test.ts',
    words: 'fredu-etcd-backup.service',
    real: 'etcdctl, etcdutl, rclone before radosgw',
  },
  'host fredu-front-state': { by: SCRIPTS, words: 'fredu-front-state', real: 'conntrackd' },
  'host fredu-time-sources': { by: SCRIPTS, words: 'fredu-time-sources.service', real: 'chronyc, awk' },
  'host fredu-undrain': { by: EDGE, words: 'fredu-undrain', real: 'keepalived' },
  'host nftables.conf': { by: EDGE, words: 'nft -f /etc/nftables.conf', real: 'nft' },
  'unit apt-daily-upgrade.service': {
    by: SCRIPTS,
    words: 'apt-daily-upgrade.service',
    real: 'Debian’s unit',
  },
  'unit cockroachdb-format.service': {
    by: 'constructs/hosts/systemd.services.test.ts',
    words: 'cockroachdb-format.service',
    real: 'systemd-makefs',
  },
  'unit cockroachdb.service': { ...playbook('cockroachdb.service', 'systemd'), played: 'cockroach' },
  'unit fredu-announcements.service': { by: SCRIPTS, words: 'fredu-announcements.service', real: 'systemd' },
  'unit fredu-time-sources.service': { by: SCRIPTS, words: 'fredu-time-sources.service', real: 'systemd' },
  'unit fredu-etcd-backup.service': {
    by: 'constructs/inventory/etcd-backup.ceph.test.ts',
    words: "'systemctl', 'start', 'fredu-etcd-backup.service'",
    real: 'systemd',
  },
  'task /usr/local/sbin/fredu-drain': playbook("drainedBy('playbook')", 'keepalived'),
  'task /usr/local/sbin/fredu-undrain': playbook("drainedBy('playbook')", 'keepalived'),
  'task birdc': playbook('bird', 'bird'),
  'task grep': playbook('keepalived', 'keepalived'),
  'task sysctl': playbook('--limit', 'sysctl'),
  'task systemctl': playbook('sxb-worker1,sxb-cp1,sxb-bastion', 'systemd'),
  'task systemd-sysusers': playbook('--limit', 'systemd-sysusers'),
  'task systemd-tmpfiles': playbook('--limit', 'systemd-tmpfiles'),
  'cloud-init runcmd': {
    by: 'constructs/hosts/cloud-init.services.test.ts',
    words: 'cloud-init',
    real: 'cloud-init, systemd',
  },
  'file certificate-exporter/main.mjs': {
    by: 'constructs/kubernetes/monitoring/certificate-exporter.test.ts',
    words: 'main.mjs',
    real: 'node',
  },
  'file pgbouncer/run.sh': {
    by: 'constructs/kubernetes/education/pgbouncer.services.test.ts',
    words: 'run.sh',
    real: 'pgbouncer',
  },
  'file zone-exporter/zones.py': { by: CEPH, words: 'zones.py', real: 'python3, radosgw-admin' },
  'shell cockroachdb/cockroachdb': { ...COCKROACH, words: 'NODE_NAME' },
  'shell cockroachdb-setup/init': { ...COCKROACH, words: '<init>' },
  'shell cockroachdb-setup/sql': { ...COCKROACH, words: 'CockroachdbSetup' },
};

/** Every script and line of a script in a generated tree. */
function scripts(tree: ReadonlyMap<string, string>): Set<string> {
  const found = [...tree].flatMap(([path, text]): string[] => {
    if (/\/usr\/local\//.test(path) || (text.startsWith('#!') && !path.includes('/kubernetes/')))
      return [`host ${basename(path)}`];
    const unit = /\/([^/]+\.service)(?:\.d\/[^/]+)?$/.exec(path)?.[1];
    if (unit) return /^Exec\w+=/m.test(text) ? [`unit ${unit}`] : [];
    if (/\/inventory\/hosts\//.test(path))
      return [...text.matchAll(/^\s+(?:cmd|ansible\.builtin\.shell): (\S+)/gm)].map(
        ([, word]) => `task ${word}`,
      );
    if (path.includes('/cloud-init/')) return /^runcmd:/m.test(text) ? ['cloud-init runcmd'] : [];
    return path.includes('/kubernetes/') ? inPods(parse(text)) : [];
  });
  return new Set(found);
}

interface Node {
  [field: string]: unknown;
}
function inPods(object: {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
}): string[] {
  const name = object.metadata.name.replace(/-[0-9a-f]{10}$/, '');
  if (object.kind === 'ConfigMap')
    return Object.keys(object.data ?? {})
      .filter((key) => /\.(sh|py|m?js|ts|pl|awk)$/.test(key) || object.data![key]!.startsWith('#!'))
      .map((key) => `file ${name}/${key}`);
  const shells = (node: unknown): string[] => {
    if (Array.isArray(node)) return node.flatMap(shells);
    if (typeof node !== 'object' || node === null) return [];
    const { command, name: container, ...rest } = node as Node;
    const words = Array.isArray(command) ? command.map(String) : [];
    const shell = /(^|\/)(ba)?sh$/.test(words[0] ?? '') && words.some((word) => /^-\w*c$/.test(word));
    return [...(shell ? [`shell ${name}/${container}`] : []), ...shells(Object.values(rest))];
  };
  return shells(object);
}

const trees = [artefacts(threeSites()), artefacts(example())];
const all = new Set(trees.flatMap((tree) => [...scripts(tree)]));

it('every generated script is run by a test with the programs that it calls, or says which is played', () => {
  expect([...all].sort()).toEqual(Object.keys(RUNS).sort());
});

it.each(Object.entries(RUNS))('%s', (_, { by, words, real }) => {
  expect(readFileSync(join(ROOT, by), 'utf8')).toContain(words);
  expect(real).not.toBe('');
});

it('finds a script that is new, wherever it stands', () => {
  const more = new Map([
    ['a/hosts/a-edge1/usr/local/sbin/fredu-new', '#!/bin/sh\n'],
    ['a/hosts/a-edge1/etc/systemd/system/new.service', '[Service]\nExecStart=/bin/true\n'],
    ['a/inventory/hosts/tasks/edge.yaml', '- name: x\n  ansible.builtin.command:\n    cmd: reboot now\n'],
    ['a/kubernetes/x/configmap-x.yaml', 'kind: ConfigMap\nmetadata: {name: x}\ndata: {run.sh: "true"}\n'],
    [
      'a/kubernetes/x/job-x.yaml',
      'kind: Job\nmetadata: {name: x}\nspec: {template: {spec: {containers: [{name: c, command: [sh, -euc, "true"]}]}}}\n',
    ],
  ]);
  expect([...scripts(more)]).toEqual([
    'host fredu-new',
    'unit new.service',
    'task reboot',
    'file x/run.sh',
    'shell x/c',
  ]);
});
