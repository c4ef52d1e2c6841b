import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type * as schemas from '../../../../../server/schemas/forum.ts';
import { read, send } from '../../../api.ts';

export type ThreadItem = Static<typeof schemas.ThreadItem>;
export type Thread = Static<typeof schemas.Thread>;
export type Post = Static<typeof schemas.Post>;
export type Report = Static<typeof schemas.Report>;
type Page<Item> = { items: Item[]; next: string | null };

const after = (cursor: string) => (cursor ? `&cursor=${encodeURIComponent(cursor)}` : '');
const pages = {
  initialPageParam: '',
  getNextPageParam: (page: { next: string | null }) => page.next,
};

/** The threads of a course, page after page. */
export const useThreads = (courseId: string, unanswered: boolean) =>
  useInfiniteQuery({
    queryKey: ['threads', courseId, unanswered],
    queryFn: ({ pageParam, signal }) =>
      read<Page<ThreadItem>>(
        `/courses/${courseId}/threads?limit=20${unanswered ? '&unanswered=true' : ''}${after(pageParam)}`,
        signal,
      ),
    ...pages,
  });

export const useThread = (id: string) =>
  useQuery({ queryKey: ['thread', id], queryFn: ({ signal }) => read<Thread>(`/threads/${id}`, signal) });

/** The answers of a thread, page after page. */
export const usePosts = (threadId: string) =>
  useInfiniteQuery({
    queryKey: ['posts', threadId],
    queryFn: ({ pageParam, signal }) =>
      read<Page<Post>>(`/threads/${threadId}/posts?limit=50${after(pageParam)}`, signal),
    ...pages,
  });

/** What waits for a moderator's decision; asked only by those who moderate. */
export const useReports = (courseId: string, enabled: boolean) =>
  useQuery({
    queryKey: ['reports', courseId],
    queryFn: ({ signal }) => read<Page<Report>>(`/courses/${courseId}/reports?limit=50`, signal),
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

export const ask = (courseId: string, body: { title: string; body: string }) =>
  send<{ id: string }>('POST', `/courses/${courseId}/threads`, { body });
export const answer = (threadId: string, body: string) =>
  send<{ id: string }>('POST', `/threads/${threadId}/posts`, { body: { body } });
export const accept = (threadId: string, postId: string | null) =>
  send('PUT', `/threads/${threadId}/accepted`, { body: { postId } });
export const moderate = (threadId: string, body: { pinned?: boolean; locked?: boolean }) =>
  send('PUT', `/threads/${threadId}/moderation`, { body });
export const decide = (reportId: string, outcome: 'kept' | 'removed') =>
  send('PUT', `/reports/${reportId}/outcome`, { body: { outcome } });

/** A question or an answer: both are voted on, changed, reported and removed alike. */
export interface Subject {
  kind: 'threads' | 'posts';
  id: string;
}
export const vote = ({ kind, id }: Subject, value: -1 | 0 | 1) =>
  send('PUT', `/${kind}/${id}/vote`, { body: { value } });
export const change = ({ kind, id }: Subject, version: number, body: { body: string; title?: string }) =>
  send('PATCH', `/${kind}/${id}`, { body, version });
export const report = ({ kind, id }: Subject, reason: string) =>
  send('POST', `/${kind}/${id}/reports`, { body: { reason } });
export const remove = ({ kind, id }: Subject) => send('DELETE', `/${kind}/${id}`);
