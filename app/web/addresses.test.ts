import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { testApp } from '#server/testing/test-app.ts';
import { ADDRESSES } from './testing/addresses.ts';

/** Every address that somebody may open by itself: of the pages, of letters, with what people put behind it. */
const webDir = mkdtempSync(join(tmpdir(), 'fredu-addresses-'));
writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>fredu</title>');
afterAll(() => rmSync(webDir, { recursive: true, force: true }));
const { ask } = await testApp({ webDir });

const SERVER = join(import.meta.dirname, '../server');
/** What the server writes into letters and answers: `/cours/${id}` and `/invitation#${token}`. */
const written = readdirSync(SERVER, { recursive: true, encoding: 'utf8' })
  .filter((path) => /(?<!\.test)\.ts$/.test(path))
  .flatMap((path) => [...readFileSync(join(SERVER, path), 'utf8').matchAll(/pageUrl\([`']([^`')]+)/g)])
  .map(([, address]) => address!);

describe('every address of the pages', () => {
  it('is found', () => {
    expect(ADDRESSES).toEqual(expect.arrayContaining(['', 'cours/:id', 'connexion', 'nouvelle-adresse']));
    expect(ADDRESSES.length).toBeGreaterThan(18);
  });

  it.each(ADDRESSES)('/%s is a page when it is opened by itself', async (address) => {
    const path = `/${address.replaceAll(/:\w+/g, '00000000-0000-4000-8000-000000000001')}`;
    for (const more of ['', '?', '?q=Node.js&level=B.T.S', '?utm_source=lettre.html', '/']) {
      const answer = await ask(path + more);
      expect([path + more, answer.statusCode, answer.headers['content-type']]).toEqual([
        path + more,
        200,
        expect.stringContaining('text/html'),
      ]);
    }
  });

  it.each([...new Set(written)])('that the server writes is one of them: %s', (address) => {
    const path = address
      .replace(/[?#].*/, '')
      .replaceAll(/\$\{[^}]+\}/g, ':id')
      .slice(1);
    expect(ADDRESSES).toContain(path);
  });
});
