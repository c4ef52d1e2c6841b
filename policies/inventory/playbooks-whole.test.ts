import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { playbooksWhole } from './playbooks-whole.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => playbooksWhole.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

const path = 'sxb/inventory/hosts/tasks/edge.yaml';
// biome-ignore lint/suspicious/noExplicitAny: a task of a playbook
const task = (name: string, change: (task: any) => void) =>
  edited(tree, path, (all) => change(all.find((each: { name: string }) => each.name === name)));

it('two hosts at a time, and a play that is missing', () => {
  const own = 'sxb/inventory/hosts/playbook.yaml';
  const changed = replaced(tree, own, 'serial: 1', 'serial: 2');
  expect(playbooksWhole.check(model, changed)).toEqual([
    {
      path: own,
      text: 'hosts: worker',
      message: 'the play for worker has serial 2, and takes one host after the other with 1 alone',
      fix: 'serial: 1',
    },
  ]);
  expect(messages(replaced(changed, own, 'serial: 2', 'serial: 1'))).toEqual([]);
  expect(messages(replaced(tree, own, 'hosts: edge', 'hosts: edges'))).toEqual([
    'no play is for the hosts of role edge',
  ]);
});

it('a file that no task puts there, or that is put elsewhere, for anybody, unread or unjudged', () => {
  expect(
    messages(
      edited(tree, path, (all) =>
        all.splice(
          all.findIndex((each: { name: string }) => each.name.includes('bird.conf')),
          1,
        ),
      ),
    ),
  ).toEqual([
    'no task puts /etc/bird/bird.conf on the hosts of role edge',
    '/etc/bird is made, and nothing goes there',
  ]);
  const put = 'Put /etc/nftables.conf there';
  expect(
    messages(
      task(put, (each) => {
        each['ansible.builtin.copy'].dest = '/tmp/x';
      }),
    ),
  ).toEqual(['/etc/nftables.conf: goes to /tmp/x']);
  expect(
    messages(
      task(put, (each) => {
        each['ansible.builtin.copy'].mode = '0666';
      }),
    ),
  ).toEqual(['/etc/nftables.conf: has the mode 0666']);
  expect(
    messages(
      task(put, (each) => {
        each.notify = ['Reload sshd'];
      }),
    ),
  ).toEqual(['/etc/nftables.conf: its program does not learn that it has changed']);
  expect(
    messages(
      task(put, (each) => {
        each.notify.push('Reload all');
      }),
    ),
  ).toEqual(['/etc/nftables.conf: no handler is called Reload all']);
  expect(
    messages(
      task(put, (each) => {
        delete each['ansible.builtin.copy'].validate;
      }),
    ),
  ).toEqual(['/etc/nftables.conf: its program is not asked whether it can read it, before it is put there']);
});

it('a task whose file is nowhere, a secret that is shown, and a module that nobody has', () => {
  expect(
    messages(
      without(
        without(tree, 'sxb/hosts/sxb-edge1/etc/bird/bird.conf'),
        'sxb/hosts/sxb-edge2/etc/bird/bird.conf',
      ),
    ),
  ).toEqual([
    '/etc/bird/bird.conf: the tree has no such file',
    'bird.service is started, and nothing of the host is for it',
  ]);
  expect(
    messages(
      task('Put the secret /etc/haproxy/database-ca.crt there', (each) => {
        each.no_log = false;
      }),
    ),
  ).toEqual(['/etc/haproxy/database-ca.crt: a secret that is shown']);
  expect(
    messages(
      task('Install the programs', (each) => {
        each['the.apt'] = each['ansible.builtin.apt'];
        delete each['ansible.builtin.apt'];
      }),
    ),
  ).toEqual(['the task Install the programs has the.apt, where one module belongs']);
});

it('a daemon that is not started', () => {
  expect(messages(replaced(tree, path, '    - keepalived.service\n', ''))).toEqual([
    'keepalived.service is not started on the hosts of role edge',
  ]);
});
