import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SitePageName } from '#shared/site-pages.ts';
import { answerOf, api, from } from '#web/api.ts';

const keyOf = (name: SitePageName) => ['site-pages', name] as const;
const path = (name: SitePageName) => ({ path: { name } });

/** What the site says of itself. */
export const useSitePage = (name: SitePageName) =>
  useQuery({
    queryKey: keyOf(name),
    queryFn: ({ signal }) => answerOf(api.GET('/site-pages/{name}', { params: path(name), signal })),
  });

/** Writes it, from the version that was read. */
export function useWriteSitePage(name: SitePageName) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, version }: { body: string; version: number }) =>
      answerOf(
        api.PUT('/admin/site-pages/{name}', {
          params: { ...path(name), header: from(version) },
          body: { body },
        }),
      ),
    onSuccess: (page) => queries.setQueryData(keyOf(name), page),
  });
}
