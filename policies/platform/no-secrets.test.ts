import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { added, replaced, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { noSecrets } from './no-secrets.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => noSecrets.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

// Put together here, so that no reader of this repository takes them for secrets.
const DASHES = '-----';
it.each([
  ['a private key', `${DASHES}BEGIN EC PRIVATE KEY${DASHES}`],
  ['an access key of S3', `key ${'AKIA'}${'ABCDEFGHIJKLMNOP'}`],
  ['a token', `Bearer ${'abcdefghijklmnopqrstuvwx'}`],
  ['a URL with a password', `url = postgres://app:${'hunter22'}@db/fredu`],
  ['a password', `  password: ${'correct-horse'}`],
  ['a password of SQL', `ALTER USER app WITH PASSWORD '${'hunter22'}';`],
  ['a password of VRRP', `  auth_pass ${'hunter22'}`],
  ['a hash of a password', `root:${'$6$'}abcdefghijklmnopqrstuvwxyz012345`],
])('%s, and never says what', (what, line) => {
  const path = 'sxb/hosts/sxb-edge1/etc/haproxy/haproxy.cfg';
  const changed = new Map([...tree, [path, `${tree.get(path)}${line}\n`]]);
  const [found, ...more] = noSecrets.check(model, changed);
  expect(found!.message).toMatch(new RegExp(`^line \\d+ holds ${what}$`));
  expect(more).toEqual([]);
  expect(JSON.stringify(found)).not.toContain('hunter22');
});

it('a Secret with what it holds, and none without', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'x', namespace: 'education' },
    stringData: { key: 'x' },
  };
  const path = 'sxb/kubernetes/education/secret-x.yaml';
  expect(messages(added(tree, path, secret))).toEqual([
    'the Secret education/x is in the tree with what it holds',
  ]);
  expect(messages(without(added(tree, path, secret), path))).toEqual([]);
  expect(messages(replaced(tree, 'platform/sql/users.sql', /$/, "-- PASSWORD is nobody's\n"))).toEqual([]);
});
