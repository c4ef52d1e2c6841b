import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { useBlocker } from 'react-router';
import { ask } from './question.tsx';

/** The forms that hold something which was typed and not sent. */
const unsaved = new Set<string>();

/** Says that something was typed here that would be lost with the page. */
export function useUnsaved(isUnsaved: boolean): void {
  const id = useId();
  // At once: an answer that comes before the next frame leads elsewhere, and nothing is lost then.
  useLayoutEffect(() => {
    if (!isUnsaved) return;
    unsaved.add(id);
    return () => void unsaved.delete(id);
  }, [id, isUnsaved]);
}

/** Asks before a page is left on which something was typed: by a link here, by closing the tab in the browser's own words. */
export function Unsaved() {
  const { state, proceed, reset } = useBlocker(
    ({ currentLocation, nextLocation }) =>
      unsaved.size > 0 && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (state !== 'blocked') return;
    void ask({
      title: 'Quitter sans envoyer ?',
      words: 'Ce que vous avez écrit sur cette page sera perdu.',
      action: 'Quitter la page',
    }).then((is) => (is ? proceed() : reset()));
  }, [state, proceed, reset]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (unsaved.size > 0) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, []);
  return null;
}

/** The same for a form of several fields: what it is to be told whenever something is typed in it. */
export function useUnsavedForm({ isPending, error }: { isPending: boolean; error: Error | null }) {
  const [isTyped, setTyped] = useState(false);
  const wasPending = useRef(false);
  useUnsaved(isTyped && !isPending);
  useEffect(() => {
    if (wasPending.current && !isPending && !error) setTyped(false);
    wasPending.current = isPending;
  }, [isPending, error]);
  return () => setTyped(true);
}
