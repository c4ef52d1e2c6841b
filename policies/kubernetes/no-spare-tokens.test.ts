import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { noSpareTokens } from './no-spare-tokens.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const education = 'sxb/kubernetes/education';
const API = `${education}/deployment-education-api.yaml`;
const messages = (changed: Tree) => noSpareTokens.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(noSpareTokens.check(model, tree)).toEqual([]);
});

it('the common account, a missing one, a shared one, a token for nothing', () => {
  const pod = (change: (pod: Data) => void) =>
    messages(edited(tree, API, (object) => change(object.spec.template.spec)));
  const says = (end: string) => [`deployment education/education-api ${end}`];
  expect(pod((each) => delete each.serviceAccountName)).toEqual(
    says('runs as the account that everyone shares'),
  );
  expect(
    pod((each) => {
      each.serviceAccountName = 'nobody';
    }),
  ).toEqual(says('runs as nobody, which does not exist'));
  expect(
    pod((each) => {
      each.serviceAccountName = 'education-web';
    }),
  ).toContain('deployment education/education-api shares the account education-web with education-web');
  expect(
    pod((each) => {
      each.automountServiceAccountToken = true;
    }),
  ).toEqual(says('gets a token that opens nothing'));
});
