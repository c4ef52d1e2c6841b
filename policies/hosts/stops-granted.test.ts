import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { run } from '#scripts/lib/run.ts';
import { edited, replaced, without } from '#scripts/testing/edited-tree.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { stopsGranted } from './stops-granted.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => stopsGranted.check(model, changed).map(({ message }) => message);
const cluster = 'sxb/inventory/kubespray/group_vars/k8s_cluster/fredu.yml';
const DELAY = 'etc/systemd/logind.conf.d/unattended-upgrades-logind-maxdelay.conf';

it('our own sites keep it', () => {
  expect(stopsGranted.check(model, tree)).toEqual([]);
});

it('a kubelet that kills the database, and one that is asked for less than its pods need', () => {
  const short = edited(tree, cluster, (variables) => {
    variables.kubelet_shutdown_grace_period = '120s';
  });
  expect(messages(short)).toEqual([
    'sxb: cockroachdb may take 150 s to stop; the kubelet kills it after 90 s when its node goes down',
  ]);
  const silent = edited(tree, cluster, (variables) => delete variables.kubelet_shutdown_grace_period);
  expect(messages(silent)).toContain(
    'sxb: pgbouncer may take 75 s to stop; the kubelet kills it after 30 s when its node goes down',
  );
});

it('a host that goes down before its kubelet has ended the pods', () => {
  expect(messages(without(tree, `sxb/hosts/sxb-worker1/${DELAY}`))).toEqual([
    'sxb: the shutdown of sxb-worker1 waits 30 s for its kubelet (unattended-upgrades-logind-maxdelay.conf), which asks for 200 s and then ends no pod at all',
  ]);
  expect(messages(replaced(tree, `sxb/hosts/sxb-worker1/${DELAY}`, '=200', '=2min'))).toHaveLength(1);
});

it('Kubespray that gives a drain up, and a restart that is not waited for', () => {
  const hasty = edited(tree, cluster, (variables) => {
    variables.drain_timeout = '100s';
  });
  expect(messages(hasty)).toEqual([
    'sxb: cockroachdb may take 150 s to stop; Kubespray drains a node for 100 s',
  ]);
  const tasks = 'do/inventory/hosts/tasks/database.yaml';
  expect(messages(replaced(tree, tasks, 'reboot_timeout: 900', 'reboot_timeout: 300'))).toEqual([
    'a restart is given 300 s; stopping alone may take 150 s, and a host needs 300 s to start',
  ]);
});

itJudged(
  'systemd-analyze',
  'systemd reads our delay last, whatever the package and the kubelet say',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'fredu-logind-'));
    const put = (path: string, text: string) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    const last = async () => {
      const { stdout } = await run([
        'systemd-analyze',
        `--root=${root}`,
        'cat-config',
        'systemd/logind.conf',
      ]);
      return [...stdout.matchAll(/^InhibitDelayMaxSec=(.*)$/gm)].at(-1)?.[1];
    };
    try {
      put('etc/systemd/logind.conf', '[Login]\n');
      // As unattended-upgrades 2.9.1+nmu3 and the kubelet write them.
      put(`usr/lib/${DELAY.slice(4)}`, '[Login]\n# delay\nInhibitDelayMaxSec=30\n');
      put('etc/systemd/logind.conf.d/99-kubelet.conf', '[Login]\nInhibitDelayMaxSec=200\n');
      expect(await last()).toBe('30');
      put(DELAY, tree.get(`sxb/hosts/sxb-worker1/${DELAY}`)!);
      expect(await last()).toBe('200');
    } finally {
      rmSync(root, { recursive: true });
    }
  },
);
