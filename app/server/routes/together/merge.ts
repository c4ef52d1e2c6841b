import type * as Y from 'yjs';
import { removeSection, SHARED } from '#shared/schemas/together.ts';
import { asKept, follow, idOf, insert, type Part, partOf, rewrite, sectionsOf } from './sections.ts';

/**
 * Brings into a document what the course says `now` and did not say at its `base`, the version that the document went out
 * from: a title or a text that the document left as it was becomes the newer one, new sections come in and removed ones go.
 * @returns the titles of the sections that were changed on both sides; what the document says of them stands
 */
export function mergeCourse(doc: Y.Doc, course: { base: Part[]; now: Part[] }): string[] {
  // What a course has said for long may not have passed it.
  const [base, now] = [course.base.map(asKept), course.now.map(asKept)];
  if (isSame(sectionsOf(doc).map(partOf), base)) {
    follow(doc, now);
    return [];
  }
  const was = new Map(base.map((part) => [part.id, part]));
  const both = new Set<string>(moved(base, now));
  for (const [at, newer] of now.entries()) {
    const map = sectionsOf(doc).find((each) => idOf(each) === newer.id);
    const older = was.get(newer.id);
    if (!map) {
      if (!older) insert(doc, newer, at);
      // Removed here, changed there.
      else if (!isSame([newer], [older])) both.add(newer.title);
      continue;
    }
    const ours = partOf(map);
    for (const key of [SHARED.title, SHARED.body] as const) {
      if (newer[key] === older?.[key] || newer[key] === ours[key]) continue;
      if (ours[key] === older?.[key]) rewrite(map.get(key), newer[key]);
      else both.add(newer.title);
    }
  }
  for (const gone of base.filter(({ id }) => now.every((part) => part.id !== id))) {
    const map = sectionsOf(doc).find((each) => idOf(each) === gone.id);
    if (!map) continue;
    if (isSame([partOf(map)], [gone])) removeSection(map);
    else both.add(gone.title);
  }
  return [...both];
}

const isSame = (these: Part[], those: Part[]): boolean =>
  these.length === those.length &&
  these.every(
    ({ id, title, body }, at) =>
      id === those[at]!.id && title === those[at]!.title && body === those[at]!.body,
  );

/** Sections that stand elsewhere in the course now; which order is meant nobody can tell. */
function moved(base: Part[], now: Part[]): string[] {
  const common = (these: Part[], those: Part[]) =>
    these.filter(({ id }) => those.some((part) => part.id === id));
  const before = common(base, now);
  return common(now, base).flatMap(({ id, title }, at) => (id === before[at]!.id ? [] : [title]));
}
