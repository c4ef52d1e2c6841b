import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { icons } from './icons.ts';

const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');

/** The rules of `robots.txt` for everybody: of those that fit a path the longest counts. @see https://www.rfc-editor.org/rfc/rfc9309 */
const rules = [...read('public/robots.txt').matchAll(/^(Allow|Disallow): (\S+)$/gm)].map(
  ([, verb, path]) => ({
    allows: verb === 'Allow',
    length: path!.length,
    pattern: new RegExp(
      `^${path!
        .replaceAll(/[.?+()[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replace(/(?<!\$)$/, '')}`,
    ),
  }),
);
const mayIndex = (path: string) =>
  rules.filter(({ pattern }) => pattern.test(path)).sort((one, other) => other.length - one.length)[0]!
    .allows;

describe('robots', () => {
  const ID = '6f9c6d3e-3c1b-4b69-9f5d-0d9b1a3c7e21';
  const pages = [...read('router.tsx').matchAll(/\bpath: '([^'*]+)'/g)].map(([, path]) => `/${path}`);

  it('find the courses and nothing of anybody’s own', () => {
    expect(pages.length).toBeGreaterThan(15);
    const open = ['/', ...pages].filter((path) => mayIndex(path.replaceAll(/:\w+/g, ID)));
    expect(open).toEqual(['/', '/cours/:id', '/cours/:id/:section']);
  });

  it.each([
    ['/assets/page-1a2b.js', true],
    ['/favicon.ico', true],
    ['/api/v1/courses?limit=20', true],
    [`/api/v1/courses/${ID}`, true],
    [`/api/v1/courses/${ID}/threads`, false],
    [`/api/v1/courses/${ID}/files/tp1.zip`, false],
    [`/api/v1/courses/${ID}/outline`, true],
    ['/sitemap.xml', true],
    ['/api/v1/me', false],
    ['/?q=suites', false],
  ])('%s: %s', (path, isOpen) => expect(mayIndex(path)).toBe(isOpen));
});

describe('icons', () => {
  it('are the drawing in each size that browsers ask for', async () => {
    const made = await icons();
    const ico = made['favicon.ico'];
    expect(ico.readUInt16LE(2)).toBe(1);
    const count = ico.readUInt16LE(4);
    expect(count).toBe(3);
    for (let at = 0; at < count; at += 1) {
      const entry = 6 + 16 * at;
      const start = ico.readUInt32LE(entry + 12);
      const picture = sharp(ico.subarray(start, start + ico.readUInt32LE(entry + 8)));
      const { format, width, height } = await picture.metadata();
      expect({ format, width, height }).toEqual({ format: 'png', width: ico[entry], height: ico[entry + 1] });
      // The page of the book is white, what is around it dark blue.
      const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
      const at16 = (x: number, y: number) =>
        Math.floor((y / 32) * info.height) * info.width + Math.floor((x / 32) * info.width);
      expect([...data.subarray(at16(11, 16) * info.channels).subarray(0, 3)]).toEqual([255, 255, 255]);
      expect([...data.subarray(at16(16, 3) * info.channels).subarray(0, 3)]).toEqual([0x16, 0x32, 0x4f]);
    }
    expect(await sharp(made['apple-touch-icon.png']).metadata()).toMatchObject({ width: 180, height: 180 });
  });

  it('are those that the manifest of the installed app names', async () => {
    const made: Record<string, Buffer> = await icons();
    const { icons: named } = JSON.parse(read('public/manifest.json')) as {
      icons: { src: string; sizes: string; type: string; purpose?: string }[];
    };
    for (const { src, sizes, type, purpose } of named) {
      if (type === 'image/svg+xml') continue;
      const picture = sharp(made[src.slice(1)]);
      const { width, height, format } = await picture.metadata();
      expect({ src, sizes: `${width}x${height}`, type: `image/${format}` }).toEqual({ src, sizes, type });
      expect((await picture.stats()).isOpaque, src).toBe(purpose === 'maskable');
    }
    expect(read('index.html')).toContain('<link rel="manifest" href="/manifest.json" />');
  });

  it('are named by the page', () => {
    const page = read('index.html');
    for (const name of ['favicon.ico', 'icon.svg', 'apple-touch-icon.png'])
      expect(page).toContain(`href="/${name}"`);
  });
});
