import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { planCommands } from './plan-commands.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => planCommands.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

const promote = 'dc/plans/object-store-promote.yaml';
it.each([
  [promote, '--context=dc', '--context=sxb', 'kubectl@dc is at dc, and its commands go to sxb'],
  [
    promote,
    '- patch\n',
    '- patches\n',
    'the step detach runs `patches cephobjectrealm fredu --type=merge --patch={"spec":{`, which kubectl does not know',
  ],
  [
    promote,
    '--rgw-zone=dc',
    '--rgw-zone=nyc',
    'the step fence is about zone nyc, which the platform has not',
  ],
  [
    promote,
    '--patch={"spec":{"pull":null}}',
    '--patch={"spec":{"pull":null}',
    'the step detach patches with what is no JSON',
  ],
  [
    promote,
    'jsonpath={.spec.pull.endpoint}',
    'jsonpath={.spec.pull.endpoint',
    'the step detach reads --output=jsonpath={.spec.pull.endpoint, which nobody can read',
  ],
  [promote, 'timeoutSeconds: 60\n', 'timeoutSeconds: 1\n', 'the step detach waits 1 s'],
  [
    'dc/plans/cert-manager.yaml',
    '- upgrade\n',
    '- update\n',
    expect.stringMatching(/^the step install runs `update cert-manager/),
  ],
])('%s: %s', (path, from, to, message) => {
  const changed = replaced(tree, path, from, to);
  expect(messages(changed)).toEqual([message]);
  expect(messages(replaced(changed, path, to, from))).toEqual([]);
});
