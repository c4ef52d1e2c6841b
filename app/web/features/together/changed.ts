import type { Course } from '#shared/schemas/course.ts';
import { SHARED } from '#shared/schemas/together.ts';
import type { Sections } from './sections.ts';

/** Whether what is being written says what the course says: then there is nothing to publish. */
export function isAsPublished(
  written: Pick<Sections, 'shown'>,
  { sections }: Pick<Course, 'sections'>,
): boolean {
  const { shown } = written;
  return (
    shown.length === sections.length &&
    shown.every(({ map, title, body }, at) => {
      const published = sections[at]!;
      return (
        map.get(SHARED.id) === published.id &&
        title.toString() === published.title &&
        body.toString() === published.body
      );
    })
  );
}
