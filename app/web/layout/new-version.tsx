import { channel } from './channel.ts';

/** What puts a newer version of the app in the place of this one; undefined while this is the newest. */
const ready = channel<(() => void) | undefined>(undefined);

/** Says that a newer version has arrived. It begins when the reader says so, or with their next visit: nothing that they write is lost. */
export const offerVersion = (reload: () => void): void => ready.set(reload);

/** Offers the newer version, where there is one. */
export function NewVersion() {
  const reload = ready.use();
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
