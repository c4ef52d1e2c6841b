import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { run } from '#scripts/lib/run.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { siteOf } from '#sites/questions.ts';
import { databaseBalancer, databaseServers } from './database-balancer.ts';

const model = threeSites();
const text = databaseBalancer({ site: siteOf(model, 'do') });
const folder = mkdtempSync(join(tmpdir(), 'fredu-balancer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('asks each node over verified TLS and takes exactly 200 for well', () => {
  expect(databaseServers({ site: siteOf(model, 'sxb'), authority: '/ca.crt' })).toEqual([
    'option httpchk',
    'http-check send meth GET uri /health?ready=1 ver HTTP/1.1 hdr Host database',
    'http-check expect status 200',
    'timeout check 1s',
    'default-server check check-ssl port 8080 inter 2s fall 3 rise 2 verify required ca-file /ca.crt',
    'server sxb-worker1 10.10.0.21:26257 check-sni worker1.sxb.fredu.fr verifyhost worker1.sxb.fredu.fr',
    'server sxb-worker2 10.10.0.22:26257 check-sni worker2.sxb.fredu.fr verifyhost worker2.sxb.fredu.fr',
    'server sxb-worker3 10.10.0.23:26257 check-sni worker3.sxb.fredu.fr verifyhost worker3.sxb.fredu.fr',
  ]);
});

it('listens for its own host only', () => {
  expect(text.match(/^ +bind .*$/gm)).toEqual(['  bind 127.0.0.1:26257']);
});

itJudged('haproxy', 'HAProxy accepts it without a warning', async () => {
  await run([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    '/CN=test',
    '-days',
    '1',
    '-keyout',
    join(folder, 'ca.key'),
    '-out',
    join(folder, 'ca.crt'),
  ]);
  writeFileSync(join(folder, 'haproxy.cfg'), text.replaceAll('/etc/cockroachdb/certs', folder));
  const { code, stdout, stderr } = await run(['haproxy', '-c', '-dW', '-f', join(folder, 'haproxy.cfg')]);
  expect({ code, said: `${stdout}${stderr}` }).toMatchObject({ code: 0 });
});
