import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { crc32, createDeflate, deflateRawSync, gzipSync } from 'node:zlib';
import type { LightMyRequestResponse } from 'fastify';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Course } from '../schemas/course.ts';
import { testApp } from '../testing/test-app.ts';

/** Files of whoever means no good: what they may do in a browser that shows them, and to the server that takes them. */
const { app, as, cookieOf, db } = await testApp({ changesPerMinute: 1_000_000 });
const teacher = await as('teacher');
const TUS = { 'tus-resumable': '1.0.0' };
const OCTETS = 'application/offset+octet-stream';
const base64 = (text: string | Buffer) => Buffer.from(text as string).toString('base64');

const body = { title: 'Fichiers', summary: '', subject: 's', level: 'l' };
const courseId = (await teacher({ method: 'POST', url: '/api/v1/courses', body })).json<Course>().id;
const begin = (name: string | Buffer, size: number | string, headers: Record<string, string> = {}) =>
  teacher({
    method: 'POST',
    url: `/api/v1/courses/${courseId}/uploads`,
    headers: {
      ...TUS,
      'upload-length': String(size),
      'upload-metadata': `filename ${base64(name)}`,
      ...headers,
    },
  });
const begun = async (name: string | Buffer, size: number, headers?: Record<string, string>) => {
  const answer = await begin(name, size, headers);
  expect(answer.statusCode, answer.body).toBe(201);
  return String(answer.headers.location);
};
const send = (url: string, payload: Buffer | undefined, headers: Record<string, string> = {}) =>
  teacher({
    method: 'PATCH',
    url,
    headers: { ...TUS, 'upload-offset': '0', 'content-type': OCTETS, ...headers },
    ...(payload ? { payload } : {}),
  });
const offsetOf = async (url: string) =>
  (await teacher({ method: 'HEAD', url, headers: TUS })).headers['upload-offset'];
const filesOf = async () => (await teacher(`/api/v1/courses/${courseId}`)).json<Course>().files;
/** A file of the course; its address. */
async function sent(name: string, bytes: Buffer): Promise<string> {
  const answer = await send(await begun(name, bytes.length), bytes);
  expect(answer.statusCode, answer.body).toBe(204);
  return `/api/v1/courses/${courseId}/files/${encodeURIComponent(name.trim())}`;
}

/** Nothing of an answer can run as a page of ours, or be taken in by the page of another site. */
function expectHarmless({ headers }: LightMyRequestResponse): void {
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none';/);
  expect(headers['content-security-policy']).not.toMatch(/allow-|script-src|unsafe-eval/);
  expect(headers['cross-origin-resource-policy']).toBe('same-origin');
  expect(headers['access-control-allow-origin']).toBeUndefined();
}
/** A refusal in words that say what to do, of a request that was at fault. */
function expectRefused(answer: LightMyRequestResponse, status: number, type: string): void {
  expect(answer.headers['content-type'], answer.body).toMatch(/^application\/problem\+json/);
  expect(answer.json()).toMatchObject({
    status,
    type: `/problems/${type}`,
    detail: expect.stringMatching(/./),
  });
}

const SCRIPT = '<script>alert(document.domain)</script>';
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
const after = (bytes: Buffer, ...more: (string | Buffer)[]) =>
  Buffer.concat([bytes, ...more.map((each) => Buffer.from(each as string))]);

function pngChunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}
/** A PNG of one bit for each pixel that says how large it is, over whatever bytes. */
function png(side: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', pixels), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([latin1('\x89PNG\r\n\x1a\n'), ...chunks]);
}
/** So many zeros, packed and never held at once. */
async function packedZeros(bytes: number): Promise<Buffer> {
  const stream = createDeflate();
  const packed = buffer(stream);
  const block = Buffer.alloc(2 ** 20);
  for (let left = bytes; left > 0; left -= block.length)
    if (!stream.write(block.subarray(0, Math.min(left, block.length)))) await once(stream, 'drain');
  stream.end();
  return packed;
}
/** A ZIP of one packed file, by its local header and its directory. */
function zip(name: string, packed: Buffer, unpackedBytes: number): Buffer {
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4); // deflate
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(unpackedBytes, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([latin1('PK\x03\x04'), common, latin1(name), packed]);
  const entry = Buffer.concat([latin1('PK\x01\x02\x14\x00'), common, Buffer.alloc(14), latin1(name)]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(entry.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, entry, latin1('PK\x05\x06'), end]);
}
const noise = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#268' } });
const [aPng, aJpeg, aGif] = await Promise.all([
  noise(400, 300).png().toBuffer(),
  noise(400, 300).jpeg().toBuffer(),
  noise(400, 300).gif().toBuffer(),
]);
const aPdf = '%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<<>>\n%%EOF\n';
const anMp4 = latin1('\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42\x00\x00\x00\x40free');
const aBomb = zip('zeros', deflateRawSync(Buffer.alloc(2 ** 24)), 2 ** 24);
const OTHER = ['application/octet-stream', 'attachment'] as const;
const PLAIN = ['text/plain; charset=utf-8', 'inline'] as const;

describe('what a browser gets of', () => {
  it.each([
    ['HTML that says it is a PNG', 'a.png', Buffer.from(`<!doctype html>${SCRIPT}`), ...PLAIN],
    ['HTML that says it is a PDF', 'a.pdf', Buffer.from(`<html>${SCRIPT}`), ...PLAIN],
    ['HTML after a byte order mark', 'a1.html', Buffer.from(`\uFEFF<html>${SCRIPT}`), ...PLAIN],
    ['HTML after spaces', 'a2.html', Buffer.from(`\n\t \f${' '.repeat(600)}<html>${SCRIPT}`), ...PLAIN],
    ['HTML after a comment', 'a3.html', Buffer.from(`<!--${'-'.repeat(600)}-->${SCRIPT}`), ...PLAIN],
    ['HTML after much text', 'a4.html', Buffer.from(`${'a'.repeat(5000)}${SCRIPT}`), ...PLAIN],
    ['HTML in UTF-16', 'a5.html', utf16(`<html>${SCRIPT}`), ...OTHER],
    ['HTML in UTF-7', 'a6.html', Buffer.from('+ADw-script+AD4-alert(1)+ADw-/script+AD4-'), ...PLAIN],
    ['HTML in ISO-2022-JP', 'a7.html', latin1(`\x1b$B\x1b(B<html>${SCRIPT}`), ...PLAIN],
    ['HTML after a zero byte', 'a8.html', latin1(`\x00<html>${SCRIPT}`), ...OTHER],
    [
      'SVG with script',
      'a9.svg',
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`),
      ...PLAIN,
    ],
    ['SVG with a head', 'b1.svg', Buffer.from(`<?xml version="1.0"?>\n<svg>${SCRIPT}</svg>`), ...OTHER],
    ['SVG in UTF-16', 'b2.svg', utf16(`<?xml version="1.0"?><svg>${SCRIPT}</svg>`), ...OTHER],
    ['SVG that is packed', 'b3.svgz', gzipSync(`<svg>${SCRIPT}</svg>`), ...OTHER],
    [
      'a style sheet that runs',
      'b4.xsl',
      Buffer.from('<?xml version="1.0"?><?xml-stylesheet href="#a"?>'),
      ...OTHER,
    ],
    [
      'a page with its parts',
      'b5.mhtml',
      Buffer.from('MIME-Version: 1.0\r\nContent-Type: text/html\r\n'),
      ...PLAIN,
    ],
    ['script', 'b6.js', Buffer.from('self.onfetch = () => {};'), ...PLAIN],
    ['a Flash film', 'b7.png', latin1('FWS\x0a\x00\x00\x00\x00'), ...OTHER],
    ['a Windows program', 'b8.jpg', latin1('MZ\x90\x00\x03\x00\x00\x00'), ...OTHER],
    ['WebAssembly', 'b9.wasm', latin1('\x00asm\x01\x00\x00\x00'), ...OTHER],
    [
      'a GIF that is script',
      'c1.js',
      latin1(`GIF89a/*${'\x00'.repeat(20)}*/=1;alert(1);`),
      'image/gif',
      'inline',
    ],
    ['a GIF before HTML', 'c2.html', after(aGif, SCRIPT), 'image/gif', 'inline'],
    ['a JPEG before HTML', 'c3.html', after(aJpeg, SCRIPT), 'image/jpeg', 'inline'],
    ['a PNG before a ZIP', 'c4.zip', after(aPng, aBomb.subarray(0, 500)), 'image/png', 'inline'],
    ['a ZIP before a PNG', 'c5.png', after(zip('a', Buffer.alloc(2), 0), aPng), ...OTHER],
    ['a PDF before HTML', 'c6.html', Buffer.from(`${aPdf}${SCRIPT}`), 'application/pdf', 'inline'],
    ['HTML before a PDF', 'c7.pdf', Buffer.from(`<html>${SCRIPT}${aPdf}`), ...PLAIN],
    ['an MP4 with HTML in it', 'c8.html', after(anMp4, SCRIPT, Buffer.alloc(60)), 'video/mp4', 'inline'],
    ['an MP3 before HTML', 'c9.html', after(latin1('ID3\x04\x00\x00\x00\x00\x00\x00'), SCRIPT), ...OTHER],
  ])('%s is harmless: %s', async (_, name, bytes, type, kind) => {
    const url = await sent(name, bytes);
    const answer = await teacher(url);
    expectHarmless(answer);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.headers['content-disposition']).toBe(
      `${kind}; filename="${name}"; filename*=UTF-8''${name}`,
    );
    expect(answer.rawPayload.equals(bytes)).toBe(true);
    const [part, saved] = await Promise.all([
      teacher({ url, headers: { range: 'bytes=1-' } }),
      teacher(`${url}?download=true`),
    ]);
    for (const each of [part, saved]) expectHarmless(each);
    // A part of a file is what the file is: nobody makes HTML of a picture by leaving its head out.
    expect(part.headers['content-type']).toBe(type);
    expect(saved.headers['content-disposition']).toMatch(/^attachment;/);
  });

  it.each([
    ['JPEG', after(aJpeg, SCRIPT)],
    ['PNG', after(aPng, zip('a', Buffer.from(SCRIPT), 9))],
    ['GIF', after(aGif, SCRIPT)],
  ])('a %s made smaller nothing is left but the picture', async (name, bytes) => {
    const small = await teacher(`${await sent(`pur.${name}`, bytes)}?width=320`);
    expectHarmless(small);
    expect(small.headers['content-type']).toBe('image/webp');
    expect(small.rawPayload.includes(SCRIPT)).toBe(false);
  });

  it('what its sender calls a picture is what its bytes say', async () => {
    const bytes = Buffer.from(`<html>${SCRIPT}`);
    const url = await begun('menteur.png', bytes.length, {
      'upload-metadata': `filename ${base64('menteur.png')},filetype ${base64('image/png')},contentType ${base64('text/html')}`,
    });
    expect((await send(url, bytes)).statusCode).toBe(204);
    const file = (await filesOf()).find(({ name }) => name === 'menteur.png')!;
    expect(file.mediaType).toBe('text/plain');
  });
});

describe('a bomb', () => {
  const lies = `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">${Array.from('bcdefghij', (each, index) => `<!ENTITY ${each} "${`&${'abcdefghij'[index]};`.repeat(10)}">`).join('')}]><svg><text>&j;</text></svg>`;

  it.each([
    ['a ZIP of 16 MiB of zeros', aBomb],
    ['a ZIP in a ZIP', zip('inner.zip', deflateRawSync(aBomb), aBomb.length)],
    [
      'a ZIP that says it is an office file',
      zip('[Content_Types].xml', aBomb.subarray(35, 35 + 3500), 2 ** 32 - 1),
    ],
    ['a ZIP that overlaps itself', after(aBomb.subarray(0, 500), aBomb)],
    ['gzip', gzipSync(Buffer.alloc(2 ** 22))],
  ])('is kept as it came, and saved: %s', async (name, bytes) => {
    const url = await sent(name, bytes);
    const answer = await teacher(`${url}?width=320`);
    expectHarmless(answer);
    expect(answer.headers['content-type']).toBe(OTHER[0]);
    expect(answer.headers['content-disposition']).toMatch(/^attachment;/);
    expect(Number(answer.headers['content-length'])).toBe(bytes.length);
    expect(answer.rawPayload.equals(bytes)).toBe(true);
  });

  it('is no picture to unpack, whatever it says of its size, and others are answered meanwhile', async () => {
    const webp = Buffer.alloc(64);
    webp.write('RIFF\x38\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00', 'latin1');
    webp.fill(0xff, 24, 30);
    const frame = latin1(`,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02\x44\x01\x00`);
    const gif = after(
      latin1('GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff'),
      ...Array(2000).fill(frame),
      ';',
    );
    const whole = await packedZeros(30_000 * (1 + 30_000 / 8));
    const bombs = [
      ['vast.png', png(30_000, whole), 'image/png'],
      ['vaster.png', png(2 ** 31 - 1, whole.subarray(0, 1000)), 'image/png'],
      ['none.png', png(7000, whole.subarray(0, 1000)), 'image/png'],
      ['vast.gif', gif, 'image/gif'],
      ['vast.webp', webp, 'image/webp'],
      [
        'vast.jpg',
        after(latin1('\xff\xd8\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00'), 'x'),
        'image/jpeg',
      ],
      ['svg.gif', Buffer.from(`GIF ${lies}`), 'image/gif'],
      ['svg.svg', Buffer.from(lies), PLAIN[0]],
    ] as const;
    expect(bombs[0][1].length).toBeLessThan(2 ** 17);
    const urls: string[] = [];
    for (const [name, bytes] of bombs) urls.push(await sent(name, bytes));
    const fine = await sent('fine.png', aPng);
    const residentBefore = process.resourceUsage().maxRSS;
    const [alive, small, ...shown] = await Promise.all([
      teacher('/healthz'),
      teacher(`${fine}?width=320`),
      ...urls.flatMap((url) => [320, 1280].map((width) => teacher(`${url}?width=${width}`))),
    ]);
    expect([alive.statusCode, small.headers['content-type']]).toEqual([200, 'image/webp']);
    for (const [index, answer] of shown.entries()) {
      const [name, bytes, type] = bombs[index >> 1]!;
      expectHarmless(answer);
      expect([name, answer.headers['content-type']]).toEqual([name, type]);
      expect(answer.rawPayload.equals(bytes)).toBe(true);
    }
    // 30,000 times 30,000 pixels of one byte alone would be 900 MB; what is counted is in KiB.
    expect(process.resourceUsage().maxRSS - residentBefore).toBeLessThan(300 * 2 ** 10);
  });

  it('of a thousand frames is one picture when it is made smaller', async () => {
    const [width, height, frames] = [64, 64, 1000];
    const raw = Buffer.alloc(width * height * frames * 3, 1);
    // Frames that are alike would be put together.
    for (let frame = 0; frame < frames; frame += 1) raw.writeUInt16LE(frame * 64, frame * width * height * 3);
    const bytes = await sharp(raw, {
      raw: { width, height: height * frames, channels: 3, pageHeight: height },
    })
      .gif({ effort: 1, colours: 2 })
      .toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBeGreaterThan(1);
    const small = await teacher(`${await sent('frames.gif', bytes)}?width=320`);
    const found = await sharp(small.rawPayload).metadata();
    expect([found.format, found.pages ?? 1, found.height]).toEqual(['webp', 1, height]);
  });
});

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
    const told = String(answer.headers['content-disposition']);
    expect(told).toMatch(/^inline; filename="[^"\\%\r\n]*"; filename\*=UTF-8''[\w%.~!*-]+$/);
    expect(decodeURIComponent(told.split("''")[1]!)).toBe(name.normalize('NFC').trim());
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
  ])('more bytes than announced are refused by whoever sends them %s', async (name, make) => {
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
