import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { inTraefik } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { traefikOptions } from './traefik-options.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const messages = (changed: Tree) => traefikOptions.check(model, changed).map(({ message }) => message);
const fixed = (change: (data: Data) => void) => inTraefik(tree, 'sxb', 'traefik.yaml', change);
const watched = (change: (data: Data) => void) => inTraefik(tree, 'sxb', 'dynamic.yaml', change);

it('our own sites keep it', () => {
  expect(traefikOptions.check(model, tree)).toEqual([]);
});

it('an option that the release does not have, at any depth', () => {
  expect(messages(fixed((data) => Object.assign(data.entryPoints.web, { proxyprotocols: {} })))).toEqual([
    'sxb: traefik.yaml sets entryPoints.web.proxyprotocols, which Traefik 3.7 does not have',
  ]);
  expect(
    messages(
      watched((data) =>
        Object.assign(data.http.middlewares.limit.rateLimit.sourceCriterion.ipStrategy, { ipv6Prefix: 64 }),
      ),
    ),
  ).toEqual([
    'sxb: dynamic.yaml sets http.middlewares.limit.rateLimit.sourceCriterion.ipStrategy.ipv6Prefix, which Traefik 3.7 does not have',
  ]);
});
