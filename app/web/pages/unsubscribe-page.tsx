import { useLocation } from 'react-router';
import { useUnsubscription } from '../features/notifications/api/notifications.ts';
import { Failure } from '../layout/failure.tsx';
import { Page } from '../layout/page.tsx';

/** Where the address at the end of a letter leads: a press of a button, for programs that open every address end nothing. */
export function UnsubscribePage() {
  const token = useLocation().hash.slice(1);
  const ending = useUnsubscription();
  return (
    <Page title="Ne plus recevoir de résumés">
      {ending.isSuccess ? (
        <p role="status">C’est fait : vous ne recevrez plus de résumé par e-mail.</p>
      ) : (
        <>
          <p>Vos notifications restent visibles sur le site.</p>
          {ending.error && <Failure error={ending.error} />}
          <button type="button" disabled={!token || ending.isPending} onClick={() => ending.mutate(token)}>
            Ne plus recevoir de résumés
          </button>
        </>
      )}
    </Page>
  );
}
