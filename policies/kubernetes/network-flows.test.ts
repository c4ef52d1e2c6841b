import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { added, edited, without } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { networkFlows } from './network-flows.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const education = 'sxb/kubernetes/education';
const API = `${education}/networkpolicy-education-api.yaml`;
const messages = (changed: Tree) => networkFlows.check(model, changed).map(({ message }) => message);
const rule = (object: Data, direction: 'ingress' | 'egress', port: number): Data =>
  object.spec[direction].find((each: Data) => each.ports.some((own: Data) => own.port === port));

it('our own sites keep it', () => {
  expect(messages(tree)).toEqual([]);
});

it('refuses a flow that is left out, from both ends', () => {
  expect(
    messages(
      edited(tree, API, (object) => {
        object.spec.egress = object.spec.egress.filter((each: Data) => each !== rule(object, 'egress', 6432));
      }),
    ),
  ).toEqual([
    'sxb: education/education-api to education/pgbouncer, TCP 6432: in the table of flows and refused',
  ]);
  expect(
    messages(
      edited(tree, API, (object) => {
        object.spec.ingress = object.spec.ingress.filter(
          (each: Data) => each !== rule(object, 'ingress', 8080),
        );
      }),
    ),
  ).toEqual(['sxb: traefik/traefik to education/education-api, TCP 8080: in the table of flows and refused']);
});

it('refuses one address of one family that is left out, and one that is wider than it should be', () => {
  const found = messages(
    edited(tree, API, (object) => {
      const { to } = rule(object, 'egress', 443);
      to.splice(
        to.findIndex((each: Data) => each.ipBlock.cidr.includes(':')),
        1,
      );
    }),
  );
  expect(found).toEqual([
    'sxb: education/education-api to app balancer of sxb (2001:db8:10:1::10), TCP 443: in the table of flows and refused',
  ]);
  const wide = messages(
    edited(tree, API, (object) => {
      rule(object, 'egress', 443).to = [{ ipBlock: { cidr: '192.0.2.0/24' } }];
    }),
  );
  expect(wide.some((each) => each.endsWith('admitted and not in the table of flows'))).toBe(true);
});

it('refuses a port beside the one in the table, and a rule without ports', () => {
  const range = messages(
    edited(tree, API, (object) => {
      rule(object, 'egress', 6432).ports[0].endPort = 6433;
    }),
  );
  expect(range).toEqual([
    'sxb: education/education-api to education/pgbouncer, TCP 6433: admitted and not in the table of flows',
  ]);
  expect(
    messages(edited(tree, API, (object) => delete rule(object, 'egress', 6432).ports)).length,
  ).toBeGreaterThan(20);
});

it('refuses a rule that lets everybody in, and a policy beside the rendered ones', () => {
  expect(messages(edited(tree, API, (object) => object.spec.ingress.push({}))).length).toBeGreaterThan(100);
  const beside = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'beside', namespace: 'education' },
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'memcached' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 11211 }] }],
    },
  };
  const found = messages(added(tree, `${education}/networkpolicy-beside.yaml`, beside));
  expect(found).toContain(
    'sxb: education/education-web to education/memcached, TCP 11211: admitted and not in the table of flows',
  );
  expect(found).not.toContain(
    'sxb: education/education-api to education/memcached, TCP 11211: admitted and not in the table of flows',
  );
});

it('refuses a namespace that does not begin with a denial', () => {
  const found = messages(without(tree, `${education}/networkpolicy-default-deny.yaml`));
  expect(found).toContain('namespace education of sxb has no policy that denies what is not allowed');
  // Pods that no app policy selects are open to everybody then.
  expect(found).toContain(
    'sxb: default/any other pod to education/any other pod, TCP 80: admitted and not in the table of flows',
  );
});

it('sees names being asked for where DNS is left out', () => {
  const found = messages(without(tree, `${education}/networkpolicy-all-pods.yaml`));
  expect(found).toContain(
    'sxb: education/education-web to kube-system/kube-dns, UDP 53: in the table of flows and refused',
  );
});
