import { fileTypeFromBuffer } from 'file-type';
import { SHOWN } from '#shared/markdown/media.ts';

/** Bytes that tell what a file is. */
export const SNIFFED_BYTES = 4100;

/** What browsers may show in place; everything else is saved. No SVG and no HTML: they would run script. */
const INLINE = new Set<string>([...Object.values(SHOWN).flat(), 'application/pdf', 'text/plain', 'text/vtt']);
/** Names that the sniffer has for what browsers know by another one. */
const ALIASES: Record<string, string> = {
  'audio/x-m4a': 'audio/mp4',
  'video/x-m4v': 'video/mp4',
  'image/apng': 'image/png',
};
export const mayBeInline = (mediaType: string): boolean => INLINE.has(mediaType);
/** What can be made smaller for a page. */
export const isPicture = (mediaType: string): boolean =>
  mediaType.startsWith('image/') && INLINE.has(mediaType);

/** What a file is by its first bytes; its name and what its sender says count for nothing. */
export async function sniffed(head: Uint8Array): Promise<string> {
  // The mark of UTF-16 is how sound of a kind that nobody makes begins, too.
  if (isUtf16(head)) return 'application/octet-stream';
  const found = await fileTypeFromBuffer(head);
  if (found) {
    const mediaType = found.mime.split(';')[0]!;
    return ALIASES[mediaType] ?? mediaType;
  }
  if (!isText(head)) return 'application/octet-stream';
  // Whatever else is text – HTML and SVG too – is shown as text or not at all.
  return /^(\uFEFF)?WEBVTT(\s|$)/.test(new TextDecoder().decode(head.subarray(0, 16)))
    ? 'text/vtt'
    : 'text/plain';
}

const isUtf16 = (head: Uint8Array): boolean =>
  (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);

function isText(head: Uint8Array): boolean {
  if (head.includes(0)) return false;
  try {
    // The last letter may be cut in the middle.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}
