import type { Range } from '#server/store/store.ts';
import { rangeOutside } from './problems.ts';

/**
 * The part of a file that was asked for; nothing for all of it, as for what is not understood. Several parts at once nobody
 * asks for but those who want to keep a server busy.
 * @see https://www.rfc-editor.org/rfc/rfc9110 section 14.2
 * @throws a refusal for a part that the file does not have
 */
export function rangeOf(header: string | undefined, size: number): Range | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start >= size || start > end || (from === '' && Number(to) === 0))
    throw rangeOutside({}, { headers: { 'content-range': `bytes */${size}` } });
  return { start, end };
}
