import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/** The drawing, which browsers of today show as it is. */
const DRAWING = join(import.meta.dirname, 'public/icon.svg');
const ICO_SIZES = [16, 32, 48];
const APPLE_SIZE = 180;
/** What the drawing stands on. */
const GROUND = '#16324f';

/** The sizes that an installed app is drawn in are those of @see https://web.dev/articles/add-manifest#icons */
type Name = 'favicon.ico' | 'apple-touch-icon.png' | 'icon-192.png' | 'icon-512.png' | 'icon-whole.png';

/** The same drawing in pixels, for browsers and telephones that take no SVG, by the names that they ask for. */
export async function icons(): Promise<Record<Name, Buffer>> {
  const drawing = readFileSync(DRAWING);
  const drawn = (size: number) =>
    sharp(drawing, { density: 72 * (size / 32) })
      .resize(size)
      .png()
      .toBuffer();
  return {
    'favicon.ico': ico(await Promise.all(ICO_SIZES.map(async (size) => ({ size, png: await drawn(size) })))),
    'apple-touch-icon.png': await drawn(APPLE_SIZE),
    'icon-192.png': await drawn(192),
    'icon-512.png': await drawn(512),
    // A telephone cuts it to the form that all its icons have: no corner of it may be empty.
    'icon-whole.png': await sharp(await drawn(512))
      .flatten({ background: GROUND })
      .png()
      .toBuffer(),
  };
}

/** Pictures as one file of icons: a header, an entry for each, and the pictures. @see https://en.wikipedia.org/wiki/ICO_(file_format) */
function ico(pictures: { size: number; png: Buffer }[]): Buffer {
  const HEADER_BYTES = 6;
  const ENTRY_BYTES = 16;
  const header = Buffer.alloc(HEADER_BYTES + ENTRY_BYTES * pictures.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.length;
  for (const [at, { size, png }] of pictures.entries()) {
    const entry = HEADER_BYTES + ENTRY_BYTES * at;
    header.writeUInt8(size, entry);
    header.writeUInt8(size, entry + 1);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(png.length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  }
  return Buffer.concat([header, ...pictures.map(({ png }) => png)]);
}
