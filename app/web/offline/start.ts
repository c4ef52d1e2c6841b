import type { QueryClient } from '@tanstack/react-query';
import { Workbox } from 'workbox-window';
import { keepDrawn } from './kept.ts';

/** Where the service worker stands: above all pages, for it may serve only what is below it. */
const PROGRAM = '/service-worker.js';
/** Asked for again in a tab that stays open for a day. */
const HOUR_MILLISECONDS = 3_600_000;

/**
 * Makes the pages readable without a network from now on.
 * @param offer called when a newer version is ready, with what puts it in the place of this one
 */
export async function startOffline(queries: QueryClient, offer: (reload: () => void) => void): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const worker = new Workbox(PROGRAM);
  worker.addEventListener('waiting', () =>
    offer(() => {
      worker.addEventListener('controlling', () => location.reload());
      worker.messageSkipWaiting();
    }),
  );
  // A browser may forbid it, as in a private window: the pages work without.
  const registration = await worker.register().catch(() => undefined);
  if (!registration) return;
  await keepDrawn(queries);
  setInterval(() => void worker.update().catch(() => undefined), HOUR_MILLISECONDS);
}
