import { useInfiniteQuery } from '@tanstack/react-query';
import { api, told } from '../../../api.ts';

/** The public courses, page after page. */
export const useCourses = () =>
  useInfiniteQuery({
    queryKey: ['courses'],
    queryFn: ({ pageParam: cursor, signal }) =>
      told(api.GET('/courses', { params: { query: { limit: 12, cursor } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
