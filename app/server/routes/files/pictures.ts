import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { isOutage } from '../../problems/outage.ts';
import type { FileStore } from '../../store/store.ts';

/** Widths that pages ask for: a phone, a tablet, a desk, twice that. */
export const WIDTHS = [320, 640, 1280, 2560] as const;
/** A picture that is larger than this is shown as it is. */
export const PICTURE_BYTES_MAX = 50 * 2 ** 20;
/** Pixels at most: what would fill the memory once it is unpacked is no picture. */
const PIXELS_MAX = 50_000_000;
const SECONDS_MAX = 10;
const QUALITY = 80;

/** Where a smaller one is kept. */
export const smallerKey = (key: string, width: number): string =>
  `resized/${key.replace('files/', '')}/${width}.webp`;

/** A picture of that width as WebP, without what cameras write into it; made once. Nothing when it cannot be made. */
export async function smaller(
  files: FileStore,
  key: string,
  width: number,
): Promise<{ bytes: Readable; size: number } | undefined> {
  const at = smallerKey(key, width);
  const known = await files.get(at);
  if (known) return known;
  const original = await files.get(key);
  if (!original) return undefined;
  try {
    const made = await sharp(await buffer(original.bytes), { limitInputPixels: PIXELS_MAX, animated: false })
      .rotate()
      .resize({ width, withoutEnlargement: true })
      .timeout({ seconds: SECONDS_MAX })
      .webp({ quality: QUALITY })
      .toBuffer();
    // Where it cannot be kept it is made again for the next who asks.
    await files.put(at, Readable.from([made]), made.length).catch(() => undefined);
    return { bytes: Readable.from([made]), size: made.length };
  } catch (error) {
    if (isOutage(error as Error)) throw error;
    return undefined; // no picture after all, or too much of one: the original is shown
  }
}
