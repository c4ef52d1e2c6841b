import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '#web/api.ts';

/** What the administration tells everybody at the moment, above every page. */
export function Announcements() {
  const { data } = useQuery({
    queryKey: ['notices'],
    queryFn: ({ signal }) => answerOf(api.GET('/notices', { signal })),
    staleTime: 300_000,
    retry: false,
  });
  return (data?.items ?? []).map(({ id, textFr }) => (
    <p className="notice" role="status" key={id}>
      {textFr}
    </p>
  ));
}
