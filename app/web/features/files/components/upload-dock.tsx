import { lazy, Suspense, useSyncExternalStore } from 'react';
import { useCurrent } from '#web/features/people/api/people.ts';
import { DRAFTS, isUnsent } from '#web/offline/drafts.ts';
import { isDockOpen, onDock } from '../api/dock.ts';

/** Only authors need the program that sends. */
const UploadPanel = lazy(async () => ({ default: (await import('./upload-panel.tsx')).UploadPanel }));

/** Where files on their way are shown, whatever page one looks at; nothing for who sends none. */
export function UploadDock() {
  const isOpen = useSyncExternalStore(onDock, isDockOpen, () => false);
  const { data: person } = useCurrent();
  if (!person || !(isOpen || isUnsent(DRAFTS.files))) return null;
  return (
    <Suspense>
      <UploadPanel personId={person.id} />
    </Suspense>
  );
}
