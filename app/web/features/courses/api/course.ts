import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Course } from '#shared/schemas/course.ts';
import { answerOf, api } from '#web/api.ts';

/** What is read of a course; a change of any of it makes all of it old. */
export const courseKeys = {
  all: (id: string) => ['course', id] as const,
  whole: (id: string) => ['course', id, 'whole'] as const,
  outline: (id: string) => ['course', id, 'outline'] as const,
  section: (id: string, sectionId: string) => ['course', id, 'section', sectionId] as const,
};

/** One course with its authors, texts and files, as its authors need it. */
export const useCourse = (id: string) =>
  useQuery({
    queryKey: courseKeys.whole(id),
    queryFn: ({ signal }) => answerOf(api.GET('/courses/{id}', { params: { path: { id } }, signal })),
  });

/** A course as its readers need it: what its sections are called, and no texts. */
export const useOutline = (id: string) =>
  useQuery({
    queryKey: courseKeys.outline(id),
    queryFn: ({ signal }) => answerOf(api.GET('/courses/{id}/outline', { params: { path: { id } }, signal })),
  });

const section = (id: string, sectionId: string) => ({
  queryKey: courseKeys.section(id, sectionId),
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    answerOf(api.GET('/courses/{id}/sections/{sectionId}', { params: { path: { id, sectionId } }, signal })),
});

/** One section with its text as HTML. */
export const useSection = (id: string, sectionId: string) => useQuery(section(id, sectionId));

/** Reads the section that most go on to before they do. */
export const useNextSection = (id: string, sectionId: string | undefined) =>
  useQuery({ ...section(id, sectionId ?? ''), enabled: sectionId !== undefined });

/** Whether one writes a course, or did when its page was opened: what was typed stays when the session has ended meanwhile. */
export function useIsAuthor(course: Pick<Course, 'mine'>): boolean {
  const isAuthor = course.mine?.author === true;
  const [wasAuthor] = useState(isAuthor);
  return isAuthor || wasAuthor;
}
