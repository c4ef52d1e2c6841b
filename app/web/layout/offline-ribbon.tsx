import { useSyncExternalStore } from 'react';

function listen(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

/** Says that there is no network, as long as there is none. */
export function OfflineRibbon() {
  const isOnline = useSyncExternalStore(
    listen,
    () => navigator.onLine,
    () => true,
  );
  return (
    <div className="ribbon" role="status">
      {!isOnline && <p>Hors connexion : les cours déjà lus ou gardés sur cet appareil restent lisibles.</p>}
    </div>
  );
}
