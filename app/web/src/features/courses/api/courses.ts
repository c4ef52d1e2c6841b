import { useInfiniteQuery } from '@tanstack/react-query';
import type { CoursePage } from '../../../../../server/schemas/course.ts';
import { read } from '../../../api.ts';

/** The public courses, page after page. */
export const useCourses = () =>
  useInfiniteQuery({
    queryKey: ['courses'],
    queryFn: ({ pageParam, signal }) =>
      read<CoursePage>(
        `/courses?limit=12${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
