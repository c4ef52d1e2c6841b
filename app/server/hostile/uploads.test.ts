import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { base64, expectHarmless, expectRefused, OCTETS, sending, TUS } from './sending.ts';

/** Uploads of attackers and of broken programs: their names, what they say of themselves, and how they arrive. */
const { app, cookieOf, db, teacher, courseId, begin, begun, send, sent, offsetOf, filesOf } = await sending();

describe('a name', () => {
  it.each([
    ['a zero', 'a\0.png'],
    ['a path of Windows', '..\\..\\boot.ini'],
    ['a path from the root', '/etc/passwd'],
    ['a new line', 'a\nb'],
    ['an escape of terminals', '\u001b[2J'],
    ['a control of eight bits', 'a\u0085b'],
    ['an isolate', 'a\u2066b'],
    ['a mark from right to left', 'a\u200fb'],
    ['too many letters', 'é'.repeat(201)],
    ['too many dots', '...'],
    ['what no header holds', '\u{1F409}'.repeat(101)],
  ])('with %s is refused', async (_, name) => {
    expectRefused(await begin(name, 1), 400, 'file-name-bad');
  });

  it.each([
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e%5c',
    '.htaccess',
    '..a',
    'CON',
    'nul.txt',
    'COM1.pdf ',
    'a:b|c?d*e<f>g.txt',
    '`id`;$(id)&&|.txt',
    '"; filename=evil.exe; x="',
    "' or 1=1; --",
    '<img src=x onerror=alert(1)>',
    '{{7*7}}#{7*7}',
    '=cmd|calc!A1',
    '-rf',
    'a%00.png',
    'a%0d%0aSet-Cookie: a=b',
    '__proto__',
    '\u0301'.repeat(200),
    '\u4e2d'.repeat(200),
    '\u{1F409}'.repeat(100),
    '\ufdfa\u2028\ufeff',
  ])('is a name and nothing else: %j', async (name) => {
    const url = await sent(name, Buffer.from('x'));
    const answer = await teacher(url);
    expectHarmless(answer);
    const disposition = String(answer.headers['content-disposition']);
    expect(disposition).toMatch(/^inline; filename="[^"\\%\r\n]*"; filename\*=UTF-8''[\w%.~!*-]+$/);
    expect(decodeURIComponent(disposition.split("''")[1]!)).toBe(name.normalize('NFC').trim());
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.body).toBe('x');
  });

  it('leads nowhere in the store', async () => {
    const keys: string[] = [];
    for await (const { key } of app.files.list('')) keys.push(key);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys)
      expect(key).toMatch(/^(files\/[0-9a-f]{32}|(resized|uploads)\/[0-9a-f]{32}\/[\w.-]+)$/);
  });

  it.each([
    '../../../../etc/passwd',
    '..%2f..%2f..%2f..%2fetc%2fpasswd',
    '%2e%2e/%2e%2e/package.json',
    '..%5c..%5cpackage.json',
    'a%00',
    '%ff',
  ])('finds no file of the machine: %s', async (path) => {
    const answer = await teacher(`/api/v1/courses/${courseId}/files/${path}`);
    expect([400, 404]).toContain(answer.statusCode);
    expect(answer.body).not.toMatch(/root:|"dependencies"/);
  });
});

describe('what an upload says of itself', () => {
  it.each([
    ['no size', { 'upload-length': 'many' }, 400, 'invalid-request'],
    ['less than nothing', { 'upload-length': '-1' }, 400, 'invalid-request'],
    ['nothing', { 'upload-length': '0' }, 400, 'invalid-request'],
    ['half a byte', { 'upload-length': '1.5' }, 400, 'invalid-request'],
    ['no number', { 'upload-length': 'NaN' }, 400, 'invalid-request'],
    ['a byte too many', { 'upload-length': String(4 * 2 ** 30 + 1) }, 413, 'file-too-large'],
    ['more than a number holds', { 'upload-length': '9'.repeat(30) }, 413, 'file-too-large'],
    ['more than there is', { 'upload-length': '1e308' }, 413, 'file-too-large'],
    ['much about itself', { 'upload-metadata': `filename ${'YWFh'.repeat(1000)}` }, 400, 'invalid-request'],
    ['no name', { 'upload-metadata': `sha256 ${base64('a'.repeat(64))}` }, 400, 'file-name-bad'],
    ['two names', { 'upload-metadata': 'filename YQ==,filename Yg==' }, 400, 'file-name-bad'],
    ['no Base64', { 'upload-metadata': 'filename a.png' }, 400, 'file-name-bad'],
    ['a prototype', { 'upload-metadata': '__proto__ YQ==,constructor YQ==' }, 400, 'file-name-bad'],
    ['another protocol', { 'tus-resumable': '0.2.2' }, 412, 'upload-protocol-unknown'],
  ])('is refused: %s', async (_, headers, status, type) => {
    const answer = await begin('a', 1, headers as Record<string, string>);
    expectRefused(answer, status, type);
    if (type === 'invalid-request')
      expect(answer.json().errors).toEqual([
        { field: `headers.${Object.keys(headers)[0]}`, reason: expect.any(String), mend: expect.any(String) },
      ]);
  });

  it.each([
    ['parts of the protocol that we have not', { 'upload-defer-length': '1', 'upload-concat': 'partial' }],
    ['another method', { 'x-http-method-override': 'DELETE' }],
    ['an address of another', { 'x-upload-id': 'f'.repeat(32), 'x-forwarded-host': 'evil.test' }],
    ['zeros', { 'upload-metadata': `filename ${base64('zeros')},filetype ${base64('\0\0')}` }],
  ])('counts for nothing: %s', async (name, headers) => {
    const url = await begun(name, 3, headers as unknown as Record<string, string>);
    expect(url).toMatch(/^\/api\/v1\/uploads\/(?!f{32})[0-9a-f]{32}$/);
    // Neither does it with a piece.
    const answer = await send(url, Buffer.from('abc'), {
      ...(headers as unknown as Record<string, string>),
      'upload-length': '3',
    });
    expect(answer.statusCode, answer.body).toBe(204);
  });

  it.each([
    ['no type', undefined],
    ['JSON', 'application/json'],
    ['words', 'text/plain'],
    ['a page', 'text/html'],
    ['a form', 'multipart/form-data; boundary=x'],
    ['octets', 'application/octet-stream'],
  ])('has pieces of one type, and is told which: %s', async (_, type) => {
    const url = await begun('typed', 2);
    for (const payload of [Buffer.from('{}'), undefined]) {
      const answer = await send(url, payload, { 'content-type': type as string });
      expectRefused(answer, 415, 'upload-type-wrong');
      expect(answer.json().detail).toContain(OCTETS);
    }
    expect(await offsetOf(url)).toBe('0');
    expect((await teacher({ method: 'DELETE', url, headers: TUS })).statusCode).toBe(204);
  });

  it.each([
    ['-1', 400, 'invalid-request'],
    ['x', 400, 'invalid-request'],
    ['1', 409, 'upload-offset-wrong'],
    ['9'.repeat(30), 409, 'upload-offset-wrong'],
  ])('goes on where it is, and not at %s', async (offset, status, type) => {
    expectRefused(
      await send(await begun('decalé', 2), Buffer.from('ab'), { 'upload-offset': offset }),
      status,
      type,
    );
  });
});

describe('over a line', async () => {
  const { cookie } = await cookieOf('teacher');
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const headers = {
    ...TUS,
    cookie,
    'sec-fetch-site': 'same-origin',
    'upload-offset': '0',
    'content-type': OCTETS,
  };
  const over = (url: string, body: BodyInit) =>
    fetch(`${origin}${url}`, { method: 'PATCH', headers, body, duplex: 'half' } as RequestInit);
  const inPieces = (...pieces: string[]) =>
    new ReadableStream({
      start(controller) {
        for (const each of pieces) controller.enqueue(Buffer.from(each));
        controller.close();
      },
    });

  it.each([
    ['and says so', () => 'x'.repeat(11)],
    ['and does not say how many', () => inPieces('x'.repeat(11))],
    ['in the end', () => inPieces('x'.repeat(10), 'y', 'z'.repeat(100_000))],
  ])('more bytes than announced are refused by the way they are sent: %s', async (name, make) => {
    const url = await begun(`trop ${name}`, 10);
    const answer = await over(url, make());
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await answer.json()).toMatchObject({ status: 413, type: '/problems/upload-overrun' });
    expect(Number(await offsetOf(url))).toBeLessThanOrEqual(10);
    for (const { size } of (await filesOf()).filter(({ name: each }) => each === `trop ${name}`))
      expect(size).toBe(10);
  });

  it('what was cut is kept as far as it came, and goes on from there', async () => {
    const bytes = Buffer.alloc(9 * 2 ** 20, 'GIF89a');
    const url = await begun('coupé.gif', bytes.length);
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.on('error', () => {});
    const head = Object.entries({ ...headers, host: 'localhost', 'content-length': bytes.length });
    socket.write(`PATCH ${url} HTTP/1.1\r\n${head.map((pair) => pair.join(': ')).join('\r\n')}\r\n\r\n`);
    socket.write(bytes.subarray(0, -1000));
    const received = db.selectFrom('uploads').select('received').where('name', '=', 'coupé.gif');
    await expect
      .poll(async () => (await received.executeTakeFirstOrThrow()).received, { timeout: 20_000 })
      .toBeGreaterThan(0);
    socket.destroy();
    const offset = Number(await offsetOf(url));
    expect(offset).toBeGreaterThanOrEqual(2 ** 23);
    expect(offset).toBeLessThanOrEqual(bytes.length - 1000);
    expect(await filesOf()).not.toContainEqual(expect.objectContaining({ name: 'coupé.gif' }));
    const rest = await send(url, bytes.subarray(offset), { 'upload-offset': String(offset) });
    expect(rest.statusCode, rest.body).toBe(204);
    const shown = await teacher(`/api/v1/courses/${courseId}/files/${encodeURIComponent('coupé.gif')}`);
    expect(shown.rawPayload.equals(bytes)).toBe(true);
    expect(shown.headers['content-type']).toBe('image/gif');
  });

  it('of many who send at one place at once, one is counted', async () => {
    const size = 100_000;
    const url = await begun('à plusieurs', size);
    const letters = [...'abcdefgh'];
    const answers = await Promise.all(letters.map((each) => over(url, each.repeat(size))));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    for (const status of statuses) expect([204, 400, 404, 409]).toContain(status);
    const standing = (await filesOf()).filter(({ name }) => name === 'à plusieurs');
    expect(standing).toHaveLength(1);
    const kept = (await teacher(`/api/v1/files/${standing[0]!.id}`)).body;
    expect(kept).toBe(letters[statuses.indexOf(204)]!.repeat(size));
  });
});
