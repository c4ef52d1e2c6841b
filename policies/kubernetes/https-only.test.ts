import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, inTraefik } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { httpsOnly } from './https-only.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const at = 'sxb/kubernetes';
const messages = (changed: Tree) => httpsOnly.check(model, changed).map(({ message }) => message);
const fixed = (change: (data: Data) => void) => inTraefik(tree, 'sxb', 'traefik.yaml', change);
const watched = (change: (data: Data) => void) => inTraefik(tree, 'sxb', 'dynamic.yaml', change);

it('our own sites keep it', () => {
  expect(httpsOnly.check(model, tree)).toEqual([]);
});

const says = (changed: Tree) => messages(changed).join('\n');
it('port 80 that serves more, redirects for a while, or to the port in the pod', () => {
  const wrong = 'port 80 does more or less than redirect for good to https on 443';
  expect(says(fixed((data) => delete data.entryPoints.web.http.redirections))).toContain(wrong);
  for (const change of [{ permanent: false }, { to: 'websecure' }, { scheme: 'http' }]) {
    expect(
      says(fixed((data) => Object.assign(data.entryPoints.web.http.redirections.entryPoint, change))),
    ).toContain(wrong);
  }
});
it('routes on port 80, plain HTTP, no HSTS, old TLS, a dashboard', () => {
  expect(says(fixed((data) => delete data.entryPoints.websecure.asDefault))).toContain('every entry point');
  expect(says(fixed((data) => delete data.entryPoints.websecure.http.tls))).toContain('speaks plain HTTP');
  expect(
    says(fixed((data) => Object.assign(data.entryPoints.websecure.http, { middlewares: ['limit@file'] }))),
  ).toContain('no answer of websecure carries Strict-Transport-Security');
  expect(says(fixed((data) => delete data.entryPoints.objects.http.tls))).toContain(
    'the entry point objects speaks plain HTTP',
  );
  expect(
    says(watched((data) => Object.assign(data.tls.options.default, { minVersion: 'VersionTLS10' }))),
  ).toContain('TLS below 1.2');
  expect(says(fixed((data) => Object.assign(data, { api: {} })))).toContain('the dashboard is on');
});
it('a name without a certificate, a plain listener, another node port', () => {
  expect(
    says(edited(tree, `${at}/education/ingress-education.yaml`, (object) => delete object.spec.tls)),
  ).toContain('ingress education/education serves sxb.fredu.fr without a certificate');
  expect(
    says(
      edited(tree, `${at}/traefik/gateway-public.yaml`, (object) => {
        object.spec.listeners[0].protocol = 'HTTP';
      }),
    ),
  ).toContain('listener fredu-fr of gateway public speaks HTTP');
  const opened = (change: (spec: Data) => void) =>
    says(edited(tree, `${at}/education/service-education-api.yaml`, ({ spec }) => change(spec)));
  expect(
    opened((spec) => {
      spec.type = 'NodePort';
      spec.ports[0].nodePort = 31000;
    }),
  ).toContain('service education/education-api opens port 31000 of the nodes, which no flow names');
  expect(
    opened((spec) => {
      spec.type = 'LoadBalancer';
    }),
  ).toContain('service education/education-api opens ports of the nodes, which no flow names');
});
