import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { NotificationSettings } from '#shared/schemas/forum.ts';
import { answerOf, api, type Things } from '#web/api.ts';

export type Notification = Things['Notification'];
type Settings = Static<typeof NotificationSettings>;

const NEWS_MILLISECONDS = 30_000;
const UNREAD = ['notifications', 'unread'];
const page = (limit: number, cursor?: string) => ({ query: { limit, cursor } });

/** How much is unread; asked again while the page is looked at, with the list of them where that changed. Only for those who are signed in. */
export function useUnread() {
  const queries = useQueryClient();
  return useQuery({
    queryKey: UNREAD,
    queryFn: async ({ signal }) => {
      const before = queries.getQueryData<number>(UNREAD);
      const { unread } = await answerOf(api.GET('/notifications', { params: page(1), signal }));
      if (before !== undefined && before !== unread)
        void queries.invalidateQueries({ queryKey: ['notifications', 'list'] });
      return unread;
    },
    refetchInterval: NEWS_MILLISECONDS,
  });
}

/** My notifications, page after page. */
export const useNotifications = () =>
  useInfiniteQuery({
    queryKey: ['notifications', 'list'],
    queryFn: ({ pageParam, signal }) =>
      answerOf(api.GET('/notifications', { params: page(20, pageParam), signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });

/** Marks some as read, or all. */
export function useMarkRead() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (ids?: string[]) => answerOf(api.POST('/notifications/read', { body: ids ? { ids } : {} })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['notifications'] }),
  });
}

export const useSettings = () =>
  useQuery({
    queryKey: ['notification-settings'],
    queryFn: ({ signal }) => answerOf(api.GET('/notifications/settings', { signal })),
  });

export function useChangeSettings() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Settings) => answerOf(api.PUT('/notifications/settings', { body })),
    onSuccess: (settings) => queries.setQueryData(['notification-settings'], settings),
  });
}

/** Ends the letters by the token of one of them. */
export const useUnsubscription = () =>
  useMutation({
    mutationFn: (token: string) => answerOf(api.POST('/notifications/unsubscription', { body: { token } })),
  });
