import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import { measured } from './measured.ts';
import { queryOver, type Sample } from './prometheus.ts';

const sample = (value: number, labels: Record<string, string> = {}): Sample => ({ labels, value });
const answers = (found: [RegExp, Sample[]][]) => async (expression: string) =>
  found.find(([about]) => about.test(expression))?.[1] ?? [];

it('says what the observers of a site measure, the alerts that fire first', async () => {
  const query = answers([
    [/ALERTS/, [sample(1, { alertname: 'EdgeFault', instance: 'sxb-edge1', severity: 'page' })]],
    [/leaseholders/, [sample(30, { site: 'dc' }), sample(90, { site: 'sxb' })]],
    [/ranges_/, [sample(2, { __name__: 'ranges_underreplicated' })]],
    [/BACKUP/, [sample(5.2)]],
    [
      /object_store/,
      [
        sample(1, { __name__: 'object_store_zone_master', zone: 'sxb' }),
        sample(1, { __name__: 'object_store_zone_read_only', zone: 'dc' }),
      ],
    ],
    [
      /vrrp/,
      ['sxb-edge1', 'sxb-edge2'].map((instance) => sample(1, { instance, vrrp: 'app4', site: 'sxb' })),
    ],
    [/bird/, [sample(1, { instance: 'sxb-edge1' }), sample(0, { instance: 'sxb-edge2' })]],
  ]);
  const { lines, unanswered } = await measured(async () => query);
  expect(unanswered).toEqual([]);
  expect(lines.map(({ state, about, text }) => `${state} ${about}: ${text}`)).toEqual([
    'wrong alerts: 1 fire: EdgeFault (sxb-edge1)',
    'good leases: sxb 75 %, dc 25 %',
    'wrong ranges: 2 under-replicated, 0 unavailable',
    'good backup: of the database, 5 h old',
    'good object store: sxb takes writes, dc reads only',
    'wrong addresses: app4 at sxb-edge1, app4 at sxb-edge2',
    'wrong announced: sessions of BGP down: sxb-edge2',
  ]);
});

it('says once that Prometheus does not answer, and nothing of what a site does not have', async () => {
  const closed = await measured(async () => {
    throw new Error('the Secret monitoring/prometheus-observer may not be read (403)');
  });
  expect(closed).toEqual({
    lines: [],
    unanswered: [
      'alerts, database, object store, edges: the Secret monitoring/prometheus-observer may not be read (403)',
    ],
  });
  const silent = await measured(async () => async () => {
    throw new Error('no answer in time');
  });
  expect(silent.unanswered).toHaveLength(1);
  const empty = await measured(async () => async () => []);
  expect(empty).toEqual({ lines: [{ state: 'good', about: 'alerts', text: 'none fires' }], unanswered: [] });
});

it('asks a server that answers only to a certificate of its authority', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const pair = (name: string) => ({
    key: join(folder, `${name}.key`),
    certificate: join(folder, `${name}.crt`),
  });
  await makeCertificate('authority', pair('ca'));
  await makeCertificate('prometheus', pair('own'), { names: ['prometheus'], by: pair('ca') });
  const read = (path: string) => readFileSync(path);
  const identity = {
    ca: read(pair('ca').certificate),
    cert: read(pair('own').certificate),
    key: read(pair('own').key),
  };
  const seen: string[] = [];
  const server = createServer(
    { ...identity, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      seen.push(request.url ?? '');
      response.end(JSON.stringify({ data: { result: [{ metric: { site: 'sxb' }, value: [1, '3'] }] } }));
    },
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const { port } = server.address() as AddressInfo;
    const query = queryOver(async () => connect(port, '127.0.0.1'), identity);
    expect(await query('up{site="sxb"}')).toEqual([sample(3, { site: 'sxb' })]);
    expect(seen).toEqual(['/api/v1/query?query=up%7Bsite%3D%22sxb%22%7D']);
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
