import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../app.ts';
import { settingsOf } from '../settings.ts';
import { testApp } from '../testing/test-app.ts';

const { app, database } = await testApp();

describe('what is no HTTP', () => {
  /** Sends bytes over a line, and gives what came until it was closed. */
  const sendRaw = async (port: number, bytes: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(5000, () => socket.destroy());
    let got = '';
    socket.on('data', (data) => {
      got += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.write(bytes, 'latin1');
    await once(socket, 'close');
    return got;
  };
  const end = 'Host: localhost\r\nConnection: close\r\n\r\n';

  it('is refused, the line is closed, and others are answered', async () => {
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const port = Number(new URL(url).port);
    for (const [bytes, status] of [
      ['nonsense\r\n\r\n', 400],
      [`GET /api/v1/courses HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n${end}`, 431],
      [`GET /api/v1/courses HTTP/1.1\r\nA: b\r\n c\nX: \u0001\r\n${end}`, 400],
      [
        `POST /api/v1/sessions HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n${end}0\r\n\r\n`,
        400,
      ],
      [`POST /api/v1/sessions HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n${end}{}`, 400],
      [`GET http://evil.test/api/v1/notices HTTP/1.1\r\n${end}`, 200],
      [`GET //evil.test/ HTTP/1.1\r\n${end}`, 404],
      [`GET /%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\n${end}`, 404],
      [`TRACE /api/v1/courses HTTP/1.1\r\nCookie: session=hush\r\n${end}`, 405],
    ] as const) {
      const got = await sendRaw(port, bytes);
      expect([bytes.slice(0, 60), got.split('\r\n')[0]]).toEqual([
        bytes.slice(0, 60),
        expect.stringMatching(new RegExp(`^HTTP/1.1 ${status} `)),
      ]);
      expect(got).not.toMatch(/hush|set-cookie: a=b/i);
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
    }
  });
});

describe('the log', () => {
  it('has one line for each thing, whatever is asked', async () => {
    const lines: string[] = [];
    const dataDir = mkdtempSync(join(tmpdir(), 'fredu-test-'));
    const settings = settingsOf(
      {},
      { dataDir, webDir: join(dataDir, 'none'), database: { url: database.url } },
    );
    const stream = { write: (line: string) => lines.push(line) };
    const logging = await buildApp({ settings, database: database.open, logger: { level: 'info', stream } });
    const forged = '\n{"level":30,"msg":"answered","status":200,"forged":true}\n';
    const headers = {
      'user-agent': 'a\tb',
      'accept-language': 'x\u0085y',
      referer: encodeURIComponent(forged),
    };
    await logging.inject({
      url: `/api/v1/courses/${encodeURIComponent(forged)}?q=${encodeURIComponent(forged)}`,
      headers,
    });
    await logging.inject({
      method: 'POST',
      url: '/api/v1/sessions',
      payload: { email: forged, password: forged },
      headers,
    });
    await logging.inject({
      method: 'POST',
      url: '/api/v1/people',
      payload: forged,
      headers: { 'content-type': 'application/json' },
    });
    // What breaks within us is told with words of others.
    const { db: real } = logging;
    logging.db = { executeQuery: () => Promise.reject(new Error(`duplicate ${forged}`)) } as never;
    await logging.inject('/api/v1/courses');
    logging.db = real;
    await logging.close();
    rmSync(dataDir, { recursive: true, force: true });
    const read = lines.map((line) => JSON.parse(line) as { msg: string; forged?: boolean });
    expect(read.map(({ msg }) => msg).sort()).toEqual([
      'answered',
      'answered',
      'answered',
      'answered',
      'request failed',
    ]);
    for (const [at, line] of lines.entries()) {
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(read[at]!.forged).toBeUndefined();
    }
  });
});
