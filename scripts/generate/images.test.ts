import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import charts from '#constructs/charts.lock.json' with { type: 'json' };
import images from '#constructs/images.lock.json' with { type: 'json' };
import { CannotLook } from '../lib/main.ts';
import { digestOf, locate, request } from '../lib/registry.ts';
import { ROOT } from '../lib/sites.ts';
import { chartDigest, lockText, resolve, table } from './images.ts';

const pinned = { name: 'quay.io/ceph/ceph', tag: 'v20.2.4', digest: `sha256:${'0a'.repeat(32)}` };
const open = { name: 'docker.io/rook/ceph', tag: 'v1.20.6', digest: null };
const chart = { repository: 'https://charts.rook.io/release', version: 'v1.20.6', sha256: null };

it('lists images and charts, and counts what is not pinned', () => {
  expect(table({ ceph: pinned, rook: open }, { 'rook-ceph': chart })).toBe(`\
ceph               quay.io/ceph/ceph               v20.2.4  sha256:0a0a0a0a0a0a
rook               docker.io/rook/ceph             v1.20.6  not pinned
rook-ceph (chart)  https://charts.rook.io/release  v1.20.6  not pinned

2 of 3 are not pinned by their digest: npm run images -- --resolve
`);
  expect(table({ ceph: pinned }, {})).toContain('All 1 are pinned by their digest.');
});

it('writes the locks as they stand in git', () => {
  const text = (name: string) => readFileSync(join(ROOT, 'constructs', name), 'utf8').trimEnd();
  expect(lockText(images).trimEnd()).toBe(text('images.lock.json'));
  expect(lockText(charts).trimEnd()).toBe(text('charts.lock.json'));
});

describe('resolving', () => {
  const known = ({ digest }: { digest: string | null }) => digest;
  it('fills in what is missing and confirms what is locked', async () => {
    const found = await resolve({ ceph: pinned, rook: open }, known, async () => pinned.digest);
    expect(found).toEqual([
      { key: 'ceph', digest: pinned.digest },
      { key: 'rook', digest: pinned.digest },
    ]);
  });
  it('never replaces a digest by itself: a tag that moved is for a person', async () => {
    const [found] = await resolve({ ceph: pinned }, known, async () => 'sha256:new');
    expect(found).toEqual({
      key: 'ceph',
      moved: true,
      problem: `the lock has ${pinned.digest}, and now it is sha256:new; if that is meant, set it to null and resolve again`,
    });
  });
  it('goes on after one that cannot be looked up, and does not hide a fault of its own', async () => {
    const ask = async (key: string) => {
      if (key === 'ceph') throw new CannotLook('no way there');
      return pinned.digest;
    };
    expect(await resolve({ ceph: pinned, rook: open }, known, ask)).toEqual([
      { key: 'ceph', problem: 'no way there' },
      { key: 'rook', digest: pinned.digest },
    ]);
    await expect(resolve({ ceph: pinned }, known, async () => JSON.parse('{'))).rejects.toThrow(SyntaxError);
  });
});

it('knows where an image is asked for', () => {
  expect(locate('docker.io/library/traefik')).toEqual({
    origin: 'https://registry-1.docker.io',
    repository: 'library/traefik',
  });
  expect(locate('registry.k8s.io/a/b').origin).toBe('https://registry.k8s.io');
  for (const host of ['localhost:5000', '127.0.0.1:5000', '[::1]:5000'])
    expect(locate(`${host}/x`).origin).toBe(`http://${host}`);
  expect(locate('127.example.org/x').origin).toBe('https://127.example.org');
});

/** What a registry says when things go wrong, which a real one cannot be made to say. */
describe('answers', () => {
  let server: Server;
  let host = '';
  const answers: Record<string, [number, Record<string, string>, string?]> = {};
  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      const [status, headers, body] = answers[url.split('?')[0]!] ?? [404, {}];
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());
  const ask = (image: string) => digestOf(`${host}/${image}`, '1');
  const manifest = (image: string) => `/v2/${image}/manifests/1`;

  it.each<[string, [number, Record<string, string>, string?], string]>([
    ['missing', [404, {}], 'the registry has no such tag; correct it in the lock'],
    [
      'private',
      [401, { 'www-authenticate': 'Basic realm="x"' }],
      'the registry wants a login; resolve it where the image is built',
    ],
    [
      'odd',
      [401, { 'www-authenticate': 'Bearer realm="not a url"' }],
      'the registry wants a login; resolve it where the image is built',
    ],
    ['forbidden', [403, {}], 'the registry wants a login; resolve it where the image is built'],
    ['busy', [429, {}], 'the registry has heard enough of us for now; try again in an hour'],
    ['broken', [500, {}], 'the registry answers 500; try again later'],
    ['strange', [200, { 'docker-content-digest': 'md5:1' }], 'md5:1 is no digest'],
  ])('%s', async (image, answer, words) => {
    answers[manifest(image)] = answer;
    await expect(ask(image)).rejects.toThrow(new CannotLook(`${host}/${image}:1: ${words}`));
  });
  it.each<[string, [number, Record<string, string>, string?], string]>([
    ['no token', [403, {}], 'gives no token (403); is the image private?'],
    ['an empty token', [200, {}, '{}'], 'answers without a token'],
    ['no JSON', [200, {}, '<html>'], 'answers something that is not JSON'],
  ])('%s', async (_, answer, words) => {
    answers[manifest('guarded')] = [
      401,
      { 'www-authenticate': `Bearer realm="http://${host}/token",service="s"` },
    ];
    answers['/token'] = answer;
    await expect(ask('guarded')).rejects.toThrow(new CannotLook(`${host}/guarded:1: ${host} ${words}`));
  });
  it('hashes the manifest where the registry does not say its digest', async () => {
    answers[manifest('old')] = [200, {}, ''];
    expect(await ask('old')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
  it('nobody there', async () => {
    const left = createServer();
    await new Promise<void>((done) => left.listen(0, '127.0.0.1', done));
    const { port } = left.address() as AddressInfo;
    await new Promise((done) => left.close(done));
    await expect(request(`http://127.0.0.1:${port}/`, {})).rejects.toThrow(
      new CannotLook(`cannot reach 127.0.0.1:${port}: it refuses connections`),
    );
    await expect(request('http://registry.invalid/', {})).rejects.toThrow(
      /^cannot reach registry\.invalid: its name/,
    );
  });
  it('finds a chart in the index of its repository', async () => {
    const digest = 'b'.repeat(64);
    const repository = `http://${host}/charts`;
    answers['/charts/index.yaml'] = [
      200,
      {},
      `entries: { rook-ceph: [{ version: v1, digest: ${digest} }, { version: v2 }] }`,
    ];
    expect(await chartDigest('rook-ceph', { repository, version: 'v1', sha256: null })).toBe(digest);
    for (const version of ['v2', 'v3'])
      await expect(chartDigest('rook-ceph', { repository, version, sha256: null })).rejects.toThrow(
        new CannotLook(`${repository} has no rook-ceph ${version}; correct it in the lock`),
      );
    const gone = `http://${host}/gone`;
    await expect(chartDigest('x', { repository: gone, version: 'v1', sha256: null })).rejects.toThrow(
      new CannotLook(`${gone}/index.yaml: 404`),
    );
  });
});
