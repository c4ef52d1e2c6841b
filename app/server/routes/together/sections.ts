import * as Y from 'yjs';
import { difference, SHARED } from '../../schemas/together.ts';

/** A section of a course. */
export interface Part {
  id: string;
  title: string;
  body: string;
}

export const sectionsOf = (doc: Y.Doc): Y.Array<Y.Map<unknown>> => doc.getArray(SHARED.sections);

export function sectionMap({ id, title, body }: Part): Y.Map<unknown> {
  const map = new Y.Map<unknown>();
  map.set(SHARED.id, id);
  map.set(SHARED.title, new Y.Text(title));
  map.set(SHARED.body, new Y.Text(body));
  return map;
}

/** The section of the course that a section of a document is; '' for a new one. */
export const idOf = (map: unknown): string => (map instanceof Y.Map ? String(map.get(SHARED.id) ?? '') : '');

/** What a section of a document says, whatever somebody put in its place. */
export function partOf(map: unknown): Part {
  const textOf = (key: string) => {
    const text = map instanceof Y.Map ? map.get(key) : undefined;
    return text instanceof Y.Text ? text.toString().replaceAll('\0', '') : '';
  };
  return {
    id: idOf(map),
    title: textOf(SHARED.title).trim(),
    body: textOf(SHARED.body),
  };
}

/** Makes the document say what the course says, and changes no letter that is right already. */
export function follow(doc: Y.Doc, parts: Part[]): void {
  const sections = sectionsOf(doc);
  const ids = sections.map(idOf);
  if (ids.length !== parts.length || parts.some(({ id }, at) => id !== ids[at])) {
    sections.delete(0, sections.length);
    sections.push(parts.map(sectionMap));
    return;
  }
  for (const [at, { title, body }] of parts.entries()) {
    rewrite(sections.get(at).get(SHARED.title), title);
    rewrite(sections.get(at).get(SHARED.body), body);
  }
}

/** Makes a text another one by the one change that it takes. */
export function rewrite(text: unknown, wanted: string): void {
  if (!(text instanceof Y.Text)) return;
  const { at, remove, insert } = difference(text.toString(), wanted);
  if (remove > 0) text.delete(at, remove);
  if (insert) text.insert(at, insert);
}
