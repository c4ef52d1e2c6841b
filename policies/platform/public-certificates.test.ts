import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { publicCertificates } from './public-certificates.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const at = 'sxb/kubernetes';
const messages = (changed: Tree) => publicCertificates.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(publicCertificates.check(model, tree)).toEqual([]);
});

it('a missing one, a missing name, another way to prove, too late', () => {
  const certificate = `${at}/education/certificate-tls-public.yaml`;
  expect(messages(without(tree, certificate))).toEqual([
    'nothing fills the secret education/tls-public for fredu.fr',
    'nothing fills the secret education/tls-public for sxb.fredu.fr',
  ]);
  expect(messages(edited(tree, certificate, (object) => object.spec.dnsNames.pop()))).toEqual([
    'the certificate in education/tls-public does not name sxb.fredu.fr',
  ]);
  expect(
    messages(edited(tree, certificate, (object) => Object.assign(object.spec, { renewBefore: '24h' }))),
  ).toEqual(['a certificate of 90 days is renewed 1 days before it ends']);
  expect(
    messages(
      edited(tree, `${at}/cluster/clusterissuer-public.yaml`, (object) => {
        object.spec.acme.solvers = [{ http01: {} }];
      }),
    ),
  ).toContain('ClusterIssuer public of sxb proves names otherwise than by DNS');
});
