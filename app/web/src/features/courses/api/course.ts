import { useQuery } from '@tanstack/react-query';
import { api, told } from '../../../api.ts';

/** One course with its authors, sections and files. */
export const useCourse = (id: string) =>
  useQuery({
    queryKey: ['course', id],
    queryFn: ({ signal }) => told(api.GET('/courses/{id}', { params: { path: { id } }, signal })),
  });
