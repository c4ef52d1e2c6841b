import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { inventoriesAlike } from './inventories-alike.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => inventoriesAlike.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it('a task that one role has in another way', () => {
  const path = 'dc/inventory/hosts/tasks/worker.yaml';
  const changed = edited(tree, path, (all) => {
    all.find((each: { name: string }) => each.name.includes('authorized_keys.d/debian'))[
      'ansible.builtin.copy'
    ].owner = 'debian';
  });
  expect(messages(changed)).toEqual([
    'the task Put /etc/ssh/authorized_keys.d/debian there differs in ansible.builtin.copy.owner: root and debian',
  ]);
  // The fix: the same word in both.
  expect(messages(replaced(changed, path, 'owner: debian', 'owner: root'))).toEqual([]);
});

it('a handler, their order, and a variable of Kubespray', () => {
  const handlers = 'do/inventory/hosts/handlers.yaml';
  expect(messages(edited(tree, handlers, (all) => all.reverse()))).toEqual([
    'the handlers of sxb and do run in another order',
  ]);
  expect(messages(replaced(tree, handlers, 'state: reloaded', 'state: stopped'))).toEqual([
    'a handler differs in [Reload the networks].ansible.builtin.systemd.state: reloaded and stopped',
  ]);
  const cluster = 'dc/inventory/kubespray/group_vars/k8s_cluster/fredu.yml';
  expect(messages(replaced(tree, cluster, 'kube_profiling: false', 'kube_profiling: true'))).toEqual([
    'a variable of k8s_cluster differs in kube_profiling: false and true',
  ]);
});
