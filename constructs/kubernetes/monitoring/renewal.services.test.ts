import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createListener } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { afterAll, expect } from 'vitest';
import { stringify } from 'yaml';
import { daemon } from '#scripts/lib/run.ts';
import { makeCertificate } from '#scripts/testing/certificates.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { webConfig } from './config.ts';
import { OBSERVER_CERTIFICATE, OBSERVER_NAME, observerTls } from './scrape.ts';

/** Whether the observers use renewed certificates by themselves: what they show, and by what they ask. */
const folder = mkdtempSync(join(tmpdir(), 'fredu-renewal-'));
afterAll(() => rmSync(folder, { recursive: true }));
const observer = join(folder, 'observer');
const here = (text: string) => text.replaceAll(OBSERVER_CERTIFICATE, observer);
const pair = (name: string) => ({
  key: join(observer, `${name}.key`),
  certificate: join(observer, `${name}.crt`),
});
const renew = async (): Promise<string> =>
  (
    await makeCertificate('prometheus', pair('tls'), {
      names: [`DNS:${OBSERVER_NAME}`, 'IP:127.0.0.1'],
      by: pair('ca'),
    })
  ).toUpperCase();
const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createListener().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
const read = (name: string) => readFileSync(join(observer, name));
const own = () => ({ ca: read('ca.crt'), cert: read('tls.crt'), key: read('tls.key') });

async function until<Value>(wanted: Value, look: () => Promise<Value | undefined>): Promise<void> {
  let last: Value | undefined;
  for (let tries = 0; tries < 150; tries++) {
    last = await look();
    if (last === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(last).toBe(wanted);
}

itJudged('prometheus', 'an observer shows and asks by renewed certificates, without a restart', async () => {
  mkdirSync(observer);
  await makeCertificate('ca', pair('ca'));
  const first = await renew();
  // Another observer, which sees who asks.
  let asker: string | undefined;
  const peer = createServer({ ...own(), requestCert: true }, (request, answer) => {
    asker = ((request.socket as TLSSocket).getPeerCertificate() as PeerCertificate).serialNumber;
    // A connection for each question, as after a while.
    answer.setHeader('connection', 'close').end('up_there 1\n');
  });
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
  const port = await freePort();
  writeFileSync(join(folder, 'web.yaml'), here(webConfig()));
  const job = {
    job_name: 'observer',
    scheme: 'https',
    scrape_interval: '1s',
    tls_config: JSON.parse(here(JSON.stringify(observerTls()))),
    static_configs: [{ targets: [`127.0.0.1:${(peer.address() as AddressInfo).port}`] }],
  };
  writeFileSync(join(folder, 'prometheus.yaml'), stringify({ scrape_configs: [job] }));
  const prometheus = daemon(
    [
      'prometheus',
      `--config.file=${join(folder, 'prometheus.yaml')}`,
      `--web.config.file=${join(folder, 'web.yaml')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
    ],
    { log: join(folder, 'log') },
  );
  const shown = () =>
    new Promise<string | undefined>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, servername: OBSERVER_NAME, ...own() }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.end();
      });
      socket.on('error', () => resolve(undefined));
    });
  try {
    await until(first, shown);
    await until(first, async () => asker);
    const second = await renew();
    expect(second).not.toBe(first);
    await until(second, shown);
    await until(second, async () => asker);
  } finally {
    await prometheus.stop();
    peer.closeAllConnections();
    peer.close();
  }
});
