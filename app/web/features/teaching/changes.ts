import type { CourseChange, NewCourse } from '#shared/schemas/course.ts';

/** What a course says of itself. */
export type CourseFields = Required<NewCourse>;

const FIELDS = ['title', 'summary', 'subject', 'level', 'tags', 'language', 'format', 'visibility'] as const;

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What somebody changed of what the form was filled with; all else is left to others who change it meanwhile. */
export function changesOf(typed: CourseFields, filled: CourseFields): CourseChange {
  return Object.fromEntries(
    FIELDS.filter((field) => !same(typed[field], filled[field])).map((field) => [field, typed[field]]),
  );
}

/** Of these changes those that would undo what another author wrote since `seen`, with the words that would go. */
export function undoneBy(
  changes: CourseChange,
  { seen, present }: { seen: CourseFields; present: CourseFields },
): Partial<CourseFields> {
  return Object.fromEntries(
    FIELDS.filter(
      (field) =>
        field in changes && !same(present[field], seen[field]) && !same(present[field], changes[field]),
    ).map((field) => [field, present[field]]),
  );
}
