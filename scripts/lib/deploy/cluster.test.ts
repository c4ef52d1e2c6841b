import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { makeAuthority } from '../certs/x509.ts';
import { Cluster } from './cluster.ts';

const folder = mkdtempSync(join(tmpdir(), 'api-'));
/** What the API answers, by path; the last one of a list again and again. */
let answers: Record<string, [number, unknown][]> = {};
let server: https.Server;

beforeAll(async () => {
  const made = await makeAuthority('api', { now: new Date(), days: 2, names: [], addresses: ['127.0.0.1'] });
  writeFileSync(join(folder, 'cert.pem'), made.certificate);
  server = https.createServer({ key: made.key, cert: made.certificate }, (request, response) => {
    const queue = answers[request.url!.split('?')[0]!] ?? [[404, { message: 'not here' }]];
    const [status, body] = queue.length > 1 ? queue.shift()! : queue[0]!;
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const address = () => `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
function kubeconfig(cluster: object, user: object = { token: 't' }): string {
  const file = join(mkdtempSync(join(folder, 'config-')), 'config');
  const context = { cluster: 'one', user: 'one' };
  writeFileSync(
    file,
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'one', cluster }],
      users: [{ name: 'one', user }],
      contexts: [{ name: 'sxb', context }],
      'current-context': 'sxb',
    }),
  );
  return file;
}
const trusted = () => kubeconfig({ server: address(), 'certificate-authority': join(folder, 'cert.pem') });
const groups = (freshness = 'Current') => ({
  items: [
    {
      metadata: { name: 'apps' },
      versions: [
        {
          version: 'v1',
          freshness,
          resources: [{ resource: 'deployments', responseKind: { kind: 'Deployment' }, scope: 'Namespaced' }],
        },
      ],
    },
  ],
});
const discovery = (more: typeof answers = {}) =>
  ({ '/api': [[200, { items: [] }]], '/apis': [[200, groups()]], ...more }) as typeof answers;

it.each([
  [
    'without a kubeconfig',
    () => join(folder, 'nowhere'),
    'sxb',
    /^there is no kubeconfig at .*nowhere; name one with --kubeconfig/,
  ],
  [
    'with one that is no YAML',
    () => {
      const file = join(folder, 'broken');
      writeFileSync(file, 'clusters: [');
      return file;
    },
    'sxb',
    /broken is no kubeconfig: /,
  ],
  ['without the context', trusted, 'sxc', /has no context sxc; did you mean sxb\? Name it with --context/],
  [
    'over plain HTTP',
    () => kubeconfig({ server: 'http://127.0.0.1:1' }),
    'sxb',
    /leads to http:\/\/127\.0\.0\.1:1; an address with https:\/\/ is needed/,
  ],
  [
    'where nothing listens',
    () => kubeconfig({ server: 'https://127.0.0.1:1' }),
    'sxb',
    /does not answer: nothing listens there; is the way through the bastion open\?/,
  ],
  [
    'with another authority',
    () => kubeconfig({ server: address() }),
    'sxb',
    /does not answer: its certificate is not by the authority of the kubeconfig/,
  ],
  [
    'with a program for credentials that is not there',
    () =>
      kubeconfig(
        { server: address(), 'certificate-authority': join(folder, 'cert.pem') },
        {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: 'no-such-login',
            interactiveMode: 'Never',
          },
        },
      ),
    'sxb',
    /^the context sxb gives no credentials: .*no-such-login/,
  ],
])('says in one line why it cannot look %s', async (_, file, context, message) => {
  answers = discovery();
  await expect(Cluster.open({ kubeconfig: file(), context })).rejects.toThrow(message);
});

it('says that credentials are not known', async () => {
  answers = discovery({ '/api': [[401, { message: 'Unauthorized' }]] });
  await expect(Cluster.open({ kubeconfig: trusted(), context: 'sxb' })).rejects.toThrow(
    /does not know who asks \(401\)/,
  );
});

it('tries again what a server that restarts does not answer, and no more than three times', async () => {
  answers = discovery({
    '/apis': [
      [503, { message: 'etcd' }],
      [200, groups()],
    ],
  });
  const cluster = await Cluster.open({ kubeconfig: trusted(), context: 'sxb' });
  expect(cluster.serves({ apiVersion: 'apps/v1', kind: 'Deployment' })).toBe(true);
  answers = {
    '/x': [
      [503, { message: 'one' }],
      [503, { message: 'two' }],
      [503, { message: 'three' }],
      [200, {}],
    ],
  };
  expect(await cluster.ask('GET', '/x')).toEqual({ status: 503, body: { message: 'three' } });
  cluster.close();
});

it('names the parts of the API that do not answer', async () => {
  answers = discovery({ '/apis': [[200, groups('Stale')]] });
  const cluster = await Cluster.open({ kubeconfig: trusted(), context: 'sxb' });
  expect(cluster.silent).toEqual(['apps/v1']);
  cluster.close();
});

it('knows where an object is', async () => {
  answers = discovery();
  const cluster = await Cluster.open({ kubeconfig: trusted(), context: 'sxb' });
  const kind = { apiVersion: 'apps/v1', kind: 'Deployment' };
  expect(cluster.pathOf({ ...kind, namespace: 'a', name: 'b' })).toBe(
    '/apis/apps/v1/namespaces/a/deployments/b',
  );
  expect(cluster.pathOf({ ...kind })).toBe('/apis/apps/v1/deployments');
  expect(cluster.pathOf({ apiVersion: 'v1', kind: 'Widget' })).toBeUndefined();
  cluster.close();
});
