import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SiteSettings } from '#shared/schemas/admin.ts';
import { answerOf, api, from, type Things } from '#web/api.ts';

export type Account = Things['Account'];
export type AdminCourse = Things['AdminCourse'];

const all = ['administration'] as const;

/** One of the lists of administrators, page after page; `q` is what is looked for in it. */
function useList<Item>(
  name: string,
  q: string,
  read: (
    query: { q?: string; cursor?: string; limit: number },
    signal: AbortSignal,
  ) => Promise<{ items: Item[]; next: string | null }>,
) {
  return useInfiniteQuery({
    queryKey: [...all, name, q],
    queryFn: ({ pageParam, signal }) =>
      read({ limit: 20, ...(q ? { q } : {}), ...(pageParam ? { cursor: pageParam } : {}) }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

export const useAccounts = (q: string) =>
  useList('people', q, (query, signal) => answerOf(api.GET('/admin/people', { params: { query }, signal })));
/** Those who wait to be confirmed as teachers. */
export const useWaitingTeachers = () =>
  useList('waiting', '', (query, signal) =>
    answerOf(api.GET('/admin/people/waiting', { params: { query }, signal })),
  );
export const useSiteSettings = () =>
  useQuery({
    queryKey: [...all, 'settings'],
    queryFn: ({ signal }) => answerOf(api.GET('/admin/settings', { signal })),
  });
export const useAllCourses = (q: string) =>
  useList('courses', q, (query, signal) =>
    answerOf(api.GET('/admin/courses', { params: { query }, signal })),
  );
export const useAllReports = () =>
  useList('reports', '', (query, signal) =>
    answerOf(api.GET('/admin/reports', { params: { query }, signal })),
  );
export const useDeeds = (q: string) =>
  useList('deeds', q, (query, signal) => answerOf(api.GET('/admin/deeds', { params: { query }, signal })));
export const useFigures = () =>
  useQuery({
    queryKey: [...all, 'figures'],
    queryFn: ({ signal }) => answerOf(api.GET('/admin/figures', { signal })),
  });
export const useAllNotices = () =>
  useQuery({
    queryKey: [...all, 'notices'],
    queryFn: ({ signal }) => answerOf(api.GET('/admin/notices', { signal })),
  });

/** Something that an administrator does; all lists are read again. */
function useDeed<Given>(deed: (given: Given) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deed,
    onSettled: async () => {
      void queries.invalidateQueries({ queryKey: ['notices'] });
      await queries.invalidateQueries({ queryKey: all });
    },
  });
}
const path = (id: string) => ({ path: { id } });

export const useChangeSettings = () =>
  useDeed(({ version, ...body }: SiteSettings) =>
    api.PUT('/admin/settings', { params: { header: from(version) }, body }),
  );
export const useChangeAccount = () =>
  useDeed(({ id, ...body }: { id: string; role?: Account['role']; suspended?: boolean }) =>
    api.PATCH('/admin/people/{id}', { params: path(id), body }),
  );
/** Asks somebody for their password alone, who has lost their telephone and their recovery codes. */
export const useTakeOffSecondFactor = () =>
  useDeed((id: string) => api.DELETE('/admin/people/{id}/second-factor', { params: path(id) }));
/** What somebody or a course may keep in files, in bytes; null for what all may. */
export const useChangeQuota = (of: 'people' | 'courses') =>
  useDeed(({ id, bytes }: { id: string; bytes: number | null }) =>
    of === 'people'
      ? api.PUT('/admin/people/{id}/quota', { params: path(id), body: { bytes } })
      : api.PUT('/admin/courses/{id}/quota', { params: path(id), body: { bytes } }),
  );
export const useChangeAnyState = () =>
  useDeed(({ id, state }: { id: string; state: AdminCourse['state'] }) =>
    api.PUT('/admin/courses/{id}/state', { params: path(id), body: { state } }),
  );
export const useDecide = () =>
  useDeed(({ id, outcome }: { id: string; outcome: 'kept' | 'removed' }) =>
    api.PUT('/reports/{id}/outcome', { params: path(id), body: { outcome } }),
  );
export const useMakeNotice = () =>
  useDeed((body: { textFr: string; textEn: string; startsAt?: string; endsAt: string }) =>
    api.POST('/admin/notices', { body }),
  );
export const useRemoveNotice = () =>
  useDeed((id: string) => api.DELETE('/admin/notices/{id}', { params: path(id) }));
