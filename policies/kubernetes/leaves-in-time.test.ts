import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { edited, inTraefik } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import type { Data } from '../reading/objects.ts';
import { leavesInTime } from './leaves-in-time.ts';

const model = threeSites();
const tree: Tree = artefacts(model);
const at = 'sxb/kubernetes';
const messages = (changed: Tree) => leavesInTime.check(model, changed).map(({ message }) => message);
const fixed = (change: (data: Data) => void) => inTraefik(tree, 'sxb', 'traefik.yaml', change);

it('our own sites keep it', () => {
  expect(leavesInTime.check(model, tree)).toEqual([]);
});

it('closing at once, or being killed first', () => {
  expect(messages(fixed(({ entryPoints }) => delete entryPoints.ping.transport))).toEqual([
    expect.stringMatching(/^sxb: entry point ping serves 0 s after the signal to leave/),
  ]);
  expect(
    messages(
      edited(
        tree,
        `${at}/traefik/daemonset-traefik.yaml`,
        (object) => delete object.spec.template.spec.terminationGracePeriodSeconds,
      ),
    ),
  ).toHaveLength(3);
});

const haproxy = (server: string, ...lines: string[]): Tree =>
  new Map([
    [
      'sxb/hosts/sxb-edge1/etc/haproxy/haproxy.cfg',
      ['backend app', ...lines.map((line) => `  ${line}`), `  server w1 ${server}`].join('\n'),
    ],
  ]);

it('a balancer that looks away later than Traefik leaves', () => {
  const slow = new Map([...tree, ...haproxy('10.10.0.21:30443 check inter 5s fall 3 send-proxy-v2')]);
  expect(messages(slow)).toHaveLength(3);
  const quick = new Map([...tree, ...haproxy('10.10.0.21:30443 check inter 500 fall 2 send-proxy-v2')]);
  expect(messages(quick)).toEqual([]);
});
