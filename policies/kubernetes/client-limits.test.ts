import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { inTraefik, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { clientLimits } from './client-limits.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => clientLimits.check(model, changed).map(({ message }) => message);
const fixed = (change: (data: Data) => void) => inTraefik(tree, 'sxb', 'traefik.yaml', change);
const watched = (change: (data: Data) => void) => inTraefik(tree, 'sxb', 'dynamic.yaml', change);

it('our own sites keep it', () => {
  expect(clientLimits.check(model, tree)).toEqual([]);
});

it("no limit, whole IPv6 addresses, a ceiling that is not the model's", () => {
  const limit = (change: (limit: Data) => void) =>
    messages(watched((data) => change(data.http.middlewares.limit.rateLimit)));
  expect(
    messages(
      fixed((data) => Object.assign(data.entryPoints.websecure.http, { middlewares: ['headers@file'] })),
    ),
  ).toEqual(['sxb: the public entry point applies 0 rate limits']);
  expect(limit((each) => delete each.sourceCriterion.ipStrategy.ipv6Subnet)).toEqual([
    'sxb: a client is not its IPv4 address or its IPv6 /64',
  ]);
  expect(
    limit((each) => Object.assign(each.sourceCriterion, { requestHeaderName: 'X-Forwarded-For' })),
  ).toHaveLength(1);
  expect(limit((each) => Object.assign(each, { average: 60 }))).toEqual([
    'sxb: 3 instances x 60 requests a second are 180; the model says 60',
  ]);
});
it('an edge that counts whole IPv6 addresses, or refuses the families differently', () => {
  const edge = (...lines: string[]): Tree =>
    new Map([
      [
        'sxb/hosts/sxb-edge1/etc/haproxy/haproxy.cfg',
        [
          'backend st_v6',
          '  stick-table type ipv6 size 1k store conn_rate(10s)',
          'frontend app',
          ...lines.map((line) => `  ${line}`),
        ].join('\n'),
      ],
    ]);
  expect(messages(edge('tcp-request connection track-sc1 src table st_v6'))).toEqual([
    'an IPv6 client is counted by its whole address',
  ]);
  expect(messages(edge('tcp-request connection track-sc1 src,ipmask(32,64) table st_v6'))).toEqual([]);
  expect(
    messages(
      edge(
        'tcp-request connection reject if v4 { sc0_conn_rate(st_v4) gt 100 }',
        'tcp-request connection reject if !v4 { sc1_conn_rate(st_v6) gt 1000 }',
      ),
    ),
  ).toEqual(['clients are refused beyond 100 or 1000 connections, by their family']);
});

it('says on the file what a client gets, as the numbers make it', () => {
  const path = 'sxb/kubernetes/traefik/configmap-traefik.yaml';
  expect(messages(replaced(tree, path, '3 instances x 20', '2 instances x 30'))).toEqual([
    expect.stringMatching(
      /^fredu\.fr\/requests-per-second says `60 of .*2 instances x 30.*`, and a client gets 60 requests a second$/,
    ),
  ]);
  expect(messages(replaced(tree, path, 'fredu.fr/requests-per-second', 'fredu.fr/requests'))).toEqual([
    'fredu.fr/requests-per-second says `nothing`, and a client gets 60 requests a second',
  ]);
});
