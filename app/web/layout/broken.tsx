import { useEffect, useState } from 'react';
import { useRouteError } from 'react-router';
import { isOldPart, mayReload, newestPages } from './old-part.ts';
import { Page } from './page.tsx';

/**
 * What stands in the place of a page that cannot be shown. Where a part of it did not come, as in a tab that was open while the pages were
 * replaced, they are loaded again once by themselves.
 */
export function Broken() {
  const error = useRouteError();
  const [again, setAgain] = useState(false);
  const isOld = isOldPart(error);
  useEffect(() => {
    if (!isOld || !mayReload()) return;
    setAgain(true);
    void newestPages().then(
      () => location.reload(),
      () => setAgain(false),
    );
  }, [isOld]);
  if (again) return <p role="status">Chargement…</p>;
  return (
    <Page title={isOld ? 'Cette page n’est pas arrivée' : 'Cette page ne peut pas être affichée'}>
      <p role="alert">
        {isOld
          ? 'Vérifiez votre connexion, puis rechargez la page.'
          : 'L’erreur vient de nous. Rechargez la page ; si elle revient, écrivez à votre établissement.'}
      </p>
      <p className="broken-doors">
        <button type="button" onClick={() => location.reload()}>
          Recharger
        </button>
        <a href="/">Revenir à l’accueil</a>
      </p>
    </Page>
  );
}
