import type { ReactNode } from 'react';
import { Refused } from '../api.ts';
import { Failure } from './failure.tsx';
import { NotFound } from './not-found.tsx';
import { Page } from './page.tsx';

/** A page that did not come: what is not there leads elsewhere, what failed can be tried again. */
export function FailedPage({ error, retry, lead }: { error: Error; retry: () => void; lead?: ReactNode }) {
  if (error instanceof Refused && error.problem.status === 404)
    return <NotFound title={error.problem.title} detail={error.problem.detail} />;
  return (
    <Page title={error instanceof Refused ? error.problem.title : 'Connexion impossible'} lead={lead}>
      <Failure error={error} retry={retry} isTitled />
    </Page>
  );
}
