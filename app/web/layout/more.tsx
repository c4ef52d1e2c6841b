/** A list that comes page after page, as its query tells it. */
export interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Asks for the next page of a list, where there is one. */
export function More({ label = 'Voir la suite', ...pages }: Pages & { label?: string }) {
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  if (!hasNextPage) return null;
  return (
    <p className="more">
      <button type="button" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
        {isFetchingNextPage ? 'Chargement…' : label}
      </button>
    </p>
  );
}
