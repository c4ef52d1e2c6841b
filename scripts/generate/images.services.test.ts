import { createHash, createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { find } from '../lib/programs.ts';
import { digestOf } from '../lib/registry.ts';
import { type Daemon, daemon, run } from '../lib/run.ts';
import { itJudged } from '../testing/judge.ts';
import { until } from '../testing/lab/ceph.ts';

/** Digests asked of real registries on loopback: one for everybody, one that wants a token from another server. */
const folder = mkdtempSync(join(tmpdir(), 'fredu-registry-'));
const daemons: Daemon[] = [];
let issuer: Server | undefined;
let [open, guarded] = ['', ''];
const asked: string[] = [];
const sha256 = (body: Buffer | string) => `sha256:${createHash('sha256').update(body).digest('hex')}`;

const freePort = async (): Promise<number> => {
  const socket = createSocket();
  await new Promise<void>((done) => socket.listen(0, '127.0.0.1', done));
  const { port } = socket.address() as AddressInfo;
  await new Promise((done) => socket.close(done));
  return port;
};

async function registry(name: string, auth: string): Promise<string> {
  const host = `127.0.0.1:${await freePort()}`;
  const config = join(folder, `${name}.yml`);
  writeFileSync(
    config,
    `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${join(folder, name)} } }\nhttp: { addr: "${host}" }\n${auth}`,
  );
  daemons.push(daemon(['docker-registry', 'serve', config], { log: join(folder, `${name}.log`) }));
  await until(
    name,
    () =>
      fetch(`http://${host}/v2/`).then(
        () => true,
        () => false,
      ),
    20,
  );
  return host;
}

/** A token for each client, for what is asked: signed as the registry expects it. */
const token = (scope: string): string => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const der = readFileSync(join(folder, 'issuer.crt'), 'utf8').replaceAll(/-----[^-]+-----|\s/g, '');
  const [type, name, actions = ''] = scope.split(':');
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'fredu-test',
    aud: 'test-registry',
    sub: '',
    jti: 'one',
    iat: now,
    nbf: now - 5,
    exp: now + 60,
    access: [{ type, name, actions: actions.split(',') }],
  };
  const text = `${encode({ typ: 'JWT', alg: 'RS256', x5c: [der] })}.${encode(claims)}`;
  const key = createPrivateKey(readFileSync(join(folder, 'issuer.key')));
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
};

/** Puts an image there by the plain calls of the API: a blob, a manifest of it, an index of that. */
async function push(host: string, repository: string, authorization?: string) {
  const headers: Record<string, string> = authorization ? { authorization: `Bearer ${authorization}` } : {};
  const config = Buffer.from('{}');
  const base = `http://${host}/v2/${repository}`;
  const started = await fetch(`${base}/blobs/uploads/`, { method: 'POST', headers });
  expect(started.status).toBe(202);
  const location = new URL(started.headers.get('location')!, base);
  location.searchParams.set('digest', sha256(config));
  expect((await fetch(location, { method: 'PUT', headers, body: config })).status).toBe(201);
  const put = async (tag: string, mediaType: string, value: object) => {
    const body = JSON.stringify({ schemaVersion: 2, mediaType, ...value });
    const answer = await fetch(`${base}/manifests/${tag}`, {
      method: 'PUT',
      headers: { ...headers, 'content-type': mediaType },
      body,
    });
    expect(answer.status, await answer.text()).toBe(201);
    return { mediaType, size: Buffer.byteLength(body), digest: sha256(body) };
  };
  const image = await put('1.0', 'application/vnd.oci.image.manifest.v1+json', {
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      size: config.length,
      digest: sha256(config),
    },
    layers: [],
  });
  const index = await put('many', 'application/vnd.oci.image.index.v1+json', {
    manifests: [{ ...image, platform: { os: 'linux', architecture: 'amd64' } }],
  });
  return { image: image.digest, index: index.digest };
}

beforeAll(async () => {
  if (!find('docker-registry')) return;
  const made = await run(
    [
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=issuer',
      '-keyout',
      'issuer.key',
      '-out',
      'issuer.crt',
    ],
    { cwd: folder },
  );
  expect(made.code, made.stderr).toBe(0);
  issuer = createServer(({ url = '' }, response) => {
    const scope = new URL(url, 'http://issuer').searchParams.get('scope') ?? '';
    asked.push(scope);
    response.end(JSON.stringify({ token: token(scope) }));
  });
  await new Promise<void>((done) => issuer!.listen(0, '127.0.0.1', done));
  const { port } = issuer.address() as AddressInfo;
  open = await registry('open', '');
  guarded = await registry(
    'guarded',
    `auth: { token: { realm: "http://127.0.0.1:${port}/token", service: test-registry, issuer: fredu-test, rootcertbundle: ${join(folder, 'issuer.crt')} } }\n`,
  );
});
afterAll(async () => {
  await Promise.all(daemons.map((each) => each.stop()));
  issuer?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the digest of a tag, asked of a real registry', () => {
  itJudged('docker-registry', 'is that of the manifest, or of the index where there is one', async () => {
    const { image, index } = await push(open, 'team/tool');
    expect(await digestOf(`${open}/team/tool`, '1.0')).toBe(image);
    expect(await digestOf(`${open}/team/tool`, 'many')).toBe(index);
  });
  itJudged('docker-registry', 'follows the tag when it moves', async () => {
    const { image } = await push(open, 'team/moving');
    const body = await (
      await fetch(`http://${open}/v2/team/moving/manifests/many`, {
        headers: { accept: 'application/vnd.oci.image.index.v1+json' },
      })
    ).text();
    await fetch(`http://${open}/v2/team/moving/manifests/1.0`, {
      method: 'PUT',
      headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
      body,
    });
    expect(await digestOf(`${open}/team/moving`, '1.0')).toBe(sha256(body));
    expect(sha256(body)).not.toBe(image);
  });
  itJudged('docker-registry', 'is answered to a client that fetches a token first', async () => {
    const { image } = await push(guarded, 'team/tool', token('repository:team/tool:pull,push'));
    expect((await fetch(`http://${guarded}/v2/team/tool/manifests/1.0`)).status).toBe(401);
    expect(await digestOf(`${guarded}/team/tool`, '1.0')).toBe(image);
    expect(asked).toEqual(['repository:team/tool:pull']);
  });
  itJudged('docker-registry', 'is not there for a tag that nobody pushed', async () => {
    for (const host of [open, guarded])
      await expect(digestOf(`${host}/team/tool`, 'v0')).rejects.toThrow(
        `${host}/team/tool:v0: the registry has no such tag; correct it in the lock`,
      );
  });
});
