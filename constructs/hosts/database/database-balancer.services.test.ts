import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttps, type Server } from 'node:https';
import { connect, createServer, type Socket, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { balancerSeconds, DRAIN } from '#constructs/drain.ts';
import { find } from '#scripts/lib/programs.ts';
import { type Daemon, daemon } from '#scripts/lib/run.ts';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { databaseNodes, siteOf } from '#sites/questions.ts';
import { databaseBalancer } from './database-balancer.ts';

/** The rendered balancer, unchanged but for addresses, before three played nodes: what a real HAProxy takes for well. */
const model = threeSites();
const site = siteOf(model, 'do');
const nodes = databaseNodes(site);
const folder = mkdtempSync(join(tmpdir(), 'fredu-balancer-'));
const open: (Server | TcpServer)[] = [];
const addressOf = (index: number) => `127.0.1.${index + 1}`;
const status = [200, 200, 200];
let haproxy: Daemon | undefined;
let ports: { sql: number; health: number; balancer: number };

const pair = (name: string) => ({
  key: join(folder, `${name}.key`),
  certificate: join(folder, `${name}.crt`),
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '0.0.0.0', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A node: says its name to each client, and its state to each client over TLS. */
async function play(index: number, { by }: { by: string }): Promise<void> {
  const { fqdn, name } = nodes[index]!;
  await makeCertificate('node', pair(name), { names: [`DNS:${fqdn}`], by: pair(by) });
  const read = (suffix: string) => readFileSync(join(folder, `${name}.${suffix}`));
  const health = createHttps({ key: read('key'), cert: read('crt') }, (request, response) => {
    response.writeHead(request.url === '/health?ready=1' ? status[index]! : 404).end();
  });
  const sql = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => socket.write(data));
    socket.write(`${name}\n`);
  });
  open.push(health, sql);
  await new Promise<void>((resolve) => health.listen(ports.health, addressOf(index), resolve));
  await new Promise<void>((resolve) => sql.listen(ports.sql, addressOf(index), resolve));
}

/** A client of the balancer, and the node that it got; no node, when it is refused. */
const dial = (): Promise<{ node?: string; socket: Socket }> =>
  new Promise((resolve) => {
    const socket = connect(ports.balancer, '127.0.0.1');
    socket.once('data', (data) => resolve({ node: data.toString().trim(), socket }));
    socket.once('close', () => resolve({ socket }));
    socket.on('error', () => {});
  });
/** Which nodes ten clients in a row get. */
async function reached(): Promise<string[]> {
  const seen = new Set<string>();
  for (let client = 0; client < 10; client++) {
    const { node, socket } = await dial();
    if (node) seen.add(node);
    socket.destroy();
  }
  return [...seen].sort();
}
async function secondsUntil(names: string[]): Promise<number> {
  const start = Date.now();
  while (Date.now() - start < 20_000) {
    if ((await reached()).join() === names.join()) return (Date.now() - start) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`after 20 s clients reach ${await reached()}, not ${names}`);
}

beforeAll(async () => {
  if (!find('haproxy')) return;
  ports = { sql: await freePort(), health: await freePort(), balancer: await freePort() };
  for (const name of ['ca', 'forged']) await makeCertificate(name, pair(name));
  for (const index of [0, 1, 2]) await play(index, { by: index === 2 ? 'forged' : 'ca' });
  const text = nodes
    .reduce(
      (of, host, index) => of.replaceAll(host.address.ipv4!, addressOf(index)),
      databaseBalancer({ site }),
    )
    .replace('127.0.0.1:26257', `127.0.0.1:${ports.balancer}`)
    .replaceAll(':26257', `:${ports.sql}`)
    .replace('port 8080', `port ${ports.health}`)
    .replaceAll('/etc/cockroachdb/certs', folder)
    .replace(/^ +(user|group|chroot|log \/dev).*\n/gm, '');
  writeFileSync(join(folder, 'haproxy.cfg'), text);
  haproxy = daemon([find('haproxy')!, '-db', '-f', join(folder, 'haproxy.cfg')], {
    log: join(folder, 'haproxy.log'),
  });
});
afterAll(async () => {
  await haproxy?.stop();
  for (const each of open) each.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the balancer before three nodes', () => {
  itJudged('haproxy', 'believes no node whose certificate another authority signed', async () => {
    await secondsUntil(['do-node1', 'do-node2']);
  });
  itJudged(
    'haproxy',
    'sends nobody to a node that drains, sooner than the node stops to serve, and cuts nobody off',
    async () => {
      const stays: Socket[] = [];
      for (let node: string | undefined; node !== 'do-node2'; ) {
        const dialled = await dial();
        node = dialled.node;
        stays.push(dialled.socket);
      }
      status[1] = 503;
      const seconds = await secondsUntil(['do-node1']);
      expect(seconds).toBeLessThanOrEqual(balancerSeconds);
      expect(seconds).toBeLessThan(DRAIN.initialWaitSeconds);
      const before = stays.at(-1)!;
      const answer = await new Promise<string>((resolve) => {
        before.once('data', (data) => resolve(data.toString()));
        before.write('still here?');
      });
      expect(answer).toBe('still here?');
      for (const each of stays) each.destroy();
    },
  );
  itJudged('haproxy', 'takes a node back that is well again', async () => {
    status[1] = 200;
    await secondsUntil(['do-node1', 'do-node2']);
  });
  itJudged('haproxy', 'does not take a redirect for well, as its own default would', async () => {
    status[1] = 308;
    await secondsUntil(['do-node1']);
  });
});
