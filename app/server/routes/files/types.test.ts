import { supportedMimeTypes } from 'file-type';
import { expect, it } from 'vitest';
import { shownAs, unshownAdvice } from '#shared/markdown/media.ts';
import { mayBeInline, sniffed } from './types.ts';

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );
/** The beginning of a container of that brand. */
const container = (brand: string) =>
  bytes([0, 0, 0, 24], `ftyp${brand}`, [0, 0, 2, 0], `isom${brand}`, new Array(64).fill(0));

it.each([
  ['a recording of a telephone', container('M4A '), 'audio/mp4'],
  ['a film of Apple’s', container('M4V '), 'video/mp4'],
  ['a film', container('mp42'), 'video/mp4'],
  ['a photograph of a telephone', container('heic'), 'image/heic'],
  ['a film of a telephone', container('qt  '), 'video/quicktime'],
])('knows %s by the name that browsers have for it', async (_name, head, mediaType) => {
  expect(await sniffed(head)).toBe(mediaType);
});

it('shows each kind of picture, film and sound that can be told, or has words for its author', () => {
  const media = [...supportedMimeTypes]
    .map((each) => each.split(';')[0]!)
    .filter((each) => /^(image|video|audio)\//.test(each));
  expect(media.length).toBeGreaterThan(50);
  const aliases = ['audio/x-m4a', 'video/x-m4v', 'image/apng'];
  for (const mediaType of media.filter((each) => !aliases.includes(each))) {
    expect(shownAs(mediaType) !== undefined, mediaType).toBe(mayBeInline(mediaType));
    expect(unshownAdvice(mediaType) === undefined, mediaType).toBe(mayBeInline(mediaType));
  }
});
