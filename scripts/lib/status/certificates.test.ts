import { expect, it } from 'vitest';
import { makeAuthority } from '../certs/x509.ts';
import type { Cluster } from '../deploy/cluster.ts';
import { certificatesOf } from './certificates.ts';

const DAY = 24 * 3600 * 1000;

async function pem(name: string, days: number): Promise<string> {
  const { certificate } = await makeAuthority(name, { now: new Date(), days, names: [], addresses: [] });
  return Buffer.from(certificate).toString('base64');
}
const cluster = (answers: Record<string, [number, object]>) =>
  ({
    ask: async (_: string, path: string) => ({ status: answers[path]![0], body: answers[path]![1] }),
  }) as unknown as Cluster;
const secret = (name: string, data: object) => ({ metadata: { namespace: 'a', name }, data });

it('names the certificates of Secrets, the first to end first, and looks at nothing else in them', async () => {
  const items = [
    secret('long', { 'tls.crt': await pem('long', 90), 'tls.key': 'bm90IGxvb2tlZCBhdA==' }),
    secret('short', { 'node.crt': await pem('short', 3) }),
    secret('words', { password: 'aHVudGVyMg==' }),
  ];
  const found = await certificatesOf(
    cluster({ '/api/v1/namespaces/a/secrets': [200, { items }] }),
    ['a'],
    Date.now(),
  );
  expect(found).toMatchObject([
    { where: 'a/short node.crt', name: 'short', days: 2 },
    { where: 'a/long tls.crt', name: 'long', days: 89 },
  ]);
  expect(JSON.stringify(found)).not.toMatch(/bm90|aHVud/);
  const later = await certificatesOf(
    cluster({ '/api/v1/namespaces/a/secrets': [200, { items }] }),
    ['a'],
    Date.now() + 10 * DAY,
  );
  expect(later![0]!.days).toBe(-8);
});

it('says where a certificate is none, and nothing where Secrets may not be read', async () => {
  const items = [secret('broken', { 'ca.crt': 'bm8=' })];
  expect(
    await certificatesOf(cluster({ '/api/v1/namespaces/a/secrets': [200, { items }] }), ['a'], 0),
  ).toEqual([{ where: 'a/broken ca.crt', name: 'no certificate', ends: '', days: -1 }]);
  expect(
    await certificatesOf(cluster({ '/api/v1/namespaces/a/secrets': [403, {}] }), ['a'], 0),
  ).toBeUndefined();
});
