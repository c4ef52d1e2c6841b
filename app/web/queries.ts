import { QueryClient } from '@tanstack/react-query';
import { Refused } from './api.ts';

/** What was read of the server, for all of the page. */
export const queryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // What the server refused it refuses again; what did not arrive may.
        retry: (failures, error) => !(error instanceof Refused && error.problem.status < 500) && failures < 2,
      },
      // Without a network one reads so at once, instead of waiting for it before a button that does nothing.
      mutations: { networkMode: 'always' },
    },
  });
