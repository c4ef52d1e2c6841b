import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { alertRoutes } from './alert-routes.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => alertRoutes.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

const path = 'sxb/kubernetes/monitoring/configmap-alertmanager.yaml';
it.each([
  [
    'receiver: watchdog',
    'receiver: watchdogs',
    [
      'a route leads to watchdogs, and there is no such receiver',
      'no route leads to the receiver watchdog',
      'the dead man’s switch reaches nobody',
    ],
  ],
  ['severity = "page"', 'severity = "pages"', ['no route takes the pages to who is on call']],
  ['severity = "info"', 'severity = "ticket"', ['more than what is for information reaches nobody']],
  ['repeat_interval: 45s', 'repeat_interval: 45m', ['the dead man’s switch comes every 2700 s']],
  ['repeat_interval: 1h', 'repeat_interval: 9h', ['a page waits 10 s and is repeated after 32400 s']],
  ['receivers/page', 'receivers/pages', ['the receiver page tells nobody']],
  [
    '        - component\n',
    '',
    ['alerts are put together by alertname, site: those of two sites in one message'],
  ],
  [
    'alertname = "EtcdNoLeader"',
    'alertnames = "EtcdNoLeader"',
    [
      'an inhibition of EtcdNoLeader matches by what no alert has: alertnames = "EtcdNoLeader", alertname =~ "KubeApiDown|KubeApiErrors|KubeApiSlow"',
    ],
  ],
  [
    / {8}equal:\n {10}- vrrp\n/,
    '',
    ['EdgeNoMaster at one site silences alertname =~ "EdgeFault" at all of them'],
  ],
])('%s', (from, to, found) => {
  const changed = replaced(tree, path, from, to);
  expect(messages(changed)).toEqual(found);
  if (typeof from === 'string' && to) expect(messages(replaced(changed, path, to, from))).toEqual([]);
});
