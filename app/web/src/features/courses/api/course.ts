import { useQuery } from '@tanstack/react-query';
import type { Course } from '../../../../../server/schemas/course.ts';
import { read } from '../../../api.ts';

/** One course with its authors, sections and files. */
export const useCourse = (id: string) =>
  useQuery({
    queryKey: ['course', id],
    queryFn: ({ signal }) => read<Course>(`/courses/${encodeURIComponent(id)}`, signal),
  });
