import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { answerOf, api } from '#web/api.ts';

/** How the list of courses is asked for, as the address of the page has it. */
export interface CourseSearch {
  q?: string | undefined;
  sort?: 'relevance' | 'rating' | 'recent' | undefined;
  subject?: string | undefined;
  level?: string | undefined;
  language?: 'fr' | 'en' | undefined;
  tag?: string | undefined;
  length?: 'short' | 'medium' | 'long' | undefined;
  video?: boolean | undefined;
  subtitles?: boolean | undefined;
}

/** The public courses that a search finds, page after page; what was found before stays until then. */
export const useCourses = (search: CourseSearch) =>
  useInfiniteQuery({
    queryKey: ['courses', search],
    queryFn: ({ pageParam: cursor, signal }) =>
      answerOf(api.GET('/courses', { params: { query: { ...search, limit: 12, cursor } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });

/** How many courses a search finds, and how many by each further choice. */
export const useFacets = ({ sort: _, ...filters }: CourseSearch) =>
  useQuery({
    queryKey: ['courses', 'facets', filters],
    queryFn: ({ signal }) => answerOf(api.GET('/courses/facets', { params: { query: filters }, signal })),
    placeholderData: keepPreviousData,
  });

/** The courses that I follow, or those that I write, page after page. */
export const useMyCourses = (as: 'follower' | 'author') =>
  useInfiniteQuery({
    queryKey: ['my-courses', as],
    queryFn: ({ pageParam: cursor, signal }) =>
      answerOf(api.GET('/courses/mine', { params: { query: { as, limit: 12, cursor } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
