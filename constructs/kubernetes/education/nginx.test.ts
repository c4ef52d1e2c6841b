import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { find } from '#scripts/lib/programs.ts';
import { type Daemon, daemon, run } from '#scripts/lib/run.ts';
import { example } from '#scripts/testing/example-sites.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { cloudOf, roomOf } from '#scripts/testing/sites-of.ts';
import { PAGE_HEADERS, SECURITY, securityExpires, securityText, WEB } from '#shared/contract.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { contentSecurityPolicy, nginxConfiguration, PAGES_FOLDER, storesOf } from './nginx.ts';

const model = example();
const [lyn, par] = [roomOf(model, 'lyn'), cloudOf(model, 'par')];
const stores = storesOf(model.sites);
const configurationOf = ({ kubernetes: { families } }: KubernetesSite) =>
  nginxConfiguration({ domain: model.domain, contact: model.contact, families, stores });
let undo: (() => Promise<void>) | undefined;
afterEach(async () => {
  await undo?.();
  undo = undefined;
});

it('listens in the families of its site', () => {
  const listens = (site: KubernetesSite) => configurationOf(site).match(/listen .*;/g);
  expect(listens(lyn)).toEqual(['listen 8081;', 'listen [::]:8081;']);
  expect(listens(par)).toEqual(['listen 8081;']);
});

it('lets browsers load from the app and the object stores, and nothing inline', () => {
  const policy = contentSecurityPolicy(stores);
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain('https://s3.lyn.example.org https://s3.par.example.org');
});

itJudged('nginx', 'nginx takes the configuration of every site and serves pages by it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fredu-nginx-'));
  undo = async () => rmSync(folder, { recursive: true, force: true });
  // A pod's standard output is a pipe, which can be opened by name; that of a test is a socket.
  const text = configurationOf(lyn)
    .replaceAll('/tmp/', `${folder}/`)
    .replace('/dev/stdout', join(folder, 'access'));
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, text);
  const judged = await run([find('nginx')!, '-t', '-q', '-e', 'stderr', '-c', file]);
  expect(judged.stderr).toBe('');
  expect(judged.code).toBe(0);

  const pages = join(folder, 'pages');
  mkdirSync(join(pages, 'assets'), { recursive: true });
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>fredu</title>');
  const script = 'console.log("fredu");\n'.repeat(50);
  writeFileSync(join(pages, 'assets/app-1a2b.js'), script);
  writeFileSync(join(pages, 'assets/app-1a2b.js.gz'), gzipSync(script));
  writeFileSync(join(pages, '.env'), 'secret');
  const port = await freePort();
  const served = text
    .replace(PAGES_FOLDER, pages)
    .replace(`listen ${WEB.port};`, `listen 127.0.0.1:${port};`)
    .replace(`listen [::]:${WEB.port};`, '')
    // The test may run as root, whose workers would otherwise be nobody and not see a private folder.
    .replace(
      'worker_processes 2;',
      process.getuid?.() === 0 ? 'user root;\nworker_processes 2;' : 'worker_processes 2;',
    )
    // A day that a test chooses.
    .replace('map $time_iso8601 $security_expires', 'map $now $security_expires')
    .replace('http {', 'http {\n  map $arg_now $now { "" $time_iso8601; default $arg_now; }');
  writeFileSync(file, served);
  const log = join(folder, 'log');
  const server: Daemon = daemon([find('nginx')!, '-e', 'stderr', '-c', file, '-g', 'daemon off;'], { log });
  undo = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const get = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
  await listening(get, log);

  const page = await get('/courses/42');
  expect([page.status, await page.text()]).toEqual([200, '<!doctype html><title>fredu</title>']);
  expect(page.headers.get('cache-control')).toBe('no-cache');
  expect(page.headers.get('content-security-policy')).toBe(contentSecurityPolicy(stores));
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect(page.headers.get('server')).toBe('nginx');

  const asset = await get('/assets/app-1a2b.js', { headers: { 'accept-encoding': 'gzip' } });
  expect(await asset.text()).toBe(script);
  expect(asset.headers.get('content-encoding')).toBe('gzip');
  expect(asset.headers.get('vary')).toBe('Accept-Encoding');
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(asset.headers.get('content-type')).toContain('javascript');
  const again = await get('/assets/app-1a2b.js', {
    headers: { 'if-none-match': asset.headers.get('etag')! },
  });
  expect(again.status).toBe(304);
  const plain = await get('/assets/app-1a2b.js', { headers: { 'accept-encoding': 'identity' } });
  expect(plain.headers.get('content-encoding')).toBeNull();

  const missing = await get('/assets/old-9z.js');
  expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-cache']);
  expect((await get('/.env')).status).toBe(404);
  expect((await get('/.well-known/nothing')).status).toBe(404);
  for (const [name, value] of Object.entries(PAGE_HEADERS)) expect(page.headers.get(name)).toBe(value);

  const security = await get(SECURITY.path);
  expect(security.headers.get('content-type')).toBe(SECURITY.mediaType);
  expect(await security.text()).toBe(
    securityText({
      contact: model.contact,
      origin: `https://${model.domain}`,
      expires: securityExpires(new Date()),
    }),
  );
  for (const day of ['2026-01-01', '2026-06-30', '2026-07-01', '2027-12-31', '2029-08-01', '2039-10-10']) {
    const text = await (await get(`${SECURITY.path}?now=${day}T10:00:00%2B00:00`)).text();
    expect(text).toContain(`\nExpires: ${securityExpires(new Date(day))}\n`);
  }
  expect((await get('/', { method: 'POST', body: 'x' })).status).toBe(403);
  expect((await get('/', { method: 'HEAD' })).status).toBe(200);
  expect(await (await get(WEB.livePath)).text()).toBe('ok\n');
});

async function listening(get: (path: string) => Promise<Response>, log: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      await get(WEB.livePath);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`nginx did not start: ${readFileSync(log, 'utf8')}`);
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
