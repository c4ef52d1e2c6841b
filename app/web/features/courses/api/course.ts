import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Course } from '#shared/schemas/course.ts';
import { answerOf, api } from '#web/api.ts';

/** One course with its authors, sections and files. */
export const useCourse = (id: string) =>
  useQuery({
    queryKey: ['course', id],
    queryFn: ({ signal }) => answerOf(api.GET('/courses/{id}', { params: { path: { id } }, signal })),
  });

/** Whether one writes a course, or did when its page was opened: what was typed stays when the session has ended meanwhile. */
export function useIsAuthor(course: Course): boolean {
  const isAuthor = course.mine?.author === true;
  const [wasAuthor] = useState(isAuthor);
  return isAuthor || wasAuthor;
}
