import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { run } from '#scripts/lib/run.ts';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { siteOf } from '#sites/questions.ts';
import { databaseBalancer, databaseServers } from './database-balancer.ts';

const model = example();
const text = databaseBalancer({ site: siteOf(model, 'nic') });
const folder = mkdtempSync(join(tmpdir(), 'fredu-balancer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('asks each node over verified TLS and takes exactly 200 for well', () => {
  expect(databaseServers({ site: siteOf(model, 'lyn'), authority: '/ca.crt' })).toEqual([
    'option httpchk',
    'http-check send meth GET uri /health?ready=1 ver HTTP/1.1 hdr Host database',
    'http-check expect status 200',
    'timeout check 1s',
    'default-server check check-ssl port 8080 inter 2s fall 3 rise 2 verify required ca-file /ca.crt',
    'server lyn-worker1 10.1.0.21:26257 check-sni worker1.lyn.example.org verifyhost worker1.lyn.example.org',
    'server lyn-worker2 10.1.0.22:26257 check-sni worker2.lyn.example.org verifyhost worker2.lyn.example.org',
    'server lyn-worker3 10.1.0.23:26257 check-sni worker3.lyn.example.org verifyhost worker3.lyn.example.org',
  ]);
});

it('listens for its own host only', () => {
  expect(text.match(/^ +bind .*$/gm)).toEqual(['  bind 127.0.0.1:26257']);
});

itJudged('haproxy', 'HAProxy accepts it without a warning', async () => {
  await makeCertificate('test', { key: join(folder, 'ca.key'), certificate: join(folder, 'ca.crt') });
  writeFileSync(join(folder, 'haproxy.cfg'), text.replaceAll('/etc/cockroachdb/certs', folder));
  const { code, stdout, stderr } = await run(['haproxy', '-c', '-dW', '-f', join(folder, 'haproxy.cfg')]);
  expect({ code, said: `${stdout}${stderr}` }).toMatchObject({ code: 0 });
});
