import { deflateRawSync, gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { after, latin1, packedZeros, png, utf16, zip } from './bytes.ts';
import { base64, expectHarmless, sending } from './sending.ts';

/** Files that are not what they say: what they may do in a browser that shows them, and to a server that looks into them. */
const { teacher, begun, send, sent, filesOf } = await sending();

const SCRIPT = '<script>alert(document.domain)</script>';
const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#268' } });
const [aPng, aJpeg, aGif] = await Promise.all([
  flat(400, 300).png().toBuffer(),
  flat(400, 300).jpeg().toBuffer(),
  flat(400, 300).gif().toBuffer(),
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
  ])('a %s that is made smaller is the picture and nothing else', async (name, bytes) => {
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
