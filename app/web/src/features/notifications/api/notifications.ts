import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type * as schemas from '../../../../../server/schemas/forum.ts';
import { read, send } from '../../../api.ts';

export type Notification = Static<typeof schemas.Notification>;
type NotificationPage = Static<typeof schemas.NotificationPage>;
type Settings = Static<typeof schemas.NotificationSettings>;

const MINUTE_MILLISECONDS = 60_000;

/** How much is unread; asked again every minute while the page is looked at. Only for those who are signed in. */
export const useUnread = () =>
  useQuery({
    queryKey: ['notifications', 'unread'],
    queryFn: async ({ signal }) => (await read<NotificationPage>('/notifications?limit=1', signal)).unread,
    refetchInterval: MINUTE_MILLISECONDS,
  });

/** What I was told, page after page. */
export const useNotifications = () =>
  useInfiniteQuery({
    queryKey: ['notifications', 'list'],
    queryFn: ({ pageParam, signal }) =>
      read<NotificationPage>(
        `/notifications?limit=20${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

/** Marks some as read, or all. */
export function useMarkRead() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (ids?: string[]) => send('POST', '/notifications/read', { body: ids ? { ids } : {} }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['notifications'] }),
  });
}

export const useSettings = () =>
  useQuery({
    queryKey: ['notification-settings'],
    queryFn: ({ signal }) => read<Settings>('/notifications/settings', signal),
  });

export function useChangeSettings() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Settings) => send<Settings>('PUT', '/notifications/settings', { body }),
    onSuccess: (settings) => queries.setQueryData(['notification-settings'], settings),
  });
}

/** Ends the letters by the token of one of them. */
export const useUnsubscription = () =>
  useMutation({
    mutationFn: (token: string) => send('POST', '/notifications/unsubscription', { body: { token } }),
  });
