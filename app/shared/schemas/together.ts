import * as Y from 'yjs';

/** What the app's pages and its servers say to each other over the WebSocket of a course that is written together. */

/** The first byte of a message. */
export const MESSAGE = {
  /** A sync message of Yjs. Those of a client that change something are counted, for the acknowledgement. */
  sync: 0,
  /** Who is there, and where the cursors stand. */
  awareness: 1,
  /** From the server: how many changes of this connection are safe in the database. */
  saved: 2,
} as const;

/** Why a connection was closed, so that a page knows whether to come again. */
export const CLOSED = {
  /** The server leaves; another one goes on. */
  leaving: 1001,
  notAllowed: 4403,
  unreadable: 4400,
  /** The document would be larger than it may be. */
  full: 4413,
  tooFast: 4429,
  /** The server could not keep what was typed; it is still in the page, which sends it again. */
  again: 4503,
} as const;

/** Largest message, in bytes. */
export const MESSAGE_BYTES_MAX = 1024 * 1024;
/** Largest document, in bytes of everything that was ever typed and is still needed. */
export const DOCUMENT_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Names of the shared types: a list of sections, each a map of texts. A section has a `place` once it was put into another
 * order than that of the list, and is `removed` for good only as long as nobody's letters come for it.
 */
export const SHARED = {
  sections: 'sections',
  title: 'title',
  body: 'body',
  id: 'id',
  place: 'place',
  removed: 'removed',
} as const;
/** The place of a section that was never put anywhere: the last one. */
const LAST = Number.MAX_SAFE_INTEGER;

/** The sections as they are shown, in their order. One that was removed is none of them while it says nothing. */
export function shownIn(list: Y.Array<Y.Map<unknown>>): Y.Map<unknown>[] {
  const placeOf = (section: Y.Map<unknown>) => {
    const place = section.get(SHARED.place);
    return typeof place === 'number' && place >= 0 ? place : LAST;
  };
  return list
    .toArray()
    .filter((each) => each instanceof Y.Map && !(each.has(SHARED.removed) && isEmpty(each)))
    .sort((one, other) => placeOf(one) - placeOf(other));
}

/** Gives sections their places, unless they stand so already: what moves in a list of Yjs is made again, without what others type into it. */
export function arrange(list: Y.Array<Y.Map<unknown>>, order: readonly Y.Map<unknown>[]): void {
  const now = shownIn(list);
  if (order.every((map, at) => map === now[at])) return;
  for (const [at, map] of order.entries()) if (map.get(SHARED.place) !== at) map.set(SHARED.place, at);
}

/**
 * Removes a section and leaves its emptied texts in the list: what somebody types into them meanwhile, perhaps without a network,
 * is shown when it comes. In a text that was taken out of the list it would be kept and in nobody's document.
 */
export function removeSection(section: Y.Map<unknown>): void {
  section.doc?.transact(() => {
    for (const text of textsOf(section)) text.delete(0, text.length);
    section.set(SHARED.removed, true);
  });
}

const textsOf = (section: Y.Map<unknown>) =>
  [section.get(SHARED.title), section.get(SHARED.body)].filter((text) => text instanceof Y.Text);
const isEmpty = (section: Y.Map<unknown>) => textsOf(section).every((text) => text.length === 0);

/** The one stretch in which two texts differ. It never parts the two halves of a character beyond U+FFFF. */
export function difference(before: string, after: string): { at: number; remove: number; insert: string } {
  const shorter = Math.min(before.length, after.length);
  let at = 0;
  while (at < shorter && before[at] === after[at]) at += 1;
  if (at > 0 && isHigh(before.charCodeAt(at - 1))) at -= 1;
  let end = 0;
  while (end < shorter - at && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  if (end > 0 && isLow(before.charCodeAt(before.length - end))) end -= 1;
  return { at, remove: before.length - at - end, insert: after.slice(at, after.length - end) };
}
const isHigh = (code: number) => code >= 0xd800 && code < 0xdc00;
const isLow = (code: number) => code >= 0xdc00 && code < 0xe000;
