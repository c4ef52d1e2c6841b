import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { testApp } from '#server/testing/test-app.ts';

const webDir = mkdtempSync(join(tmpdir(), 'fredu-pages-'));
afterAll(() => rmSync(webDir, { recursive: true }));
mkdirSync(join(webDir, 'assets'));
const PAGE = '<!doctype html><title>fredu</title>';
writeFileSync(join(webDir, 'index.html'), PAGE);
writeFileSync(join(webDir, 'assets/page-1a2b.js'), '1');
writeFileSync(join(webDir, '.sources'), 'secret');
const { ask } = await testApp({ webDir });

/** The addresses of the pages, as their router has them. */
const router = readFileSync(join(import.meta.dirname, '../../../web/router.tsx'), 'utf8');
const addresses = ['/', ...[...router.matchAll(/\bpath: '([^'*]+)'/g)].map(([, path]) => `/${path}`)];
const ID = '00000000-0000-4000-8000-00000000ffff';

describe.each(addresses)('%s', (address) => {
  const path = address.replaceAll(/:\w+/g, ID);
  it.each([
    path,
    `${path}?q=Node.js`,
    `${path}?level=B.T.S&q=v1.2`,
    `${path}?utm_source=letter.example.org`,
    `${path}?q=a/.b`,
    `${path}?back=/assets/a.js`,
    address.replaceAll(/:\w+/g, 'Node.js'),
    `${path.replace(/\/$/, '')}/v1.2.js`,
  ])('is answered with the pages when it is opened or loaded again: %s', async (url) => {
    const page = await ask({ url, headers: { accept: 'text/html' } });
    expect([page.statusCode, page.headers['content-type'], page.body]).toEqual([
      200,
      'text/html; charset=utf-8',
      PAGE,
    ]);
    const head = await ask({ method: 'HEAD', url });
    expect([head.statusCode, head.headers['content-type'], head.body]).toEqual([
      200,
      'text/html; charset=utf-8',
      '',
    ]);
    expect(head.headers['content-length']).toBe(String(PAGE.length));
  });
});

it('knows all addresses', () => expect(addresses.length).toBeGreaterThan(15));

it.each([
  '/assets/gone.js',
  '/.sources',
  '/.env',
  '/a/%2Egit/config',
  '/.well-known/nothing',
  '/api',
  '/api/x.js',
])('is no page: %s', async (url) => {
  for (const method of ['GET', 'HEAD'] as const) {
    const { statusCode, headers } = await ask({ method, url });
    expect([statusCode, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
  }
});

it('is read only', async () => {
  const { statusCode } = await ask({ method: 'POST', url: '/cours/nouveau', body: {} });
  expect(statusCode).toBe(404);
});
