import { diffLines } from 'diff';
import * as Y from 'yjs';
import { asTyped } from '#server/schemas/kept-text.ts';
import { arrange, difference, removeSection, SHARED, shownIn } from '#shared/schemas/together.ts';

/** A section of a course. */
export interface Part {
  id: string;
  title: string;
  body: string;
}

const listOf = (doc: Y.Doc): Y.Array<Y.Map<unknown>> => doc.getArray(SHARED.sections);
/** The sections of a document in their order, without those that were removed. */
export const sectionsOf = (doc: Y.Doc): Y.Map<unknown>[] => shownIn(listOf(doc));

function sectionMap({ id, title, body }: Part): Y.Map<unknown> {
  const map = new Y.Map<unknown>();
  map.set(SHARED.id, id);
  map.set(SHARED.title, new Y.Text(title));
  map.set(SHARED.body, new Y.Text(body));
  return map;
}

/** The section of the course that a section of a document is; '' for a new one. */
export const idOf = (map: unknown): string => (map instanceof Y.Map ? String(map.get(SHARED.id) ?? '') : '');

/** A section as a course keeps it: what is typed together passes what all that people type passes. */
export const asKept = <Said extends Pick<Part, 'title' | 'body'>>(said: Said): Said => ({
  ...said,
  title: asTyped(said.title, 'line'),
  body: asTyped(said.body, 'document'),
});

/** What a section of a document says, whatever somebody put in its place. */
export function partOf(map: unknown): Part {
  const textOf = (key: string) => {
    const text = map instanceof Y.Map ? map.get(key) : undefined;
    return text instanceof Y.Text ? text.toString().replaceAll('\0', '') : '';
  };
  return asKept({ id: idOf(map), title: textOf(SHARED.title), body: textOf(SHARED.body) });
}

/**
 * Makes the document say what the course says, and changes no letter that is right already. Whatever somebody types meanwhile,
 * perhaps without a network, is in the document once it is kept: no section and no text is ever taken out of the list of a
 * document. A section that moved gets its new place, a text becomes the newer one stretch by stretch, and one that the course
 * has no more is emptied: letters that come for it later show it again as a section that is not published yet, and what it
 * said before is in the versions of the course.
 */
export function follow(doc: Y.Doc, parts: Part[]): void {
  const ours = new Map(sectionsOf(doc).map((map) => [idOf(map), map]));
  const order: Y.Map<unknown>[] = [];
  for (const part of parts) order.push(bring(doc, part, { map: ours.get(part.id), after: order.at(-1) }));
  for (const map of sectionsOf(doc)) if (!order.includes(map)) removeSection(map);
  arrange(listOf(doc), order);
}

/** Adds a section at a place. */
export function insert(doc: Y.Doc, part: Part, at: number): void {
  const order = sectionsOf(doc);
  order.splice(at, 0, bring(doc, part, { after: order.slice(0, at).at(-1) }));
  arrange(listOf(doc), order);
}

/** Makes a section say what the course says, and makes it where it is not there; one that was removed and comes back is the same. */
function bring(
  doc: Y.Doc,
  part: Part,
  { map, after }: { map?: Y.Map<unknown> | undefined; after: Y.Map<unknown> | undefined },
): Y.Map<unknown> {
  const list = listOf(doc).toArray();
  const found = map ?? list.find((each) => idOf(each) === part.id);
  if (!found) {
    const made = sectionMap(part);
    listOf(doc).insert(after ? list.indexOf(after) + 1 : 0, [made]);
    return made;
  }
  found.delete(SHARED.removed);
  rewrite(found.get(SHARED.title), part.title);
  rewrite(found.get(SHARED.body), part.body);
  return found;
}

/** Makes a text another one by the changes that it takes, so that what others type between them stays where it is. */
export function rewrite(text: unknown, wanted: string): void {
  if (!(text instanceof Y.Text)) return;
  let from = 0;
  for (const { before, after } of stretches(text.toString(), wanted)) {
    const { at, remove, insert } = difference(before, after);
    if (remove > 0) text.delete(from + at, remove);
    if (insert) text.insert(from + at, insert);
    from += after.length;
  }
}

/** Lines that a comparison finds changed at most; where there are more, the text is one stretch. */
const EDITS_MAX = 200;

/** Two texts in stretches of whole lines, in turn the same and not. */
function stretches(before: string, after: string): { before: string; after: string }[] {
  if (before === after) return [];
  const parts = diffLines(before, after, { maxEditLength: EDITS_MAX });
  if (!parts) return [{ before, after }];
  const found = [{ before: '', after: '' }];
  let wasSame = false;
  for (const { added, removed, value } of parts) {
    const isSame = !added && !removed;
    if (isSame || wasSame) found.push({ before: '', after: '' });
    const last = found.at(-1)!;
    if (!added) last.before += value;
    if (!removed) last.after += value;
    wasSame = isSame;
  }
  return found;
}
