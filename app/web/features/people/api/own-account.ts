import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '#web/api.ts';

const SESSIONS = ['sessions'] as const;

/** Where one is signed in. */
export const useSessions = () =>
  useQuery({ queryKey: SESSIONS, queryFn: ({ signal }) => answerOf(api.GET('/sessions', { signal })) });

/** Ends a session by its id, or without one all but this. */
export function useEndSessions() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string | undefined) =>
      id === undefined
        ? answerOf(api.DELETE('/sessions'))
        : answerOf(api.DELETE('/sessions/{id}', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: SESSIONS }),
  });
}

/** Has the account erased in some days; says when, and which courses go with it. */
export function useErasure() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { password: string }) => answerOf(api.POST('/me/erasure', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['me'] }),
  });
}
export function useKeepAccount() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answerOf(api.DELETE('/me/erasure')),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['me'] }),
  });
}
