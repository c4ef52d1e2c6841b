import { isLine } from '#shared/schemas/common.ts';
import { fileNameBad } from './problems.ts';

const NAME_MAX = 200;

/** A name as a person typed it: never a path, and nothing that a header, a shell or another system reads as more than a name. */
export function checkedName(typed: string | null | undefined): string {
  const name = (typed ?? '').normalize('NFC').trim();
  if (!isLine(name) || name.length > NAME_MAX || /[/\\\p{Bidi_Control}]/u.test(name) || /^\.+$/.test(name))
    throw fileNameBad({});
  return name;
}

/** The name itself, or with the first number that makes it free: `poly (2).pdf`. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const [, stem = name, ending = ''] = /^(.+?)((?:\.[a-z]{2})?\.\w{1,8})?$/iu.exec(name) ?? [];
  for (let number = 2; ; number += 1) {
    const numbered = ` (${number})${ending}`;
    // A letter of two halves is not cut between them.
    const free = stem.slice(0, NAME_MAX - numbered.length).replace(/\p{Cs}$/u, '') + numbered;
    if (!taken.has(free)) return free;
  }
}

/**
 * How a browser keeps what it saves: letters beyond ASCII by RFC 5987, and quotes and controls nowhere.
 * @see https://www.rfc-editor.org/rfc/rfc6266 section 4.3
 */
export function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
