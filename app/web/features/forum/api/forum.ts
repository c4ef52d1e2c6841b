import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { Thread as ThreadSchema } from '#shared/schemas/forum.ts';
import { answerOf, api, from, type Things } from '#web/api.ts';

export type ThreadItem = Things['ThreadItem'];
export type Thread = Static<typeof ThreadSchema>;
export type Post = Things['Post'];

const pages = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }: { next: string | null }) => next ?? undefined,
};
const of = (id: string) => ({ path: { id } });

/** The threads of a course, or of a section of it, page after page. */
export const useThreads = (courseId: string, unanswered: boolean, section?: string) =>
  useInfiniteQuery({
    queryKey: ['threads', courseId, unanswered, section],
    queryFn: ({ pageParam: cursor, signal }) => {
      const query = { limit: 20, cursor, unanswered: unanswered || undefined, section };
      return answerOf(api.GET('/courses/{id}/threads', { params: { ...of(courseId), query }, signal }));
    },
    ...pages,
  });

/** People of a course by the beginning of a name; nobody until two letters are typed. */
export const useNamed = (courseId: string, name: string | undefined) =>
  useQuery({
    queryKey: ['course-people', courseId, name],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/courses/{id}/people', { params: { ...of(courseId), query: { name: name! } }, signal }),
      ),
    enabled: name !== undefined,
  });

/** How soon an answer of somebody else is seen in a page that is looked at: a read of one row, from whichever server is there. */
const NEWS_MILLISECONDS = 10_000;

/** A question, asked for again while it is looked at; its answers are read again when there are others. */
export function useThread(id: string) {
  const queries = useQueryClient();
  return useQuery({
    queryKey: ['thread', id],
    queryFn: async ({ signal }) => {
      const before = queries.getQueryData<Thread>(['thread', id]);
      const thread = await answerOf(api.GET('/threads/{id}', { params: of(id), signal }));
      if (before && before.postCount !== thread.postCount)
        void queries.invalidateQueries({ queryKey: ['posts', id] });
      return thread;
    },
    refetchInterval: NEWS_MILLISECONDS,
  });
}

/** The answers of a thread, page after page. */
export const usePosts = (threadId: string) =>
  useInfiniteQuery({
    queryKey: ['posts', threadId],
    queryFn: ({ pageParam: cursor, signal }) =>
      answerOf(
        api.GET('/threads/{id}/posts', { params: { ...of(threadId), query: { limit: 50, cursor } }, signal }),
      ),
    ...pages,
  });

/** What waits for a moderator's decision; asked only by those who moderate. */
export const useReports = (courseId: string, enabled: boolean) =>
  useQuery({
    queryKey: ['reports', courseId],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/courses/{id}/reports', { params: { ...of(courseId), query: { limit: 50 } }, signal }),
      ),
    enabled,
  });

/** Changes something in a forum, and reads again what shows it. */
export function useDeed<Wanted>(deed: (wanted: Wanted) => Promise<unknown>, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deed,
    onSuccess: onDone,
    onSettled: () =>
      Promise.all(
        ['threads', 'thread', 'posts', 'reports'].map((key) =>
          queries.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  });
}

export const ask = (courseId: string, body: { title: string; body: string; sectionId?: string }) =>
  answerOf(api.POST('/courses/{id}/threads', { params: of(courseId), body }));
export const answer = (threadId: string, body: string) =>
  answerOf(api.POST('/threads/{id}/posts', { params: of(threadId), body: { body } }));
export const accept = (threadId: string, postId: string | null) =>
  answerOf(api.PUT('/threads/{id}/accepted', { params: of(threadId), body: { postId } }));
export const moderate = (threadId: string, body: { pinned?: boolean; locked?: boolean }) =>
  answerOf(api.PUT('/threads/{id}/moderation', { params: of(threadId), body }));
export const decide = (reportId: string, outcome: 'kept' | 'removed') =>
  answerOf(api.PUT('/reports/{id}/outcome', { params: of(reportId), body: { outcome } }));

/** A question or an answer: both are voted on, changed, reported and removed alike. */
export interface Subject {
  kind: 'threads' | 'posts';
  id: string;
}
export const vote = ({ kind, id }: Subject, value: -1 | 0 | 1) =>
  answerOf(api.PUT(`/${kind}/{id}/vote`, { params: of(id), body: { value } }));
export const change = ({ kind, id }: Subject, version: number, body: { body: string; title?: string }) =>
  answerOf(api.PATCH(`/${kind}/{id}`, { params: { ...of(id), header: from(version) }, body }));
export const report = ({ kind, id }: Subject, reason: string) =>
  answerOf(api.POST(`/${kind}/{id}/reports`, { params: of(id), body: { reason } }));
export const remove = ({ kind, id }: Subject) => answerOf(api.DELETE(`/${kind}/{id}`, { params: of(id) }));
