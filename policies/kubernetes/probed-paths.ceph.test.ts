import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createServer as createListener } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import { find } from '#scripts/lib/programs.ts';
import { type Daemon, daemon } from '#scripts/lib/run.ts';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { type Ceph, startCeph, until } from '#scripts/testing/lab/ceph.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { ofKind } from '../reading/objects.ts';
import { questions, SERVED } from './probed-paths.ts';

/** The real gateway with the interfaces of the tree, asked by the real exporter with the module of the tree. */
const tree = artefacts(threeSites());
const ready = find('radosgw') !== undefined && find('prometheus-blackbox-exporter') !== undefined;
const folder = mkdtempSync(join(tmpdir(), 'fredu-probed-'));
const NAME = 's3.sxb.fredu.fr';
let ceph: Ceph;
let front: Server;
let exporter: Daemon;
let ports: { front: number; exporter: number };

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createListener().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
const configMap = (name: string) =>
  ofKind(tree, 'ConfigMap').find((each) => each.site === 'sxb' && each.name === name)!.object.data;
/** What the exporter says of a path: 1 when it is well. */
async function probed(path: string): Promise<number> {
  const target = `https://127.0.0.1:${ports.front}${path}`;
  const query = new URLSearchParams({ module: 'https', target, hostname: NAME });
  const answer = await fetch(`http://127.0.0.1:${ports.exporter}/probe?${query}`);
  return Number(/^probe_success (\d)/m.exec(await answer.text())?.[1]);
}

beforeAll(async () => {
  if (!ready) return;
  ports = { front: await freePort(), exporter: await freePort() };
  const realm = 'fredu';
  mkdirSync(join(folder, 'ceph'));
  ceph = await startCeph({ name: 'sxb', realm, folder: join(folder, 'ceph'), firstPort: 23_600 });
  const [store] = ofKind(tree, 'CephObjectStore').filter(
    ({ site, name }) => site === 'sxb' && name !== 'sync',
  );
  const apis: string[] = store!.object.spec.protocols.enableAPIs;
  // As Rook writes it: https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/object/config.go
  appendFileSync(
    join(folder, 'ceph/ceph.conf'),
    `\n[client.rgw.sxb]\nrgw_enable_apis = ${apis.join(', ')}\n`,
  );
  const words = [`--rgw-realm=${realm}`, `--rgw-zonegroup=${realm}`, '--rgw-zone=sxb'];
  await ceph.must('radosgw-admin', 'realm', 'create', `--rgw-realm=${realm}`, '--default');
  await ceph.must('radosgw-admin', 'zonegroup', 'create', '--master', ...words);
  await ceph.must('radosgw-admin', 'zone', 'create', '--master', ...words);
  await ceph.must('radosgw-admin', 'period', 'update', '--commit', ...words);
  await ceph.startGateway();
  ceph.open();
  const pair = { key: join(folder, 'tls.key'), certificate: join(folder, 'tls.crt') };
  await makeCertificate(NAME, pair, { names: [`DNS:${NAME}`] });
  // TLS as Traefik ends it.
  const [key, cert] = ['tls.key', 'tls.crt'].map((name) => readFileSync(join(folder, name)));
  front = createServer({ key, cert }, ({ url, method, headers }, answer) => {
    request(`${ceph.endpoint}${url}`, { method, headers }, (from) => {
      answer.writeHead(from.statusCode ?? 500, from.headers);
      from.pipe(answer);
    }).end();
  });
  await new Promise<void>((resolve) => front.listen(ports.front, '127.0.0.1', resolve));
  const modules = parse(configMap('blackbox-exporter')['blackbox.yaml']).modules;
  writeFileSync(join(folder, 'blackbox.yaml'), JSON.stringify({ modules: { https: modules.https } }));
  exporter = daemon(
    [
      'prometheus-blackbox-exporter',
      `--config.file=${join(folder, 'blackbox.yaml')}`,
      `--web.listen-address=127.0.0.1:${ports.exporter}`,
    ],
    { log: join(folder, 'exporter.log'), env: { SSL_CERT_FILE: join(folder, 'tls.crt') } },
  );
  await until('the exporter', () =>
    fetch(`http://127.0.0.1:${ports.exporter}/-/healthy`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
});
afterAll(async () => {
  await exporter?.stop();
  front?.close();
  await ceph?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the probes of an object store', () => {
  itJudged('radosgw', 'each is answered, and the table knows what else would be', async () => {
    const asked = questions(tree).filter(({ program, site }) => program === 'radosgw' && site === 'sxb');
    expect(asked.length).toBeGreaterThan(0);
    for (const path of new Set(asked.map((each) => each.asked))) expect(await probed(path), path).toBe(1);
    const served = SERVED.radosgw!.serves(tree, 'sxb');
    for (const path of ['/', '/swift/healthcheck'])
      expect(await probed(path), path).toBe(served.includes(path) ? 1 : 0);
  });
});
