/** Where it stands for which build the page was loaded again already. */
const RELOADED = 'fredu.reloaded';
/** What browsers say of a part that does not come: Chromium, Firefox, Safari, and Vite of its styles. */
const WORDS =
  /dynamically imported module|error loading dynamically|Importing a module script failed|Unable to preload/i;

/** Whether a part of the pages did not come: there is no network, or it went away with an older build. */
export const isOldPart = (error: unknown): boolean => error instanceof Error && WORDS.test(error.message);

/** Whether to load the page again may help: it was not tried for this build. @param build what names the build: its script has a digest in its name */
export function mayReload(build: string = import.meta.url): boolean {
  if (!navigator.onLine || sessionStorage.getItem(RELOADED) === build) return false;
  sessionStorage.setItem(RELOADED, build);
  return true;
}

/** Lets the newest build take the place of the one that this browser keeps. @throws where the server does not answer */
export async function newestPages(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  if (!registration) return void (await fetch('/', { method: 'HEAD' }));
  await registration.update();
  const { installing } = registration;
  if (installing)
    await new Promise<void>((resolve) =>
      installing.addEventListener('statechange', () => installing.state !== 'installing' && resolve()),
    );
  const { waiting } = registration;
  if (!waiting) return;
  await new Promise<void>((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
    waiting.postMessage({ type: 'SKIP_WAITING' });
  });
}
