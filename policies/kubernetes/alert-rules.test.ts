import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { alertRules } from './alert-rules.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => alertRules.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

const path = 'sxb/kubernetes/monitoring/configmap-prometheus-rules.yaml';
it.each([
  ['severity: page', 'severity: pages', 'CephError has the severity pages, which nobody hears'],
  ['component: ceph\n', 'components: ceph\n', 'CephError says of no component what it is about'],
  [
    'ceph.md#cepherror',
    'ceph.md#cepherrors',
    'CephError has the runbook dist/platform/runbooks/ceph.md#cepherrors, and no page of the tree has that section',
  ],
  ['ceph.md#cepherror', 'ceph.md#cephwarning', 'CephError leads to the section cephwarning of another alert'],
  [
    'expr: ceph_health_status == 2',
    'expr: (ceph_health_status == 2',
    'CephError has an expression with a ( that nobody closes',
  ],
  ['for: 2m', 'for: 2x', 'CephError waits for 2x'],
  ['for: 2m', 'for: 2h', 'CephError wakes somebody after 7200 s'],
  [
    'summary: The object store is in error',
    'summaries: The object store is in error',
    'CephError has no summary',
  ],
])('%s -> %s', (from, to, message) => {
  const changed = replaced(tree, path, from, to);
  expect(messages(changed)).toEqual([message]);
  expect(messages(replaced(changed, path, to, from))).toEqual([]);
});

it('a section of a runbook whose alert is gone at every site', () => {
  const gone = ['sxb', 'dc'].reduce(
    (each, site) =>
      replaced(
        each,
        `${site}/kubernetes/monitoring/configmap-prometheus-rules.yaml`,
        'alert: CephError\n',
        'alert: CephOther\n',
      ),
    tree,
  );
  expect(messages(gone)).toContain('CephError has a runbook, and no rule of the tree raises it');
});
