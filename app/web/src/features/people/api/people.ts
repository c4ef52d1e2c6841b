import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { Current, Me, MeChange, SignUp } from '../../../../../server/schemas/person.ts';
import { read, send } from '../../../api.ts';

/** Who is signed in; null for a visitor. */
export const useCurrent = () =>
  useQuery({
    queryKey: ['current'],
    queryFn: async ({ signal }) => (await read<Current>('/sessions/current', signal)).person,
    staleTime: 60_000,
  });

/** Something after which another person may be signed in: whatever was read for the one before is read anew. */
function useChange<Body, Answer>(change: (body: Body) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => queries.resetQueries() });
}

export const useSignIn = () =>
  useChange((body: { email: string; password: string }) => send<Me>('POST', '/sessions', { body }));
/** Ends the session. The page is loaded anew: nothing that the person read stays in it. */
export const useSignOut = () =>
  useMutation({
    mutationFn: () => send('DELETE', '/sessions/current'),
    onSuccess: () => location.assign('/'),
  });
export const useConfirm = () =>
  useChange((token: string) => send<Me>('POST', '/people/confirmation', { body: { token } }));
export const useNewPassword = () =>
  useChange((body: { token: string; password: string }) =>
    send('POST', '/recoveries/confirmation', { body }),
  );

export const useSignUp = () =>
  useMutation({ mutationFn: (body: Static<typeof SignUp>) => send('POST', '/people', { body }) });
export const useConsent = () =>
  useMutation({ mutationFn: (token: string) => send('POST', '/people/consent', { body: { token } }) });
export const useRecovery = () =>
  useMutation({ mutationFn: (email: string) => send('POST', '/recoveries', { body: { email } }) });
export const useInvitation = () =>
  useMutation({
    mutationFn: (token: string) =>
      send<{ courseId: string }>('POST', '/courses/invitations/acceptance', { body: { token } }),
  });

/** One's own account. */
export const useMe = () => useQuery({ queryKey: ['me'], queryFn: ({ signal }) => read<Me>('/me', signal) });
export function useChangeMe() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, ...body }: Static<typeof MeChange> & { version: number }) =>
      send<Me>('PATCH', '/me', { body, version }),
    onSuccess: (me) => {
      queries.setQueryData(['me'], me);
      return queries.invalidateQueries({ queryKey: ['current'] });
    },
  });
}
export const useChangePassword = () =>
  useMutation({
    mutationFn: (body: { current: string; next: string }) => send('PUT', '/me/password', { body }),
  });
