import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { limitConcurrency } from '#server/concurrency.ts';
import { isOutage } from '#server/problems/outage.ts';
import type { FileStore } from '#server/store/store.ts';

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

/** One at a time: unpacked a picture takes up to four bytes for each pixel. */
const limited = limitConcurrency({ atOnce: 1, waitingMax: 200 });
/** Pictures that are being made, for all who ask for one. */
const making = new Map<string, Promise<Buffer | undefined>>();
/** Keys of pictures that cannot be made smaller, the oldest first; without them each who asks would have it tried again. */
const hopeless = new Set<string>();
const HOPELESS_MAX = 10_000;

/**
 * A picture of that width as WebP, without what cameras write into it; made once. Nothing when it cannot be made.
 * @throws a refusal when too many pictures wait to be made
 */
export async function smaller(
  files: FileStore,
  key: string,
  width: number,
): Promise<{ bytes: Readable; size: number } | undefined> {
  if (hopeless.has(key)) return undefined;
  const at = smallerKey(key, width);
  const known = await files.get(at);
  if (known) return known;
  const running = making.get(at) ?? limited(() => made(files, key, width)).finally(() => making.delete(at));
  making.set(at, running);
  const bytes = await running;
  return bytes && { bytes: Readable.from([bytes]), size: bytes.length };
}

async function made(files: FileStore, key: string, width: number): Promise<Buffer | undefined> {
  const original = await files.get(key);
  if (!original) return undefined;
  // Its library is large; most processes are asked for no picture for long.
  const { default: sharp } = await import('sharp');
  try {
    const bytes = await sharp(await buffer(original.bytes), { limitInputPixels: PIXELS_MAX, animated: false })
      .rotate()
      .resize({ width, withoutEnlargement: true })
      .timeout({ seconds: SECONDS_MAX })
      .webp({ quality: QUALITY })
      .toBuffer();
    // Where it cannot be kept it is made again for the next who asks.
    await files.put(smallerKey(key, width), Readable.from([bytes]), bytes.length).catch(() => undefined);
    return bytes;
  } catch (error) {
    if (isOutage(error as Error)) throw error;
    // No picture after all, or too much of one: the original is shown.
    if (hopeless.size >= HOPELESS_MAX) hopeless.delete(hopeless.values().next().value!);
    hopeless.add(key);
    return undefined;
  }
}
