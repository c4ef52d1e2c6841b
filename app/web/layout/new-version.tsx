import { useSyncExternalStore } from 'react';

/** What puts a newer version of the app in the place of this one; undefined while this is the newest. */
let ready: (() => void) | undefined;
const listeners = new Set<() => void>();

/** Says that a newer version has arrived. It begins when the reader says so, or with their next visit: nothing that they write is lost. */
export function offerVersion(reload: () => void): void {
  ready = reload;
  for (const each of listeners) each();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Offers the newer version, where there is one. */
export function NewVersion() {
  const reload = useSyncExternalStore(
    listen,
    () => ready,
    () => undefined,
  );
  return (
    <div role="status">
      {reload && (
        <p className="notice">
          Une nouvelle version de fredu est prête.{' '}
          <button type="button" className="link-button" onClick={reload}>
            Recharger
          </button>
        </p>
      )}
    </div>
  );
}
