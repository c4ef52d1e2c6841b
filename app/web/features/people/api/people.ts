import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { MeChange, SignUp } from '#shared/schemas/person.ts';
import { answerOf, api, from, pagePerson, setPagePerson } from '#web/api.ts';
import { forgetDrafts } from '#web/offline/drafts.ts';
import { forgetAll, keepOnlyFor } from '#web/offline/kept.ts';
import { cameWithThePage } from '#web/read-page.ts';

/** Who is signed in; null for a visitor. The first one is whose page this is. */
export const useCurrent = () =>
  useQuery({
    queryKey: ['current'],
    queryFn: async ({ signal, client }) => {
      const { person } = await answerOf(api.GET('/sessions/current', { signal }));
      await keepOnlyFor(person?.id);
      if (person && !pagePerson()) {
        setPagePerson(person);
        // What came with the page is what visitors see of it.
        if (cameWithThePage()) void client.invalidateQueries({ queryKey: ['course'] });
      }
      return person;
    },
    staleTime: 60_000,
  });

/** Whose page this is and who is signed in by now, where these are two; asked again when one comes back to the page. */
export function useTwoPeople() {
  const { data: now } = useCurrent();
  const page = pagePerson();
  return now && page && now.id !== page.id ? { page, now } : undefined;
}

/** Something after which another person may be signed in: whatever was read for the one before is read again. */
function useChange<Body, Answer>(change: (body: Body) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      setPagePerson(undefined);
      await Promise.all([forgetAll(), forgetDrafts()]);
      return queries.resetQueries();
    },
  });
}

export const useSignIn = () =>
  useChange((body: { email: string; password: string; code?: string }) =>
    answerOf(api.POST('/sessions', { body })),
  );
/** Ends the session. The page is loaded again: nothing that the person read stays in it, nor in this browser. */
export const useSignOut = () =>
  useMutation({
    mutationFn: () => answerOf(api.DELETE('/sessions/current')),
    onSuccess: async () => {
      await Promise.all([forgetAll(), forgetDrafts()]);
      location.assign('/');
    },
  });
export const useConfirm = () =>
  useChange((body: { token: string; password: string }) =>
    answerOf(api.POST('/people/confirmation', { body })),
  );
export const useNewPassword = () =>
  useChange((body: { token: string; password: string; code?: string }) =>
    answerOf(api.POST('/recoveries/confirmation', { body })),
  );

export const useSignUp = () =>
  useMutation({ mutationFn: (body: Static<typeof SignUp>) => answerOf(api.POST('/people', { body })) });
export const useConsent = () =>
  useMutation({ mutationFn: (token: string) => answerOf(api.POST('/people/consent', { body: { token } })) });
export const useConsentWithdrawal = () =>
  useMutation({
    mutationFn: (token: string) => answerOf(api.POST('/people/consent/withdrawal', { body: { token } })),
  });
export const useRecovery = () =>
  useMutation({ mutationFn: (email: string) => answerOf(api.POST('/recoveries', { body: { email } })) });
export const useInvitation = () =>
  useMutation({
    mutationFn: (token: string) => answerOf(api.POST('/courses/invitations/acceptance', { body: { token } })),
  });
export const useAuthorInvitation = () =>
  useMutation({
    mutationFn: (token: string) => answerOf(api.POST('/courses/authors/acceptance', { body: { token } })),
  });

/** One's own account. */
export const useMe = () =>
  useQuery({ queryKey: ['me'], queryFn: ({ signal }) => answerOf(api.GET('/me', { signal })) });
export function useChangeMe() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, ...body }: Static<typeof MeChange> & { version: number }) =>
      answerOf(api.PATCH('/me', { params: { header: from(version) }, body })),
    onSuccess: (me) => {
      queries.setQueryData(['me'], me);
      return queries.invalidateQueries({ queryKey: ['current'] });
    },
    // Changed in another window meanwhile: the next try goes out from there.
    onError: () => queries.invalidateQueries({ queryKey: ['me'] }),
  });
}
export const useChangeEmail = () =>
  useMutation({
    mutationFn: (body: { email: string; password: string }) => answerOf(api.PUT('/me/email', { body })),
  });
export function useNewEmail() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => answerOf(api.POST('/people/email', { body: { token } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['me'] }),
  });
}
export const useChangePassword = () =>
  useMutation({
    mutationFn: (body: { current: string; next: string }) => answerOf(api.PUT('/me/password', { body })),
  });
