import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { routesAgree } from './routes-agree.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const at = 'sxb/kubernetes';
const messages = (changed: Tree) => routesAgree.check(model, changed).map(({ message }) => message);

it('our own sites keep it', () => {
  expect(routesAgree.check(model, tree)).toEqual([]);
});

const ofTheApp = (changed: Tree) => messages(changed).filter((message) => !message.includes('s3.'));
it('a path, a service, a listener or a grant that only one of them has', () => {
  const route = `${at}/education/httproute-education.yaml`;
  expect(
    ofTheApp(
      edited(tree, route, (object) => {
        object.spec.rules[0].backendRefs[0].name = 'education-web';
      }),
    ),
  ).toEqual([
    'sxb: the Ingress leads fredu.fr/api* to education/education-api:80, the Gateway education/education-web:80',
    'sxb: the Ingress leads sxb.fredu.fr/api* to education/education-api:80, the Gateway education/education-web:80',
  ]);
  expect(
    ofTheApp(
      edited(tree, route, (object) =>
        object.spec.rules.push({
          matches: [{ path: { type: 'PathPrefix', value: '/x' } }],
          backendRefs: [{ name: 'education-api', port: 80 }],
        }),
      ),
    ),
  ).toEqual([
    'sxb: the Gateway leads fredu.fr/x* to education/education-api:80, the Ingress nowhere',
    'sxb: the Gateway leads sxb.fredu.fr/x* to education/education-api:80, the Ingress nowhere',
  ]);
  expect(
    ofTheApp(edited(tree, `${at}/traefik/gateway-public.yaml`, (object) => object.spec.listeners.shift())),
  ).not.toEqual([]);
  expect(ofTheApp(without(tree, `${at}/education/referencegrant-certificate-education.yaml`))).toHaveLength(
    10,
  );
});
it('a service that is not there', () => {
  expect(ofTheApp(without(tree, `${at}/education/service-education-web.yaml`))).toEqual([
    'sxb: fredu.fr/* leads to education/education-web:80, and no such service is in the tree',
    'sxb: sxb.fredu.fr/* leads to education/education-web:80, and no such service is in the tree',
  ]);
});
