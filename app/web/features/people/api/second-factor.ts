import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answerOf, api, Refused } from '#web/api.ts';

const KEY = ['second-factor'] as const;

/** Whether one is asked for a code beside the password. */
export const useSecondFactor = () =>
  useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => answerOf(api.GET('/me/second-factor', { signal })),
  });

/** The secret for the app on one's telephone. */
export const useOffer = () =>
  useMutation({
    mutationFn: (body: { password: string }) => answerOf(api.POST('/me/second-factor', { body })),
    // What stands in the answer is kept nowhere once the page is left.
    gcTime: 0,
  });

/** Something after which it is on or off, or has other recovery codes. */
function useTurn<Body, Answer>(turn: (body: Body) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: turn,
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}
export const useFirstCode = () =>
  useTurn((body: { code: string }) => answerOf(api.PUT('/me/second-factor', { body })));
export const useNewRecoveryCodes = () =>
  useTurn((body: { password: string; code: string }) =>
    answerOf(api.POST('/me/second-factor/recovery-codes', { body })),
  );
export const useRemoval = () =>
  useTurn((body: { password: string; code: string }) =>
    answerOf(api.POST('/me/second-factor/removal', { body })),
  );

const ASKS_CODE = ['second-factor-needed', 'wrong-code', 'second-factor-unavailable'].map(
  (kind) => `/problems/${kind}`,
);
/** Whether the server wants a code with the next try. */
export const wantsCode = (error: Error | null): boolean =>
  error instanceof Refused && ASKS_CODE.includes(error.problem.type);
